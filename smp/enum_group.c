/* SPDX-License-Identifier: Apache-2.0 */
/* The enumeration group, see enum_group.h. */
#include "smp/enum_group.h"

#include "base/text.h"

static struct smp_request enum_request(enum smp_enum_command command)
{
	return (struct smp_request){
		.op = SMP_OP_READ,
		.group = SMP_GROUP_ENUM,
		.command = (uint8_t)command,
	};
}

static enum status read_number(
	const struct body_value *entry, struct smp_enum_group *group, struct err *reterr)
{
	if (entry->kind != BODY_UINT || entry->number > UINT16_MAX)
		return smp_field_optional(BODY_WRONG_TYPE, "groups", reterr);
	group->group = (uint16_t)entry->number;
	return STATUS_OK;
}

static enum status read_details(
	const struct body_value *entry, struct smp_enum_group *group, struct err *reterr)
{
	struct buf name_text = BUF_OVER(group->name);
	uint64_t number = 0, handlers = 0;
	struct span name = { 0 };
	enum body_found found;
	enum status status;

	if (entry->kind != BODY_MAP)
		return smp_field_optional(BODY_WRONG_TYPE, "groups", reterr);
	status = smp_field_required(
		body_get_uint(entry, "group", UINT16_MAX, &number), "group", reterr);
	if (status == STATUS_OK)
		status = smp_field_optional(body_get_text(entry, "name", &name), "name", reterr);
	if (status != STATUS_OK)
		return status;
	found = body_get_uint(entry, "handlers", UINT32_MAX, &handlers);
	group->group = (uint16_t)number;
	text_append_escaped(&name_text, name);
	buf_text(&name_text);
	group->has_handlers = found == BODY_FOUND;
	group->handlers = (uint32_t)handlers;
	return smp_field_optional(found, "handlers", reterr);
}

typedef enum status (*entry_reader)(
	const struct body_value *entry, struct smp_enum_group *group, struct err *reterr);

static enum status read_groups(const struct smp_reply *reply, entry_reader read,
	struct smp_enum_groups *ret_groups, struct err *reterr)
{
	struct body_value map, groups, entry;
	struct body_iter iter;
	enum status status = smp_reply_open(reply, &map, reterr);

	if (status == STATUS_OK)
		status = smp_field_container(&map, "groups", BODY_ARRAY, &groups, reterr);
	if (status != STATUS_OK)
		return status;
	ret_groups->count = 0;
	iter = body_iterate(&groups);
	while (body_next(&iter, &entry)) {
		struct smp_enum_group *group = &ret_groups->groups[ret_groups->count];

		if (ret_groups->count == SMP_ENUM_GROUPS_MAX)
			return err_set(reterr, STATUS_PROTOCOL, "the reply has more than %d groups",
				SMP_ENUM_GROUPS_MAX);
		*group = (struct smp_enum_group){ .group = 0 };
		status = read(&entry, group, reterr);
		if (status != STATUS_OK)
			return status;
		ret_groups->count++;
	}
	return STATUS_OK;
}

struct smp_request smp_enum_list_request(void)
{
	return enum_request(SMP_ENUM_LIST);
}

enum status smp_enum_list_reply(
	const struct smp_reply *reply, struct smp_enum_groups *ret_groups, struct err *reterr)
{
	return read_groups(reply, read_number, ret_groups, reterr);
}

struct smp_request smp_enum_details_request(void)
{
	return enum_request(SMP_ENUM_DETAILS);
}

enum status smp_enum_details_reply(
	const struct smp_reply *reply, struct smp_enum_groups *ret_groups, struct err *reterr)
{
	return read_groups(reply, read_details, ret_groups, reterr);
}
