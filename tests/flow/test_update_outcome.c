/* SPDX-License-Identifier: Apache-2.0 */
/* What an update says and reports, whatever comes of it: exit status, words, hint, report. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/update_rig.h"

enum { IMAGE_SIZE = 3000, NETWORK_SIZE = 2500 };

#define TWO "slot-size=32K,images=2,buf-size=1024"

struct fixture {
	struct update_rig rig;
	struct flow_image image, network;
};

static void open_board(struct fixture *fixture, const char *options)
{
	update_rig_open(&fixture->rig, options);
	update_rig_add(&fixture->rig, &fixture->image, 0);
}

static void expect_list(struct fixture *fixture, const char *wanted)
{
	char list[FLOW_LIST_MAX];

	update_rig_rest(&fixture->rig);
	assert_string_equal(flow_rig_list(&fixture->rig.flow, list), wanted);
}

static void expect_end(
	struct fixture *fixture, enum status status, enum update_outcome outcome, const char *words)
{
	struct update_rig *rig = &fixture->rig;
	enum status got = update_rig_run(rig);

	if (got != status || rig->report.outcome != outcome)
		fail_msg("%s, %s: %s", status_name(got), update_outcome_name(rig->report.outcome),
			rig->err.message);
	if (strstr(rig->err.message, words) == NULL)
		fail_msg("'%s' is not in: %s", words, rig->err.message);
	/* Whoever fails says what to do; what was taken back needs nothing. */
	assert_true(status == STATUS_OK || outcome == UPDATE_OUTCOME_ROLLED_BACK ||
		    rig->err.hint[0] != '\0');
}

static void end(struct fixture *fixture)
{
	flow_rig_expect_no_complaints(&fixture->rig.flow);
	update_rig_close(&fixture->rig);
}

static void a_successful_update_is_reported(void **state)
{
	struct fixture *fixture = *state;
	const struct update_report *report = &fixture->rig.report;

	open_board(fixture, "slot-size=32K");
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_UPDATED, "");
	assert_string_equal(report->from, "1.0.0");
	assert_string_equal(report->to, "2.0.0");
	assert_string_equal(report->runs, "2.0.0");
	assert_int_equal(report->bytes, IMAGE_SIZE);
	assert_int_equal(report->resets, 1);
	assert_true(report->duration_us > 1500 * 1000);
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_ALREADY, "");
	assert_int_equal(report->bytes, 0);
	assert_int_equal(report->resets, 0);
	end(fixture);
}

static void the_plan_is_shown_first(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K");
	fixture->rig.settings.dry_run = true;
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_PLANNED, "");
	update_rig_expect_note(&fixture->rig,
		"plan for board:\n"
		"  image 0: 1.0.0 -> 2.0.0, 2.9 KiB for slot 1, to be sent\n"
		"  send, mark for test, reset, wait, confirm\n");
	assert_int_equal(update_rig_written(&fixture->rig), 0);
	expect_list(fixture, "0/0 1.0.0 ac");
	end(fixture);
}

static void a_bootloader_without_a_way_back_is_told_of(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K,bootloader=overwrite");
	fixture->rig.settings.test_only = true;
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_UPDATED, "");
	update_rig_expect_note(&fixture->rig, "there is no way back: the new image replaces the "
					      "old one, and --test-only cannot be kept");
	end(fixture);
}

static void an_update_that_is_only_tested_says_so(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K");
	fixture->rig.settings.test_only = true;
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_TESTING, "");
	fixture->rig.settings.test_only = false;
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_UPDATED, "");
	assert_string_equal(fixture->rig.report.from, "1.0.0");
	end(fixture);
}

static void without_a_reset_it_waits_for_one(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K");
	fixture->rig.settings.no_reset = true;
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_MARKED, "");
	expect_list(fixture, "0/0 1.0.0 ac, 0/1 2.0.0 p");
	end(fixture);
}

static void contradictory_wishes_are_refused(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K");
	fixture->rig.settings.test_only = fixture->rig.settings.confirm = true;
	assert_int_equal(update_rig_run(&fixture->rig), STATUS_USAGE);
	fixture->rig.settings.confirm = false;
	fixture->rig.settings.image = 5;
	fixture->rig.firmware.part_count = 1;
	assert_int_equal(update_rig_run(&fixture->rig), STATUS_USAGE);
	assert_int_equal(flow_rig_requests(&fixture->rig.flow), 0);
	end(fixture);
}

static void a_refused_image_is_gone_and_the_old_one_runs(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K,fault=refuse-swap");
	expect_end(fixture, STATUS_NOT_UPDATED, UPDATE_OUTCOME_FAILED,
		"after the reset image 0 is gone from the device: the bootloader refused it; "
		"1.0.0 runs, confirmed");
	assert_non_null(strstr(fixture->rig.err.hint, "signed with another key"));
	assert_string_equal(fixture->rig.report.runs, "1.0.0");
	assert_int_equal(fixture->rig.report.last_step, UPDATE_READ);
	expect_list(fixture, "0/0 1.0.0 ac");
	end(fixture);
}

