/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies as text for a person. */
#include "smp/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

enum { BODY_SIZE = 512 };

/* Parse `hex` into `storage` and open it. */
static struct body_value open_hex(const char *hex, uint8_t *storage)
{
	struct buf body = buf_over(storage, BODY_SIZE);
	struct body_value value;
	struct err err;

	assert_true(text_parse_hex(hex, &body));
	if (body_open_any(buf_span(&body), &value, &err) != STATUS_OK)
		fail_msg("%s: %s", hex, err.message);
	return value;
}

static void assert_described(const char *hex, size_t bytes_max, const char *wanted)
{
	uint8_t storage[BODY_SIZE], text[BODY_SIZE];
	struct body_value value = open_hex(hex, storage);
	struct buf out = BUF_OVER(text);

	body_describe(&value, bytes_max, &out);
	assert_string_equal(buf_text(&out), wanted);
}

static void bodies_are_shown_in_diagnostic_notation(void **state)
{
	(void)state;
	assert_described("00", 8, "0");
	assert_described("1bffffffffffffffff", 8, "18446744073709551615");
	assert_described("20", 8, "-1");
	assert_described("3bfffffffffffffffe", 8, "-18446744073709551615");
	assert_described("3bffffffffffffffff", 8, "-18446744073709551616");
	assert_described("f4", 8, "false");
	assert_described("f5", 8, "true");
	assert_described("f6", 8, "null");
	assert_described("f7", 8, "undefined");
	assert_described("40", 8, "h''");
	assert_described("60", 8, "\"\"");
	assert_described("80", 8, "[]");
	assert_described("a0", 8, "{}");
	assert_described("a2636f666600646461746143010203", 8, "{\"off\": 0, \"data\": h'010203'}");
	assert_described("bf61729f01820203f5ffff", 8, "{\"r\": [1, [2, 3], true]}");
	assert_described("a10102", 8, "{1: 2}");
}

static void floats_are_shown_as_floats(void **state)
{
	(void)state;
	assert_described("f93e00", 8, "1.5");
	assert_described("f93c00", 8, "1.0");
	assert_described("fb3ff199999999999a", 8, "1.1");
	assert_described("fb7e37e43c8800759c", 8, "1e+300");
	assert_described("f97c00", 8, "Infinity");
	assert_described("f9fc00", 8, "-Infinity");
	assert_described("f97e00", 8, "NaN");
}

static void long_byte_strings_are_cut_and_their_length_is_given(void **state)
{
	(void)state;
	assert_described("4401020304", 4, "h'01020304'");
	assert_described("450102030405", 4, "h'01020304...' (5 bytes)");
	assert_described("4101", 0, "h'...' (1 bytes)");
}

static void chunks_are_shown_as_chunks(void **state)
{
	(void)state;
	assert_described("5f4101420203ff", 8, "(_ h'01', h'0203')");
	assert_described("7f61616162ff", 8, "(_ \"a\", \"b\")");
	assert_described("5fff", 8, "(_ )");
}

static void text_of_the_device_is_shown_harmless(void **state)
{
	(void)state;
	assert_described("651b5b324a0a", 8, "\"\\x1b[2J\\n\"");
	assert_described("656122622263", 0, "\"a\\\"b\\\"c\"");
	assert_described("62c29b", 8, "\"\\xc2\\x9b\"");
	assert_described("62ff5c", 8, "\"\\xff\\\\\"");
}

static void a_description_that_does_not_fit_sets_the_flag(void **state)
{
	uint8_t storage[BODY_SIZE], text[10];
	struct body_value value = open_hex("a2636f666600646461746143010203", storage);
	struct buf out = BUF_OVER(text);

	(void)state;
	body_describe(&value, 8, &out);
	assert_true(out.overflow);
	assert_memory_equal(text, "{\"off\": 0", 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_are_shown_in_diagnostic_notation),
		cmocka_unit_test(floats_are_shown_as_floats),
		cmocka_unit_test(long_byte_strings_are_cut_and_their_length_is_given),
		cmocka_unit_test(chunks_are_shown_as_chunks),
		cmocka_unit_test(text_of_the_device_is_shown_harmless),
		cmocka_unit_test(a_description_that_does_not_fit_sets_the_flag),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
