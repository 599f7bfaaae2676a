/* SPDX-License-Identifier: Apache-2.0 */
/* The device's text without frames and harm, see console_filter.h. */
#include "src/console_filter.h"

#include <string.h>

#include "base/text.h"
#include "smp/frame.h"

enum {
	ESCAPE = 0x1b,
	DELETE = 0x7f,
	/* A frame's line is over by then; what noise has made a marker of goes on as text. */
	FRAME_LINE_MAX = SMP_LINE_LENGTH_MAX,
};

/* What the held bytes are, as far as they go. */
enum verdict {
	VERDICT_OPEN,  /* more is needed */
	VERDICT_PASS,  /* complete and harmless */
	VERDICT_FRAME, /* the marker of a frame */
	VERDICT_WRONG, /* the first of them is none of these */
};

static enum verdict judge_marker(const uint8_t *held, size_t len)
{
	if (len == 1)
		return VERDICT_OPEN;
	return (held[0] == 0x06 && held[1] == 0x09) || (held[0] == 0x04 && held[1] == 0x14)
		       ? VERDICT_FRAME
		       : VERDICT_WRONG;
}

/* The parameters between ESC [ and the last byte are just this. */
static bool has_parameters(const uint8_t *held, size_t len, const char *wanted)
{
	return len - 3 == strlen(wanted) && memcmp(held + 2, wanted, len - 3) == 0;
}

static enum verdict judge_control_sequence(const uint8_t *held, size_t len)
{
	uint8_t last = held[len - 1];

	if (len == 2 || (last >= '0' && last <= '9') || last == ';' || (last == '?' && len == 3))
		return len < CONSOLE_HELD_MAX ? VERDICT_OPEN : VERDICT_WRONG;
	if (last == 'n')
		return has_parameters(held, len, "6") ? VERDICT_PASS : VERDICT_WRONG;
	if (last == 'h' || last == 'l')
		return has_parameters(held, len, "?7") || has_parameters(held, len, "?25")
			       ? VERDICT_PASS
			       : VERDICT_WRONG;
	if (last == '\0' || strchr("@ABCDEFGHJKPXdfm", last) == NULL || held[2] == '?')
		return VERDICT_WRONG;
	return VERDICT_PASS;
}

static enum verdict judge_escape(const uint8_t *held, size_t len)
{
	if (len == 1)
		return VERDICT_OPEN;
	if (held[1] == '[')
		return judge_control_sequence(held, len);
	return held[1] == '7' || held[1] == '8' ? VERDICT_PASS : VERDICT_WRONG;
}

/* C1 controls are well-formed UTF-8, too: U+0080 to U+009F. */
static enum verdict judge_utf8(const uint8_t *held, size_t len)
{
	size_t wanted = held[0] >= 0xf0 ? 4 : held[0] >= 0xe0 ? 3 : 2;

	if (held[0] < 0xc2 || held[0] > 0xf4)
		return VERDICT_WRONG;
	if (len < wanted)
		return (held[len - 1] & 0xc0) == 0x80 || len == 1 ? VERDICT_OPEN : VERDICT_WRONG;
	if (held[0] == 0xc2 && held[1] < 0xa0)
		return VERDICT_WRONG;
	return text_utf8_length(span_make(held, len)) == len ? VERDICT_PASS : VERDICT_WRONG;
}

static enum verdict judge(const uint8_t *held, size_t len)
{
	uint8_t first = held[0];

	if (first == 0x06 || first == 0x04)
		return judge_marker(held, len);
	if (first == ESCAPE)
		return judge_escape(held, len);
	if (first >= 0x80)
		return judge_utf8(held, len);
	return (first >= ' ' && first != DELETE) || (first >= '\a' && first <= '\n') ||
			       first == '\r'
		       ? VERDICT_PASS
		       : VERDICT_WRONG;
}

static void take(struct console_filter *filter, uint8_t byte, struct buf *out);

/* The first held byte is shown, and the others are looked at anew. */
static void release(struct console_filter *filter, struct buf *out)
{
	uint8_t rest[CONSOLE_HELD_MAX];
	size_t len = filter->held_len - 1;

	buf_format(out, "\\x%02x", filter->held[0]);
	memcpy(rest, filter->held + 1, len);
	filter->held_len = 0;
	for (size_t i = 0; i < len; i++)
		take(filter, rest[i], out);
}

static void leave_out(struct console_filter *filter, uint8_t byte)
{
	filter->frame_len++;
	if (byte == '\n' || filter->frame_len > FRAME_LINE_MAX)
		filter->frame_len = 0;
}

static void take(struct console_filter *filter, uint8_t byte, struct buf *out)
{
	if (filter->frame_len > 0) {
		leave_out(filter, byte);
		return;
	}
	filter->held[filter->held_len++] = byte;
	switch (judge(filter->held, filter->held_len)) {
	case VERDICT_OPEN:
		return;
	case VERDICT_PASS:
		buf_append(out, filter->held, filter->held_len);
		filter->held_len = 0;
		return;
	case VERDICT_FRAME:
		filter->frame_len = filter->held_len;
		filter->held_len = 0;
		return;
	case VERDICT_WRONG:
		release(filter, out);
		return;
	}
}

void console_filter_pass(struct console_filter *filter, struct span bytes, struct buf *out)
{
	for (size_t i = 0; i < bytes.len; i++)
		take(filter, bytes.data[i], out);
}
