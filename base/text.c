/* SPDX-License-Identifier: Apache-2.0 */
/* Strict parsing and harmless printing, see text.h. */
#include "base/text.h"

#include <ctype.h>
#include <string.h>

enum { DURATION_MAX_MS = 24 * 3600 * 1000, SIMILAR_LENGTH_MAX = 32, SIMILAR_DISTANCE_MAX = 2 };

static int hex_digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool text_parse_uint(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value)
{
	unsigned base = 10;
	uint64_t value = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		int digit = hex_digit_value(*text);

		if (digit < 0 || (unsigned)digit >= base)
			return false;
		if (value > (UINT64_MAX - (unsigned)digit) / base)
			return false;
		value = value * base + (unsigned)digit;
	}
	if (value < min || value > max)
		return false;
	*ret_value = value;
	return true;
}

static bool duration_unit_ms(const char *unit, uint64_t *ret_ms)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} units[] = { { "", 1000 }, { "s", 1000 }, { "ms", 1 }, { "m", 60 * 1000 },
		{ "min", 60 * 1000 }, { "h", 3600 * 1000 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(unit, units[i].name) == 0) {
			*ret_ms = units[i].ms;
			return true;
		}
	}
	return false;
}

/*
 * "1.5" in thousandths, at most a day's worth of milliseconds of them: so the caller may multiply by
 * any unit without overflow. Digits behind the third one of the fraction are too fine to matter.
 * NULL when there is no number, otherwise what stands behind it.
 */
static const char *parse_thousandths(const char *text, uint64_t *ret_thousandths)
{
	uint64_t value = 0;
	uint64_t digit_worth = 1000;
	const char *start = text;

	for (; isdigit((unsigned char)*text); text++) {
		value = value * 10 + (uint64_t)(*text - '0') * 1000;
		if (value > (uint64_t)DURATION_MAX_MS * 1000)
			return NULL;
	}
	if (*text == '.') {
		text++;
		start = text;
		for (; isdigit((unsigned char)*text); text++) {
			digit_worth /= 10;
			value += (uint64_t)(*text - '0') * digit_worth;
		}
	}
	*ret_thousandths = value;
	return text > start ? text : NULL;
}

bool text_parse_duration_ms(const char *text, uint64_t *ret_ms)
{
	uint64_t thousandths, unit_ms;
	const char *unit = parse_thousandths(text, &thousandths);

	if (unit == NULL || !duration_unit_ms(unit, &unit_ms))
		return false;
	if (thousandths * unit_ms / 1000 > DURATION_MAX_MS)
		return false;
	*ret_ms = thousandths * unit_ms / 1000;
	return true;
}

bool text_parse_hex(const char *text, struct buf *out)
{
	size_t len = strlen(text);
	size_t before = out->len;

	if (len == 0 || len % 2 != 0)
		return false;
	for (size_t i = 0; i < len; i += 2) {
		int high = hex_digit_value(text[i]);
		int low = hex_digit_value(text[i + 1]);

		if (high < 0 || low < 0 || !buf_append_byte(out, (uint8_t)(high << 4 | low))) {
			out->len = before;
			return false;
		}
	}
	return true;
}

void text_append_hex(struct buf *out, struct span bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.len; i++) {
		buf_append_byte(out, (uint8_t)digits[bytes.data[i] >> 4]);
		buf_append_byte(out, (uint8_t)digits[bytes.data[i] & 15]);
	}
}

size_t text_utf8_length(struct span bytes)
{
	/* Smallest code point per length: what is longer than needed is not well-formed. */
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t point;
	size_t len;

	if (bytes.len == 0)
		return 0;
	if (bytes.data[0] < 0x80)
		return 1;
	if (bytes.data[0] >= 0xc2 && bytes.data[0] <= 0xdf)
		len = 2;
	else if ((bytes.data[0] & 0xf0) == 0xe0)
		len = 3;
	else if (bytes.data[0] >= 0xf0 && bytes.data[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (bytes.len < len)
		return 0;
	point = bytes.data[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((bytes.data[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes.data[i] & 0x3fu);
	}
	if (point < smallest[len] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return len;
}

bool text_is_utf8(struct span bytes)
{
	size_t at = 0, len = 1;

	for (; at < bytes.len && len > 0; at += len)
		len = text_utf8_length(span_sub(bytes, at, bytes.len));
	return len > 0;
}

static void append_escaped_byte(struct buf *out, uint8_t byte)
{
	switch (byte) {
	case '\n':
		buf_append_text(out, "\\n");
		break;
	case '\r':
		buf_append_text(out, "\\r");
		break;
	case '\t':
		buf_append_text(out, "\\t");
		break;
	case '\\':
		buf_append_text(out, "\\\\");
		break;
	default:
		buf_append_text(out, "\\x");
		text_append_hex(out, span_make(&byte, 1));
		break;
	}
}

void text_append_escaped(struct buf *out, struct span bytes)
{
	for (size_t at = 0; at < bytes.len;) {
		const uint8_t *here = bytes.data + at;
		size_t len = text_utf8_length(span_make(here, bytes.len - at));
		bool is_control = len == 1 && (*here < 0x20 || *here == 0x7f || *here == '\\');
		bool is_c1 = len == 2 && here[0] == 0xc2 && here[1] < 0xa0;

		if (len == 0 || is_control) {
			append_escaped_byte(out, *here);
			at++;
		} else if (is_c1) {
			append_escaped_byte(out, here[0]);
			append_escaped_byte(out, here[1]);
			at += 2;
		} else {
			buf_append(out, here, len);
			at += len;
		}
	}
}

/* The limits below lie where rounding to one digit would show "1024.0 KiB" and "60.0 s". */
void text_append_size(struct buf *out, uint64_t bytes)
{
	if (bytes < 1024)
		buf_format(out, "%u B", (unsigned)bytes);
	else if (bytes < 1024 * 1024 - 51)
		buf_format(out, "%.1f KiB", (double)bytes / 1024);
	else
		buf_format(out, "%.1f MiB", (double)bytes / (1024 * 1024));
}

void text_append_duration(struct buf *out, uint64_t ms)
{
	uint64_t s = (ms + 500) / 1000;

	if (ms < 1000)
		buf_format(out, "%u ms", (unsigned)ms);
	else if (ms < 60 * 1000 - 50)
		buf_format(out, "%.1f s", (double)ms / 1000);
	else
		buf_format(out, "%u min %u s", (unsigned)(s / 60), (unsigned)(s % 60));
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t smaller = a < b ? a : b;

	return smaller < c ? smaller : c;
}

bool text_is_similar(const char *a, const char *b)
{
	size_t row[SIMILAR_LENGTH_MAX + 1];
	size_t a_len = strlen(a), b_len = strlen(b);
	size_t allowed = a_len < 4 ? 1 : SIMILAR_DISTANCE_MAX;

	if (a_len > SIMILAR_LENGTH_MAX || b_len > SIMILAR_LENGTH_MAX)
		return false;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t above = row[j];

			row[j] = min3(above + 1, row[j - 1] + 1, diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	return row[b_len] <= allowed;
}
