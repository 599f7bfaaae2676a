/* SPDX-License-Identifier: Apache-2.0 */
/* Mynewt's log group, see log_group.h. */
#include "smp/log_group.h"

enum { RC_MORE = 1 };

static struct smp_request log_request(
	enum smp_op op, enum smp_log_command command, const struct buf *body)
{
	return (struct smp_request){
		.op = op,
		.group = SMP_GROUP_LOG,
		.command = (uint8_t)command,
		.body = body != NULL ? buf_span(body) : span_make(NULL, 0),
	};
}

struct smp_request smp_log_show_request(struct buf *body, struct span name, uint64_t index)
{
	body_put_map(body, 3);
	body_put_text(body, "log_name");
	body_put_text_span(body, name);
	/* Servers read both, and some read what lies on their stack where one is not sent. */
	body_put_text(body, "ts");
	body_put_uint(body, 0);
	body_put_text(body, "index");
	body_put_uint(body, index);
	return log_request(SMP_OP_READ, SMP_LOG_SHOW, body);
}

enum status smp_log_show_reply(
	const struct smp_reply *reply, struct smp_log_page *ret_page, struct err *reterr)
{
	struct body_value map, logs = { .kind = BODY_ARRAY };
	uint64_t next_index = 0;
	int64_t rc = 0;
	enum status status = body_open(reply->body, &map, reterr);
	bool is_more, has_logs;

	if (status != STATUS_OK)
		return status;
	has_logs = body_get(&map, "logs", &logs) && logs.kind == BODY_ARRAY;
	is_more = body_get_int(&map, "rc", &rc) == BODY_FOUND && rc == RC_MORE && has_logs;
	if (!is_more)
		status = smp_reply_open(reply, &map, reterr);
	if (status == STATUS_OK && !has_logs)
		status = smp_field_required(BODY_ABSENT, "logs", reterr);
	if (status == STATUS_OK)
		status = smp_field_optional(
			body_get_uint(&map, "next_index", UINT64_MAX, &next_index), "next_index",
			reterr);
	if (status != STATUS_OK)
		return status;
	*ret_page = (struct smp_log_page){
		.is_more = is_more,
		.next_index = next_index,
		.logs = body_iterate(&logs),
	};
	return STATUS_OK;
}

static enum status read_number(
	const struct body_value *map, const char *key, uint64_t *ret_value, struct err *reterr)
{
	return smp_field_required(body_get_uint(map, key, UINT64_MAX, ret_value), key, reterr);
}

static enum status read_message(
	const struct body_value *map, struct smp_log_entry *entry, struct err *reterr)
{
	static const char key[] = "msg";

	if (!body_get(map, key, &entry->message))
		return smp_field_required(BODY_ABSENT, key, reterr);
	/* A text where a server means it well. */
	if (entry->message.kind != BODY_BYTES && entry->message.kind != BODY_TEXT)
		return smp_field_required(BODY_WRONG_TYPE, key, reterr);
	return STATUS_OK;
}

static enum status read_entry(
	const struct body_value *map, struct smp_log_entry *entry, struct err *reterr)
{
	enum status status;

	if (map->kind != BODY_MAP)
		return smp_field_required(BODY_WRONG_TYPE, "entries", reterr);
	status = smp_field_optional(body_get_text(map, "type", &entry->type), "type", reterr);
	if (status == STATUS_OK)
		status = smp_field_required(
			body_get_int(map, "ts", &entry->timestamp), "ts", reterr);
	if (status == STATUS_OK)
		status = read_number(map, "level", &entry->level, reterr);
	if (status == STATUS_OK)
		status = read_number(map, "index", &entry->index, reterr);
	if (status == STATUS_OK)
		status = read_number(map, "module", &entry->module, reterr);
	if (status == STATUS_OK)
		status = smp_field_optional(
			body_get_bytes(map, "imghash", &entry->image_hash), "imghash", reterr);
	return status == STATUS_OK ? read_message(map, entry, reterr) : status;
}

enum status smp_log_next(struct smp_log_page *page, struct smp_log_entry *ret_entry,
	bool *ret_is_end, struct err *reterr)
{
	struct body_value log, entries, entry;

	*ret_entry = (struct smp_log_entry){ .level = 0 };
	*ret_is_end = false;
	while (!body_next(&page->entries, &entry)) {
		if (!body_next(&page->logs, &log)) {
			*ret_is_end = true;
			return STATUS_OK;
		}
		if (!body_get(&log, "entries", &entries) || entries.kind != BODY_ARRAY)
			return smp_field_required(BODY_ABSENT, "entries", reterr);
		page->entries = body_iterate(&entries);
	}
	return read_entry(&entry, ret_entry, reterr);
}

struct smp_request smp_log_clear_request(void)
{
	return log_request(SMP_OP_WRITE, SMP_LOG_CLEAR, NULL);
}

struct smp_request smp_log_modules_request(void)
{
	return log_request(SMP_OP_READ, SMP_LOG_MODULES, NULL);
}

enum status smp_log_modules_reply(
	const struct smp_reply *reply, struct smp_name_list *ret_list, struct err *reterr)
{
	return smp_name_list_read_map(reply, "module_map", ret_list, reterr);
}

struct smp_request smp_log_levels_request(void)
{
	return log_request(SMP_OP_READ, SMP_LOG_LEVELS, NULL);
}

enum status smp_log_levels_reply(
	const struct smp_reply *reply, struct smp_name_list *ret_list, struct err *reterr)
{
	return smp_name_list_read_map(reply, "level_map", ret_list, reterr);
}

struct smp_request smp_log_list_request(void)
{
	return log_request(SMP_OP_READ, SMP_LOG_LIST, NULL);
}

enum status smp_log_list_reply(
	const struct smp_reply *reply, struct smp_name_list *ret_list, struct err *reterr)
{
	return smp_name_list_read(reply, "log_list", ret_list, reterr);
}

const char *smp_log_level_name(uint64_t level)
{
	static const char *const names[] = { "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL" };

	return level < sizeof(names) / sizeof(names[0]) ? names[level] : NULL;
}

const char *smp_log_module_name(uint64_t module)
{
	static const char *const names[] = { "DEFAULT", "OS", "NEWTMGR", "NIMBLE_CTLR",
		"NIMBLE_HOST", "NFFS", "REBOOT", NULL, "TEST" };

	return module < sizeof(names) / sizeof(names[0]) ? names[module] : NULL;
}
