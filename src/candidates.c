/* SPDX-License-Identifier: Apache-2.0 */
/* Collecting candidates, see candidates.h. */
#include "src/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "src/doc.h"

enum { HELP_SIZE_MAX = 512 };

void candidates_free(struct candidates *candidates)
{
	for (size_t i = 0; i < candidates->count; i++) {
		free(candidates->items[i].text);
		free(candidates->items[i].help);
	}
	*candidates = (struct candidates){ 0 };
}

/* Every shell reads a candidate as a line, and a person sees it before it is chosen. */
static bool can_be_typed(const char *value)
{
	for (const char *c = value; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == '\x7f')
			return false;
	}
	return value[0] != '\0' && doc_is_utf8(value);
}

static bool is_there(const struct candidates *candidates, const char *text)
{
	for (size_t i = 0; i < candidates->count; i++) {
		if (strcmp(candidates->items[i].text, text) == 0)
			return true;
	}
	return false;
}

/* The word up to the value, and the value. NULL when out of memory. */
static char *join(const struct candidates *candidates, const char *value)
{
	size_t at = candidates->value_at, size = strlen(value) + 1;
	char *text = malloc(at + size);

	if (text == NULL)
		return NULL;
	memcpy(text, candidates->word, at);
	memcpy(text + at, value, size);
	return text;
}

static char *make_harmless(const char *help)
{
	uint8_t storage[HELP_SIZE_MAX];
	struct buf out = BUF_OVER(storage);

	if (help != NULL)
		text_append_escaped(&out, span_from_text(help));
	return strdup(buf_text(&out));
}

static void add(struct candidates *candidates, const char *value, const char *help, bool is_open)
{
	const char *begun = candidates->word + candidates->value_at;
	struct candidate candidate = { .is_open = is_open };

	if (candidates->count == CANDIDATES_MAX || strncmp(value, begun, strlen(begun)) != 0 ||
		!can_be_typed(value))
		return;
	candidate.text = join(candidates, value);
	candidate.help = make_harmless(help);
	/* Out of memory: there is one candidate fewer, and nobody to complain to. */
	if (candidate.text == NULL || candidate.help == NULL ||
		is_there(candidates, candidate.text)) {
		free(candidate.text);
		free(candidate.help);
		return;
	}
	candidates->items[candidates->count++] = candidate;
}

void candidates_add(struct candidates *candidates, const char *value, const char *help)
{
	add(candidates, value, help, false);
}

void candidates_add_open(struct candidates *candidates, const char *value, const char *help)
{
	add(candidates, value, help, true);
}

const char *const *candidates_suffixes(enum candidate_files files)
{
	static const char *const none[] = { NULL };
	static const char *const firmware[] = { ".bin", ".hex", ".zip", NULL };
	static const char *const keys[] = { ".pem", ".der", ".pub", NULL };

	if (files == CANDIDATE_FIRMWARE)
		return firmware;
	return files == CANDIDATE_KEYS ? keys : none;
}
