/* SPDX-License-Identifier: Apache-2.0 */
/* The enumeration group: which groups there are (protocol.md 3.9). */
#include "fakedev/server.h"

/* As Zephyr's groups call themselves. */
static const char *group_name(uint16_t group)
{
	switch (group) {
	case SMP_GROUP_OS:
		return "os mgmt";
	case SMP_GROUP_IMAGE:
		return "img mgmt";
	case SMP_GROUP_STAT:
		return "stat mgmt";
	case SMP_GROUP_SETTINGS:
		return "settings mgmt";
	case SMP_GROUP_FS:
		return "fs mgmt";
	case SMP_GROUP_SHELL:
		return "shell mgmt";
	case SMP_GROUP_ENUM:
		return "enum mgmt";
	case SMP_GROUP_ZEPHYR:
		return "zephyr basic mgmt";
	default:
		return "";
	}
}

struct answer server_enum_count(
	struct server *server, const struct request *request, struct buf *body)
{
	struct server_group groups[SERVER_GROUPS_MAX];

	(void)request;
	server_put_uint(body, "count", server_list_groups(server, groups));
	return answer_ok();
}

struct answer server_enum_list(
	struct server *server, const struct request *request, struct buf *body)
{
	struct server_group groups[SERVER_GROUPS_MAX];
	size_t count = server_list_groups(server, groups);

	(void)request;
	body_put_text(body, "groups");
	body_put_array_indefinite(body);
	for (size_t i = 0; i < count; i++)
		body_put_uint(body, groups[i].number);
	body_put_break(body);
	return answer_ok();
}

struct answer server_enum_single(
	struct server *server, const struct request *request, struct buf *body)
{
	struct server_group groups[SERVER_GROUPS_MAX];
	size_t count = server_list_groups(server, groups);
	uint64_t index = 0;

	if (!request->has_args ||
		body_get_uint(&request->args, "index", UINT16_MAX, &index) == BODY_WRONG_TYPE)
		return answer_rc(RC_INVALID);
	if (index >= count)
		return answer_error(SMP_GROUP_ENUM, ENUM_ERROR_INDEX_TOO_LARGE);
	server_put_uint(body, "group", groups[index].number);
	if (index + 1 == count)
		server_put_bool(body, "end", true);
	return answer_ok();
}

/* An empty list of wanted groups stands for all of them. */
static bool is_wanted(const struct body_value *wanted, uint16_t group)
{
	struct body_iter iter = body_iterate(wanted);
	struct body_value number;
	bool is_empty = true;

	while (body_next(&iter, &number)) {
		if (number.kind == BODY_UINT && number.number == group)
			return true;
		is_empty = false;
	}
	return is_empty;
}

struct answer server_enum_details(
	struct server *server, const struct request *request, struct buf *body)
{
	struct server_group groups[SERVER_GROUPS_MAX];
	size_t count = server_list_groups(server, groups);
	struct body_value wanted = { .kind = BODY_ARRAY };

	if (!request->has_args ||
		(body_get(&request->args, "groups", &wanted) && wanted.kind != BODY_ARRAY))
		return answer_rc(RC_INVALID);
	body_put_text(body, "groups");
	body_put_array_indefinite(body);
	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(&wanted, groups[i].number))
			continue;
		body_put_map_indefinite(body);
		server_put_uint(body, "group", groups[i].number);
		server_put_text(body, "name", group_name(groups[i].number));
		server_put_uint(body, "handlers", groups[i].handlers);
		body_put_break(body);
	}
	body_put_break(body);
	return answer_ok();
}
