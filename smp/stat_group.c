/* SPDX-License-Identifier: Apache-2.0 */
/* The statistics group, see stat_group.h. */
#include "smp/stat_group.h"

#include <string.h>

struct smp_request smp_stat_list_request(void)
{
	return (struct smp_request){
		.op = SMP_OP_READ,
		.group = SMP_GROUP_STAT,
		.command = SMP_STAT_LIST,
	};
}

struct smp_request smp_stat_show_request(struct buf *body, struct span group)
{
	body_put_map(body, 1);
	body_put_text(body, "name");
	body_put_text_span(body, group);
	return (struct smp_request){
		.op = SMP_OP_READ,
		.group = SMP_GROUP_STAT,
		.command = SMP_STAT_SHOW,
		.body = buf_span(body),
	};
}

/* Open the reply and what it holds under `key`. */
static enum status open_container(const struct smp_reply *reply, const char *key,
	enum body_kind kind, struct body_iter *ret_iter, struct err *reterr)
{
	struct body_value map, container;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status == STATUS_OK)
		status = smp_field_container(&map, key, kind, &container, reterr);
	if (status == STATUS_OK)
		*ret_iter = body_iterate(&container);
	return status;
}

/* `value` must be a text. A name that is cut could be taken for another one: rather none. */
static enum status keep_name(const struct body_value *value, const char *field,
	struct smp_stat_name *ret_name, struct err *reterr)
{
	if (value->kind != BODY_TEXT || value->indefinite)
		return smp_field_required(BODY_WRONG_TYPE, field, reterr);
	if (!smp_name_copy(value->content, ret_name->text))
		return err_set(reterr, STATUS_PROTOCOL,
			"a name in the reply has more than %d characters", SMP_NAME_MAX - 1);
	return STATUS_OK;
}

enum status smp_stat_list_reply(
	const struct smp_reply *reply, struct smp_stat_list *ret_list, struct err *reterr)
{
	struct body_value name;
	struct body_iter iter;
	enum status status = open_container(reply, "stat_list", BODY_ARRAY, &iter, reterr);

	ret_list->count = 0;
	while (status == STATUS_OK && body_next(&iter, &name)) {
		if (ret_list->count == SMP_STAT_GROUPS_MAX)
			return err_set(reterr, STATUS_PROTOCOL, "more than %d groups in the reply",
				SMP_STAT_GROUPS_MAX);
		status =
			keep_name(&name, "stat_list", &ret_list->groups[ret_list->count++], reterr);
	}
	return status;
}

static bool is_kept_already(const struct smp_stat_fields *fields, const struct smp_stat_name *name)
{
	for (size_t i = 0; i < fields->count; i++) {
		if (strcmp(fields->fields[i].name.text, name->text) == 0)
			return true;
	}
	return false;
}

static enum status keep_field(const struct body_value *name, const struct body_value *value,
	struct smp_stat_fields *fields, struct err *reterr)
{
	struct smp_stat_name kept;
	enum status status = keep_name(name, "fields", &kept, reterr);

	if (status != STATUS_OK)
		return status;
	if (value->kind != BODY_UINT)
		return smp_field_required(BODY_WRONG_TYPE, kept.text, reterr);
	if (is_kept_already(fields, &kept))
		return STATUS_OK;
	if (fields->count == SMP_STAT_FIELDS_MAX)
		return err_set(reterr, STATUS_PROTOCOL, "more than %d fields in the reply",
			SMP_STAT_FIELDS_MAX);
	fields->fields[fields->count++] = (struct smp_stat_field){
		.name = kept,
		.value = value->number,
	};
	return STATUS_OK;
}

enum status smp_stat_show_reply(
	const struct smp_reply *reply, struct smp_stat_fields *ret_fields, struct err *reterr)
{
	struct body_value name, value;
	struct body_iter iter;
	enum status status = open_container(reply, "fields", BODY_MAP, &iter, reterr);

	ret_fields->count = 0;
	while (status == STATUS_OK && body_next_pair(&iter, &name, &value))
		status = keep_field(&name, &value, ret_fields, reterr);
	return status;
}
