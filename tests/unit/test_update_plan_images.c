/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of several images: together, or not at all. */
#include "src/update_plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/sight.h"

/* Two images of which the second is as `flags` say, in slot 0 where it is active. */
static void show_two(enum sight first, const char *flags, struct update_view *view)
{
	struct smp_image_slot *row;

	sight_show(first, view);
	row = sight_add_row(view, strchr(flags, 'a') != NULL ? 0 : 1, SIGHT_OTHER, "3.0.0", flags);
	row->image = 1;
	if (row->slot == 0) {
		row = sight_add_row(view, 1, SIGHT_OLD, "1.0.0", "c");
		row->image = 1;
	}
}

static struct update_plan plan_of_two(void)
{
	struct update_plan plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);

	plan.goal.has_check = false;
	plan.goal.parts.parts[1] = (struct update_part){
		.image = 1,
		.hash = span_from_text(SIGHT_OTHER),
		.version = { .major = 3 },
	};
	plan.goal.parts.count = 2;
	return plan;
}

static void all_images_are_sent_and_marked_before_the_one_reset(void **state)
{
	struct update_plan plan = plan_of_two();
	struct update_view view;
	struct err err;

	(void)state;
	show_two(ABSENT, "", &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_UPLOAD);
	assert_int_equal(update_plan_part(&plan)->image, 0);
	update_plan_done(&plan);
	show_two(HELD, "", &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_MARK);
	update_plan_done(&plan);
	show_two(MARKED, "", &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_MARK);
	assert_int_equal(update_plan_part(&plan)->image, 1);
	update_plan_done(&plan);
	show_two(MARKED, "p", &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_RESET);
	assert_int_equal(plan.reset, UPDATE_RESET_BOOT);
}

static void the_application_is_confirmed_last(void **state)
{
	struct update_plan plan = plan_of_two();
	struct update_view view;
	struct err err;

	(void)state;
	show_two(RUNS, "a", &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_CONFIRM);
	assert_int_equal(update_plan_part(&plan)->image, 1);
	update_plan_done(&plan);
	assert_int_equal(plan.step, UPDATE_CONFIRM);
	assert_int_equal(update_plan_part(&plan)->image, 0);
	update_plan_done(&plan);
	assert_int_equal(plan.step, UPDATE_DONE);
}

static void an_image_that_cannot_be_confirmed_is_marked_for_good(void **state)
{
	struct update_plan plan = plan_of_two();
	const struct update_part *second = &plan.goal.parts.parts[1];
	struct update_view view;
	struct err err;

	(void)state;
	show_two(RUNS, "a", &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_false(update_plan_marks_for_good(&plan, second));
	assert_true(update_plan_was_refused(&plan));
	assert_int_equal(plan.step, UPDATE_RESET);
	assert_true(update_plan_marks_for_good(&plan, second));
	assert_false(update_plan_marks_for_good(&plan, &plan.goal.parts.parts[0]));
}

static void half_an_update_is_taken_back(void **state)
{
	struct update_plan plan = plan_of_two();
	struct update_view view;
	struct err err = { 0 };

	(void)state;
	plan.step = UPDATE_READ;
	plan.reset = UPDATE_RESET_BOOT;
	show_two(RUNS, "", &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_ROLL_BACK);
	assert_non_null(strstr(plan.reason.message, "image 1"));
	plan = plan_of_two();
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_RESET);
	assert_int_equal(plan.reset, UPDATE_RESET_SETTLE);
}

static void an_image_that_no_list_shows_goes_with_the_others(void **state)
{
	struct update_plan plan = plan_of_two();
	struct update_view view;
	struct err err;

	(void)state;
	sight_show(STAYS, &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_DONE);
	plan.step = UPDATE_COMPARE;
	sight_show(HELD, &view);
	assert_int_equal(update_plan_saw(&plan, &view, &err), STATUS_OK);
	assert_int_equal(plan.step, UPDATE_UPLOAD);
	assert_int_equal(update_plan_part(&plan)->image, 1);
	assert_true(update_plan_marks_for_good(&plan, update_plan_part(&plan)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_images_are_sent_and_marked_before_the_one_reset),
		cmocka_unit_test(the_application_is_confirmed_last),
		cmocka_unit_test(an_image_that_cannot_be_confirmed_is_marked_for_good),
		cmocka_unit_test(half_an_update_is_taken_back),
		cmocka_unit_test(an_image_that_no_list_shows_goes_with_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
