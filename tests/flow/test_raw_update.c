/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates in raw framing, of the application and of serial recovery, with every fault that makes sense
 * there at every message: a lost byte makes the server wait for more, and only silence ends that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/flow_update.h"

enum { IMAGE_SIZE = 5000, MESSAGES_MIN = 20, MESSAGES_MAX = 200, SECOND = 1000000 };

static void open_raw(struct flow_rig *rig, const char *options)
{
	flow_rig_open(rig, options);
	rig->framing = SMP_FRAMING_RAW;
}

static void update(const char *options, struct flow_outcome *ret_outcome)
{
	struct flow_image image;
	struct flow_rig rig;

	open_raw(&rig, options);
	flow_image_make(&image, 40000, 2);
	flow_update_run(&rig, &image, ret_outcome);
	if (ret_outcome->status != STATUS_OK)
		fail_msg("%s: %s fails: %s", options, flow_update_step_name(ret_outcome->step),
			rig.err.message);
	assert_true(flow_rig_holds(&rig, 0, image.file));
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void an_update_of_the_application_ends_well(void **state)
{
	struct flow_outcome outcome;

	(void)state;
	update("slot-size=64K,framing=raw", &outcome);
	/* Nothing of the buffer is taken by framing. */
	assert_int_equal(outcome.upload.message_max, 384);
	update("slot-size=64K,framing=raw,text-noise", &outcome);
	update("slot-size=64K,framing=raw,no-params", &outcome);
	update("slot-size=64K,framing=raw,flash=nrf52840,baud=115200", &outcome);
	update("slot-size=64K,framing=raw,smp-version=1", &outcome);
}

/* Else the server would forget a message before it has all of it. */
static void no_message_takes_a_slow_line_longer_than_the_server_waits(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	open_raw(&rig, "slot-size=64K,framing=raw,buf-size=4096,baud=9600");
	rig.knows_speed = true;
	flow_image_make(&image, 10000, 2);
	if (flow_update_upload(&rig, &image, &result) != STATUS_OK)
		fail_msg("%s", rig.err.message);
	assert_int_equal(result.message_max, 1920);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void it_is_quicker_than_lines_of_base64(void **state)
{
	struct flow_outcome raw, console;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	update("slot-size=64K,framing=raw,baud=115200", &raw);
	flow_rig_open(&rig, "slot-size=64K,baud=115200");
	flow_image_make(&image, 40000, 2);
	flow_update_run(&rig, &image, &console);
	assert_int_equal(console.status, STATUS_OK);
	assert_true(raw.upload_us * 5 < console.upload_us * 4);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

/* The erase of each page stops the CPU, and what comes meanwhile is lost in the middle of packets. */
static void a_cpu_that_stands_still_costs_rests_but_not_the_update(void **state)
{
	struct flow_outcome outcome;

	(void)state;
	update("slot-size=64K,framing=raw,flash=nrf52840,baud=115200,stall,erase-progressively",
		&outcome);
	assert_true(outcome.upload_us < UINT64_C(180) * SECOND);
}

static void recovery_takes_an_image(const char *options)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;
	char text[FLOW_LIST_MAX];

	open_raw(&rig, options);
	flow_image_make(&image, 20001, 2);
	if (flow_update_upload(&rig, &image, &result) != STATUS_OK)
		fail_msg("%s: %s", options, rig.err.message);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	assert_string_equal(flow_rig_list(&rig, text), "0/0 2.0.0 ac");
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void serial_recovery_takes_an_image(void **state)
{
	(void)state;
	recovery_takes_an_image("slot-size=64K,framing=raw,mode=recovery");
	recovery_takes_an_image(
		"slot-size=64K,framing=raw,mode=recovery,baud=115200,flash=nrf52840");
	recovery_takes_an_image("slot-size=64K,framing=raw,mode=recovery,write-block=32");
}

static const char *const faults[] = { "drop-request", "drop-reply", "silent", "text-only",
	"bad-header", "log-inside", "bad-cbor", "no-cbor", "duplicate-reply", "stale-reply",
	"late-reply", "late-reply=100", "late-reply=3050" };

/* False when the fault lies beyond the last message. */
static bool strike(const char *board, const char *fault, unsigned message)
{
	char options[256];
	struct flow_image image;
	struct flow_outcome outcome;
	struct flow_rig rig;
	bool has_struck;

	snprintf(options, sizeof(options), "%s,fault=%s@%u", board, fault, message);
	open_raw(&rig, options);
	flow_image_make(&image, IMAGE_SIZE, 2);
	flow_update_run(&rig, &image, &outcome);
	has_struck = flow_rig_requests(&rig) >= message;
	if (outcome.status != STATUS_OK)
		fail_msg("%s: %s fails: %s", options, flow_update_step_name(outcome.step),
			rig.err.message);
	assert_true(flow_rig_holds(&rig, 0, image.file));
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
	return has_struck;
}

static void strike_everywhere(const char *board)
{
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		unsigned message = 1;

		while (strike(board, faults[i], message))
			assert_true(++message < MESSAGES_MAX);
		assert_true(message > MESSAGES_MIN);
	}
}

/* Without a checksum, what the body shows as damaged is asked for again like what is lost. */
static void a_fault_at_any_message_does_no_harm(void **state)
{
	(void)state;
	strike_everywhere("slot-size=32K,framing=raw");
	strike_everywhere("slot-size=32K,framing=raw,baud=115200");
}

/* One byte less, to the board or from it; false when there are fewer. */
static bool lose_byte(const char *board, uint64_t number, bool is_to_board)
{
	struct flow_outcome outcome;
	struct flow_image image;
	struct flow_rig rig;
	bool was_lost;

	open_raw(&rig, board);
	rig.lost_to_board = is_to_board ? number : 0;
	rig.lost_from_board = is_to_board ? 0 : number;
	flow_image_make(&image, IMAGE_SIZE, 2);
	flow_update_run(&rig, &image, &outcome);
	was_lost = number <= (is_to_board ? rig.bytes_to_board : rig.bytes_from_board);
	if (outcome.status != STATUS_OK || !flow_rig_holds(&rig, 0, image.file))
		fail_msg("%s, byte %llu %s the board: %s fails: %s", board,
			(unsigned long long)number, is_to_board ? "to" : "from",
			flow_update_step_name(outcome.step), rig.err.message);
	flow_image_free(&image);
	flow_rig_close(&rig);
	return was_lost;
}

static void a_byte_that_is_lost_anywhere_does_no_harm(void **state)
{
	static const char *const boards[] = { "slot-size=32K,framing=raw",
		"slot-size=32K,framing=raw,baud=115200" };

	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		/* Strides without a factor in common with anything that repeats. */
		for (uint64_t number = 1; lose_byte(boards[i], number, true); number += 41)
			;
		for (uint64_t number = 1; lose_byte(boards[i], number, false); number += 7)
			;
	}
}

/*
 * With several in flight, and with a server that never forgets, a damaged chunk is completed by the next
 * message. That may end the upload, but never unseen.
 */
static bool complete_wrongly(const char *board, unsigned window, uint64_t number)
{
	struct flow_outcome outcome;
	struct flow_image image;
	struct flow_rig rig;
	bool was_lost;

	open_raw(&rig, board);
	rig.lost_to_board = number;
	rig.window = window;
	flow_image_make(&image, IMAGE_SIZE, 2);
	flow_update_run(&rig, &image, &outcome);
	was_lost = number <= rig.bytes_to_board;
	if (outcome.has_lied ||
		(outcome.status == STATUS_OK && !flow_rig_holds(&rig, 0, image.file)))
		fail_msg("%s, byte %llu: the slot holds something else", board,
			(unsigned long long)number);
	if (outcome.status == STATUS_NOT_UPDATED)
		fail_msg("%s, byte %llu: the bootloader has found it", board,
			(unsigned long long)number);
	flow_image_free(&image);
	flow_rig_close(&rig);
	return was_lost;
}

static void a_chunk_that_is_completed_wrongly_does_not_go_unseen(void **state)
{
	(void)state;
	for (uint64_t number = 1;
		complete_wrongly("slot-size=32K,framing=raw,baud=115200", 3, number); number += 41)
		;
	for (uint64_t number = 1;
		complete_wrongly("slot-size=32K,framing=raw,no-input-timeout", 0, number);
		number += 41)
		;
}

static void faults_of_what_raw_packets_do_not_have_are_refused(void **state)
{
	static const char *const refused[] = { "bad-crc", "bad-length" };

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct fakedev_config config;
		struct fakedev *board;
		struct err err;

		fakedev_config_default(&config);
		assert_int_equal(fakedev_config_set(&config, "fault", refused[i], &err), STATUS_OK);
		assert_int_equal(fakedev_config_set(&config, "framing", "raw", &err), STATUS_OK);
		assert_int_equal(fakedev_create(&config, 0, &board, &err), STATUS_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_update_of_the_application_ends_well),
		cmocka_unit_test(no_message_takes_a_slow_line_longer_than_the_server_waits),
		cmocka_unit_test(it_is_quicker_than_lines_of_base64),
		cmocka_unit_test(a_cpu_that_stands_still_costs_rests_but_not_the_update),
		cmocka_unit_test(serial_recovery_takes_an_image),
		cmocka_unit_test(a_fault_at_any_message_does_no_harm),
		cmocka_unit_test(a_byte_that_is_lost_anywhere_does_no_harm),
		cmocka_unit_test(a_chunk_that_is_completed_wrongly_does_not_go_unseen),
		cmocka_unit_test(faults_of_what_raw_packets_do_not_have_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
