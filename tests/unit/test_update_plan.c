/* SPDX-License-Identifier: Apache-2.0 */
/* The transition table of an update, every step with everything that is seen. */
#include "src/update_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/sight.h"

/* The columns of the table that begin with COMPARE and READ. */
static void every_sight_leads_where_the_table_says(void **state)
{
	static const struct {
		enum update_step compare, after_settle, after_boot, after_back;
	} table[SIGHT_COUNT] = {
		[NO_LIST] = { UPDATE_FAILED, UPDATE_FAILED, UPDATE_FAILED, UPDATE_FAILED },
		[ABSENT] = { UPDATE_UPLOAD, UPDATE_UPLOAD, UPDATE_FAILED, UPDATE_FAILED },
		[HELD] = { UPDATE_MARK, UPDATE_MARK, UPDATE_FAILED, UPDATE_FAILED },
		[MARKED] = { UPDATE_RESET, UPDATE_RESET, UPDATE_FAILED, UPDATE_FAILED },
		[RUNS] = { UPDATE_CHECK, UPDATE_CHECK, UPDATE_CHECK, UPDATE_FAILED },
		[RUNS_ALONE] = { UPDATE_CHECK, UPDATE_CHECK, UPDATE_CHECK, UPDATE_FAILED },
		[STAYS] = { UPDATE_CHECK, UPDATE_CHECK, UPDATE_CHECK, UPDATE_FAILED },
		[OTHER_PENDING] = { UPDATE_RESET, UPDATE_RESET, UPDATE_RESET, UPDATE_FAILED },
		[OTHER_TESTED] = { UPDATE_RESET, UPDATE_RESET, UPDATE_RESET, UPDATE_FAILED },
		[RECOVERY_WITHOUT] = { UPDATE_UPLOAD, UPDATE_UPLOAD, UPDATE_FAILED, UPDATE_FAILED },
		[RECOVERY_HOLDS] = { UPDATE_RESET, UPDATE_UPLOAD, UPDATE_FAILED, UPDATE_FAILED },
		[RECOVERY_BOOTS] = { UPDATE_RESET, UPDATE_FAILED, UPDATE_FAILED, UPDATE_FAILED },
		[SINGLE_SLOT] = { UPDATE_RECOVER, UPDATE_RECOVER, UPDATE_FAILED, UPDATE_FAILED },
		[XIP_LOWER] = { UPDATE_FAILED, UPDATE_FAILED, UPDATE_FAILED, UPDATE_FAILED },
		[XIP_HELD] = { UPDATE_RESET, UPDATE_RESET, UPDATE_FAILED, UPDATE_FAILED },
	};

	(void)state;
	for (unsigned i = 0; i < SIGHT_COUNT; i++) {
		enum sight sight = (enum sight)i;
		struct update_plan compare = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);
		struct update_plan settled = sight_plan_at(UPDATE_READ, UPDATE_RESET_SETTLE);
		struct update_plan booted = sight_plan_at(UPDATE_READ, UPDATE_RESET_BOOT);
		struct update_plan back = sight_plan_at(UPDATE_READ, UPDATE_RESET_BACK);

		sight_expect(&compare, sight, table[i].compare);
		sight_expect(&settled, sight, table[i].after_settle);
		sight_expect(&booted, sight, table[i].after_boot);
		sight_expect(&back, sight, table[i].after_back);
	}
}

static void every_step_that_is_done_leads_to_the_next(void **state)
{
	static const enum update_step next[UPDATE_STEP_COUNT] = {
		[UPDATE_INSPECT] = UPDATE_COMPARE,
		[UPDATE_COMPARE] = UPDATE_COMPARE, /* these four want to see something */
		[UPDATE_READ] = UPDATE_READ,
		[UPDATE_DONE] = UPDATE_DONE,
		[UPDATE_FAILED] = UPDATE_FAILED,
		[UPDATE_UPLOAD] = UPDATE_COMPARE,
		[UPDATE_MARK] = UPDATE_COMPARE,
		[UPDATE_RECOVER] = UPDATE_COMPARE,
		[UPDATE_RESET] = UPDATE_WAIT,
		[UPDATE_WAIT] = UPDATE_READ,
		[UPDATE_CHECK] = UPDATE_DONE,
		[UPDATE_CONFIRM] = UPDATE_DONE,
		[UPDATE_ROLL_BACK] = UPDATE_WAIT,
	};

	(void)state;
	for (unsigned i = 0; i < UPDATE_STEP_COUNT; i++) {
		struct update_plan plan = sight_plan_at((enum update_step)i, UPDATE_RESET_NONE);

		update_plan_done(&plan);
		assert_int_equal(plan.step, next[i]);
		update_plan_failed(&plan);
		assert_int_equal(plan.step, UPDATE_FAILED);
	}
}

