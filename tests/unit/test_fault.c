/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the fake board's misbehaviours (fakedev/fault.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/fault.h"

static struct fakedev_fault parsed(const char *text)
{
	struct fakedev_fault fault;
	struct err err = { 0 };

	if (fakedev_fault_parse(text, &fault, &err) != STATUS_OK)
		fail_msg("'%s': %s", text, err.message);
	return fault;
}

static void assert_refused(const char *text, const char *message)
{
	struct fakedev_fault fault;
	struct err err = { 0 };

	assert_int_equal(fakedev_fault_parse(text, &fault, &err), STATUS_USAGE);
	if (strstr(err.message, message) == NULL)
		fail_msg("'%s': '%s'", text, err.message);
}

static void every_name_is_its_own_kind(void **state)
{
	size_t count;
	const struct fakedev_fault_name *names = fakedev_fault_names(&count);

	(void)state;
	assert_int_equal(count, FAULT_CRASH_AFTER_SWAP + 1);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(names[i].name, "error") != 0)
			assert_int_equal(parsed(names[i].name).kind, i);
	}
	assert_int_equal(parsed("error=1").kind, FAULT_ERROR);
}

static void without_when_a_fault_is_always_on(void **state)
{
	struct fakedev_fault fault = parsed("silent");

	(void)state;
	assert_int_equal(fault.first, 1);
	assert_int_equal(fault.last, UINT32_MAX);
}

static void when_is_a_request_number_or_a_range(void **state)
{
	(void)state;
	assert_int_equal(parsed("silent@3").first, 3);
	assert_int_equal(parsed("silent@3").last, 3);
	assert_int_equal(parsed("silent@3+").first, 3);
	assert_int_equal(parsed("silent@3+").last, UINT32_MAX);
	assert_int_equal(parsed("silent@3-5").first, 3);
	assert_int_equal(parsed("silent@3-5").last, 5);
}

static void bad_request_numbers_are_refused(void **state)
{
	static const char *const texts[] = { "silent@", "silent@0", "silent@+", "silent@5-3",
		"silent@3-", "silent@-3", "silent@x", "silent@3+4", "silent@4294967296" };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_refused(texts[i], "bad request number");
}

static void errors_are_general_or_of_a_group(void **state)
{
	struct fakedev_fault general = parsed("error=8"), group = parsed("error=1:9@2");

	(void)state;
	assert_int_equal(general.arg, 8);
	assert_false(general.has_group);
	assert_int_equal(group.arg, 9);
	assert_true(group.has_group);
	assert_int_equal(group.arg_group, 1);
	assert_int_equal(group.first, 2);
}

static void late_reply_has_a_default(void **state)
{
	(void)state;
	assert_int_equal(parsed("late-reply").arg, 3000);
	assert_int_equal(parsed("late-reply=50").arg, 50);
}

static void arguments_that_do_not_fit_are_refused(void **state)
{
	(void)state;
	assert_refused("silent=3", "takes no argument");
	assert_refused("error", "takes =RC or GROUP:RC");
	assert_refused("error=", "takes =RC");
	assert_refused("error=0", "takes =RC");
	assert_refused("error=1:", "takes =RC");
	assert_refused("error=:1", "takes =RC");
	assert_refused("error=70000:1", "takes =RC");
	assert_refused("late-reply=soon", "takes =MS");
}

static void unknown_names_are_refused_with_a_hint(void **state)
{
	struct fakedev_fault fault;
	struct err err = { 0 };

	(void)state;
	assert_refused("", "no fault");
	assert_refused(
		"a-name-that-goes-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on-and-on",
		"too long");
	fakedev_fault_parse("bad-crv", &fault, &err);
	assert_string_equal(err.hint, "did you mean 'bad-crc'?");
	fakedev_fault_parse("whatever-it-is", &fault, &err);
	assert_non_null(strstr(err.hint, "text-only"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_its_own_kind),
		cmocka_unit_test(without_when_a_fault_is_always_on),
		cmocka_unit_test(when_is_a_request_number_or_a_range),
		cmocka_unit_test(bad_request_numbers_are_refused),
		cmocka_unit_test(errors_are_general_or_of_a_group),
		cmocka_unit_test(late_reply_has_a_default),
		cmocka_unit_test(arguments_that_do_not_fit_are_refused),
		cmocka_unit_test(unknown_names_are_refused_with_a_hint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
