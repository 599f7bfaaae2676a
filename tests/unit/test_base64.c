/* SPDX-License-Identifier: Apache-2.0 */
/* Base64: the published examples, strictness, and round trips of every length. */
#include "smp/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { RAW_MAX = 300, TEXT_MAX = (RAW_MAX + 2) / 3 * 4 };

/* RFC 4648, chapter 10, and the two digits that are no letters or numbers. */
static const struct {
	const char *raw;
	const char *text;
} examples[] = {
	{ "", "" },
	{ "f", "Zg==" },
	{ "fo", "Zm8=" },
	{ "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" },
	{ "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
	{ "\xff", "/w==" },
	{ "\xfb\xef\xbe", "++++" },
};

static void the_published_examples_hold_both_ways(void **state)
{
	uint8_t text[32], raw[32];

	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct span wanted = span_from_text(examples[i].raw);
		struct buf out = BUF_OVER(raw);
		size_t len = smp_base64_encode(wanted, text);

		assert_true(span_equal(span_make(text, len), span_from_text(examples[i].text)));
		assert_true(smp_base64_decode(span_make(text, len), &out));
		assert_true(span_equal(buf_span(&out), wanted));
	}
}

static void every_character_has_the_value_that_the_alphabet_gives_it(void **state)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t raw[3];

	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		const uint8_t text[4] = { 'A', 'A', 'A', (uint8_t)c };
		const char *digit = c != 0 ? strchr(alphabet, (int)c) : NULL;
		struct buf out = BUF_OVER(raw);

		if (c == '=')
			continue;
		assert_int_equal(smp_base64_decode(span_make(text, 4), &out), digit != NULL);
		if (digit != NULL)
			assert_int_equal(raw[2], digit - alphabet);
	}
}

static void what_is_encoded_decodes_to_itself_at_every_length(void **state)
{
	uint8_t raw[RAW_MAX], text[TEXT_MAX + 1], back[RAW_MAX];

	(void)state;
	for (size_t i = 0; i < RAW_MAX; i++)
		raw[i] = (uint8_t)(i * 167 + 13);
	for (size_t len = 0; len <= RAW_MAX; len++) {
		size_t text_len = smp_base64_encoded_size(len);
		struct buf out = buf_over(back, len);

		text[text_len] = 0x7e;
		assert_int_equal(smp_base64_encode(span_make(raw, len), text), text_len);
		assert_int_equal(text[text_len], 0x7e);
		/* The room is exactly enough. */
		assert_true(len == 0 || smp_base64_decode(span_make(text, text_len), &out));
		assert_true(span_equal(buf_span(&out), span_make(raw, len)));
	}
}

static void text_that_is_not_strict_is_refused(void **state)
{
	static const char *const texts[] = {
		"Z", "Zg", "Zg=", "Zm9", "Zm9vY", "Zg===",           /* length */
		"=", "====", "Z===", "=g==", "A=A=", "AA=A", "=AAA", /* padding out of place */
		"Zg==Zg==", "Zg==Zm9v", "Zm8=Zm9v",                  /* padding in the middle */
		"Zh==", "Zn==", "Z/==", "Zm9=", "Zm+=",              /* bits left over */
		"Zm 9", "Zm\n9", "Zm9v\n", "Zm-9", "Zm_9", "Zm9.", "\x80m9v", /* no digits */
	};
	uint8_t raw[32];
	struct buf out = BUF_OVER(raw);

	(void)state;
	buf_append_text(&out, "before");
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(smp_base64_decode(span_from_text(texts[i]), &out));
		assert_true(span_equal(buf_span(&out), span_from_text("before")));
		assert_false(out.overflow);
	}
}

static void a_damaged_digit_is_found_in_every_place(void **state)
{
	uint8_t raw[32];

	(void)state;
	for (size_t at = 0; at < 12; at++) {
		char text[] = "Zm9vYmFyZm8=";
		struct buf out = BUF_OVER(raw);

		text[at] = '*';
		assert_false(smp_base64_decode(span_from_text(text), &out));
		assert_int_equal(out.len, 0);
	}
}

static void decoding_appends_and_stops_at_the_end_of_the_buffer(void **state)
{
	uint8_t raw[7];
	struct buf out = buf_over(raw, 6);

	(void)state;
	raw[6] = 0x7e;
	assert_true(smp_base64_decode(span_from_text("Zm9v"), &out));
	assert_true(smp_base64_decode(span_from_text("Zm8="), &out));
	assert_true(span_equal(buf_span(&out), span_from_text("foofo")));
	assert_false(smp_base64_decode(span_from_text("Zm8="), &out));
	assert_true(out.overflow);
	assert_int_equal(out.len, 5);
	assert_int_equal(raw[6], 0x7e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_examples_hold_both_ways),
		cmocka_unit_test(every_character_has_the_value_that_the_alphabet_gives_it),
		cmocka_unit_test(what_is_encoded_decodes_to_itself_at_every_length),
		cmocka_unit_test(text_that_is_not_strict_is_refused),
		cmocka_unit_test(a_damaged_digit_is_found_in_every_place),
		cmocka_unit_test(decoding_appends_and_stops_at_the_end_of_the_buffer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
