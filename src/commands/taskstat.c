/* SPDX-License-Identifier: Apache-2.0 */
/* taskstat and mpstat: the tasks and the memory pools of the device, a row each. */
#include <inttypes.h>

#include "src/columns.h"
#include "src/commands/commands.h"
#include "src/device_os.h"

/* A number of a row, by its place in there. */
struct stat_column {
	const char *title; /* text */
	const char *key;   /* JSON */
};

/* In the order of enum smp_os_task_number. */
static const struct stat_column task_columns[] = {
	{ "PRI", "priority" },
	{ "TID", "id" },
	{ "STATE", "state" },
	{ "STACK", "stack_size" },
	{ "USED", "stack_used" },
	{ "RUNTIME", "runtime" },
	{ "CSW", "context_switches" },
	{ "LAST CHECKIN", "last_checkin" },
	{ "NEXT CHECKIN", "next_checkin" },
};

/* In the order of enum smp_os_pool_number. */
static const struct stat_column pool_columns[] = {
	{ "BLOCK SIZE", "block_size" },
	{ "BLOCKS", "blocks" },
	{ "FREE", "free" },
	{ "MIN FREE", "min_free" },
};

struct stat_view {
	const struct smp_os_stat *stat;
	const struct stat_column *columns;
	size_t column_count;
	const char *list_key; /* JSON */
	const char
		*titles[COLUMNS_TABLE_MAX]; /* text: the name's, and those of the columns shown */
	size_t numbers[SMP_OS_STAT_NUMBERS_MAX]; /* which number each of these shows */
	size_t shown;
};

/* A column that is empty in every row is not shown. */
static void choose_columns(struct stat_view *view, const char *name_title)
{
	unsigned known = 0;

	for (size_t i = 0; i < view->stat->count; i++)
		known |= view->stat->rows[i].known;
	view->titles[0] = name_title;
	for (size_t i = 0; i < view->column_count; i++) {
		if ((known >> i & 1) == 0)
			continue;
		view->numbers[view->shown++] = i;
		view->titles[view->shown] = view->columns[i].title;
	}
}

static void append_cell(const void *ctx, size_t row, size_t column, struct buf *out)
{
	const struct stat_view *view = ctx;
	const struct smp_os_stat_row *stat_row = &view->stat->rows[row];
	size_t number;

	if (column == 0) {
		buf_append_text(out, stat_row->name);
		return;
	}
	number = view->numbers[column - 1];
	if ((stat_row->known >> number & 1) != 0)
		buf_format(out, "%" PRId64, stat_row->numbers[number]);
}

static void print_stat(const void *result, FILE *out)
{
	const struct stat_view *view = result;
	struct columns_table table = {
		.titles = view->titles,
		.column_count = 1 + view->shown,
		.row_count = view->stat->count,
		.elastic = 1,
		.right = ~1u,
		.cell = append_cell,
		.ctx = view,
	};

	columns_print(&table, out);
}

static void put_stat(const void *result, struct doc *object)
{
	const struct stat_view *view = result;
	struct doc *list = doc_put_array(object, view->list_key);

	for (size_t i = 0; i < view->stat->count; i++) {
		const struct smp_os_stat_row *row = &view->stat->rows[i];
		struct doc *entry = doc_append_object(list);

		doc_put_text(entry, "name", row->name);
		for (size_t j = 0; j < view->column_count; j++) {
			if ((row->known >> j & 1) != 0)
				doc_put_int(entry, view->columns[j].key, row->numbers[j]);
		}
	}
}

static const struct result_printer printer = { print_stat, put_stat };

enum status command_taskstat(struct invocation *invocation, struct err *reterr)
{
	struct smp_os_stat tasks;
	struct stat_view view = {
		.stat = &tasks,
		.columns = task_columns,
		.column_count = sizeof(task_columns) / sizeof(task_columns[0]),
		.list_key = "tasks",
	};
	enum status status = device_os_tasks(invocation->client, &tasks, reterr);

	if (status != STATUS_OK)
		return status;
	choose_columns(&view, "TASK");
	output_result(invocation->output, &printer, &view);
	return STATUS_OK;
}

enum status command_mpstat(struct invocation *invocation, struct err *reterr)
{
	struct smp_os_stat pools;
	struct stat_view view = {
		.stat = &pools,
		.columns = pool_columns,
		.column_count = sizeof(pool_columns) / sizeof(pool_columns[0]),
		.list_key = "pools",
	};
	enum status status = device_os_pools(invocation->client, &pools, reterr);

	if (status != STATUS_OK)
		return status;
	choose_columns(&view, "POOL");
	output_result(invocation->output, &printer, &view);
	return STATUS_OK;
}
