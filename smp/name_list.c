/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of names, see name_list.h. */
#include "smp/name_list.h"

#include "base/text.h"

bool smp_name_copy(struct span name, char ret_text[SMP_NAME_MAX])
{
	struct buf out = buf_over(ret_text, SMP_NAME_MAX);

	text_append_escaped(&out, name);
	if (out.overflow || out.len == out.cap)
		return false;
	buf_text(&out);
	return true;
}

static enum status refuse(const char *key, struct err *reterr)
{
	return smp_field_optional(BODY_WRONG_TYPE, key, reterr);
}

static enum status add_name(const struct body_value *name, uint64_t number, const char *key,
	struct smp_name_list *list, struct err *reterr)
{
	struct smp_name *row = &list->names[list->count];

	if (list->count == SMP_NAMES_MAX)
		return err_set(reterr, STATUS_PROTOCOL,
			"\"%s\" in the reply has more than %d names", key, SMP_NAMES_MAX);
	if (name->kind != BODY_TEXT || name->indefinite || !smp_name_copy(name->content, row->text))
		return refuse(key, reterr);
	row->number = number;
	list->count++;
	return STATUS_OK;
}

static enum status open_container(const struct smp_reply *reply, const char *key,
	enum body_kind kind, struct body_value *ret_container, struct err *reterr)
{
	struct body_value map;
	enum status status = smp_reply_open(reply, &map, reterr);

	return status == STATUS_OK ? smp_field_container(&map, key, kind, ret_container, reterr)
				   : status;
}

enum status smp_name_list_read(const struct smp_reply *reply, const char *key,
	struct smp_name_list *ret_list, struct err *reterr)
{
	struct body_value array, name;
	struct body_iter iter;
	enum status status = open_container(reply, key, BODY_ARRAY, &array, reterr);

	if (status != STATUS_OK)
		return status;
	ret_list->count = 0;
	iter = body_iterate(&array);
	while (status == STATUS_OK && body_next(&iter, &name))
		status = add_name(&name, 0, key, ret_list, reterr);
	return status;
}

/* Few enough for the plainest way; equal numbers stay in the device's order. */
static void sort_by_number(struct smp_name_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		struct smp_name name = list->names[i];
		size_t at = i;

		for (; at > 0 && list->names[at - 1].number > name.number; at--)
			list->names[at] = list->names[at - 1];
		list->names[at] = name;
	}
}

enum status smp_name_list_read_map(const struct smp_reply *reply, const char *key,
	struct smp_name_list *ret_list, struct err *reterr)
{
	struct body_value map, name, number;
	struct body_iter iter;
	enum status status = open_container(reply, key, BODY_MAP, &map, reterr);

	if (status != STATUS_OK)
		return status;
	ret_list->count = 0;
	iter = body_iterate(&map);
	while (status == STATUS_OK && body_next_pair(&iter, &name, &number)) {
		if (number.kind != BODY_UINT)
			return refuse(key, reterr);
		status = add_name(&name, number.number, key, ret_list, reterr);
	}
	if (status == STATUS_OK)
		sort_by_number(ret_list);
	return status;
}
