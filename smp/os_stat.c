/* SPDX-License-Identifier: Apache-2.0 */
/* The OS group's statistics, see os_stat.h. */
#include "smp/os_stat.h"

#include "base/text.h"

enum { WORD_SIZE = 4 }; /* bytes: stacks are counted in these */

struct number_field {
	const char *key;
	int64_t unit; /* what the number on the wire is multiplied with */
};

/* In the order of enum smp_os_task_number. */
static const struct number_field task_fields[] = {
	{ "prio", 1 },
	{ "tid", 1 },
	{ "state", 1 },
	{ "stksiz", WORD_SIZE },
	{ "stkuse", WORD_SIZE },
	{ "runtime", 1 },
	{ "cswcnt", 1 },
	{ "last_checkin", 1 },
	{ "next_checkin", 1 },
};

/* In the order of enum smp_os_pool_number. */
static const struct number_field pool_fields[] = {
	{ "blksiz", 1 },
	{ "nblks", 1 },
	{ "nfree", 1 },
	{ "min", 1 },
};

#define TASK_FIELDS (sizeof(task_fields) / sizeof(task_fields[0]))
#define POOL_FIELDS (sizeof(pool_fields) / sizeof(pool_fields[0]))

_Static_assert(TASK_FIELDS <= SMP_OS_STAT_NUMBERS_MAX, "every number of a task has its place");
_Static_assert(POOL_FIELDS <= SMP_OS_STAT_NUMBERS_MAX, "and every number of a pool");

static struct smp_request stat_request(enum smp_os_command command)
{
	return (struct smp_request){
		.op = SMP_OP_READ,
		.group = SMP_GROUP_OS,
		.command = (uint8_t)command,
	};
}

static enum status read_numbers(const struct body_value *map, const struct number_field *fields,
	size_t field_count, struct smp_os_stat_row *row, struct err *reterr)
{
	for (size_t i = 0; i < field_count; i++) {
		int64_t number = 0;
		enum body_found found = body_get_int(map, fields[i].key, &number);

		if (found == BODY_FOUND &&
			__builtin_mul_overflow(number, fields[i].unit, &row->numbers[i]))
			found = BODY_WRONG_TYPE;
		if (found == BODY_WRONG_TYPE)
			return smp_field_optional(found, fields[i].key, reterr);
		row->known |= (found == BODY_FOUND ? 1u : 0u) << i;
	}
	return STATUS_OK;
}

/* What is no map is no row: the "rc" of old servers, say. */
static enum status read_rows(const struct body_value *map, const struct number_field *fields,
	size_t field_count, struct smp_os_stat *ret_stat, struct err *reterr)
{
	struct body_iter iter = body_iterate(map);
	struct body_value name, numbers;

	ret_stat->count = 0;
	while (body_next_pair(&iter, &name, &numbers)) {
		struct smp_os_stat_row *row = &ret_stat->rows[ret_stat->count];
		struct buf text;
		enum status status;

		if (name.kind != BODY_TEXT || name.indefinite || numbers.kind != BODY_MAP)
			continue;
		if (ret_stat->count == SMP_OS_STAT_ROWS_MAX)
			return err_set(reterr, STATUS_PROTOCOL, "the reply has more than %d rows",
				SMP_OS_STAT_ROWS_MAX);
		*row = (struct smp_os_stat_row){ .known = 0 };
		text = BUF_OVER(row->name);
		text_append_escaped(&text, name.content);
		buf_text(&text);
		status = read_numbers(&numbers, fields, field_count, row, reterr);
		if (status != STATUS_OK)
			return status;
		ret_stat->count++;
	}
	return STATUS_OK;
}

struct smp_request smp_os_taskstat_request(void)
{
	return stat_request(SMP_OS_TASKSTAT);
}

enum status smp_os_taskstat_reply(
	const struct smp_reply *reply, struct smp_os_stat *ret_tasks, struct err *reterr)
{
	struct body_value map, tasks;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status == STATUS_OK)
		status = smp_field_container(&map, "tasks", BODY_MAP, &tasks, reterr);
	if (status != STATUS_OK)
		return status;
	return read_rows(&tasks, task_fields, TASK_FIELDS, ret_tasks, reterr);
}

struct smp_request smp_os_mpstat_request(void)
{
	return stat_request(SMP_OS_MPSTAT);
}

/* A pool may be called "tasks" itself: then there are numbers under the key, not pools. */
static bool is_map_of_maps(const struct body_value *value)
{
	struct body_iter iter = body_iterate(value);
	struct body_value key, entry;

	if (value->kind != BODY_MAP)
		return false;
	while (body_next_pair(&iter, &key, &entry)) {
		if (entry.kind != BODY_MAP)
			return false;
	}
	return true;
}

enum status smp_os_mpstat_reply(
	const struct smp_reply *reply, struct smp_os_stat *ret_pools, struct err *reterr)
{
	static const char *const wrappers[] = { "mpools", "tasks" };
	struct body_value map, inner;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		if (body_get(&map, wrappers[i], &inner) && is_map_of_maps(&inner)) {
			map = inner;
			break;
		}
	}
	return read_rows(&map, pool_fields, POOL_FIELDS, ret_pools, reterr);
}
