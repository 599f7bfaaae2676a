/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Boots that go wrong, and bootloaders without a swap, as a host sees them: the state tables of
 * protocol.md 6.7 over SMP.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/support/board.h"

enum { SECOND_US = 1000 * 1000, BOOT_US = 200 * 1000, WATCHDOG_US = 2000 * 1000, CHUNK = 256 };

#define NO_SHA span_make(NULL, 0)

/* The factory image is 1.0.0. */
static void upload_2_0_0_and_mark(struct host *host, bool confirm)
{
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	assert_int_equal(host_mark_last(host, confirm), 0);
}

static bool is_there(struct host *host)
{
	return fakedev_is_present(host->board, host->now_us);
}

static void press_and_wait(struct host *host)
{
	fakedev_press_reset(host->board, host->now_us);
	host_run(host, SECOND_US);
}

static void refused_image_is_erased_and_the_next_one_is_taken(void **state)
{
	struct host *host = host_new("fault=refuse-swap@1");

	(void)state;
	upload_2_0_0_and_mark(host, true);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac");
	upload_2_0_0_and_mark(host, false);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 2.0.0 a, 0/1 1.0.0 c");
	host_free(host);
}

static void way_back_is_not_refused(void **state)
{
	struct host *host = host_new("fault=refuse-swap@2+");

	(void)state;
	upload_2_0_0_and_mark(host, false);
	host_reset(host);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	host_free(host);
}

static void dead_image_answers_nothing_until_the_button_is_pressed(void **state)
{
	struct host *host = host_new("fault=dead-after-swap");

	(void)state;
	upload_2_0_0_and_mark(host, false);
	host_reset(host);
	host_run(host, 3600 * (uint64_t)SECOND_US);
	assert_false(is_there(host));
	assert_int_equal(fakedev_next_wakeup_us(host->board, host->now_us), CLOCK_NEVER);
	press_and_wait(host);
	assert_true(is_there(host));
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	host_assert_no_complaint(host);
	host_free(host);
}

static void dead_image_for_good_stays_dead_but_recovery_saves_the_board(void **state)
{
	struct host *host = host_new("fault=dead-after-swap,wait-for-dfu=500,slot-size=64K");
	struct file_map good = host_vector("unsigned_v1.2.3.4.bin");

	(void)state;
	upload_2_0_0_and_mark(host, true);
	host_reset(host);
	host_run(host, SECOND_US);
	press_and_wait(host);
	assert_false(is_there(host));
	fakedev_press_reset(host->board, host->now_us);
	host_run(host, 2 * BOOT_US);
	assert_true(fakedev_is_in_recovery(host->board));
	assert_int_equal(host_upload(host, 0, good.bytes, NO_SHA, CHUNK), 0);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.2.3.4 ac, 0/1 1.0.0 ");
	file_unmap(&good);
	host_free(host);
}

static void dead_image_is_dead_in_the_next_process_too(void **state)
{
	char path[] = "/tmp/fakedev-boot-XXXXXX", options[128];
	int fd = mkstemp(path);
	struct host *host;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(options, sizeof(options), "fault=dead-after-swap,state=%s", path);
	host = host_new(options);
	upload_2_0_0_and_mark(host, false);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	/* The reset is left to the next process. */
	host_free(host);
	for (int i = 0; i < 2; i++) {
		host = host_new(options);
		assert_false(is_there(host));
		if (i == 1)
			press_and_wait(host);
		assert_int_equal(is_there(host), i == 1);
		host_free(host);
	}
	unlink(path);
}

static void dead_image_behind_an_adapter_is_a_silent_port(void **state)
{
	struct host *host = host_new("adapter,fault=dead-after-swap");

	(void)state;
	upload_2_0_0_and_mark(host, false);
	host_reset(host);
	assert_true(is_there(host));
	assert_false(host_echo(host));
	host_free(host);
}

static void crashing_image_is_reverted_without_anybody_seeing_it(void **state)
{
	struct host *host = host_new("fault=crash-after-swap");
	struct fakedev_counters counters;
	unsigned before = fakedev_departures(host->board, host->now_us);
	uint64_t reset_us;

	(void)state;
	upload_2_0_0_and_mark(host, false);
	fakedev_press_reset(host->board, host->now_us);
	reset_us = host->now_us;
	host_run(host, BOOT_US + WATCHDOG_US + BOOT_US / 2);
	assert_false(is_there(host));
	host_run(host, BOOT_US);
	assert_true(is_there(host));
	assert_true(host->now_us - reset_us < 3 * (uint64_t)SECOND_US);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	assert_int_equal(fakedev_departures(host->board, host->now_us), before + 1);
	fakedev_get_counters(host->board, &counters);
	assert_int_equal(counters.boots, 3);
	host_free(host);
}

static void crashing_image_for_good_crashes_for_ever(void **state)
{
	struct host *host = host_new("fault=crash-after-swap,slot-size=64K");
	struct fakedev_counters counters;

	(void)state;
	upload_2_0_0_and_mark(host, true);
	host_reset(host);
	host_run(host, 60 * (uint64_t)SECOND_US);
	assert_false(is_there(host));
	fakedev_get_counters(host->board, &counters);
	assert_in_range(counters.boots, 20, 30);
	host_free(host);
}

static void flaw_goes_with_the_image_and_not_with_the_slot(void **state)
{
	struct host *host = host_new("fault=crash-after-swap@1");

	(void)state;
	upload_2_0_0_and_mark(host, false);
	host_reset(host);
	host_run(host, 10 * (uint64_t)SECOND_US);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	/* The second new image is sound, though it is the same one. */
	assert_int_equal(host_mark_last(host, false), 0);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 2.0.0 a, 0/1 1.0.0 c");
	host_free(host);
}

