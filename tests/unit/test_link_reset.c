/* SPDX-License-Identifier: Apache-2.0 */
/* A device that resets between commands: left alone while it boots, found again, waited for. */
#include "src/link.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/link_rig.h"

enum { MS = LINK_RIG_MS, SECOND = LINK_RIG_SECOND };

static void a_device_that_resets_at_a_command_is_left_alone_for_three_seconds(void **state)
{
	struct link_rig *rig = *state;
	unsigned generation;

	link_rig_open_all(rig, "adapter");
	assert_false(link_is_unsettled(rig->link));
	generation = link_generation(rig->link);
	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	assert_int_not_equal(link_generation(rig->link), generation);
	link_rig_let_time_pass(rig, 2900 * MS);
	assert_true(link_is_unsettled(rig->link));
	link_rig_let_time_pass(rig, 200 * MS);
	assert_false(link_is_unsettled(rig->link));
}

static void a_device_that_swaps_is_left_alone_for_as_long_as_that_takes(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "adapter");
	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, follow_wish_for_swap(472 * 1024));
	link_rig_let_time_pass(rig, 13 * SECOND);
	assert_true(link_is_unsettled(rig->link));
	link_rig_let_time_pass(rig, 1 * SECOND);
	assert_false(link_is_unsettled(rig->link));
}

static void a_command_behind_a_reset_waits_for_the_device_and_says_so(void **state)
{
	struct link_rig *rig = *state;
	unsigned generation;
	uint64_t reset_us;

	link_rig_open_all(rig, "adapter");
	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	reset_us = link_rig_now_us(rig);
	generation = link_generation(rig->link);
	assert_false(link_rig_has_noted(rig, "waiting"));
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_true(link_rig_has_noted(rig, "waiting for board to come back\n"));
	assert_true(rig->door.opened_us - reset_us >= (uint64_t)FOLLOW_QUIET_MS * MS);
	assert_int_not_equal(link_generation(rig->link), generation);
	assert_false(link_is_unsettled(rig->link));
	assert_int_equal(flow_door_boots(&rig->door), 2);
}

static void a_device_that_vanishes_is_opened_again_without_a_word_to_it(void **state)
{
	struct link_rig *rig = *state;
	unsigned generation, requests;

	link_rig_open_all(rig, "boot-time=5000");
	generation = link_generation(rig->link);
	requests = link_rig_requests(rig);
	flow_door_press_reset(&rig->door);
	link_rig_let_time_pass(rig, 1 * SECOND);
	assert_null(port_client(rig->port));
	assert_true(link_is_unsettled(rig->link));
	link_rig_let_time_pass(rig, 5 * SECOND);
	assert_non_null(port_client(rig->port));
	assert_int_not_equal(link_generation(rig->link), generation);
	assert_int_equal(link_rig_requests(rig), requests);
	assert_int_equal(rig->door.opens, 2);
	/* Its bootloader may listen yet. */
	assert_true(link_is_unsettled(rig->link));
	link_rig_let_time_pass(rig, 3 * SECOND);
	assert_false(link_is_unsettled(rig->link));
	assert_int_equal(link_rig_requests(rig), requests);
	assert_false(link_rig_has_noted(rig, "waiting"));
}

static void a_command_waits_for_a_device_that_is_away(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "boot-time=5000");
	flow_door_press_reset(&rig->door);
	link_rig_let_time_pass(rig, 1 * SECOND);
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_true(link_rig_has_noted(rig, "waiting for board"));
	assert_false(link_rig_is_in_recovery(rig));
}

static void who_does_not_come_back_is_given_up_in_fifteen_seconds(void **state)
{
	struct link_rig *rig = *state;
	uint64_t begin_us;

	link_rig_open_all(rig, "boot-time=600000");
	flow_door_press_reset(&rig->door);
	link_rig_let_time_pass(rig, 1 * SECOND);
	begin_us = link_rig_now_us(rig);
	assert_int_equal(link_rig_open_device(rig), STATUS_NO_PORT);
	assert_true(link_rig_now_us(rig) - begin_us >= 15 * SECOND);
	assert_true(link_rig_now_us(rig) - begin_us < 18 * SECOND);
	/* It is looked for all the same. */
	assert_true(link_is_unsettled(rig->link));
	link_rig_let_time_pass(rig, UINT64_C(600) * SECOND);
	assert_non_null(port_client(link_port(rig->link)));
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
}

static void ctrl_c_ends_the_waiting_and_the_device_is_found_later(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "boot-time=8000");
	flow_door_press_reset(&rig->door);
	link_rig_let_time_pass(rig, 1 * SECOND);
	link_rig_interrupt_after(rig, 2 * SECOND);
	assert_int_equal(link_rig_open_device(rig), STATUS_INTERRUPTED);
	assert_true(link_is_unsettled(rig->link));
	link_rig_let_time_pass(rig, 20 * SECOND);
	assert_non_null(port_client(link_port(rig->link)));
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
}

static void a_bootloader_that_listens_for_two_seconds_is_not_trapped(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "wait-for-dfu=2000");
	flow_door_press_reset(&rig->door);
	link_rig_let_time_pass(rig, 10 * SECOND);
	assert_false(link_is_unsettled(rig->link));
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_false(link_rig_is_in_recovery(rig));
	assert_int_equal(flow_door_boots(&rig->door), 2);
}

