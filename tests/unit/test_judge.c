/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints of the fake board (fakedev/judge.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/judge.h"

static void complaints_come_back_in_order(void **state)
{
	struct judge judge = { 0 };

	(void)state;
	assert_null(judge_complaint(&judge, 0));
	judge_note(&judge, "%d too many", 3);
	judge_note(&judge, "late");
	assert_string_equal(judge_complaint(&judge, 0), "3 too many");
	assert_string_equal(judge_complaint(&judge, 1), "late");
	assert_null(judge_complaint(&judge, 2));
}

static void repeated_complaint_is_one_line_that_says_how_often(void **state)
{
	struct judge judge = { 0 };

	(void)state;
	judge_note(&judge, "too long");
	for (int i = 0; i < 3; i++)
		judge_note(&judge, "too late");
	judge_note(&judge, "too");
	assert_string_equal(judge_complaint(&judge, 0), "too long");
	assert_string_equal(judge_complaint(&judge, 1), "too late (3 times)");
	assert_string_equal(judge_complaint(&judge, 2), "too");
	assert_null(judge_complaint(&judge, 3));
}

static void complaints_beyond_the_room_are_not_noted(void **state)
{
	struct judge judge = { 0 };

	(void)state;
	for (int i = 0; i < JUDGE_LINES_MAX + 5; i++)
		judge_note(&judge, "number %d", i);
	assert_string_equal(judge_complaint(&judge, JUDGE_LINES_MAX - 1), "number 63");
	assert_null(judge_complaint(&judge, JUDGE_LINES_MAX));
}

static void endless_complaint_is_cut(void **state)
{
	struct judge judge = { 0 };

	(void)state;
	judge_note(&judge, "%0500d", 1);
	judge_note(&judge, "%0500d", 1);
	assert_true(strlen(judge_complaint(&judge, 0)) < JUDGE_TEXT_MAX);
	assert_non_null(strstr(judge_complaint(&judge, 0), "(2 times)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complaints_come_back_in_order),
		cmocka_unit_test(repeated_complaint_is_one_line_that_says_how_often),
		cmocka_unit_test(complaints_beyond_the_room_are_not_noted),
		cmocka_unit_test(endless_complaint_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
