/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smpctl update, from each state that a board can be in, with each kind of bootloader, killed after
 * each of its messages: run once more it ends where one that nobody disturbed ends, and sends nothing
 * that was there already.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/update_walk.h"

enum { OPTIONS_MAX = 256 };

#define TWO "images=2,buf-size=1024"

static const struct update_course plain = { .name = "plain" };
static const struct update_course for_good = { .name = "--confirm", .confirm = true };
static const struct update_course test_only = { .name = "--test-only", .test_only = true };
static const struct update_course no_reset = { .name = "--no-reset", .no_reset = true };
static const struct update_course failing = { .name = "failing check", .fails = true };

/* The plain update from each of these starts ends with this list. */
static void walk_starts(const struct update_walk *walk, const char *bootloader,
	const char *const *starts, const char *list)
{
	for (; *starts != NULL; starts++) {
		char options[OPTIONS_MAX];
		struct update_scene scene = { .options = options, .course = &plain, .list = list };

		snprintf(options, sizeof(options), "%s%s", bootloader, *starts);
		update_walk(walk, &scene);
	}
}

static void a_swapping_board_comes_to_the_new_image_from_any_state(void **state)
{
	static const char *const starts[] = { "", ",start=uploaded", ",start=test",
		",start=permanent", ",start=testing", ",start=confirmed", ",start=reverted",
		",start=half", ",start=recovery", NULL };

	walk_starts(*state, "bootloader=swap", starts, "0/0 2.0.0 ac, 0/1 1.0.0");
}

static void an_overwriting_board_comes_to_the_new_image_from_any_state(void **state)
{
	static const char *const starts[] = { "", ",start=uploaded", ",start=test",
		",start=permanent", ",start=confirmed", ",start=half", ",start=recovery", NULL };

	walk_starts(*state, "bootloader=overwrite", starts, "0/0 2.0.0 ac");
}

static void a_direct_xip_board_comes_to_the_new_image_from_any_state(void **state)
{
	static const char *const starts[] = { "", ",start=uploaded", ",start=confirmed",
		",start=half", ",start=recovery", NULL };

	walk_starts(*state, "bootloader=direct-xip", starts, "0/0 1.0.0, 0/1 2.0.0 ac");
}

static void a_direct_xip_board_with_revert_comes_to_the_new_image_from_any_state(void **state)
{
	static const char *const starts[] = { "", ",start=uploaded", ",start=test",
		",start=permanent", ",start=testing", ",start=confirmed", ",start=reverted",
		",start=half", NULL };

	walk_starts(*state, "bootloader=direct-xip-revert", starts, "0/0 1.0.0, 0/1 2.0.0 ac");
}

static void a_board_in_serial_recovery_comes_to_the_new_image(void **state)
{
	static const char *const boards[] = { "mode=recovery", "mode=recovery,bootloader=overwrite",
		"bootloader=single", "bootloader=single,mode=recovery",
		"bootloader=single,adapter,no-boot-mode,wait-for-dfu=500" };

	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct update_scene scene = {
			.options = boards[i],
			.course = &plain,
			.list = "0/0 2.0.0 ac",
			.traits = BEGINS_ANEW,
		};

		update_walk(*state, &scene);
	}
}

static void walk_all(
	const struct update_walk *walk, const struct update_scene *scenes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		update_walk(walk, &scenes[i]);
}

#define WALK_ALL(walk, scenes) walk_all((walk), (scenes), sizeof(scenes) / sizeof((scenes)[0]))