/* Nobody told when it would be done listening: it was asked too early, once. */
static void a_bootloader_that_was_trapped_behind_our_reset_is_reset_once_more(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "adapter,wait-for-dfu=3000");
	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_true(link_rig_has_noted(rig, "and was reset once more\n"));
	assert_false(link_rig_is_in_recovery(rig));
	assert_int_equal(flow_door_boots(&rig->door), 3);
}

static void who_stays_in_the_bootloader_in_spite_of_that_is_told_of(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "adapter,wait-for-dfu=60000");
	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_true(link_rig_has_noted(rig, "serial recovery answers, not the application\n"));
	assert_true(link_rig_is_in_recovery(rig));
	assert_int_equal(flow_door_boots(&rig->door), 3);
}

static void a_bootloader_that_was_asked_for_is_left_alone(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "adapter");
	link_rig_tell_to_reset(
		rig, SMP_OS_BOOT_BOOTLOADER, (struct follow_wish){ .accepts_recovery = true });
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_true(link_rig_is_in_recovery(rig));
	assert_int_equal(flow_door_boots(&rig->door), 2);
	assert_false(link_rig_has_noted(rig, "once more"));
}

/* Perhaps somebody holds its button. */
static void a_bootloader_behind_a_reset_that_was_not_ours_is_left_alone(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "wait-for-dfu=60000");
	flow_door_press_reset(&rig->door);
	link_rig_let_time_pass(rig, 1 * SECOND);
	assert_int_equal(link_rig_open_device(rig), STATUS_OK);
	assert_true(link_rig_is_in_recovery(rig));
	assert_true(link_meet(rig->link, true));
	assert_int_equal(flow_door_boots(&rig->door), 2);
	assert_false(link_rig_has_noted(rig, "once more"));
}

static void the_first_answer_may_come_to_somebody_else_than_a_command(void **state)
{
	struct link_rig *rig = *state;
	unsigned generation;

	link_rig_open_all(rig, "adapter,wait-for-dfu=5000");
	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	link_rig_let_time_pass(rig, 3100 * MS);
	assert_true(link_rig_is_in_recovery(rig));
	generation = link_generation(rig->link);
	assert_false(link_meet(rig->link, true));
	assert_true(link_rig_has_noted(rig, "it is reset once more\n"));
	assert_int_not_equal(link_generation(rig->link), generation);
	link_rig_let_time_pass(rig, 7 * SECOND);
	assert_true(link_is_unsettled(rig->link));
	link_rig_let_time_pass(rig, 1 * SECOND);
	assert_false(link_rig_is_in_recovery(rig));
	assert_true(link_meet(rig->link, false));
	assert_int_equal(flow_door_boots(&rig->door), 3);
}

static void once_more_is_once(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "adapter,wait-for-dfu=60000");
	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	link_rig_let_time_pass(rig, 4 * SECOND);
	assert_true(link_rig_is_in_recovery(rig));
	assert_false(link_meet(rig->link, true));
	link_rig_let_time_pass(rig, 10 * SECOND);
	assert_true(link_rig_is_in_recovery(rig));
	assert_true(link_meet(rig->link, true));
	assert_int_equal(flow_door_boots(&rig->door), 3);
}

static void who_has_answered_since_is_not_suspected(void **state)
{
	struct link_rig *rig = *state;

	link_rig_open_all(rig, "adapter");
	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	link_was_reset(rig->link);
	assert_false(link_is_unsettled(rig->link));
	assert_true(link_meet(rig->link, true));

	link_rig_tell_to_reset(rig, SMP_OS_BOOT_NORMAL, (struct follow_wish){ 0 });
	link_rig_let_time_pass(rig, 4 * SECOND);
	link_was_answered(rig->link);
	assert_true(link_meet(rig->link, true));
	assert_false(link_rig_has_noted(rig, "once more"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, link_rig_set_up, link_rig_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_device_that_resets_at_a_command_is_left_alone_for_three_seconds),
		TEST(a_device_that_swaps_is_left_alone_for_as_long_as_that_takes),
		TEST(a_command_behind_a_reset_waits_for_the_device_and_says_so),
		TEST(a_device_that_vanishes_is_opened_again_without_a_word_to_it),
		TEST(a_command_waits_for_a_device_that_is_away),
		TEST(who_does_not_come_back_is_given_up_in_fifteen_seconds),
		TEST(ctrl_c_ends_the_waiting_and_the_device_is_found_later),
		TEST(a_bootloader_that_listens_for_two_seconds_is_not_trapped),
		TEST(a_bootloader_that_was_trapped_behind_our_reset_is_reset_once_more),
		TEST(who_stays_in_the_bootloader_in_spite_of_that_is_told_of),
		TEST(a_bootloader_that_was_asked_for_is_left_alone),
		TEST(a_bootloader_behind_a_reset_that_was_not_ours_is_left_alone),
		TEST(the_first_answer_may_come_to_somebody_else_than_a_command),
		TEST(once_more_is_once),
		TEST(who_has_answered_since_is_not_suspected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