static void an_image_that_crashes_is_back_where_it_was(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K,fault=crash-after-swap");
	expect_end(fixture, STATUS_NOT_UPDATED, UPDATE_OUTCOME_FAILED,
		"does not run: it was started and taken back, or not started at all; 1.0.0 runs, "
		"confirmed");
	expect_list(fixture, "0/0 1.0.0 ac, 0/1 2.0.0");
	end(fixture);
}

/* Whatever it does not say, a reset brings the old image back. */
static void press_reset_and_look(struct fixture *fixture)
{
	fakedev_press_reset(fixture->rig.flow.board, fixture->rig.flow.clock.now_us);
	expect_list(fixture, "0/0 1.0.0 ac, 0/1 2.0.0");
}

static void a_board_that_vanishes_is_no_port(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K,fault=dead-after-swap");
	expect_end(fixture, STATUS_NO_PORT, UPDATE_OUTCOME_FAILED, "did not come back");
	assert_int_equal(fixture->rig.report.last_step, UPDATE_WAIT);
	press_reset_and_look(fixture);
	end(fixture);
}

static void a_board_that_stays_silent_times_out(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K,adapter,fault=dead-after-swap");
	expect_end(fixture, STATUS_TIMEOUT, UPDATE_OUTCOME_FAILED,
		"waiting for the device after the reset: no answer within 1 min");
	assert_non_null(strstr(fixture->rig.err.hint, "brings back an image"));
	press_reset_and_look(fixture);
	end(fixture);
}

static void a_failing_check_is_proven_to_be_rolled_back(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K");
	fixture->rig.health.version = "9.9.9";
	expect_end(fixture, STATUS_NOT_UPDATED, UPDATE_OUTCOME_ROLLED_BACK,
		"the check failed: version 2.0.0 runs, not 9.9.9; the image was taken back: 1.0.0 "
		"runs, confirmed");
	assert_string_equal(fixture->rig.report.runs, "1.0.0");
	assert_int_equal(fixture->rig.report.resets, 2);
	end(fixture);
}

static void a_failing_check_of_what_is_confirmed_is_only_said(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K");
	fixture->rig.settings.confirm = true;
	fixture->rig.health.version = "9.9.9";
	expect_end(fixture, STATUS_NOT_UPDATED, UPDATE_OUTCOME_FAILED, "the check failed");
	assert_non_null(strstr(fixture->rig.err.hint, "no reset takes it back"));
	expect_list(fixture, "0/0 2.0.0 ac, 0/1 1.0.0");
	end(fixture);
}

static void a_good_check_confirms(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K");
	fixture->rig.health = (struct health_wish){ .version = "2.0.0", .wants_echo = true };
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_UPDATED, "");
	update_rig_expect_note(&fixture->rig, "check, confirm");
	end(fixture);
}

static void an_interruption_says_that_it_goes_on(void **state)
{
	struct fixture *fixture = *state;
	unsigned requests;

	open_board(fixture, "slot-size=32K");
	assert_int_equal(update_rig_run(&fixture->rig), STATUS_OK);
	requests = flow_rig_requests(&fixture->rig.flow);
	for (unsigned n = 1; n < requests; n++) {
		update_rig_renew_board(&fixture->rig);
		flow_rig_interrupt_at(&fixture->rig.flow, n);
		expect_end(fixture, STATUS_INTERRUPTED, UPDATE_OUTCOME_FAILED, "interrupted");
		assert_non_null(strstr(fixture->rig.err.hint, "the same command goes on from"));
	}
	end(fixture);
}

static void press_interrupt(void *ctx)
{
	struct flow_rig *rig = ctx;

	assert_int_equal(write(rig->interrupt_fds[1], "", 1), 1);
}

static void the_wait_after_the_reset_can_be_interrupted(void **state)
{
	struct fixture *fixture = *state;
	struct flow_rig *rig = &fixture->rig.flow;

	open_board(fixture, "slot-size=32K");
	fake_clock_at(&rig->clock, rig->clock.now_us + 1000 * 1000, press_interrupt, rig);
	expect_end(fixture, STATUS_INTERRUPTED, UPDATE_OUTCOME_FAILED,
		"waiting for the device after the reset: interrupted");
	assert_true(fixture->rig.report.duration_us < 1100 * 1000);
	flow_rig_clear_interrupt(rig);
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_UPDATED, "");
	assert_int_equal(fixture->rig.report.bytes, 0);
	end(fixture);
}

/* It would never boot: nothing is sent, unless the user insists. */
static void direct_xip_takes_no_lower_version(void **state)
{
	struct fixture *fixture = *state;
	struct flow_image low;
	struct firmware_part *part;

	flow_image_make(&low, IMAGE_SIZE, 0);
	update_rig_open(&fixture->rig, "slot-size=32K,bootloader=direct-xip");
	part = update_rig_add(&fixture->rig, &low, 0);
	part->has_slot = true;
	part->slot = 1;
	expect_end(fixture, STATUS_BAD_FILE, UPDATE_OUTCOME_FAILED,
		"image 0 is version 0.0.0 and 1.0.0 runs: this bootloader boots the highest "
		"version");
	assert_int_equal(update_rig_written(&fixture->rig), 0);
	fixture->rig.settings.force = true;
	expect_end(fixture, STATUS_NOT_UPDATED, UPDATE_OUTCOME_FAILED,
		"does not run: the bootloader boots the highest version");
	expect_list(fixture, "0/0 1.0.0 ac, 0/1 0.0.0");
	end(fixture);
	flow_image_free(&low);
}

