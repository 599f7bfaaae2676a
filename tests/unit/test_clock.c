/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's clock, never waited for longer than 0.3 ms, and the clock interface with a fake behind it. */
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static uint64_t fake_now_us(void *ctx)
{
	return *(uint64_t *)ctx;
}

static void milliseconds_are_cut_and_not_rounded(void **state)
{
	uint64_t now_us = 1999;
	struct clock clock = { .now_us = fake_now_us, .ctx = &now_us };

	(void)state;
	assert_int_equal(clock_now_us(&clock), 1999);
	assert_int_equal(clock_now_ms(&clock), 1);
}

static void the_monotonic_clock_never_goes_back(void **state)
{
	struct clock clock = clock_monotonic();
	uint64_t before = clock_now_us(&clock);

	(void)state;
	assert_true(before > 0);
	for (int i = 0; i < 1000; i++) {
		uint64_t now = clock_now_us(&clock);

		assert_true(now >= before);
		before = now;
	}
}

static void waiting_for_a_moment_that_has_passed_returns_at_once(void **state)
{
	struct clock clock = clock_monotonic();

	(void)state;
	assert_int_equal(clock.wait(clock.ctx, NULL, 0, 0), 0);
	assert_int_equal(clock.wait(clock.ctx, NULL, 0, clock_now_us(&clock)), 0);
}

static void waiting_lasts_until_the_moment_and_not_shorter(void **state)
{
	struct clock clock = clock_monotonic();
	uint64_t until_us = clock_now_us(&clock) + 300;

	(void)state;
	assert_int_equal(clock.wait(clock.ctx, NULL, 0, until_us), 0);
	assert_true(clock_now_us(&clock) >= until_us);
}

static void waiting_ends_when_a_descriptor_is_ready(void **state)
{
	struct clock clock = clock_monotonic();
	struct pollfd fd = { .events = POLLIN };
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	fd.fd = ends[0];
	assert_int_equal(clock.wait(clock.ctx, &fd, 1, CLOCK_NEVER), 1);
	assert_true((fd.revents & POLLIN) != 0);
	assert_int_equal(clock.wait(clock.ctx, &fd, 1, CLOCK_NEVER - 1), 1);
	close(ends[0]);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(milliseconds_are_cut_and_not_rounded),
		cmocka_unit_test(the_monotonic_clock_never_goes_back),
		cmocka_unit_test(waiting_for_a_moment_that_has_passed_returns_at_once),
		cmocka_unit_test(waiting_lasts_until_the_moment_and_not_shorter),
		cmocka_unit_test(waiting_ends_when_a_descriptor_is_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