static void after_an_absence_the_device_is_looked_at(void **state)
{
	(void)state;
	for (unsigned i = 0; i < UPDATE_STEP_COUNT; i++) {
		struct update_plan plan = sight_plan_at((enum update_step)i, UPDATE_RESET_BOOT);

		update_plan_look_again(&plan);
		assert_int_equal(plan.step, i == UPDATE_READ ? UPDATE_READ : UPDATE_COMPARE);
	}
}

/* A plan that has come to CHECK with this sight. */
static struct update_plan plan_that_checks(enum sight sight)
{
	struct update_plan plan = sight_plan_at(UPDATE_READ, UPDATE_RESET_BOOT);

	sight_expect(&plan, sight, UPDATE_CHECK);
	return plan;
}

static void a_good_check_leads_to_the_confirmation_where_one_is_wanted(void **state)
{
	struct update_plan plan = plan_that_checks(RUNS);

	(void)state;
	update_plan_done(&plan);
	assert_int_equal(plan.step, UPDATE_CONFIRM);
	update_plan_done(&plan);
	assert_int_equal(plan.step, UPDATE_DONE);
	assert_true(update_plan_has(&plan, UPDATE_STAYS));

	plan = plan_that_checks(RUNS);
	plan.goal.test_only = true;
	update_plan_done(&plan);
	assert_int_equal(plan.step, UPDATE_DONE);

	plan = plan_that_checks(STAYS);
	update_plan_done(&plan);
	assert_int_equal(plan.step, UPDATE_DONE);
}

static void without_anything_to_check_it_is_confirmed_at_once(void **state)
{
	struct update_plan plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);

	(void)state;
	plan.goal.has_check = false;
	sight_expect(&plan, RUNS, UPDATE_CONFIRM);
	assert_false(plan.has_nothing_to_do);
	plan.step = UPDATE_COMPARE;
	sight_expect(&plan, STAYS, UPDATE_DONE);
	assert_true(plan.has_nothing_to_do);
}

static void a_bad_check_rolls_back_what_can_be_rolled_back(void **state)
{
	struct err why = { .message = "why" };
	struct update_plan plan = plan_that_checks(RUNS);

	(void)state;
	assert_true(update_plan_check_failed(&plan, &why));
	assert_int_equal(plan.step, UPDATE_ROLL_BACK);
	update_plan_done(&plan);
	update_plan_done(&plan);
	sight_expect(&plan, HELD, UPDATE_FAILED);
	assert_true(plan.was_taken_back);

	plan = plan_that_checks(RUNS);
	plan.goal.no_reset = true;
	assert_false(update_plan_check_failed(&plan, &why));
	assert_int_equal(plan.step, UPDATE_FAILED);
	plan = plan_that_checks(RUNS_ALONE);
	assert_false(update_plan_check_failed(&plan, &why));
	plan = plan_that_checks(STAYS);
	assert_false(update_plan_check_failed(&plan, &why));
}

static void a_roll_back_that_is_not_seen_is_none(void **state)
{
	struct update_plan plan = sight_plan_at(UPDATE_READ, UPDATE_RESET_BACK);

	(void)state;
	sight_expect(&plan, RUNS, UPDATE_FAILED);
	assert_false(plan.was_taken_back);
	plan = sight_plan_at(UPDATE_READ, UPDATE_RESET_BACK);
	sight_expect(&plan, RECOVERY_WITHOUT, UPDATE_FAILED);
	assert_false(plan.was_taken_back);
}

static void a_boot_that_was_disturbed_is_forgiven_once(void **state)
{
	struct update_plan plan = sight_plan_at(UPDATE_WAIT, UPDATE_RESET_BOOT);

	(void)state;
	update_plan_was_caught(&plan);
	assert_int_equal(plan.step, UPDATE_READ);
	sight_expect(&plan, HELD, UPDATE_MARK);
	plan.step = UPDATE_READ;
	plan.reset = UPDATE_RESET_BOOT;
	sight_expect(&plan, HELD, UPDATE_FAILED);
}

