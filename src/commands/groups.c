/* SPDX-License-Identifier: Apache-2.0 */
/* groups: which management groups the device has. */
#include <inttypes.h>

#include "smp/header.h"
#include "src/columns.h"
#include "src/commands/commands.h"
#include "src/device_enum.h"

enum { COLUMN_NUMBER, COLUMN_NAME, COLUMN_DEVICE_NAME, COLUMN_HANDLERS, COLUMN_COUNT };

static void append_cell(const void *ctx, size_t row, size_t column, struct buf *out)
{
	const struct smp_enum_group *group = &((const struct smp_enum_groups *)ctx)->groups[row];
	const char *name = smp_group_name(group->group);

	if (column == COLUMN_NUMBER)
		buf_format(out, "%" PRIu16, group->group);
	else if (column == COLUMN_NAME)
		buf_append_text(out, name != NULL ? name : "");
	else if (column == COLUMN_DEVICE_NAME)
		buf_append_text(out, group->name);
	else if (group->has_handlers)
		buf_format(out, "%" PRIu32, group->handlers);
}

static bool has_details(const struct smp_enum_groups *groups)
{
	for (size_t i = 0; i < groups->count; i++) {
		if (groups->groups[i].name[0] != '\0' || groups->groups[i].has_handlers)
			return true;
	}
	return false;
}

static void print_groups(const void *result, FILE *out)
{
	static const char *const titles[] = { "GROUP", "NAME", "DEVICE'S NAME", "HANDLERS" };
	const struct smp_enum_groups *groups = result;
	struct columns_table table = {
		.titles = titles,
		.column_count = has_details(groups) ? COLUMN_COUNT : COLUMN_DEVICE_NAME,
		.row_count = groups->count,
		.elastic = 1u << COLUMN_DEVICE_NAME,
		.right = 1u << COLUMN_NUMBER | 1u << COLUMN_HANDLERS,
		.cell = append_cell,
		.ctx = groups,
	};

	columns_print(&table, out);
}

static void put_groups(const void *result, struct doc *object)
{
	const struct smp_enum_groups *groups = result;
	struct doc *list = doc_put_array(object, "groups");

	for (size_t i = 0; i < groups->count; i++) {
		const struct smp_enum_group *group = &groups->groups[i];
		struct doc *entry = doc_append_object(list);

		doc_put_uint(entry, "group", group->group);
		doc_put_text(entry, "name", smp_group_name(group->group));
		doc_put_text(entry, "device_name", group->name[0] != '\0' ? group->name : NULL);
		if (group->has_handlers)
			doc_put_uint(entry, "handlers", group->handlers);
		else
			doc_put_text(entry, "handlers", NULL);
	}
}

enum status command_groups(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_groups, put_groups };
	struct smp_enum_groups groups;
	enum status status = device_enum_groups(invocation->client, &groups, reterr);

	if (status == STATUS_UNSUPPORTED)
		return err_hint(reterr,
			"it cannot tell which groups it has: that takes Zephyr 4.0 or later with "
			"CONFIG_MCUMGR_GRP_ENUM, and never the bootloader does; try the commands "
			"themselves");
	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &groups);
	return status;
}
