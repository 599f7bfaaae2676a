/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates on boards whose flash and line take their time, in simulated time: as long as protocol.md
 * 5.5 and observed.md say, and no request is repeated only because the device is slow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/device.h"
#include "tests/support/flow_update.h"

#define MS UINT64_C(1000) /* in microseconds */

enum {
	PAGE_SIZE = 4096,
	IMAGE_SIZE = 100 * 1024,
	IMAGE_PAGES = IMAGE_SIZE / PAGE_SIZE,
	ERASE_PAGE_US = 85000, /* nRF52840 */
};

static void expect_between(uint64_t value, uint64_t min, uint64_t max)
{
	assert_in_range(value, min, max);
}

static struct fakedev_counters counters_of(const struct flow_rig *rig)
{
	struct fakedev_counters counters;

	fakedev_get_counters(rig->board, &counters);
	return counters;
}

/*
 * The duration of an upload over an older image of the same size, so that there is something to
 * erase. After it the board must have no complaint and have lost nothing.
 */
static uint64_t time_upload(struct flow_rig *rig, size_t size)
{
	struct upload_result result;
	struct flow_image old, image;
	uint64_t begin_us;

	flow_image_make(&old, size, 2);
	flow_image_make(&image, size, 3);
	if (flow_update_upload(rig, &old, &result) != STATUS_OK)
		fail_msg("first upload: %s", rig->err.message);
	begin_us = rig->clock.now_us;
	if (flow_update_upload(rig, &image, &result) != STATUS_OK)
		fail_msg("upload: %s", rig->err.message);
	assert_int_equal(counters_of(rig).lost_requests, 0);
	assert_int_equal(counters_of(rig).requests, counters_of(rig).replies);
	flow_rig_expect_no_complaints(rig);
	flow_image_free(&old);
	flow_image_free(&image);
	return rig->clock.now_us - begin_us;
}

static void the_flash_costs_its_erase_and_write_times(void **state)
{
	struct fakedev_counters counters;
	struct flow_rig quick, slow;
	uint64_t quick_us, slow_us;

	(void)state;
	flow_rig_open(&quick, "slot-size=128K,baud=115200");
	flow_rig_open(&slow, "slot-size=128K,baud=115200,flash=nrf52840");
	quick_us = time_upload(&quick, IMAGE_SIZE);
	slow_us = time_upload(&slow, IMAGE_SIZE);
	counters = counters_of(&slow);
	/* Those of the old image: the others, the trailer's too, are blank. */
	assert_int_equal(counters.pages_erased, IMAGE_PAGES);
	/* The erases cost their time; the writes are done while the next chunks are on the line. */
	expect_between(slow_us - quick_us, counters.pages_erased * ERASE_PAGE_US,
		counters.pages_erased * ERASE_PAGE_US + 50 * MS);
	flow_rig_close(&quick);
	flow_rig_close(&slow);
}

/* Observed of a real server at this speed: 7.7 kB/s with two requests in flight or more. */
static void uploads_reach_the_observed_speed(void **state)
{
	struct flow_rig rig;
	uint64_t upload_us;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K,baud=115200");
	upload_us = time_upload(&rig, IMAGE_SIZE);
	expect_between(IMAGE_SIZE * UINT64_C(1000000) / upload_us, 7600, 7740);
	flow_rig_close(&rig);
}

static void a_reset_without_a_swap_is_short(void **state)
{
	uint64_t begin_us;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K,flash=nrf52840");
	begin_us = rig.clock.now_us;
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_between(rig.clock.now_us - begin_us, 250 * MS, 700 * MS);
	flow_rig_close(&rig);
}

/* protocol.md 5.5: 0.25 to 0.38 s per page of the larger image. */
static void the_boot_that_swaps_is_waited_for(void **state)
{
	struct upload_result result;
	struct flow_image image;
	uint64_t begin_us;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K,flash=nrf52840");
	flow_image_make(&image, IMAGE_SIZE, 2);
	assert_int_equal(flow_update_upload(&rig, &image, &result), STATUS_OK);
	assert_int_equal(flow_update_mark(&rig, image.hash, false), STATUS_OK);
	begin_us = rig.clock.now_us;
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_between(rig.clock.now_us - begin_us, IMAGE_PAGES * 250 * MS, IMAGE_PAGES * 400 * MS);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void a_long_erase_is_waited_for_and_not_asked_for_again(void **state)
{
	struct flow_rig rig;
	uint64_t upload_us;

	(void)state;
	/* 1024 pages: 87 s until the first chunk is answered. */
	flow_rig_open(&rig, "slot-size=4352K,flash=nrf52840,buf-size=4096");
	upload_us = time_upload(&rig, 4 * 1024 * 1024);
	expect_between(upload_us, 1024 * (uint64_t)ERASE_PAGE_US, 200 * 1000 * MS);
	flow_rig_close(&rig);
}

/* As long as what the driver holds, 4 KiB, leaves it within the time of a try. */
static void a_slow_line_is_no_silence(void **state)
{
	static const char *const boards[] = {
		"slot-size=64K,baud=9600",
		"slot-size=64K,baud=9600,buf-size=1024",
		"slot-size=64K,baud=38400,buf-size=4096",
		"slot-size=64K,baud=115200,buf-size=32768",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct flow_rig rig;

		flow_rig_open(&rig, boards[i]);
		time_upload(&rig, 20000);
		flow_rig_close(&rig);
	}
}

static void an_erase_on_request_is_waited_for(void **state)
{
	struct flow_rig rig;
	uint64_t begin_us;

	(void)state;
	flow_rig_open(&rig, "slot-size=480K,flash=nrf52840");
	time_upload(&rig, IMAGE_SIZE);
	begin_us = rig.clock.now_us;
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	assert_int_equal(device_erase_slot(rig.client, -1, &rig.err), STATUS_OK);
	expect_between(rig.clock.now_us - begin_us, IMAGE_PAGES * (uint64_t)ERASE_PAGE_US,
		120 * (uint64_t)ERASE_PAGE_US + 100 * MS);
	flow_rig_expect_no_complaints(&rig);
	flow_rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_flash_costs_its_erase_and_write_times),
		cmocka_unit_test(uploads_reach_the_observed_speed),
		cmocka_unit_test(a_reset_without_a_swap_is_short),
		cmocka_unit_test(the_boot_that_swaps_is_waited_for),
		cmocka_unit_test(a_long_erase_is_waited_for_and_not_asked_for_again),
		cmocka_unit_test(a_slow_line_is_no_silence),
		cmocka_unit_test(an_erase_on_request_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
