/* SPDX-License-Identifier: Apache-2.0 */
/* The arguments' text of a command's row, taken apart. */
#include "src/placeholder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_finds(const char *arguments, size_t index, const char *expected)
{
	size_t len = 0;
	const char *found = placeholder_find(arguments, index, &len);

	assert_non_null(found);
	assert_int_equal(len, strlen(expected));
	assert_memory_equal(found, expected, len);
}

static void brackets_are_no_part_of_it(void **state)
{
	(void)state;
	assert_finds("FILE", 0, "FILE");
	assert_finds("[HASH|FILE]", 0, "HASH|FILE");
	assert_finds("KEY [VALUE]", 0, "KEY");
	assert_finds("KEY [VALUE]", 1, "VALUE");
}

static void the_last_may_repeat(void **state)
{
	(void)state;
	assert_finds("[COMMAND...]", 0, "COMMAND");
	assert_finds("[COMMAND...]", 7, "COMMAND");
	assert_finds("NAME type=serial connstring=...", 1, "type=serial");
	assert_finds("NAME type=serial connstring=...", 9, "connstring=");
}

static void beyond_them_there_is_none(void **state)
{
	size_t len = 0;

	(void)state;
	assert_null(placeholder_find("", 0, &len));
	assert_null(placeholder_find("KEY", 1, &len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(brackets_are_no_part_of_it),
		cmocka_unit_test(the_last_may_repeat),
		cmocka_unit_test(beyond_them_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
