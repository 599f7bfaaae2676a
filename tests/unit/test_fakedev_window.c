/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the reset to the first answer: MCUboot's window in which a request keeps it in serial recovery
 * (protocol.md 4.1, observed.md "Reset and life after it"), a boot that takes its time, a port that
 * stays.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/support/board.h"

enum {
	MS = 1000,
	SECOND_US = 1000 * MS,
	BOOT_US = 200 * MS,        /* until a port is back, or an application answers */
	RESET_DELAY_US = 250 * MS, /* from the reply to the reset */
	RECOVERY_LINES = 8,
};

static const uint8_t echo[] = { 0x0a, 0, 0, 5, 0, 0, 7, 0, 0xa1, 0x61, 'd', 0x61, 'x' };

/* Ask for a reset and return the time at which it happens, the board being there still. */
static uint64_t reset_time(struct host *host)
{
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	assert_int_equal(host_reply_error(host), 0);
	return host->now_us + RESET_DELAY_US;
}

/* Press the button, which needs no time. */
static uint64_t press(struct host *host)
{
	fakedev_press_reset(host->board, host->now_us);
	return host->now_us;
}

static void run_until(struct host *host, uint64_t at_us)
{
	assert_true(at_us >= host->now_us);
	host_run(host, at_us - host->now_us);
}

/* Only the application knows os info. */
static bool is_application(struct host *host)
{
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	return host_reply_error(host) == 0;
}

static bool is_there(struct host *host)
{
	return fakedev_is_present(host->board, host->now_us);
}

static void bootloader_shows_itself_in_its_window_and_then_the_application_comes(void **state)
{
	struct host *host = host_new("wait-for-dfu=500");
	unsigned before = fakedev_departures(host->board, host->now_us);
	uint64_t at_us = reset_time(host);

	(void)state;
	run_until(host, at_us + BOOT_US - MS);
	assert_false(is_there(host));
	run_until(host, at_us + BOOT_US + MS);
	assert_true(is_there(host));
	assert_true(fakedev_is_in_recovery(host->board));
	assert_int_equal(fakedev_departures(host->board, host->now_us), before + 1);
	run_until(host, at_us + 499 * MS);
	assert_true(is_there(host));
	run_until(host, at_us + 501 * MS);
	assert_false(is_there(host));
	assert_false(fakedev_is_in_recovery(host->board));
	assert_int_equal(fakedev_departures(host->board, host->now_us), before + 2);
	run_until(host, at_us + 500 * MS + BOOT_US + MS);
	assert_true(is_there(host));
	assert_true(is_application(host));
	assert_int_equal(fakedev_next_wakeup_us(host->board, host->now_us), CLOCK_NEVER);
	host_assert_no_complaint(host);
	host_free(host);
}

static void any_request_in_the_window_keeps_it_in_recovery_until_the_next_reset(void **state)
{
	struct host *host = host_new("wait-for-dfu=500");
	uint64_t at_us = reset_time(host);

	(void)state;
	run_until(host, at_us + 450 * MS);
	/* Even one that is refused. */
	assert_false(is_application(host));
	run_until(host, at_us + 60 * (uint64_t)SECOND_US);
	assert_false(is_application(host));
	host_reset(host);
	assert_true(is_application(host));
	host_free(host);
}

static void what_is_no_request_does_not_keep_it(void **state)
{
	static const uint8_t reply[] = { 0x0b, 0, 0, 5, 0, 0, 7, 0, 0xa1, 0x61, 'd', 0x61, 'x' };
	struct host *host = host_new("wait-for-dfu=500");
	uint64_t at_us = press(host);

	(void)state;
	run_until(host, at_us + 300 * MS);
	host_send(host, span_from_text("\r\nhello\n"));
	host_send_packet(host, span_make(reply, sizeof(reply)));
	run_until(host, at_us + SECOND_US);
	assert_true(is_application(host));
	host_free(host);
}

static void reset_in_the_window_is_a_reset(void **state)
{
	struct host *host = host_new("wait-for-dfu=500");
	uint64_t at_us = press(host);

	(void)state;
	run_until(host, at_us + 300 * MS);
	at_us = reset_time(host);
	run_until(host, at_us + SECOND_US);
	assert_true(is_application(host));
	host_free(host);
}

