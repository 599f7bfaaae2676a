/* SPDX-License-Identifier: Apache-2.0 */
/* Strict parsing and harmless printing. */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A string constant with its length, so that it may hold NUL. */
#define BYTES(literal) span_make((literal), sizeof(literal) - 1)

static void assert_uint(const char *text, uint64_t wanted)
{
	uint64_t value = 77;

	assert_true(text_parse_uint(text, 0, UINT64_MAX, &value));
	assert_true(value == wanted);
}

static void assert_no_uint(const char *text, uint64_t min, uint64_t max)
{
	uint64_t value = 77;

	assert_false(text_parse_uint(text, min, max, &value));
	assert_int_equal(value, 77);
}

static void numbers_are_decimal_or_hexadecimal(void **state)
{
	(void)state;
	assert_uint("0", 0);
	assert_uint("007", 7);
	assert_uint("4096", 4096);
	assert_uint("0x0", 0);
	assert_uint("0xFf", 255);
	assert_uint("0X10", 16);
	assert_uint("18446744073709551615", UINT64_MAX);
	assert_uint("0xffffffffffffffff", UINT64_MAX);
}

static void numbers_above_64_bits_are_refused(void **state)
{
	(void)state;
	assert_no_uint("18446744073709551616", 0, UINT64_MAX);
	assert_no_uint("18446744073709551620", 0, UINT64_MAX);
	assert_no_uint("99999999999999999999999", 0, UINT64_MAX);
	assert_no_uint("0x10000000000000000", 0, UINT64_MAX);
}

