/* SPDX-License-Identifier: Apache-2.0 */
/* A device is followed through its reset: not asked too early, not given up too soon. */
#include "src/follow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/device.h"
#include "tests/support/flow_rig.h"

enum { OPENS_MAX = 4096, SECOND_US = 1000 * 1000 };

struct fixture {
	struct flow_rig rig;
	struct settings settings;
	struct port *port;
	uint64_t opened_us[OPENS_MAX]; /* when the port was opened: nothing is sent before */
	unsigned opens;
	uint64_t reset_us;
	struct follow_result result;
	struct err err;
};

static enum status open_and_note(void *ctx, struct transport **ret_transport, struct err *reterr)
{
	struct fixture *fixture = ctx;

	assert_true(fixture->opens < OPENS_MAX);
	fixture->opened_us[fixture->opens++] = fixture->rig.clock.now_us;
	return flow_rig_open_transport(&fixture->rig, ret_transport, reterr);
}

static void open_board(struct fixture *fixture, const char *options)
{
	struct port_config config = {
		.settings = &fixture->settings,
		.open_transport = open_and_note,
		.open_ctx = fixture,
	};

	settings_default(&fixture->settings);
	flow_rig_open(&fixture->rig, options);
	config.clock = fake_clock_get(&fixture->rig.clock);
	config.interrupt_fd = fixture->rig.interrupt_fds[0];
	assert_int_equal(port_open(&config, &fixture->port, &fixture->err), STATUS_OK);
}

static void close_board(struct fixture *fixture)
{
	flow_rig_expect_no_complaints(&fixture->rig);
	port_free(fixture->port);
	flow_rig_close(&fixture->rig);
}

static void tell_to_reset(struct fixture *fixture, enum smp_os_boot_mode mode)
{
	enum status status = device_reset(port_client(fixture->port), false, mode, &fixture->err);

	assert_int_equal(status, STATUS_OK);
	fixture->reset_us = fixture->rig.clock.now_us;
	fixture->opens = 0;
}

static enum status follow(struct fixture *fixture, struct follow_wish wish)
{
	tell_to_reset(fixture, SMP_OS_BOOT_NORMAL);
	return follow_reset(fixture->port, &wish, &fixture->result, &fixture->err);
}

/* How long after the reset, or after the opening before it, the port was opened again. */
static uint64_t quiet_ms(const struct fixture *fixture, unsigned index)
{
	uint64_t since_us = index == 0 ? fixture->reset_us : fixture->opened_us[index - 1];

	return (fixture->opened_us[index] - since_us) / 1000;
}

static void an_application_is_found_again(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "adapter");
	assert_int_equal(follow(fixture, (struct follow_wish){ 0 }), STATUS_OK);
	assert_false(fixture->result.is_recovery);
	assert_false(fixture->result.was_trapped);
	assert_non_null(port_client(fixture->port));
	assert_int_equal(quiet_ms(fixture, 0), FOLLOW_QUIET_MS);
	assert_int_equal(fixture->opens, 1);
	assert_true(fixture->result.duration_us >= (uint64_t)FOLLOW_QUIET_MS * 1000);
	close_board(fixture);
}

static void the_quiet_time_is_as_long_as_asked_for(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "adapter,wait-for-dfu=3000");
	assert_int_equal(follow(fixture, (struct follow_wish){ .quiet_ms = 4000 }), STATUS_OK);
	assert_int_equal(quiet_ms(fixture, 0), 4000);
	assert_false(fixture->result.was_trapped);
	close_board(fixture);
}

static void a_window_of_half_a_second_traps_nobody(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "adapter,wait-for-dfu=500");
	assert_int_equal(follow(fixture, (struct follow_wish){ 0 }), STATUS_OK);
	assert_false(fixture->result.was_trapped);
	assert_false(fixture->result.is_recovery);
	close_board(fixture);
}

static void who_is_trapped_is_reset_again_and_left_alone_for_longer(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "adapter,wait-for-dfu=3000");
	assert_int_equal(follow(fixture, (struct follow_wish){ 0 }), STATUS_OK);
	assert_true(fixture->result.was_trapped);
	assert_false(fixture->result.is_recovery);
	assert_int_equal(fixture->opens, 2);
	assert_true(quiet_ms(fixture, 1) >= 5 * FOLLOW_QUIET_MS);
	close_board(fixture);
}

static void the_wary_are_quiet_for_longer_from_the_beginning(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "adapter,wait-for-dfu=3000");
	assert_int_equal(follow(fixture, (struct follow_wish){ .is_wary = true }), STATUS_OK);
	assert_int_equal(quiet_ms(fixture, 0), 5 * FOLLOW_QUIET_MS);
	assert_false(fixture->result.was_trapped);
	close_board(fixture);
}

/* Twice is enough: the caller is told who answers. */
static void a_bootloader_that_stays_is_reported(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "adapter,wait-for-dfu=60000");
	assert_int_equal(follow(fixture, (struct follow_wish){ 0 }), STATUS_OK);
	assert_true(fixture->result.was_trapped);
	assert_true(fixture->result.is_recovery);
	close_board(fixture);
}