static void request_during_the_work_of_the_boot_waits_in_the_line_buffers(void **state)
{
	struct host *host = host_new("wait-for-dfu=500,flash=nrf52840");
	unsigned replies = 0;
	uint64_t at_us;

	(void)state;
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	assert_int_equal(host_mark_last(host, false), 0);
	at_us = press(host);
	run_until(host, at_us + BOOT_US + MS);
	host_forget(host);
	for (int i = 0; i < RECOVERY_LINES + 2; i++)
		host_send_packet(host, span_make(echo, sizeof(echo)));
	/* The swap takes 85 ms for each of ten erases, and more. */
	run_until(host, at_us + 850 * MS);
	assert_int_equal(host->wire.len, 0);
	run_until(host, at_us + 10 * (uint64_t)SECOND_US);
	for (uint8_t bytes[64];; replies++) {
		struct buf packet = BUF_OVER(bytes);

		if (!host_next_packet(host, &packet))
			break;
	}
	assert_int_equal(replies, RECOVERY_LINES);
	host_assert_no_complaint(host);
	/* It was swapped before it was trapped: the reset that leads out is the one that reverts. */
	assert_string_equal(host_list(host), "0/0 2.0.0 a, 0/1 1.0.0 c");
	press(host);
	host_run(host, 10 * (uint64_t)SECOND_US);
	assert_true(is_application(host));
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	host_free(host);
}

static void window_counts_from_the_reset_and_is_never_quite_closed(void **state)
{
	struct host *host = host_new("wait-for-dfu=500,boot-time=3000");
	uint64_t at_us = press(host);

	(void)state;
	run_until(host, at_us + 3000 * MS);
	assert_true(fakedev_is_in_recovery(host->board));
	run_until(host, at_us + 3000 * MS + 999);
	assert_true(is_there(host));
	run_until(host, at_us + 3002 * MS);
	assert_false(is_there(host));
	run_until(host, at_us + 3002 * MS + BOOT_US);
	assert_true(is_application(host));
	host_free(host);
}

static void window_that_ends_before_a_host_finds_the_port_goes_unseen(void **state)
{
	struct host *host = host_new("wait-for-dfu=100");
	unsigned before = fakedev_departures(host->board, host->now_us);
	uint64_t at_us = press(host);

	(void)state;
	run_until(host, at_us + 100 * MS + BOOT_US - MS);
	assert_false(is_there(host));
	run_until(host, at_us + 100 * MS + BOOT_US + MS);
	assert_true(is_application(host));
	assert_int_equal(fakedev_departures(host->board, host->now_us), before + 1);
	host_free(host);
}

static void port_behind_an_adapter_stays_and_polls_are_lost_or_trap_the_board(void **state)
{
	struct host *host = host_new("adapter");
	unsigned before = fakedev_departures(host->board, host->now_us);
	uint64_t at_us = press(host);

	(void)state;
	host_forget(host);
	host_send_packet(host, span_make(echo, sizeof(echo)));
	run_until(host, at_us + BOOT_US - MS);
	assert_true(is_there(host));
	run_until(host, at_us + SECOND_US);
	assert_int_equal(host->wire.len, 0);
	assert_true(is_application(host));
	assert_int_equal(fakedev_departures(host->board, host->now_us), before);
	host_assert_no_complaint(host);
	host_free(host);

	host = host_new("adapter,baud=115200,wait-for-dfu=500");
	at_us = press(host);
	host_send_packet(host, span_make(echo, sizeof(echo)));
	run_until(host, at_us + 5 * (uint64_t)SECOND_US);
	assert_false(is_application(host));
	assert_true(is_there(host));
	host_assert_no_complaint(host);
	host_free(host);
}

static void boot_takes_at_least_its_time(void **state)
{
	static const char *const options[] = { "boot-time=3000", "boot-time=3000,mode=recovery",
		"boot-time=3000,adapter" };

	(void)state;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		struct host *host = host_new(options[i]);
		uint64_t at_us = press(host);

		run_until(host, at_us + 2999 * MS);
		assert_int_equal(is_there(host), i == 2);
		run_until(host, at_us + 3001 * MS);
		assert_true(is_application(host));
		host_free(host);
	}
}

static void firmware_without_boot_mode_ignores_it(void **state)
{
	struct host *host = host_new("no-boot-mode");

	(void)state;
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "boot_mode");
	body_put_uint(&host->body, 1);
	host_reset(host);
	assert_true(is_application(host));
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			bootloader_shows_itself_in_its_window_and_then_the_application_comes),
		cmocka_unit_test(
			any_request_in_the_window_keeps_it_in_recovery_until_the_next_reset),
		cmocka_unit_test(what_is_no_request_does_not_keep_it),
		cmocka_unit_test(reset_in_the_window_is_a_reset),
		cmocka_unit_test(request_during_the_work_of_the_boot_waits_in_the_line_buffers),
		cmocka_unit_test(window_counts_from_the_reset_and_is_never_quite_closed),
		cmocka_unit_test(window_that_ends_before_a_host_finds_the_port_goes_unseen),
		cmocka_unit_test(port_behind_an_adapter_stays_and_polls_are_lost_or_trap_the_board),
		cmocka_unit_test(boot_takes_at_least_its_time),
		cmocka_unit_test(firmware_without_boot_mode_ignores_it),
	};

	return cmocka_run_group_tests_name("fakedev_window", tests, NULL, NULL);
}