static void what_is_not_wholly_a_number_is_refused(void **state)
{
	static const char *const texts[] = { "", " ", "-1", "+1", " 1", "1 ", "1a", "a", "0x",
		"0xg", "x1", "0x0x1", "1.0", "1e3", "0b1", "1_000" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_no_uint(texts[i], 0, UINT64_MAX);
}

static void the_limits_of_a_number_belong_to_its_range(void **state)
{
	uint64_t value;

	(void)state;
	assert_true(text_parse_uint("3", 3, 5, &value));
	assert_true(text_parse_uint("5", 3, 5, &value));
	assert_no_uint("2", 3, 5);
	assert_no_uint("6", 3, 5);
}

static void durations_have_units_and_seconds_are_the_default(void **state)
{
	static const struct {
		const char *text;
		uint64_t ms;
	} rows[] = {
		{ "2", 2000 },
		{ "2s", 2000 },
		{ "500ms", 500 },
		{ "0", 0 },
		{ "0ms", 0 },
		{ "1.5s", 1500 },
		{ "1.5", 1500 },
		{ ".5s", 500 },
		{ "0.001s", 1 },
		{ "1.25m", 75000 },
		{ "2m", 120000 },
		{ "2min", 120000 },
		{ "1h", 3600000 },
		{ "24h", 86400000 },
		{ "86400", 86400000 },
		{ "86400000ms", 86400000 },
		{ "1.0009s", 1000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t ms = 77;

		assert_true(text_parse_duration_ms(rows[i].text, &ms));
		assert_int_equal(ms, rows[i].ms);
	}
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const texts[] = { "", "s", "ms", ".", ".s", "1.", "1.s", "-1s", "+1",
		" 1s", "1s ", "1 s", "1.5.5s", "1d", "1ss", "1S", "1e3", "0x10" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint64_t ms = 77;

		assert_false(text_parse_duration_ms(texts[i], &ms));
		assert_int_equal(ms, 77);
	}
}

static void a_duration_is_at_most_a_day_however_it_is_written(void **state)
{
	/* The last three wrap around in 64 bits when they are multiplied without care. */
	static const char *const texts[] = { "86400001ms", "86401s", "86400.001", "1441m",
		"24.001h", "86400000000h", "99999999999999999999", "5124095577h", "5124095576.2h",
		"18446744073709551616ms" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		uint64_t ms = 77;

		assert_false(text_parse_duration_ms(texts[i], &ms));
		assert_int_equal(ms, 77);
	}
}

static void hex_digits_become_bytes(void **state)
{
	uint8_t storage[4];
	struct buf out = BUF_OVER(storage);

	(void)state;
	assert_true(text_parse_hex("00fF", &out));
	assert_true(text_parse_hex("a5", &out));
	assert_true(span_equal(buf_span(&out), BYTES("\x00\xff\xa5")));
}

static void bad_hex_leaves_the_buffer_as_it_was(void **state)
{
	static const char *const texts[] = { "", "0", "000", "0g", "g0", "00 0", "0x00", "00zz",
		"00ffa500ff" };
	uint8_t storage[4];
	struct buf out = BUF_OVER(storage);

	(void)state;
	buf_append_byte(&out, 'x');
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(text_parse_hex(texts[i], &out));
		assert_int_equal(out.len, 1);
		assert_int_equal(out.data[0], 'x');
	}
}

static void bytes_become_lower_case_hex_digits(void **state)
{
	uint8_t storage[16];
	struct buf out = BUF_OVER(storage);

	(void)state;
	text_append_hex(&out, BYTES("\x00\x9f\xff"));
	text_append_hex(&out, span_make(NULL, 0));
	assert_string_equal(buf_text(&out), "009fff");
}

static void assert_escaped(struct span bytes, const char *wanted)
{
	uint8_t storage[256];
	struct buf out = BUF_OVER(storage);

	text_append_escaped(&out, bytes);
	assert_false(out.overflow);
	assert_string_equal(buf_text(&out), wanted);
}

static void printable_text_stays_as_it_is(void **state)
{
	(void)state;
	assert_escaped(BYTES(""), "");
	assert_escaped(BYTES("uart:~$ \"~'"), "uart:~$ \"~'");
	assert_escaped(BYTES("Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80"),
		"Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80");
}

static void c0_controls_and_the_backslash_are_escaped(void **state)
{
	(void)state;
	assert_escaped(BYTES("a\nb\rc\td\\e"), "a\\nb\\rc\\td\\\\e");
	assert_escaped(BYTES("\x1b[2J\x07\x08\x7f"), "\\x1b[2J\\x07\\x08\\x7f");
	assert_escaped(BYTES("a\0b"), "a\\x00b");
}

static void c1_controls_are_escaped_though_they_are_good_utf8(void **state)
{
	(void)state;
	/* U+009B is "control sequence introducer": to some terminals the same as ESC [. */
	assert_escaped(BYTES("\xc2\x9b"
			     "2J"),
		"\\xc2\\x9b"
		"2J");
	assert_escaped(BYTES("\xc2\x80\xc2\x9f"), "\\xc2\\x80\\xc2\\x9f");
	assert_escaped(BYTES("\xc2\xa0"), "\xc2\xa0");
	assert_escaped(BYTES("\x9b"), "\\x9b");
}

static void bad_utf8_is_escaped_byte_by_byte(void **state)
{
	(void)state;
	assert_escaped(BYTES("\xff\xfe"), "\\xff\\xfe");
	assert_escaped(BYTES("\x80"
			     "a"),
		"\\x80"
		"a");
	assert_escaped(BYTES("\xe2\x82"), "\\xe2\\x82");
	assert_escaped(BYTES("\xe2\x82"
			     "a"),
		"\\xe2\\x82"
		"a");
	assert_escaped(BYTES("\xc3\xc3\xbc"), "\\xc3\xc3\xbc");
}

static void overlong_forms_hide_no_control(void **state)
{
	(void)state;
	assert_escaped(BYTES("\xc0\x8a"), "\\xc0\\x8a");
	assert_escaped(BYTES("\xc1\xbf"), "\\xc1\\xbf");
	assert_escaped(BYTES("\xe0\x82\x9b"), "\\xe0\\x82\\x9b");
	assert_escaped(BYTES("\xf0\x80\x82\x9b"), "\\xf0\\x80\\x82\\x9b");
}

static void escaped_text_that_does_not_fit_sets_the_flag(void **state)
{
	uint8_t storage[5];
	struct buf out = BUF_OVER(storage);

	(void)state;
	text_append_escaped(&out, BYTES("ab\x01"
					"c"));
	assert_true(out.overflow);
	assert_true(out.len <= sizeof(storage));
	assert_memory_equal(storage, "ab", 2);
}

static void a_text_is_utf8_when_all_of_it_is(void **state)
{
	(void)state;
	assert_true(text_is_utf8(span_make(NULL, 0)));
	assert_true(text_is_utf8(span_from_text("gr\xc3\xbcn")));
	assert_false(text_is_utf8(span_from_text("gr\xc3")));
	assert_false(text_is_utf8(span_from_text("\xffgr")));
	assert_true(text_is_utf8(span_make("a\0b", 3)));
}

static void utf8_lengths_know_every_edge(void **state)
{
	static const struct {
		struct span bytes;
		size_t len;
	} rows[] = {
		{ { .len = 0 }, 0 },
		{ { .data = (const uint8_t *)"\x00", .len = 1 }, 1 },
		{ { .data = (const uint8_t *)"\x7f", .len = 1 }, 1 },
		{ { .data = (const uint8_t *)"\x80", .len = 1 }, 0 },
		{ { .data = (const uint8_t *)"\xc2\x80", .len = 2 }, 2 },
		{ { .data = (const uint8_t *)"\xc2\x80", .len = 1 }, 0 },
		{ { .data = (const uint8_t *)"\xdf\xbf", .len = 2 }, 2 },
		{ { .data = (const uint8_t *)"\xe0\xa0\x80", .len = 3 }, 3 },
		{ { .data = (const uint8_t *)"\xe0\x9f\xbf", .len = 3 }, 0 },
		{ { .data = (const uint8_t *)"\xed\x9f\xbf", .len = 3 }, 3 },
		{ { .data = (const uint8_t *)"\xed\xa0\x80", .len = 3 }, 0 }, /* surrogates */
		{ { .data = (const uint8_t *)"\xed\xbf\xbf", .len = 3 }, 0 },
		{ { .data = (const uint8_t *)"\xee\x80\x80", .len = 3 }, 3 },
		{ { .data = (const uint8_t *)"\xef\xbf\xbf", .len = 3 }, 3 },
		{ { .data = (const uint8_t *)"\xf0\x90\x80\x80", .len = 4 }, 4 },
		{ { .data = (const uint8_t *)"\xf0\x8f\xbf\xbf", .len = 4 }, 0 },
		{ { .data = (const uint8_t *)"\xf4\x8f\xbf\xbf", .len = 4 }, 4 },
		{ { .data = (const uint8_t *)"\xf4\x90\x80\x80", .len = 4 },
			0 }, /* above U+10FFFF */
		{ { .data = (const uint8_t *)"\xf5\x80\x80\x80", .len = 4 }, 0 },
		{ { .data = (const uint8_t *)"\xf0\x90\x80", .len = 3 }, 0 },
		{ { .data = (const uint8_t *)"\xf0\x90\x80\x41", .len = 4 }, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(text_utf8_length(rows[i].bytes), rows[i].len);
}

static void assert_size(uint64_t bytes, const char *wanted)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	text_append_size(&out, bytes);
	assert_string_equal(buf_text(&out), wanted);
}

static void sizes_are_pleasant(void **state)
{
	(void)state;
	assert_size(0, "0 B");
	assert_size(380, "380 B");
	assert_size(1023, "1023 B");
	assert_size(1024, "1.0 KiB");
	assert_size(1536, "1.5 KiB");
	assert_size(3 * 1024 * 1024 / 2, "1.5 MiB");
	assert_size((uint64_t)1 << 40, "1048576.0 MiB");
}

static void sizes_just_below_the_next_unit_round_into_it(void **state)
{
	(void)state;
	assert_size(1024 * 1024 - 1, "1.0 MiB");
	assert_size(1024 * 1024 - 51, "1.0 MiB");
	assert_size(1024 * 1024 - 52, "1023.9 KiB");
}

static void assert_duration(uint64_t ms, const char *wanted)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	text_append_duration(&out, ms);
	assert_string_equal(buf_text(&out), wanted);
}

static void durations_are_pleasant(void **state)
{
	(void)state;
	assert_duration(0, "0 ms");
	assert_duration(350, "350 ms");
	assert_duration(999, "999 ms");
	assert_duration(1000, "1.0 s");
	assert_duration(2000, "2.0 s");
	assert_duration(59900, "59.9 s");
	assert_duration(60000, "1 min 0 s");
	assert_duration(125000, "2 min 5 s");
	assert_duration(119700, "2 min 0 s");
	assert_duration(24 * 3600 * 1000, "1440 min 0 s");
}

static void durations_just_below_a_minute_are_not_called_60_seconds(void **state)
{
	(void)state;
	assert_duration(59949, "59.9 s");
	assert_duration(59950, "1 min 0 s");
	assert_duration(59999, "1 min 0 s");
}

static void words_are_similar_up_to_two_slips(void **state)
{
	(void)state;
	assert_true(text_is_similar("upload", "upload"));
	assert_true(text_is_similar("uplaod", "upload"));
	assert_true(text_is_similar("uploda", "upload"));
	assert_true(text_is_similar("confrim", "confirm"));
	assert_true(text_is_similar("uploads", "upload"));
	assert_true(text_is_similar("uplo", "upload"));
	assert_false(text_is_similar("upl", "upload"));
	assert_false(text_is_similar("erase", "upload"));
	assert_false(text_is_similar("", "upload"));
}

static void short_words_may_differ_by_one_slip_only(void **state)
{
	(void)state;
	assert_true(text_is_similar("lst", "list"));
	assert_true(text_is_similar("pst", "pat"));
	assert_false(text_is_similar("ab", "cd"));
	assert_false(text_is_similar("abc", "xyc"));
}

static void long_words_are_never_similar(void **state)
{
	char word[40];

	(void)state;
	memset(word, 'a', sizeof(word));
	word[32] = '\0';
	assert_true(text_is_similar(word, word));
	word[32] = 'a';
	word[33] = '\0';
	assert_false(text_is_similar(word, word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_decimal_or_hexadecimal),
		cmocka_unit_test(numbers_above_64_bits_are_refused),
		cmocka_unit_test(what_is_not_wholly_a_number_is_refused),
		cmocka_unit_test(the_limits_of_a_number_belong_to_its_range),
		cmocka_unit_test(durations_have_units_and_seconds_are_the_default),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(a_duration_is_at_most_a_day_however_it_is_written),
		cmocka_unit_test(hex_digits_become_bytes),
		cmocka_unit_test(bad_hex_leaves_the_buffer_as_it_was),
		cmocka_unit_test(bytes_become_lower_case_hex_digits),
		cmocka_unit_test(printable_text_stays_as_it_is),
		cmocka_unit_test(c0_controls_and_the_backslash_are_escaped),
		cmocka_unit_test(c1_controls_are_escaped_though_they_are_good_utf8),
		cmocka_unit_test(bad_utf8_is_escaped_byte_by_byte),
		cmocka_unit_test(overlong_forms_hide_no_control),
		cmocka_unit_test(escaped_text_that_does_not_fit_sets_the_flag),
		cmocka_unit_test(utf8_lengths_know_every_edge),
		cmocka_unit_test(a_text_is_utf8_when_all_of_it_is),
		cmocka_unit_test(sizes_are_pleasant),
		cmocka_unit_test(sizes_just_below_the_next_unit_round_into_it),
		cmocka_unit_test(durations_are_pleasant),
		cmocka_unit_test(durations_just_below_a_minute_are_not_called_60_seconds),
		cmocka_unit_test(words_are_similar_up_to_two_slips),
		cmocka_unit_test(short_words_may_differ_by_one_slip_only),
		cmocka_unit_test(long_words_are_never_similar),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
