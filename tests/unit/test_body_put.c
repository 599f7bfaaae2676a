/* SPDX-License-Identifier: Apache-2.0 */
/* Writing bodies: the shortest encoding of everything, and what happens at the end of the buffer. */
#include "smp/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

enum { BODY_SIZE = 256 };

static void assert_hex(const struct buf *body, const char *wanted)
{
	uint8_t storage[2 * BODY_SIZE + 1];
	struct buf hex = BUF_OVER(storage);

	assert_false(body->overflow);
	text_append_hex(&hex, buf_span(body));
	assert_string_equal(buf_text(&hex), wanted);
}

static void numbers_take_the_shortest_form(void **state)
{
	static const struct {
		int64_t number;
		const char *hex;
	} rows[] = {
		{ 0, "00" },
		{ 23, "17" },
		{ 24, "1818" },
		{ 255, "18ff" },
		{ 256, "190100" },
		{ 65535, "19ffff" },
		{ 65536, "1a00010000" },
		{ 4294967295, "1affffffff" },
		{ 4294967296, "1b0000000100000000" },
		{ INT64_MAX, "1b7fffffffffffffff" },
		{ -1, "20" },
		{ -24, "37" },
		{ -25, "3818" },
		{ -256, "38ff" },
		{ -257, "390100" },
		{ -65537, "3a00010000" },
		{ INT64_MIN, "3b7fffffffffffffff" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t storage[BODY_SIZE];
		struct buf body = BUF_OVER(storage);

		body_put_int(&body, rows[i].number);
		assert_hex(&body, rows[i].hex);
		if (rows[i].number >= 0) {
			buf_clear(&body);
			body_put_uint(&body, (uint64_t)rows[i].number);
			assert_hex(&body, rows[i].hex);
		}
	}
}

static void the_largest_number_is_written(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	(void)state;
	body_put_uint(&body, UINT64_MAX);
	assert_hex(&body, "1bffffffffffffffff");
}

static void words_and_floats_are_written(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	(void)state;
	body_put_bool(&body, false);
	body_put_bool(&body, true);
	body_put_null(&body);
	body_put_double(&body, 1.1);
	assert_hex(&body, "f4f5f6fb3ff199999999999a");
}

static void strings_carry_their_length(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	(void)state;
	body_put_text(&body, "");
	body_put_text(&body, "off");
	body_put_text_span(&body, span_make("a\0b", 3));
	body_put_bytes(&body, span_make(NULL, 0));
	body_put_bytes(&body, span_make("\x01\x02", 2));
	assert_hex(&body, "60"
			  "636f6666"
			  "63610062"
			  "40"
			  "420102");
}

static void containers_have_a_count_or_a_break(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	(void)state;
	body_put_map(&body, 1);
	body_put_text(&body, "a");
	body_put_array(&body, 24);
	buf_clear(&body);
	body_put_map_indefinite(&body);
	body_put_array_indefinite(&body);
	body_put_break(&body);
	body_put_break(&body);
	assert_hex(&body, "bf9fffff");
	buf_clear(&body);
	body_put_map(&body, 24);
	body_put_array(&body, 0);
	assert_hex(&body, "b81880");
}

static void put_message(struct buf *body)
{
	body_put_map_indefinite(body);
	body_put_text(body, "image");
	body_put_int(body, -1000);
	body_put_text(body, "data");
	body_put_bytes(body, span_from_text("0123456789012345678901234567"));
	body_put_text(body, "list");
	body_put_array(body, 3);
	body_put_double(body, 0.5);
	body_put_null(body);
	body_put_bool(body, true);
	body_put_break(body);
}

static void what_is_written_can_be_opened(void **state)
{
	uint8_t storage[BODY_SIZE], text[BODY_SIZE];
	struct buf body = BUF_OVER(storage), out = BUF_OVER(text);
	struct body_value map;

	(void)state;
	put_message(&body);
	assert_false(body.overflow);
	assert_int_equal(body_open(buf_span(&body), &map, ERR_IGNORED), STATUS_OK);
	body_describe(&map, 4, &out);
	assert_string_equal(buf_text(&out), "{\"image\": -1000, \"data\": h'30313233...' (28 "
					    "bytes), \"list\": [0.5, null, true]}");
}

static void at_every_size_that_is_too_small_the_flag_is_set_and_nothing_written_beyond(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf whole = BUF_OVER(storage);
	size_t size;

	(void)state;
	put_message(&whole);
	size = whole.len;
	for (size_t cap = 0; cap <= size; cap++) {
		struct buf body = buf_over(storage, cap);

		storage[cap] = 0x7e;
		put_message(&body);
		assert_int_equal(body.overflow, cap < size);
		assert_true(body.len <= cap);
		assert_int_equal(storage[cap], 0x7e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_take_the_shortest_form),
		cmocka_unit_test(the_largest_number_is_written),
		cmocka_unit_test(words_and_floats_are_written),
		cmocka_unit_test(strings_carry_their_length),
		cmocka_unit_test(containers_have_a_count_or_a_break),
		cmocka_unit_test(what_is_written_can_be_opened),
		cmocka_unit_test(
			at_every_size_that_is_too_small_the_flag_is_set_and_nothing_written_beyond),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
