/* SPDX-License-Identifier: Apache-2.0 */
/* A body as text for a person: CBOR diagnostic notation, see body.h. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "smp/body.h"

static void describe_text(struct span text, struct buf *out)
{
	for (size_t at = 0; at < text.len;) {
		const uint8_t *quote = memchr(text.data + at, '"', text.len - at);
		size_t len = quote != NULL ? (size_t)(quote - text.data) - at : text.len - at;

		text_append_escaped(out, span_sub(text, at, len));
		if (quote != NULL)
			buf_append_text(out, "\\\"");
		at += len + 1;
	}
}

static void describe_bytes(struct span bytes, size_t bytes_max, struct buf *out)
{
	buf_append_text(out, "h'");
	text_append_hex(out, span_sub(bytes, 0, bytes_max));
	if (bytes.len > bytes_max)
		buf_format(out, "...' (%zu bytes)", bytes.len);
	else
		buf_append_text(out, "'");
}

static void describe_string(const struct body_value *string, size_t bytes_max, struct buf *out)
{
	struct body_iter iter = body_iterate(string);
	struct body_value chunk;
	bool is_first = true;

	if (string->indefinite) {
		buf_append_text(out, "(_ ");
		while (body_next(&iter, &chunk)) {
			buf_append_text(out, is_first ? "" : ", ");
			describe_string(&chunk, bytes_max, out);
			is_first = false;
		}
		buf_append_text(out, ")");
	} else if (string->kind == BODY_BYTES) {
		describe_bytes(string->content, bytes_max, out);
	} else {
		buf_append_text(out, "\"");
		describe_text(string->content, out);
		buf_append_text(out, "\"");
	}
}

static void describe_container(
	const struct body_value *container, size_t bytes_max, struct buf *out)
{
	bool is_map = container->kind == BODY_MAP;
	struct body_iter iter = body_iterate(container);
	struct body_value key, value;
	bool is_first = true;

	buf_append_text(out, is_map ? "{" : "[");
	while (is_map ? body_next_pair(&iter, &key, &value) : body_next(&iter, &value)) {
		buf_append_text(out, is_first ? "" : ", ");
		if (is_map) {
			body_describe(&key, bytes_max, out);
			buf_append_text(out, ": ");
		}
		body_describe(&value, bytes_max, out);
		is_first = false;
	}
	buf_append_text(out, is_map ? "}" : "]");
}

/* A whole number gets its ".0", so that it is not taken for an integer. */
static void describe_float(double real, struct buf *out)
{
	size_t before = out->len;
	struct span digits;

	if (isnan(real)) {
		buf_append_text(out, "NaN");
	} else if (isinf(real)) {
		buf_append_text(out, real < 0 ? "-Infinity" : "Infinity");
	} else {
		buf_format(out, "%g", real);
		digits = span_sub(buf_span(out), before, out->len);
		if (digits.len > 0 && memchr(digits.data, '.', digits.len) == NULL &&
			memchr(digits.data, 'e', digits.len) == NULL)
			buf_append_text(out, ".0");
	}
}

void body_describe(const struct body_value *value, size_t bytes_max, struct buf *out)
{
	switch (value->kind) {
	case BODY_UINT:
		buf_format(out, "%llu", (unsigned long long)value->number);
		break;
	case BODY_NEGATIVE:
		if (value->number == UINT64_MAX)
			buf_append_text(out, "-18446744073709551616");
		else
			buf_format(out, "-%llu", (unsigned long long)value->number + 1);
		break;
	case BODY_BYTES:
	case BODY_TEXT:
		describe_string(value, bytes_max, out);
		break;
	case BODY_ARRAY:
	case BODY_MAP:
		describe_container(value, bytes_max, out);
		break;
	case BODY_BOOL:
		buf_append_text(out, value->number != 0 ? "true" : "false");
		break;
	case BODY_NULL:
		buf_append_text(out, "null");
		break;
	case BODY_UNDEFINED:
		buf_append_text(out, "undefined");
		break;
	case BODY_FLOAT:
		describe_float(value->real, out);
		break;
	}
}