static void settling_comes_to_an_end(void **state)
{
	struct update_plan plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);

	(void)state;
	for (unsigned i = 0; i < UPDATE_SETTLE_MAX; i++) {
		sight_expect(&plan, OTHER_PENDING, UPDATE_RESET);
		assert_int_equal(plan.reset, UPDATE_RESET_SETTLE);
		update_plan_done(&plan);
		update_plan_done(&plan);
	}
	sight_expect(&plan, OTHER_PENDING, UPDATE_FAILED);
}

static void without_a_reset_much_cannot_be_done(void **state)
{
	static const struct {
		enum sight sight;
		enum update_step wanted;
	} table[] = {
		{ ABSENT, UPDATE_UPLOAD },
		{ HELD, UPDATE_MARK },
		{ MARKED, UPDATE_DONE },
		{ OTHER_PENDING, UPDATE_FAILED },
		{ OTHER_TESTED, UPDATE_FAILED },
		{ RECOVERY_WITHOUT, UPDATE_UPLOAD },
		{ RECOVERY_HOLDS, UPDATE_FAILED },
		{ RECOVERY_BOOTS, UPDATE_DONE },
		{ SINGLE_SLOT, UPDATE_FAILED },
		{ XIP_HELD, UPDATE_DONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct update_plan plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);

		plan.goal.no_reset = true;
		sight_expect(&plan, table[i].sight, table[i].wanted);
	}
}

/* Otherwise it would be done again and again. */
static void a_step_without_effect_is_an_error(void **state)
{
	struct update_plan plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);

	(void)state;
	sight_expect(&plan, ABSENT, UPDATE_UPLOAD);
	update_plan_done(&plan);
	sight_expect(&plan, ABSENT, UPDATE_FAILED);

	plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);
	sight_expect(&plan, HELD, UPDATE_MARK);
	update_plan_done(&plan);
	sight_expect(&plan, HELD, UPDATE_FAILED);

	plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);
	sight_expect(&plan, SINGLE_SLOT, UPDATE_RECOVER);
	update_plan_done(&plan);
	sight_expect(&plan, SINGLE_SLOT, UPDATE_FAILED);
}

static void a_refused_mark_is_settled_by_a_reset(void **state)
{
	struct update_plan plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);

	(void)state;
	sight_expect(&plan, HELD, UPDATE_MARK);
	assert_true(update_plan_was_refused(&plan));
	assert_int_equal(plan.step, UPDATE_RESET);
	plan.step = UPDATE_MARK;
	plan.goal.no_reset = true;
	assert_false(update_plan_was_refused(&plan));
	/* The application itself can always be confirmed; who refuses that has a reason. */
	plan = plan_that_checks(RUNS);
	update_plan_done(&plan);
	assert_false(update_plan_was_refused(&plan));
	assert_int_equal(plan.step, UPDATE_CONFIRM);
}

static void force_overrides_what_direct_xip_speaks_against(void **state)
{
	struct update_plan plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);

	(void)state;
	plan.goal.is_forced = true;
	sight_expect(&plan, XIP_LOWER, UPDATE_UPLOAD);
}

static void a_file_for_the_slot_in_use_is_not_sent(void **state)
{
	struct update_plan plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);

	(void)state;
	plan.goal.parts.parts[0].has_slot = true;
	plan.goal.parts.parts[0].slot = 0;
	sight_expect(&plan, ABSENT, UPDATE_FAILED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sight_leads_where_the_table_says),
		cmocka_unit_test(every_step_that_is_done_leads_to_the_next),
		cmocka_unit_test(after_an_absence_the_device_is_looked_at),
		cmocka_unit_test(a_good_check_leads_to_the_confirmation_where_one_is_wanted),
		cmocka_unit_test(without_anything_to_check_it_is_confirmed_at_once),
		cmocka_unit_test(a_bad_check_rolls_back_what_can_be_rolled_back),
		cmocka_unit_test(a_roll_back_that_is_not_seen_is_none),
		cmocka_unit_test(a_boot_that_was_disturbed_is_forgiven_once),
		cmocka_unit_test(settling_comes_to_an_end),
		cmocka_unit_test(without_a_reset_much_cannot_be_done),
		cmocka_unit_test(a_step_without_effect_is_an_error),
		cmocka_unit_test(a_refused_mark_is_settled_by_a_reset),
		cmocka_unit_test(force_overrides_what_direct_xip_speaks_against),
		cmocka_unit_test(a_file_for_the_slot_in_use_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
