/* SPDX-License-Identifier: Apache-2.0 */
/* CBOR bodies from their notation, see cbor.h. */
#include "tests/support/cbor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "smp/body.h"

enum { ENTRIES_MAX = 23, HEX_MAX = 512 };

static const char *put_item(struct buf *out, const char *at);

static void give_up(const char *at)
{
	fprintf(stderr, "no CBOR notation: %s\n", at);
	abort();
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \n");
}

static const char *expect(const char *at, char wanted)
{
	at = skip_blanks(at);
	if (*at != wanted)
		give_up(at);
	return at + 1;
}

/* The entries up to `end`, with the head before them. */
static const char *put_entries(struct buf *out, const char *at, char end)
{
	bool is_map = end == '}';
	bool is_indefinite = *at == '_';
	size_t head_at = out->len;
	unsigned count = 0;

	if (is_indefinite)
		at++;
	buf_append_byte(out, is_map ? 0xbf : 0x9f);
	for (at = skip_blanks(at); *at != end; at = skip_blanks(at)) {
		if (count++ > 0)
			at = expect(at, ',');
		at = put_item(out, at);
		if (is_map)
			at = put_item(out, expect(at, ':'));
	}
	if (is_indefinite)
		buf_append_byte(out, 0xff);
	else if (count <= ENTRIES_MAX)
		out->data[head_at] = (uint8_t)((is_map ? 0xa0 : 0x80) + count);
	else
		give_up(at);
	return at + 1;
}

/* What stands before the closing quote; returns what is behind it. */
static const char *take_quoted(const char *at, struct span *ret_text)
{
	const char *end = strchr(at, '\'');

	if (end == NULL)
		give_up(at);
	*ret_text = span_make(at, (size_t)(end - at));
	return end + 1;
}

static const char *put_bytes(struct buf *out, const char *at)
{
	char hex[2 * HEX_MAX + 1] = "";
	uint8_t storage[HEX_MAX];
	struct buf bytes = BUF_OVER(storage);
	struct span digits;

	at = take_quoted(at, &digits);
	if (digits.len >= sizeof(hex))
		give_up(at);
	memcpy(hex, digits.data, digits.len);
	if (digits.len > 0 && !text_parse_hex(hex, &bytes))
		give_up(hex);
	body_put_bytes(out, buf_span(&bytes));
	return at;
}

static const char *put_number(struct buf *out, const char *at)
{
	char *end;

	if (*at == '-')
		body_put_int(out, strtoll(at, &end, 10));
	else
		body_put_uint(out, strtoull(at, &end, 10));
	if (end == at)
		give_up(at);
	return end;
}

static const char *put_item(struct buf *out, const char *at)
{
	struct span text;

	at = skip_blanks(at);
	if (*at == '{' || *at == '[')
		return put_entries(out, at + 1, *at == '{' ? '}' : ']');
	if (*at == '\'') {
		at = take_quoted(at + 1, &text);
		body_put_text_span(out, text);
		return at;
	}
	if (strncmp(at, "h'", 2) == 0)
		return put_bytes(out, at + 2);
	if (strncmp(at, "true", 4) == 0 || strncmp(at, "null", 4) == 0) {
		if (*at == 't')
			body_put_bool(out, true);
		else
			body_put_null(out);
		return at + 4;
	}
	if (strncmp(at, "false", 5) == 0) {
		body_put_bool(out, false);
		return at + 5;
	}
	return put_number(out, at);
}

void cbor_append(struct buf *out, const char *notation)
{
	const char *end = skip_blanks(put_item(out, notation));

	if (*end != '\0' || out->overflow)
		give_up(end);
}