static void a_variant_for_the_slot_in_use_is_refused(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K,bootloader=direct-xip");
	fixture->rig.firmware.parts[0].has_slot = true;
	expect_end(fixture, STATUS_BAD_FILE, UPDATE_OUTCOME_FAILED, "is linked for slot 0");
	assert_int_equal(update_rig_written(&fixture->rig), 0);
	end(fixture);
}

static void an_image_that_cannot_be_confirmed_is_told_of(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, TWO);
	update_rig_add(&fixture->rig, &fixture->network, 1);
	expect_end(fixture, STATUS_OK, UPDATE_OUTCOME_UPDATED, "");
	update_rig_expect_note(&fixture->rig, "image 1 cannot be confirmed while it runs");
	assert_int_equal(fixture->rig.report.bytes, IMAGE_SIZE + NETWORK_SIZE);
	expect_list(fixture, "0/0 2.0.0 ac, 0/1 1.0.0, 1/0 3.0.0 ac, 1/1 1.0.0");
	end(fixture);
}

/* Its hash is wrong, so the bootloader does not start it; the other one must not run alone. */
static void half_of_an_update_is_taken_back(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, TWO);
	update_rig_add(&fixture->rig, &fixture->network, 1);
	((uint8_t *)(uintptr_t)fixture->network.file.data)[NETWORK_SIZE / 2] ^= 1;
	expect_end(fixture, STATUS_NOT_UPDATED, UPDATE_OUTCOME_ROLLED_BACK,
		"after the reset image 1 is gone from the device: the bootloader refused it; 2.0.0 "
		"runs, not confirmed; the image was taken back: 1.0.0 runs, confirmed");
	expect_list(fixture, "0/0 1.0.0 ac, 0/1 2.0.0, 1/0 1.0.0 ac");
	end(fixture);
}

static void an_image_for_which_there_is_no_slot_is_not_sent(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K");
	update_rig_add(&fixture->rig, &fixture->network, 1);
	expect_end(fixture, STATUS_BAD_FILE, UPDATE_OUTCOME_FAILED, "the device has no such");
	assert_int_equal(update_rig_written(&fixture->rig), 0);
	end(fixture);
}

/* There 1 may be the number of the application's slot. */
static void recovery_must_tell_how_it_counts_images(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, TWO ",mode=recovery,no-slot-info");
	update_rig_add(&fixture->rig, &fixture->network, 1);
	expect_end(fixture, STATUS_UNSUPPORTED, UPDATE_OUTCOME_FAILED,
		"which number serial recovery gives to image 1");
	assert_true(flow_rig_holds(&fixture->rig.flow, 0, fixture->image.file));
	end(fixture);
}

static void a_single_slot_that_nothing_leads_to_stays_as_it_is(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "slot-size=32K,bootloader=single,no-boot-mode");
	expect_end(fixture, STATUS_UNSUPPORTED, UPDATE_OUTCOME_FAILED,
		"the device starts its application whatever is tried");
	expect_list(fixture, "0/0 1.0.0 ac");
	end(fixture);
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	flow_image_make(&fixture->image, IMAGE_SIZE, 2);
	flow_image_make(&fixture->network, NETWORK_SIZE, 3);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	flow_image_free(&fixture->image);
	flow_image_free(&fixture->network);
	test_free(fixture);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_successful_update_is_reported),
		TEST(the_plan_is_shown_first),
		TEST(a_bootloader_without_a_way_back_is_told_of),
		TEST(an_update_that_is_only_tested_says_so),
		TEST(without_a_reset_it_waits_for_one),
		TEST(contradictory_wishes_are_refused),
		TEST(a_refused_image_is_gone_and_the_old_one_runs),
		TEST(an_image_that_crashes_is_back_where_it_was),
		TEST(a_board_that_vanishes_is_no_port),
		TEST(a_board_that_stays_silent_times_out),
		TEST(a_failing_check_is_proven_to_be_rolled_back),
		TEST(a_failing_check_of_what_is_confirmed_is_only_said),
		TEST(a_good_check_confirms),
		TEST(an_interruption_says_that_it_goes_on),
		TEST(the_wait_after_the_reset_can_be_interrupted),
		TEST(direct_xip_takes_no_lower_version),
		TEST(a_variant_for_the_slot_in_use_is_refused),
		TEST(an_image_that_cannot_be_confirmed_is_told_of),
		TEST(half_of_an_update_is_taken_back),
		TEST(an_image_for_which_there_is_no_slot_is_not_sent),
		TEST(recovery_must_tell_how_it_counts_images),
		TEST(a_single_slot_that_nothing_leads_to_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
