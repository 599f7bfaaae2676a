/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32 against values that others have published. */
#include "base/crc32.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_check_value_of_the_standard_comes_out(void **state)
{
	(void)state;
	assert_int_equal(crc32_add(0, span_from_text("123456789")), 0xcbf43926);
	/* As in tests/vectors/framing.json, "fs_hash_rsp_crc32". */
	assert_int_equal(crc32_add(0, span_from_text("hello\n")), 909783072);
}

static void nothing_has_the_sum_0(void **state)
{
	(void)state;
	assert_int_equal(crc32_add(0, span_make(NULL, 0)), 0);
}

static void pieces_make_the_same_sum_as_the_whole(void **state)
{
	(void)state;
	assert_int_equal(crc32_add(crc32_add(0, span_from_text("1234")), span_from_text("56789")),
		0xcbf43926);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_value_of_the_standard_comes_out),
		cmocka_unit_test(nothing_has_the_sum_0),
		cmocka_unit_test(pieces_make_the_same_sum_as_the_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
