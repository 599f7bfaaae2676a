/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks and memory pools, in every shape in which servers send them. */
#include "smp/os_stat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 8192 };

typedef enum status (*stat_reader)(
	const struct smp_reply *reply, struct smp_os_stat *ret_stat, struct err *reterr);

static enum status read_span(stat_reader read, struct span body, struct smp_os_stat *ret_stat)
{
	struct smp_reply reply = { .header = { .op = 1, .group = SMP_GROUP_OS }, .body = body };

	return read(&reply, ret_stat, ERR_IGNORED);
}

static enum status read_notation(
	stat_reader read, const char *notation, struct smp_os_stat *ret_stat)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	cbor_append(&body, notation);
	return read_span(read, buf_span(&body), ret_stat);
}

static void requests_have_no_arguments(void **state)
{
	struct smp_request tasks = smp_os_taskstat_request(), pools = smp_os_mpstat_request();

	(void)state;
	assert_int_equal(tasks.op, SMP_OP_READ);
	assert_int_equal(tasks.command, SMP_OS_TASKSTAT);
	assert_int_equal(tasks.body.len, 0);
	assert_int_equal(pools.op, SMP_OP_READ);
	assert_int_equal(pools.command, SMP_OS_MPSTAT);
	assert_int_equal(pools.body.len, 0);
}

static void a_task_has_the_numbers_that_were_sent_and_stacks_in_bytes(void **state)
{
	struct smp_os_stat tasks;
	const struct smp_os_stat_row *row = tasks.rows;

	(void)state;
	assert_int_equal(read_notation(smp_os_taskstat_reply,
				 "{_ 'tasks': {_ 'main': {_ 'prio': -1, 'tid': 6, 'state': 128, "
				 "'stksiz': 256, 'stkuse': 100, 'later': 'x'}}, 'rc': 0}",
				 &tasks),
		STATUS_OK);
	assert_int_equal(tasks.count, 1);
	assert_string_equal(row->name, "main");
	assert_int_equal(row->known, 0x1f);
	assert_int_equal(row->numbers[SMP_OS_TASK_PRIORITY], -1);
	assert_int_equal(row->numbers[SMP_OS_TASK_ID], 6);
	assert_int_equal(row->numbers[SMP_OS_TASK_STATE], 128);
	assert_int_equal(row->numbers[SMP_OS_TASK_STACK_SIZE], 1024);
	assert_int_equal(row->numbers[SMP_OS_TASK_STACK_USED], 400);
	assert_int_equal(read_notation(smp_os_taskstat_reply,
				 "{'tasks': {'t': {'runtime': 1, 'cswcnt': 2, 'last_checkin': 3, "
				 "'next_checkin': 4}}}",
				 &tasks),
		STATUS_OK);
	assert_int_equal(row->known, 0x1e0);
	assert_int_equal(row->numbers[SMP_OS_TASK_RUNTIME], 1);
	assert_int_equal(row->numbers[SMP_OS_TASK_SWITCHES], 2);
	assert_int_equal(row->numbers[SMP_OS_TASK_LAST_CHECKIN], 3);
	assert_int_equal(row->numbers[SMP_OS_TASK_NEXT_CHECKIN], 4);
}

static void names_may_repeat_or_be_empty_and_the_order_stays(void **state)
{
	struct smp_os_stat tasks;

	(void)state;
	assert_int_equal(read_notation(smp_os_taskstat_reply,
				 "{'tasks': {'z': {'tid': 0}, '': {'tid': 1}, 'z': {'tid': 2}, "
				 "'': {'tid': 3}, '\033[2J': {}}}",
				 &tasks),
		STATUS_OK);
	assert_int_equal(tasks.count, 5);
	assert_string_equal(tasks.rows[0].name, "z");
	assert_string_equal(tasks.rows[1].name, "");
	assert_string_equal(tasks.rows[2].name, "z");
	for (int i = 0; i < 4; i++)
		assert_int_equal(tasks.rows[i].numbers[SMP_OS_TASK_ID], i);
	assert_string_equal(tasks.rows[4].name, "\\x1b[2J");
	assert_int_equal(tasks.rows[4].known, 0);
}

static void pools_are_found_in_all_three_layouts(void **state)
{
	static const char *const bodies[] = {
		"{'a': {'blksiz': 8, 'nblks': 7, 'nfree': 6, 'min': 5}}",
		"{'rc': 0, 'a': {'blksiz': 8, 'nblks': 7, 'nfree': 6, 'min': 5}}",
		"{'rc': 0, 'mpools': {'a': {'blksiz': 8, 'nblks': 7, 'nfree': 6, 'min': 5}}}",
		"{_ 'tasks': {_ 'a': {_ 'blksiz': 8, 'nblks': 7, 'nfree': 6, 'min': 5}}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct smp_os_stat pools;

		assert_int_equal(read_notation(smp_os_mpstat_reply, bodies[i], &pools), STATUS_OK);
		assert_int_equal(pools.count, 1);
		assert_string_equal(pools.rows[0].name, "a");
		assert_int_equal(pools.rows[0].known, 0xf);
		assert_int_equal(pools.rows[0].numbers[SMP_OS_POOL_BLOCK_SIZE], 8);
		assert_int_equal(pools.rows[0].numbers[SMP_OS_POOL_BLOCKS], 7);
		assert_int_equal(pools.rows[0].numbers[SMP_OS_POOL_FREE], 6);
		assert_int_equal(pools.rows[0].numbers[SMP_OS_POOL_MIN_FREE], 5);
	}
}

