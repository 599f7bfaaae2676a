/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints about the client, see judge.h. */
#include "fakedev/judge.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { COMPLAINT_MAX = JUDGE_TEXT_MAX - 32 }; /* leaves room for how many times */

/* The same as the line before? Then that one is counted up. */
static bool count_again(struct judge *judge, const char *text, size_t len)
{
	struct judge_line *last;

	if (judge->count == 0)
		return false;
	last = &judge->lines[judge->count - 1];
	if (last->len != len || memcmp(last->text, text, len) != 0)
		return false;
	last->times++;
	snprintf(last->text + len, sizeof(last->text) - len, " (%u times)", last->times);
	return true;
}

void judge_note(struct judge *judge, const char *format, ...)
{
	char text[COMPLAINT_MAX];
	struct judge_line *line;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (count_again(judge, text, strlen(text)) || judge->count == JUDGE_LINES_MAX)
		return;
	line = &judge->lines[judge->count++];
	line->len = strlen(text);
	line->times = 1;
	memcpy(line->text, text, line->len + 1);
}

const char *judge_complaint(const struct judge *judge, size_t index)
{
	return index < judge->count ? judge->lines[index].text : NULL;
}