static unsigned bootloader_mode(struct host *host)
{
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "query");
	body_put_text(&host->body, "mode");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_BOOTLOADER));
	return (unsigned)host_reply_uint(host, "mode");
}

static void each_bootloader_names_its_mode(void **state)
{
	static const struct {
		const char *option;
		unsigned mode;
	} rows[] = { { "bootloader=swap", 3 }, { "bootloader=overwrite", 2 },
		{ "bootloader=direct-xip", 4 }, { "bootloader=direct-xip-revert", 5 },
		{ "bootloader=single", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct host *host = host_new(rows[i].option);

		assert_int_equal(bootloader_mode(host), rows[i].mode);
		host_free(host);
	}
}

static void direct_xip_with_revert_shows_its_state_table(void **state)
{
	struct host *host = host_new("bootloader=direct-xip-revert");

	(void)state;
	assert_string_equal(host_list(host), "0/0 1.0.0 ac"); /* R0 */
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 "); /* R1 */
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac"); /* erased for want of a mark */
	upload_2_0_0_and_mark(host, false);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 p"); /* R2 */
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 c, 0/1 2.0.0 a"); /* R4 */
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac"); /* R0 */
	upload_2_0_0_and_mark(host, true);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 pP"); /* R3 */
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 , 0/1 2.0.0 ac"); /* R5 */
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 , 0/1 2.0.0 ac");
	host_free(host);
}

static void direct_xip_test_is_confirmed_where_it_runs(void **state)
{
	struct host *host = host_new("bootloader=direct-xip-revert");
	struct file_map file = host_vector("unsigned_v1.2.3.4.bin");

	(void)state;
	upload_2_0_0_and_mark(host, false);
	host_reset(host);
	/* The way back is not to be written over. */
	assert_int_equal(host_upload(host, 0, file.bytes, NO_SHA, CHUNK), 1009);
	assert_int_equal(host_mark(host, NO_SHA, true), 0);
	assert_string_equal(host_list(host), "0/0 1.0.0 , 0/1 2.0.0 ac");
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 , 0/1 2.0.0 ac");
	/* Now the other slot is free, and a mark on a lower version shows nothing. */
	assert_int_equal(host_upload(host, 0, file.bytes, NO_SHA, CHUNK), 0);
	assert_string_equal(host_list(host), "0/0 1.2.3.4 , 0/1 2.0.0 ac");
	file_unmap(&file);
	host_free(host);
}

static void single_slot_is_updated_in_recovery_only(void **state)
{
	struct host *host = host_new("bootloader=single");
	struct file_map file = host_vector("unsigned_v2.0.0.bin");

	(void)state;
	assert_string_equal(host_list(host), "0/0 1.0.0 ac");
	assert_int_equal(host_upload(host, 0, file.bytes, NO_SHA, CHUNK), 1009);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_ERASE));
	assert_int_equal(host_reply_error(host), 1010);
	assert_int_equal(host_mark(host, NO_SHA, true), 0);
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "boot_mode");
	body_put_uint(&host->body, 1);
	host_reset(host);
	assert_true(fakedev_is_in_recovery(host->board));
	assert_int_equal(host_upload(host, 2, file.bytes, NO_SHA, CHUNK), 3);
	assert_int_equal(host_upload(host, 0, file.bytes, NO_SHA, CHUNK), 0);
	assert_int_equal(host_mark(host, NO_SHA, true), 8);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 2.0.0 ac");
	file_unmap(&file);
	host_free(host);
}

static void network_core_is_not_listed_after_its_swap(void **state)
{
	struct host *host = host_new("images=2,hides-network-core,slot-size=64K");
	struct file_map file = host_vector("unsigned_v2.0.0.bin");

	(void)state;
	assert_string_equal(host_list(host), "0/0 1.0.0 ac");
	assert_int_equal(host_upload(host, 1, file.bytes, NO_SHA, CHUNK), 0);
	assert_int_equal(host_mark_last(host, true), 0);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 1/1 2.0.0 pP");
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac");
	assert_memory_equal(
		fakedev_slot_bytes(host->board, 1, 0).data, file.bytes.data, file.bytes.len);
	file_unmap(&file);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_image_is_erased_and_the_next_one_is_taken),
		cmocka_unit_test(way_back_is_not_refused),
		cmocka_unit_test(dead_image_answers_nothing_until_the_button_is_pressed),
		cmocka_unit_test(dead_image_for_good_stays_dead_but_recovery_saves_the_board),
		cmocka_unit_test(dead_image_is_dead_in_the_next_process_too),
		cmocka_unit_test(dead_image_behind_an_adapter_is_a_silent_port),
		cmocka_unit_test(crashing_image_is_reverted_without_anybody_seeing_it),
		cmocka_unit_test(crashing_image_for_good_crashes_for_ever),
		cmocka_unit_test(flaw_goes_with_the_image_and_not_with_the_slot),
		cmocka_unit_test(each_bootloader_names_its_mode),
		cmocka_unit_test(direct_xip_with_revert_shows_its_state_table),
		cmocka_unit_test(direct_xip_test_is_confirmed_where_it_runs),
		cmocka_unit_test(single_slot_is_updated_in_recovery_only),
		cmocka_unit_test(network_core_is_not_listed_after_its_swap),
	};

	return cmocka_run_group_tests_name("fakedev_boot", tests, NULL, NULL);
}