static void another_image_is_settled_first(void **state)
{
	static const struct update_scene scenes[] = {
		{ "start=uploaded", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0",
			BEGINS_WITH_ANOTHER },
		{ "start=test", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", BEGINS_WITH_ANOTHER },
		{ "start=testing", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0",
			BEGINS_WITH_ANOTHER },
		{ "start=half", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", BEGINS_WITH_ANOTHER },
		{ "start=permanent", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 4.0.0",
			BEGINS_WITH_ANOTHER },
		{ "start=confirmed", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 4.0.0",
			BEGINS_WITH_ANOTHER },
		{ "bootloader=overwrite,start=test", &plain, STATUS_OK, "0/0 2.0.0 ac",
			BEGINS_WITH_ANOTHER },
	};

	WALK_ALL(*state, scenes);
}

static void every_course_ends_as_it_should(void **state)
{
	static const struct update_scene scenes[] = {
		{ "bootloader=swap", &for_good, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", USUAL },
		{ "bootloader=overwrite", &for_good, STATUS_OK, "0/0 2.0.0 ac", USUAL },
		{ "start=test", &for_good, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", USUAL },
		{ "start=testing", &for_good, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", USUAL },
		{ "bootloader=swap", &test_only, STATUS_OK, "0/0 2.0.0 a, 0/1 1.0.0 c", USUAL },
		{ "bootloader=overwrite", &test_only, STATUS_OK, "0/0 2.0.0 ac", USUAL },
		{ "start=testing", &test_only, STATUS_OK, "0/0 2.0.0 a, 0/1 1.0.0 c", USUAL },
		{ "bootloader=swap", &no_reset, STATUS_OK, "0/0 1.0.0 ac, 0/1 2.0.0 p", USUAL },
		{ "bootloader=direct-xip", &no_reset, STATUS_OK, "0/0 1.0.0 ac, 0/1 2.0.0 pP",
			USUAL },
		{ "start=testing", &no_reset, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", USUAL },
		{ "mode=recovery", &no_reset, STATUS_OK, "0/0 2.0.0 ac", BEGINS_ANEW },
	};

	WALK_ALL(*state, scenes);
}

/* Killed in the middle of it the check is made once more, and fails once more. */
static void a_failing_check_takes_the_image_back(void **state)
{
	static const struct update_scene scenes[] = {
		{ "bootloader=swap", &failing, STATUS_NOT_UPDATED, "0/0 1.0.0 ac, 0/1 2.0.0",
			USUAL },
		{ "start=uploaded", &failing, STATUS_NOT_UPDATED, "0/0 1.0.0 ac, 0/1 2.0.0",
			USUAL },
		{ "start=testing", &failing, STATUS_NOT_UPDATED, "0/0 1.0.0 ac, 0/1 2.0.0", USUAL },
		{ "bootloader=direct-xip-revert", &failing, STATUS_NOT_UPDATED, "0/0 1.0.0 ac",
			ERASES },
		/* There is no way back. */
		{ "bootloader=overwrite", &failing, STATUS_NOT_UPDATED, "0/0 2.0.0 ac", USUAL },
		{ "start=confirmed", &failing, STATUS_NOT_UPDATED, "0/0 2.0.0 ac, 0/1 1.0.0",
			USUAL },
	};

	WALK_ALL(*state, scenes);
}

static void two_images_come_together(void **state)
{
	static const struct update_scene scenes[] = {
		{ TWO, &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0, 1/0 3.0.0 ac, 1/1 1.0.0",
			USUAL },
		{ TWO, &failing, STATUS_NOT_UPDATED,
			"0/0 1.0.0 ac, 0/1 2.0.0, 1/0 1.0.0 ac, 1/1 3.0.0", USUAL },
		{ TWO ",bootloader=overwrite", &plain, STATUS_OK, "0/0 2.0.0 ac, 1/0 3.0.0 ac",
			USUAL },
		{ TWO ",start=testing", &plain, STATUS_OK,
			"0/0 2.0.0 ac, 0/1 1.0.0, 1/0 3.0.0 ac, 1/1 1.0.0", USUAL },
		{ TWO ",start=confirmed", &plain, STATUS_OK,
			"0/0 2.0.0 ac, 0/1 1.0.0, 1/0 3.0.0 ac, 1/1 1.0.0", USUAL },
		{ TWO ",mode=recovery", &plain, STATUS_OK, "0/0 2.0.0 ac, 1/0 3.0.0 ac",
			BEGINS_ANEW },
		{ TWO ",hides-network-core", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", USUAL },
	};

	WALK_ALL(*state, scenes);
}

/* A bootloader that listens after each reset, with a user who does not wait. */
static void whoever_is_caught_in_the_bootloader_gets_out_again(void **state)
{
	static const struct update_scene scenes[] = {
		{ "adapter,wait-for-dfu=500", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0",
			IN_HASTE },
		{ "wait-for-dfu=500", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", IN_HASTE },
		{ "adapter,wait-for-dfu=3000", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0",
			IN_HASTE },
		{ "wait-for-dfu=3000", &plain, STATUS_OK, "0/0 2.0.0 ac, 0/1 1.0.0", IN_HASTE },
		{ "adapter,wait-for-dfu=3000", &failing, STATUS_NOT_UPDATED,
			"0/0 1.0.0 ac, 0/1 2.0.0", IN_HASTE },
		{ "adapter,wait-for-dfu=3000,bootloader=overwrite", &plain, STATUS_OK,
			"0/0 2.0.0 ac", IN_HASTE },
		{ "adapter,wait-for-dfu=3000,bootloader=direct-xip", &plain, STATUS_OK,
			"0/0 1.0.0, 0/1 2.0.0 ac", IN_HASTE },
		{ "adapter,wait-for-dfu=3000," TWO, &plain, STATUS_OK,
			"0/0 2.0.0 ac, 0/1 1.0.0, 1/0 3.0.0 ac, 1/1 1.0.0", IN_HASTE },
	};

	WALK_ALL(*state, scenes);
}

static void a_refused_image_leaves_the_old_one(void **state)
{
	static const struct update_scene scenes[] = {
		{ "fault=refuse-swap", &plain, STATUS_NOT_UPDATED, "0/0 1.0.0 ac", ERASES },
		{ "fault=refuse-swap,bootloader=overwrite", &for_good, STATUS_NOT_UPDATED,
			"0/0 1.0.0 ac", ERASES },
		{ "fault=crash-after-swap", &plain, STATUS_NOT_UPDATED, "0/0 1.0.0 ac, 0/1 2.0.0",
			USUAL },
	};

	WALK_ALL(*state, scenes);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, update_walk_set_up, update_walk_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_swapping_board_comes_to_the_new_image_from_any_state),
		TEST(an_overwriting_board_comes_to_the_new_image_from_any_state),
		TEST(a_direct_xip_board_comes_to_the_new_image_from_any_state),
		TEST(a_direct_xip_board_with_revert_comes_to_the_new_image_from_any_state),
		TEST(a_board_in_serial_recovery_comes_to_the_new_image),
		TEST(another_image_is_settled_first),
		TEST(every_course_ends_as_it_should),
		TEST(a_failing_check_takes_the_image_back),
		TEST(two_images_come_together),
		TEST(whoever_is_caught_in_the_bootloader_gets_out_again),
		TEST(a_refused_image_leaves_the_old_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
