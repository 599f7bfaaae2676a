/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks, memory pools and the clock of the fake board. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/board.h"

enum { SECOND_US = 1000 * 1000 };

static struct body_value entry(struct host *host, const char *name)
{
	struct body_value tasks, found;

	assert_true(body_get(&host->map, "tasks", &tasks));
	assert_true(body_get(&tasks, name, &found));
	assert_int_equal(found.kind, BODY_MAP);
	return found;
}

static void assert_number(const struct body_value *map, const char *key, int64_t wanted)
{
	int64_t number = wanted + 1;

	assert_int_equal(body_get_int(map, key, &number), BODY_FOUND);
	assert_int_equal(number, wanted);
}

static void tasks_have_priorities_of_both_signs(void **state)
{
	struct host *host = host_new("");
	struct body_value task;

	(void)state;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_TASKSTAT));
	task = entry(host, "emu_tid");
	assert_number(&task, "prio", -16);
	assert_number(&task, "tid", 1);
	assert_number(&task, "state", 16);
	task = entry(host, "mcumgr smp");
	assert_number(&task, "state", 128);
	host_free(host);
}

/* Zephyr has no paging. */
static void tasks_that_do_not_fit_a_small_buffer_are_refused(void **state)
{
	struct host *host = host_new("buf-size=128");

	(void)state;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_TASKSTAT));
	assert_int_equal(host_reply_error(host), 7);
	host_free(host);
}

static void pools_stand_under_the_key_that_real_code_uses(void **state)
{
	struct host *host = host_new("");
	struct body_value pool;

	(void)state;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_MPSTAT));
	pool = entry(host, "0");
	assert_number(&pool, "nblks", 4096);
	host_free(host);
}

/* Returns the error as host_reply_error does. */
static unsigned set_clock(struct host *host, const char *text)
{
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "datetime");
	body_put_text(&host->body, text);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_DATETIME));
	return host_reply_error(host);
}

static void assert_clock(struct host *host, const char *wanted)
{
	struct span text;

	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_DATETIME));
	assert_int_equal(body_get_text(&host->map, "datetime", &text), BODY_FOUND);
	assert_true(span_equal(text, span_from_text(wanted)));
}

static void the_clock_is_not_set_until_somebody_sets_it(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_DATETIME));
	assert_int_equal(host_reply_error(host), 0 * 1000 + 4);
	host->version = SMP_VERSION_1;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_DATETIME));
	assert_int_equal(host_reply_error(host), 5);
	host_free(host);
}

static void the_clock_goes_on_also_through_a_reset(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(set_clock(host, "2024-02-28T23:59:50"), 0);
	assert_clock(host, "2024-02-28T23:59:50");
	host_run(host, 9 * SECOND_US);
	assert_clock(host, "2024-02-28T23:59:59");
	host_run(host, SECOND_US);
	host_reset(host);
	host_run(host, SECOND_US / 2);
	assert_clock(host, "2024-02-29T00:00:01");
	host_free(host);
}

/* As the real server reads it: digits at their places, whatever stands between and behind them. */
static void the_clock_takes_what_the_real_one_takes(void **state)
{
	static const char *const good[] = { "2026-01-02T03:04:05", "2026/01/02 03.04.05",
		"2026-01-02T03:04:05+01:00", "2026-01-02T03:04:05.123Z" };
	static const char *const bad[] = { "", "2026-01-02T03:04", "2026-01-02T03:04:5",
		"2026-13-02T03:04:05", "2026-00-02T03:04:05", "2026-01-32T03:04:05",
		"2026-01-02T24:04:05", "2026-01-02T03:60:05", "2026-01-02T03:04:60",
		"1899-01-02T03:04:05", "2026-01-02T03:04:05.123456789" };
	struct host *host = host_new("");

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(set_clock(host, good[i]), 0);
		assert_clock(host, "2026-01-02T03:04:05");
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(set_clock(host, bad[i]), 3);
	assert_clock(host, "2026-01-02T03:04:05");
	body_put_map(&host->body, 0);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_DATETIME));
	assert_int_equal(host_reply_error(host), 3);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tasks_have_priorities_of_both_signs),
		cmocka_unit_test(tasks_that_do_not_fit_a_small_buffer_are_refused),
		cmocka_unit_test(pools_stand_under_the_key_that_real_code_uses),
		cmocka_unit_test(the_clock_is_not_set_until_somebody_sets_it),
		cmocka_unit_test(the_clock_goes_on_also_through_a_reset),
		cmocka_unit_test(the_clock_takes_what_the_real_one_takes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
