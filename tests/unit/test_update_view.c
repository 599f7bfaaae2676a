/* SPDX-License-Identifier: Apache-2.0 */
/* Where the parts of a file are, as a device's list tells. */
#include "src/update_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/sight.h"

enum { OVERWRITE = 2, XIP = 4, XIP_REVERT = 5, FIRMWARE_LOADER = 7 };

static const struct update_part *our_part(struct update_plan *plan)
{
	*plan = sight_plan_at(UPDATE_COMPARE, UPDATE_RESET_NONE);
	return &plan->goal.parts.parts[0];
}

static void expect_place(enum sight sight, bool was_sent, enum update_place wanted)
{
	struct update_plan plan;
	const struct update_part *part = our_part(&plan);
	struct update_view view;

	sight_show(sight, &view);
	if (update_place_of(&view, part, was_sent) != wanted)
		fail_msg("sight %d: place %d, not %d", (int)sight,
			(int)update_place_of(&view, part, was_sent), (int)wanted);
}

static void every_list_shows_the_place(void **state)
{
	static const enum update_place places[SIGHT_COUNT] = {
		[NO_LIST] = UPDATE_ABSENT,
		[ABSENT] = UPDATE_ABSENT,
		[HELD] = UPDATE_HELD,
		[MARKED] = UPDATE_MARKED,
		[RUNS] = UPDATE_RUNS,
		[RUNS_ALONE] = UPDATE_RUNS,
		[STAYS] = UPDATE_STAYS,
		[OTHER_PENDING] = UPDATE_ABSENT,
		[OTHER_TESTED] = UPDATE_ABSENT,
		[RECOVERY_WITHOUT] = UPDATE_ABSENT,
		[RECOVERY_HOLDS] = UPDATE_HELD,
		[RECOVERY_BOOTS] = UPDATE_MARKED,
		[SINGLE_SLOT] = UPDATE_ABSENT,
		[XIP_LOWER] = UPDATE_ABSENT,
		[XIP_HELD] = UPDATE_HELD,
	};

	(void)state;
	for (unsigned i = 0; i < SIGHT_COUNT; i++)
		expect_place((enum sight)i, false, places[i]);
}

/* The version stands at the front of an image, so it is a new one whose upload was broken off. */
static void the_hash_of_what_was_there_before_does_not_count(void **state)
{
	struct update_plan plan;
	const struct update_part *part = our_part(&plan);
	struct update_view view;

	(void)state;
	sight_show(ABSENT, &view);
	sight_add_row(&view, 1, SIGHT_OURS, "1.9.0", "");
	assert_int_equal(update_place_of(&view, part, false), UPDATE_ABSENT);
	sight_show(ABSENT, &view);
	sight_add_row(&view, 1, SIGHT_OURS, "<unknown>", "");
	assert_int_equal(update_place_of(&view, part, false), UPDATE_HELD);
}

static void without_hashes_recovery_has_what_was_just_sent(void **state)
{
	struct update_plan plan;
	const struct update_part *part = our_part(&plan);
	struct update_view view;

	(void)state;
	sight_show(RECOVERY_WITHOUT, &view);
	view.facts.state.slots[0].hash_len = 0;
	assert_int_equal(update_place_of(&view, part, false), UPDATE_ABSENT);
	assert_int_equal(update_place_of(&view, part, true), UPDATE_MARKED);
	/* One that lists hashes would show it. */
	expect_place(RECOVERY_WITHOUT, true, UPDATE_ABSENT);
	expect_place(ABSENT, true, UPDATE_ABSENT);
}

static void a_network_core_that_is_not_listed_is_unseen(void **state)
{
	struct update_plan plan;
	struct update_part part = *our_part(&plan);
	struct update_view view;

	(void)state;
	part.image = 1;
	sight_show(ABSENT, &view);
	assert_int_equal(update_place_of(&view, &part, false), UPDATE_UNSEEN);
	sight_add_row(&view, 0, SIGHT_OLD, "1.0.0", "")->image = 1;
	assert_int_equal(update_place_of(&view, &part, false), UPDATE_ABSENT);
}

static void an_image_that_is_pending_or_tested_and_not_ours_is_unsettled(void **state)
{
	struct update_plan plan;

	(void)state;
	our_part(&plan);
	for (unsigned i = 0; i < SIGHT_COUNT; i++) {
		struct update_view view;

		sight_show((enum sight)i, &view);
		assert_int_equal(update_view_unsettled(&view, &plan.goal.parts) != NULL,
			i == OTHER_PENDING || i == OTHER_TESTED);
	}
}

