/* SPDX-License-Identifier: Apache-2.0 */
/* Quoting and unquoting of bytes, see trace_text.h. */
#include "transport/trace_text.h"

#include "base/text.h"

static const struct {
	uint8_t byte;
	char letter;
} letters[] = { { '\n', 'n' }, { '\r', 'r' }, { '\t', 't' }, { '\\', '\\' }, { '"', '"' } };

enum { LETTER_COUNT = sizeof(letters) / sizeof(letters[0]) };

static void append_byte(struct buf *out, uint8_t byte)
{
	for (size_t i = 0; i < LETTER_COUNT; i++) {
		if (letters[i].byte == byte) {
			buf_format(out, "\\%c", letters[i].letter);
			return;
		}
	}
	if (byte >= 0x20 && byte < 0x7f)
		buf_append_byte(out, byte);
	else
		buf_format(out, "\\x%02x", byte);
}

void trace_text_append(struct buf *out, struct span bytes)
{
	buf_append_byte(out, '"');
	for (size_t i = 0; i < bytes.len; i++)
		append_byte(out, bytes.data[i]);
	buf_append_byte(out, '"');
}

/* Take what stands behind a backslash off the front of *text. */
static bool parse_escape(struct span *text, struct buf *out)
{
	char digits[3] = { 0 };

	if (text->len == 0)
		return false;
	for (size_t i = 0; i < LETTER_COUNT; i++) {
		if (text->data[0] == (uint8_t)letters[i].letter) {
			*text = span_sub(*text, 1, text->len);
			return buf_append_byte(out, letters[i].byte);
		}
	}
	if (text->data[0] != 'x' || text->len < 3)
		return false;
	memcpy(digits, text->data + 1, 2);
	*text = span_sub(*text, 3, text->len);
	return text_parse_hex(digits, out);
}

bool trace_text_parse(struct span text, struct buf *out)
{
	if (text.len < 2 || text.data[0] != '"' || text.data[text.len - 1] != '"')
		return false;
	text = span_sub(text, 1, text.len - 2);
	while (text.len > 0) {
		uint8_t byte = text.data[0];

		text = span_sub(text, 1, text.len);
		if (byte == '\\') {
			if (!parse_escape(&text, out))
				return false;
		} else if (byte == '"' || byte < 0x20 || byte >= 0x7f ||
			   !buf_append_byte(out, byte)) {
			return false;
		}
	}
	return true;
}