static void a_pool_that_is_called_like_a_wrapper_is_a_pool(void **state)
{
	struct smp_os_stat pools;

	(void)state;
	assert_int_equal(
		read_notation(smp_os_mpstat_reply,
			"{'tasks': {'nblks': 3, 'nfree': 1}, 'mpools': {'nblks': 4}}", &pools),
		STATUS_OK);
	assert_int_equal(pools.count, 2);
	assert_string_equal(pools.rows[0].name, "tasks");
	assert_int_equal(pools.rows[0].numbers[SMP_OS_POOL_BLOCKS], 3);
	assert_string_equal(pools.rows[1].name, "mpools");
	assert_int_equal(read_notation(smp_os_mpstat_reply, "{'tasks': {}}", &pools), STATUS_OK);
	assert_int_equal(pools.count, 0);
}

static void what_is_no_such_list_breaks_the_protocol(void **state)
{
	static const struct {
		stat_reader read;
		const char *body;
		enum status status;
	} rows[] = {
		{ smp_os_taskstat_reply, "{}", STATUS_PROTOCOL },
		{ smp_os_taskstat_reply, "{'tasks': []}", STATUS_PROTOCOL },
		{ smp_os_taskstat_reply, "{'tasks': {'a': {'prio': 'high'}}}", STATUS_PROTOCOL },
		{ smp_os_taskstat_reply, "{'tasks': {'a': {'stksiz': 4611686018427387904}}}",
			STATUS_PROTOCOL },
		{ smp_os_taskstat_reply, "{'tasks': {'a': {'runtime': 18446744073709551615}}}",
			STATUS_PROTOCOL },
		{ smp_os_taskstat_reply, "{'rc': 8}", STATUS_UNSUPPORTED },
		{ smp_os_mpstat_reply, "{'tasks': {'0': {'min': true}}}", STATUS_PROTOCOL },
		{ smp_os_mpstat_reply, "{'err': {'group': 0, 'rc': 7}}", STATUS_DEVICE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct smp_os_stat stat;
		enum status status = read_notation(rows[i].read, rows[i].body, &stat);

		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].body, status);
	}
}

/* {"tasks": {"": {}, "": {}, ...}} */
static enum status read_many(size_t count, struct smp_os_stat *ret_tasks)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	body_put_map(&body, 1);
	body_put_text(&body, "tasks");
	body_put_map(&body, count);
	for (size_t i = 0; i < count; i++) {
		body_put_text(&body, "");
		body_put_map(&body, 0);
	}
	assert_false(body.overflow);
	return read_span(smp_os_taskstat_reply, buf_span(&body), ret_tasks);
}

static void there_is_room_for_so_many_rows_and_no_more(void **state)
{
	struct smp_os_stat tasks;

	(void)state;
	assert_int_equal(read_many(SMP_OS_STAT_ROWS_MAX, &tasks), STATUS_OK);
	assert_int_equal(tasks.count, SMP_OS_STAT_ROWS_MAX);
	assert_int_equal(read_many(SMP_OS_STAT_ROWS_MAX + 1, &tasks), STATUS_PROTOCOL);
}

static void a_name_that_is_too_long_is_cut_off(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	char name[SMP_OS_STAT_NAME_MAX + 20];
	struct smp_os_stat pools;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	body_put_map(&body, 1);
	body_put_text(&body, name);
	body_put_map(&body, 0);
	assert_int_equal(read_span(smp_os_mpstat_reply, buf_span(&body), &pools), STATUS_OK);
	assert_int_equal(strlen(pools.rows[0].name), SMP_OS_STAT_NAME_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_have_no_arguments),
		cmocka_unit_test(a_task_has_the_numbers_that_were_sent_and_stacks_in_bytes),
		cmocka_unit_test(names_may_repeat_or_be_empty_and_the_order_stays),
		cmocka_unit_test(pools_are_found_in_all_three_layouts),
		cmocka_unit_test(a_pool_that_is_called_like_a_wrapper_is_a_pool),
		cmocka_unit_test(what_is_no_such_list_breaks_the_protocol),
		cmocka_unit_test(there_is_room_for_so_many_rows_and_no_more),
		cmocka_unit_test(a_name_that_is_too_long_is_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