static void an_image_of_another_number_may_be_as_it_likes(void **state)
{
	struct update_view view;
	struct update_plan plan;

	(void)state;
	our_part(&plan);
	sight_show(ABSENT, &view);
	sight_add_row(&view, 1, SIGHT_OTHER, "3.0.0", "p")->image = 1;
	assert_null(update_view_unsettled(&view, &plan.goal.parts));
}

static void the_mode_tells_whether_there_is_a_way_back(void **state)
{
	static const struct {
		int64_t mode;
		bool is_one_way, needs_recovery;
	} table[] = { { 0, true, true }, { 1, false, false }, { OVERWRITE, true, false },
		{ 3, false, false }, { XIP, true, false }, { XIP_REVERT, false, false },
		{ 6, false, false }, { FIRMWARE_LOADER, true, true }, { 8, true, true },
		{ 9, false, false } };

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct update_view view;

		sight_show(ABSENT, &view);
		view.mode.mode = table[i].mode;
		assert_false(update_view_is_one_way(&view));
		view.has_mode = true;
		assert_int_equal(update_view_is_one_way(&view), table[i].is_one_way);
		assert_int_equal(update_view_needs_recovery(&view), table[i].needs_recovery);
		view.facts.is_recovery = true;
		assert_true(update_view_is_one_way(&view));
		assert_false(update_view_needs_recovery(&view));
	}
}

/* Of two equal versions the one in slot 0 boots, and the build number does not count. */
static void direct_xip_boots_the_highest_version(void **state)
{
	struct update_plan plan;
	struct update_part part = *our_part(&plan);
	struct update_view view;

	(void)state;
	sight_show(ABSENT, &view);
	view.has_mode = true;
	for (view.mode.mode = XIP; view.mode.mode <= XIP_REVERT; view.mode.mode++) {
		part.version = (struct mcuboot_version){ .major = 1, .build = 7 };
		view.facts.state.slots[0].slot = 0;
		assert_false(update_view_may_boot(&view, &part));
		view.facts.state.slots[0].slot = 1;
		assert_true(update_view_may_boot(&view, &part));
		part.version = (struct mcuboot_version){ .minor = 9 };
		assert_false(update_view_may_boot(&view, &part));
		part.version = (struct mcuboot_version){ .major = 1, .revision = 1 };
		assert_true(update_view_may_boot(&view, &part));
	}
	view.mode.mode = OVERWRITE;
	part.version = (struct mcuboot_version){ .minor = 9 };
	assert_true(update_view_may_boot(&view, &part));
}

/* Two variants of one image: 0 for slot 0, 1 for slot 1. */
static struct update_parts two_variants(void)
{
	struct update_plan plan;
	struct update_parts parts = { .count = 2 };

	parts.parts[0] = parts.parts[1] = *our_part(&plan);
	parts.parts[0].has_slot = parts.parts[1].has_slot = true;
	parts.parts[0].hash = span_from_text(SIGHT_OTHER);
	parts.parts[1].slot = 1;
	return parts;
}

static void expect_wanted(const struct update_view *view, size_t wanted)
{
	struct update_parts parts = two_variants();

	for (size_t i = 0; i < parts.count; i++)
		assert_int_equal(update_part_is_wanted(view, &parts, i), i == wanted);
}

static void of_two_variants_the_one_for_the_other_slot_is_wanted(void **state)
{
	struct update_view view;

	(void)state;
	sight_show(ABSENT, &view);
	expect_wanted(&view, 1);
	view.facts.state.slots[0].slot = 1;
	expect_wanted(&view, 0);
	/* It runs already. */
	sight_show(STAYS, &view);
	view.facts.state.slots[0].slot = 1;
	expect_wanted(&view, 1);
}

static void recovery_wants_the_variant_for_slot_0_unless_the_other_is_there(void **state)
{
	struct update_view view;

	(void)state;
	sight_show(RECOVERY_WITHOUT, &view);
	expect_wanted(&view, 0);
	sight_show(RECOVERY_HOLDS, &view);
	expect_wanted(&view, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_list_shows_the_place),
		cmocka_unit_test(the_hash_of_what_was_there_before_does_not_count),
		cmocka_unit_test(without_hashes_recovery_has_what_was_just_sent),
		cmocka_unit_test(a_network_core_that_is_not_listed_is_unseen),
		cmocka_unit_test(an_image_that_is_pending_or_tested_and_not_ours_is_unsettled),
		cmocka_unit_test(an_image_of_another_number_may_be_as_it_likes),
		cmocka_unit_test(the_mode_tells_whether_there_is_a_way_back),
		cmocka_unit_test(direct_xip_boots_the_highest_version),
		cmocka_unit_test(of_two_variants_the_one_for_the_other_slot_is_wanted),
		cmocka_unit_test(recovery_wants_the_variant_for_slot_0_unless_the_other_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
