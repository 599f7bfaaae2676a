/* SPDX-License-Identifier: Apache-2.0 */
/* stat: the device's statistics, in mcumgr's words and columns. */
#include <inttypes.h>

#include "src/commands/commands.h"
#include "src/device_stat.h"
#include "src/seen.h"

struct shown_stat {
	const char *group;
	struct smp_stat_fields fields;
};

static void print_list(const void *result, FILE *out)
{
	const struct smp_stat_list *list = result;

	fputs("stat groups:\n", out);
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "    %s\n", list->groups[i].text);
}

static void put_list(const void *result, struct doc *object)
{
	const struct smp_stat_list *list = result;
	struct doc *groups = doc_put_array(object, "groups");

	for (size_t i = 0; i < list->count; i++)
		doc_put_text(groups, NULL, list->groups[i].text);
}

/* So that TAB knows them when no device can be asked. */
static void remember(const struct smp_stat_list *list)
{
	const char *names[SMP_STAT_GROUPS_MAX];

	for (size_t i = 0; i < list->count; i++)
		names[i] = list->groups[i].text;
	seen_add(SEEN_GROUP, names, list->count);
}

enum status command_stat_list(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_list, put_list };
	struct smp_stat_list list;
	enum status status = device_stat_list(invocation->client, &list, reterr);

	if (status != STATUS_OK)
		return status;
	remember(&list);
	output_result(invocation->output, &printer, &list);
	return STATUS_OK;
}

static void print_fields(const void *result, FILE *out)
{
	const struct shown_stat *shown = result;

	fprintf(out, "stat group: %s\n", shown->group);
	for (size_t i = 0; i < shown->fields.count; i++)
		fprintf(out, "%10" PRIu64 " %s\n", shown->fields.fields[i].value,
			shown->fields.fields[i].name.text);
}

static void put_fields(const void *result, struct doc *object)
{
	const struct shown_stat *shown = result;
	struct doc *fields;

	doc_put_text(object, "group", shown->group);
	fields = doc_put_object(object, "fields");
	for (size_t i = 0; i < shown->fields.count; i++)
		doc_put_uint(
			fields, shown->fields.fields[i].name.text, shown->fields.fields[i].value);
}

enum status command_stat(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_fields, put_fields };
	struct shown_stat shown = { .group = invocation->args[0] };
	enum status status =
		device_stat_show(invocation->client, shown.group, &shown.fields, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &shown);
	return status;
}
