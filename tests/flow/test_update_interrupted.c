/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C at every message: the client stops at once, and the same command goes on from there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/device.h"
#include "tests/support/flow_update.h"

enum {
	IMAGE_SIZE = 5000,
	FIRST_CHUNK_MAX = 320, /* data; a repeated first chunk is not a resumption */
	MESSAGES_MAX = 200,
};

static uint64_t bytes_written(const struct flow_rig *rig)
{
	struct fakedev_counters counters;

	fakedev_get_counters(rig->board, &counters);
	return counters.bytes_written;
}

/* What an upload that was broken off now goes on from; 0: from the beginning. */
static uint64_t resume_point(uint64_t written)
{
	return written > FIRST_CHUNK_MAX && written < IMAGE_SIZE ? written : 0;
}

/* False when the upload was over before message `number`. */
static bool interrupt_upload_at(unsigned number, const struct flow_image *image)
{
	struct upload_result result;
	struct flow_rig rig;
	uint64_t expected;
	bool is_interrupted;

	flow_rig_open(&rig, "slot-size=32K");
	flow_rig_interrupt_at(&rig, number);
	is_interrupted = flow_update_upload(&rig, image, &result) != STATUS_OK;
	if (is_interrupted) {
		assert_int_equal(rig.err.status, STATUS_INTERRUPTED);
		/* That one, and the chunks that were on their way with it. */
		assert_in_range(flow_rig_requests(&rig), number, number + 2);
		expected = resume_point(bytes_written(&rig));
		flow_rig_clear_interrupt(&rig);
		assert_int_equal(flow_update_upload(&rig, image, &result), STATUS_OK);
		assert_true(expected == 0 || flow_update_resumed_from(&result, expected));
	}
	assert_true(flow_rig_holds(&rig, 1, image->file));
	flow_rig_expect_no_complaints(&rig);
	flow_rig_close(&rig);
	return is_interrupted;
}

static void an_interrupted_upload_goes_on_where_the_board_is(void **state)
{
	struct flow_image image;
	unsigned number = 1;

	(void)state;
	flow_image_make(&image, IMAGE_SIZE, 2);
	while (interrupt_upload_at(number, &image))
		assert_true(++number < MESSAGES_MAX);
	/* The parameters, every chunk, the list. */
	assert_true(number > 2 + IMAGE_SIZE / 380);
	flow_image_free(&image);
}

static void an_interrupted_upload_says_where_it_was(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=32K");
	flow_image_make(&image, IMAGE_SIZE, 2);
	flow_rig_interrupt_at(&rig, 4);
	assert_int_equal(flow_update_upload(&rig, &image, &result), STATUS_INTERRUPTED);
	assert_non_null(strstr(rig.err.message, " of 5000 bytes"));
	assert_string_equal(rig.err.hint, "the same command goes on from there");
	assert_in_range(result.bytes, 1, IMAGE_SIZE - 1);
	assert_true(result.bytes_sent >= result.bytes);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

/* False when the update was over before message `number`. */
static bool interrupt_update_at(unsigned number, const struct flow_image *image)
{
	struct flow_outcome outcome;
	struct flow_rig rig;
	bool is_interrupted;

	flow_rig_open(&rig, "slot-size=32K");
	flow_rig_interrupt_at(&rig, number);
	flow_update_run(&rig, image, &outcome);
	is_interrupted = outcome.status != STATUS_OK;
	if (is_interrupted) {
		assert_int_equal(outcome.status, STATUS_INTERRUPTED);
		flow_rig_clear_interrupt(&rig);
		flow_rig_wait_for_boot(&rig);
		flow_update_run(&rig, image, &outcome);
		assert_int_equal(outcome.status, STATUS_OK);
	}
	assert_true(flow_rig_holds(&rig, 0, image->file));
	flow_rig_expect_no_complaints(&rig);
	flow_rig_close(&rig);
	return is_interrupted;
}

static void an_interrupted_update_goes_on_from_any_step(void **state)
{
	struct flow_image image;
	unsigned number = 1;

	(void)state;
	flow_image_make(&image, IMAGE_SIZE, 2);
	while (interrupt_update_at(number, &image))
		assert_true(++number < MESSAGES_MAX);
	assert_true(number > 10 + IMAGE_SIZE / 380);
	flow_image_free(&image);
}

static void press(void *ctx)
{
	const struct flow_rig *rig = ctx;

	assert_int_equal(write(rig->interrupt_fds[1], "", 1), 1);
}

static void a_silence_is_left_at_once(void **state)
{
	struct smp_image_state list;
	struct flow_rig rig;
	uint64_t begin_us;

	(void)state;
	flow_rig_open(&rig, "fault=silent");
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	begin_us = rig.clock.now_us;
	fake_clock_at(&rig.clock, begin_us + 123456, press, &rig);
	assert_int_equal(device_image_state(rig.client, &list, &rig.err), STATUS_INTERRUPTED);
	assert_int_equal(rig.clock.now_us - begin_us, 123456);
	flow_rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_interrupted_upload_goes_on_where_the_board_is),
		cmocka_unit_test(an_interrupted_upload_says_where_it_was),
		cmocka_unit_test(an_interrupted_update_goes_on_from_any_step),
		cmocka_unit_test(a_silence_is_left_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
