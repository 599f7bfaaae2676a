/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 by table, see base64.h. */
#include "smp/base64.h"

enum { NOT_A_DIGIT = 0x80 };

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

#define X NOT_A_DIGIT
/* clang-format off */
/* The value of each character, NOT_A_DIGIT for all that are none; "=" is handled apart. */
static const uint8_t digit_values[256] = {
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0x00 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0x10 */
	X, X, X, X, X, X, X, X, X, X, X, 62, X, X, X, 63, /* 0x20 */
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, X, X, X, X, X, X, /* 0x30 */
	X, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, /* 0x40 */
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, X, X, X, X, X, /* 0x50 */
	X, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, /* 0x60 */
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, X, X, X, X, X, /* 0x70 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0x80 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0x90 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0xa0 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0xb0 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0xc0 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0xd0 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0xe0 */
	X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, X, /* 0xf0 */
};
/* clang-format on */
#undef X

size_t smp_base64_encode(struct span bytes, uint8_t *out)
{
	const uint8_t *in = bytes.data;
	uint8_t *start = out;
	size_t left = bytes.len;

	for (; left >= 3; left -= 3, in += 3) {
		uint32_t bits = (uint32_t)in[0] << 16 | (uint32_t)in[1] << 8 | in[2];

		*out++ = (uint8_t)digits[bits >> 18];
		*out++ = (uint8_t)digits[bits >> 12 & 63];
		*out++ = (uint8_t)digits[bits >> 6 & 63];
		*out++ = (uint8_t)digits[bits & 63];
	}
	if (left > 0) {
		uint32_t bits = (uint32_t)in[0] << 16 | (left == 2 ? (uint32_t)in[1] << 8 : 0);

		*out++ = (uint8_t)digits[bits >> 18];
		*out++ = (uint8_t)digits[bits >> 12 & 63];
		*out++ = left == 2 ? (uint8_t)digits[bits >> 6 & 63] : '=';
		*out++ = '=';
	}
	return (size_t)(out - start);
}

/* Four digits into three bytes; false when one of them is no digit. */
static bool decode_group(const uint8_t *in, uint8_t *out)
{
	uint8_t a = digit_values[in[0]], b = digit_values[in[1]];
	uint8_t c = digit_values[in[2]], d = digit_values[in[3]];

	if (((a | b | c | d) & NOT_A_DIGIT) != 0)
		return false;
	out[0] = (uint8_t)(a << 2 | b >> 4);
	out[1] = (uint8_t)(b << 4 | c >> 2);
	out[2] = (uint8_t)(c << 6 | d);
	return true;
}

/* The last group, in which one or two characters are padding; *ret_len is 1 or 2. */
static bool decode_padded_group(const uint8_t *in, uint8_t *out, size_t *ret_len)
{
	uint8_t group[4] = { in[0], in[1], in[2], 'A' };
	uint8_t bytes[3];

	*ret_len = in[2] == '=' ? 1 : 2;
	if (in[2] == '=')
		group[2] = 'A';
	if (!decode_group(group, bytes))
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (i < *ret_len)
			out[i] = bytes[i];
		else if (bytes[i] != 0)
			return false;
	}
	return true;
}

bool smp_base64_decode(struct span text, struct buf *out)
{
	size_t groups = text.len / 4;
	bool is_padded;
	uint8_t *to;
	const uint8_t *in = text.data;
	size_t tail = 0;

	if (text.len % 4 != 0)
		return false;
	if (text.len == 0)
		return true;
	is_padded = text.data[text.len - 1] == '=';
	to = buf_reserve(out, groups * 3 - (is_padded ? 1 : 0) -
				      (is_padded && text.data[text.len - 2] == '=' ? 1 : 0));
	if (to == NULL)
		return false;
	if (is_padded)
		groups--;
	for (size_t i = 0; i < groups; i++) {
		if (!decode_group(in + i * 4, to + i * 3))
			return false;
	}
	if (is_padded && !decode_padded_group(in + groups * 4, to + groups * 3, &tail))
		return false;
	buf_commit(out, groups * 3 + tail);
	return true;
}
