/* SPDX-License-Identifier: Apache-2.0 */
/* log: the logs of a Mynewt device, in mcumgr's words and columns. */
#include <inttypes.h>
#include <stdlib.h>

#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/commands/names_print.h"
#include "src/device_mynewt.h"

enum { NUMBER_TEXT_MAX = 24 };

struct shown_logs {
	struct device_log *logs;
	size_t count;
};

/* The name of a level or module, else its number. */
static const char *name_or_number(const char *name, uint64_t number, char storage[NUMBER_TEXT_MAX])
{
	if (name != NULL)
		return name;
	snprintf(storage, NUMBER_TEXT_MAX, "%" PRIu64, number);
	return storage;
}

static void print_entry(const struct device_log_entry *entry, FILE *out)
{
	char module[NUMBER_TEXT_MAX], level[NUMBER_TEXT_MAX];

	fprintf(out, "%10" PRIu64 " %20" PRId64 "us | %11s %11s %6s %s\n", entry->index,
		entry->timestamp_us,
		name_or_number(smp_log_module_name(entry->module), entry->module, module),
		name_or_number(smp_log_level_name(entry->level), entry->level, level), entry->type,
		entry->message);
}

static void print_logs(const void *result, FILE *out)
{
	const struct shown_logs *shown = result;

	if (shown->count == 0)
		fprintf(out, "(no logs)\n");
	for (size_t i = 0; i < shown->count; i++) {
		const struct device_log *log = &shown->logs[i];

		fprintf(out, "Name: %s\n", log->name);
		if (log->count == 0) {
			fprintf(out, "(no log entries)\n");
			continue;
		}
		fprintf(out, "%10s %22s | %11s %11s %6s %s\n", "[index]", "[timestamp]", "[module]",
			"[level]", "[type]", "[message]");
		for (size_t j = 0; j < log->count; j++)
			print_entry(&log->entries[j], out);
	}
}

static void put_optional(struct doc *object, const char *key, const char *text)
{
	doc_put_text(object, key, text[0] != '\0' ? text : NULL);
}

static void put_entry(const struct device_log_entry *entry, struct doc *object)
{
	doc_put_uint(object, "index", entry->index);
	doc_put_int(object, "timestamp_us", entry->timestamp_us);
	doc_put_uint(object, "module", entry->module);
	doc_put_text(object, "module_name", smp_log_module_name(entry->module));
	doc_put_uint(object, "level", entry->level);
	doc_put_text(object, "level_name", smp_log_level_name(entry->level));
	put_optional(object, "type", entry->type);
	put_optional(object, "image_hash", entry->image_hash);
	doc_put_text(object, "message", entry->message);
}

static void put_logs(const void *result, struct doc *object)
{
	const struct shown_logs *shown = result;
	struct doc *logs = doc_put_array(object, "logs");

	for (size_t i = 0; i < shown->count; i++) {
		struct doc *log = doc_append_object(logs);
		struct doc *entries;

		doc_put_text(log, "name", shown->logs[i].name);
		entries = doc_put_array(log, "entries");
		for (size_t j = 0; j < shown->logs[i].count; j++)
			put_entry(&shown->logs[i].entries[j], doc_append_object(entries));
	}
}

static enum status read_one(struct invocation *invocation, const char *name,
	struct shown_logs *shown, struct err *reterr)
{
	enum status status =
		device_log_read(invocation->client, name, &shown->logs[shown->count++], reterr);

	if (status == STATUS_DEVICE)
		err_hint(reterr, "smpctl log list shows the device's logs");
	return status == STATUS_OK ? status : err_wrap(reterr, "%s", name);
}

/* All of them: each by its name, for the entries of one reply count across logs. */
static enum status read_all(
	struct invocation *invocation, struct shown_logs *shown, struct err *reterr)
{
	struct smp_name_list list;
	enum status status = device_log_list(invocation->client, &list, reterr);

	for (size_t i = 0; status == STATUS_OK && i < list.count; i++)
		status = read_one(invocation, list.names[i].text, shown, reterr);
	return status;
}

enum status command_log_show(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_logs, put_logs };
	struct shown_logs shown = { .logs = calloc(SMP_NAMES_MAX, sizeof(*shown.logs)) };
	enum status status;

	if (shown.logs == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	if (invocation->arg_count > 0)
		status = read_one(invocation, invocation->args[0], &shown, reterr);
	else
		status = read_all(invocation, &shown, reterr);
	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &shown);
	for (size_t i = 0; i < shown.count; i++)
		device_log_clear(&shown.logs[i]);
	free(shown.logs);
	return status;
}

static void print_log_list(const void *result, FILE *out)
{
	names_print(result, "available logs:", out);
}

static void put_log_list(const void *result, struct doc *object)
{
	names_put(result, "logs", object);
}

enum status command_log_list(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_log_list, put_log_list };
	struct smp_name_list list;
	enum status status = device_log_list(invocation->client, &list, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &list);
	return status;
}

static void print_modules(const void *result, FILE *out)
{
	const struct smp_name_list *list = result;

	fprintf(out, "available modules:\n");
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "    %s (%" PRIu64 ")\n", list->names[i].text, list->names[i].number);
}

static void put_modules(const void *result, struct doc *object)
{
	names_put_numbered(result, "modules", object);
}

enum status command_log_modules(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_modules, put_modules };
	struct smp_name_list list;
	enum status status = device_log_modules(invocation->client, &list, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &list);
	return status;
}

static void print_levels(const void *result, FILE *out)
{
	const struct smp_name_list *list = result;

	fprintf(out, "available levels:\n");
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "    %" PRIu64 ": %s\n", list->names[i].number, list->names[i].text);
}

static void put_levels(const void *result, struct doc *object)
{
	names_put_numbered(result, "levels", object);
}

enum status command_log_levels(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_levels, put_levels };
	struct smp_name_list list;
	enum status status = device_log_levels(invocation->client, &list, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &list);
	return status;
}

enum status command_log_clear(struct invocation *invocation, struct err *reterr)
{
	enum status status = device_log_erase(invocation->client, reterr);

	if (status == STATUS_OK)
		print_done(invocation->output);
	return status;
}