static void recovery_is_left_alone_where_it_is_wanted(void **state)
{
	struct fixture *fixture = *state;
	static const struct follow_wish wishes[] = { { .accepts_recovery = true },
		{ .wants_recovery = true } };

	for (size_t i = 0; i < 2; i++) {
		open_board(fixture, "adapter");
		tell_to_reset(fixture, SMP_OS_BOOT_BOOTLOADER);
		assert_int_equal(
			follow_reset(fixture->port, &wishes[i], &fixture->result, &fixture->err),
			STATUS_OK);
		assert_true(fixture->result.is_recovery);
		assert_false(fixture->result.was_trapped);
		close_board(fixture);
	}
}

static void a_slow_boot_is_waited_for(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "adapter,boot-time=30000");
	assert_int_equal(follow(fixture, (struct follow_wish){ 0 }), STATUS_OK);
	assert_true(fixture->result.duration_us >= UINT64_C(30) * SECOND_US);
	close_board(fixture);
	open_board(fixture, "boot-time=30000");
	assert_int_equal(follow(fixture, (struct follow_wish){ 0 }), STATUS_OK);
	assert_true(fixture->result.duration_us >= UINT64_C(30) * SECOND_US);
	close_board(fixture);
}

static void a_device_that_stays_silent_is_given_up_in_time(void **state)
{
	struct fixture *fixture = *state;
	uint64_t waited_us;

	open_board(fixture, "adapter,boot-time=600000");
	assert_int_equal(
		follow(fixture, (struct follow_wish){ .patience_ms = 10000 }), STATUS_TIMEOUT);
	waited_us = fixture->rig.clock.now_us - fixture->reset_us;
	assert_true(waited_us >= 11500 * 1000 && waited_us < 13 * SECOND_US);
	assert_non_null(strstr(fixture->err.message, "waiting for the device after the reset"));
	assert_non_null(strstr(fixture->err.message, "no answer within 1"));
	assert_true(fixture->err.hint[0] != '\0');
	close_board(fixture);
}

static void a_port_that_does_not_come_back_is_no_port(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "boot-time=600000");
	assert_int_equal(
		follow(fixture, (struct follow_wish){ .patience_ms = 10000 }), STATUS_NO_PORT);
	assert_non_null(strstr(fixture->err.message, "did not come back"));
	close_board(fixture);
}

static void press_interrupt(void *ctx)
{
	struct fixture *fixture = ctx;

	assert_int_equal(write(fixture->rig.interrupt_fds[1], "", 1), 1);
}

static void interrupt_after(struct fixture *fixture, uint64_t after_us)
{
	uint64_t at_us;

	tell_to_reset(fixture, SMP_OS_BOOT_NORMAL);
	at_us = fixture->reset_us + after_us;
	fake_clock_at(&fixture->rig.clock, at_us, press_interrupt, fixture);
	assert_int_equal(follow_reset(fixture->port, &(struct follow_wish){ 0 }, &fixture->result,
				 &fixture->err),
		STATUS_INTERRUPTED);
	assert_true(fixture->rig.clock.now_us < at_us + SECOND_US / 10);
}

static void the_user_need_not_wait(void **state)
{
	struct fixture *fixture = *state;

	/* In the quiet time, while a question is out, and while there is no port. */
	open_board(fixture, "adapter,boot-time=600000");
	interrupt_after(fixture, SECOND_US);
	close_board(fixture);
	open_board(fixture, "adapter,boot-time=600000");
	interrupt_after(fixture, UINT64_C(20) * SECOND_US);
	close_board(fixture);
	open_board(fixture, "boot-time=600000");
	interrupt_after(fixture, UINT64_C(20) * SECOND_US);
	close_board(fixture);
}

static void a_bootloader_that_listens_is_caught(void **state)
{
	struct fixture *fixture = *state;
	bool is_recovery = false;

	open_board(fixture, "adapter,no-boot-mode,wait-for-dfu=500");
	tell_to_reset(fixture, SMP_OS_BOOT_NORMAL);
	assert_int_equal(
		follow_into_recovery(fixture->port, 15000, &is_recovery, &fixture->err), STATUS_OK);
	assert_true(is_recovery);
	close_board(fixture);
}

static void a_bootloader_that_does_not_listen_is_not(void **state)
{
	struct fixture *fixture = *state;
	bool is_recovery = true;

	open_board(fixture, "adapter,no-boot-mode");
	tell_to_reset(fixture, SMP_OS_BOOT_NORMAL);
	assert_int_equal(
		follow_into_recovery(fixture->port, 15000, &is_recovery, &fixture->err), STATUS_OK);
	assert_false(is_recovery);
	close_board(fixture);
}

static int set_up(void **state)
{
	*state = test_calloc(1, sizeof(struct fixture));
	return 0;
}

static int tear_down(void **state)
{
	test_free(*state);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_application_is_found_again),
		TEST(the_quiet_time_is_as_long_as_asked_for),
		TEST(a_window_of_half_a_second_traps_nobody),
		TEST(who_is_trapped_is_reset_again_and_left_alone_for_longer),
		TEST(the_wary_are_quiet_for_longer_from_the_beginning),
		TEST(a_bootloader_that_stays_is_reported),
		TEST(recovery_is_left_alone_where_it_is_wanted),
		TEST(a_slow_boot_is_waited_for),
		TEST(a_device_that_stays_silent_is_given_up_in_time),
		TEST(a_port_that_does_not_come_back_is_no_port),
		TEST(the_user_need_not_wait),
		TEST(a_bootloader_that_listens_is_caught),
		TEST(a_bootloader_that_does_not_listen_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
