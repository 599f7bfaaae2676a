/* SPDX-License-Identifier: Apache-2.0 */
/* What the device's shell has printed, see shell_text.h. */
#include "src/shell_text.h"

#include <string.h>

#include "base/text.h"

static const char line_end[] = "\r\n";
static const char plain_again[] = "\033[m";

/* Bytes of a colour at the front, ESC [ numbers ; m, or 0. */
static size_t colour_length(struct span text)
{
	size_t len = 2;

	if (text.len < 3 || memcmp(text.data, "\033[", 2) != 0)
		return 0;
	while (len < text.len && text.data[len] != '\0' &&
		strchr("0123456789;", text.data[len]) != NULL)
		len++;
	return len < text.len && text.data[len] == 'm' ? len + 1 : 0;
}

static bool begins_with_line_end(struct span text)
{
	return text.len >= 2 && memcmp(text.data, line_end, 2) == 0;
}

/* The sequence that ends a colour: ESC [ m, or ESC [ 0 m. */
static bool is_plain_again(struct span colour)
{
	return colour.len == 3 || (colour.len == 4 && colour.data[2] == '0');
}

/* Bytes at the front that are shown as any other text of a device; a character stays in one piece. */
static size_t plain_length(struct span text)
{
	static const char special[] = "\033\r\n\t\\";
	size_t len = 1;

	while (len < text.len &&
		(text.data[len] == '\0' || strchr(special, text.data[len]) == NULL))
		len++;
	return len;
}

void shell_text_append(struct span output, bool keeps_colours, struct buf *out)
{
	size_t at = begins_with_line_end(output) ? 2 : 0;
	bool is_coloured = false;

	while (at < output.len) {
		struct span rest = span_sub(output, at, output.len);
		size_t colour = colour_length(rest), plain = plain_length(rest);

		if (colour > 0) {
			if (keeps_colours)
				buf_append(out, rest.data, colour);
			is_coloured = keeps_colours && !is_plain_again(span_sub(rest, 0, colour));
			at += colour;
		} else if (begins_with_line_end(rest)) {
			at++;
		} else if (memchr("\n\t\\", rest.data[0], 3) != NULL) {
			buf_append_byte(out, rest.data[0]);
			at++;
		} else {
			text_append_escaped(out, span_sub(rest, 0, plain));
			at += plain;
		}
	}
	/* The device may have cut its output in the midst of a coloured line. */
	if (is_coloured)
		buf_append_text(out, plain_again);
}
