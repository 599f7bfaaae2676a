/* SPDX-License-Identifier: Apache-2.0 */
/* The enumeration group's requests, and what is made of its replies. */
#include "smp/enum_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 2048 };

typedef enum status (*groups_reader)(
	const struct smp_reply *reply, struct smp_enum_groups *ret_groups, struct err *reterr);

static enum status read_span(
	groups_reader read, struct span body, struct smp_enum_groups *ret_groups)
{
	struct smp_reply reply = { .header = { .op = 1, .group = SMP_GROUP_ENUM }, .body = body };

	return read(&reply, ret_groups, ERR_IGNORED);
}

static enum status read_notation(
	groups_reader read, const char *notation, struct smp_enum_groups *ret_groups)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	cbor_append(&body, notation);
	return read_span(read, buf_span(&body), ret_groups);
}

static void requests_ask_for_all_groups(void **state)
{
	struct smp_request list = smp_enum_list_request(), details = smp_enum_details_request();

	(void)state;
	assert_int_equal(list.op, SMP_OP_READ);
	assert_int_equal(list.group, SMP_GROUP_ENUM);
	assert_int_equal(list.command, SMP_ENUM_LIST);
	assert_int_equal(list.body.len, 0);
	assert_int_equal(details.op, SMP_OP_READ);
	assert_int_equal(details.group, SMP_GROUP_ENUM);
	assert_int_equal(details.command, SMP_ENUM_DETAILS);
	assert_int_equal(details.body.len, 0);
}

static void a_list_has_numbers_and_nothing_else(void **state)
{
	struct smp_enum_groups groups;

	(void)state;
	assert_int_equal(
		read_notation(smp_enum_list_reply, "{_ 'groups': [_ 63, 0, 65535]}", &groups),
		STATUS_OK);
	assert_int_equal(groups.count, 3);
	assert_int_equal(groups.groups[0].group, 63);
	assert_int_equal(groups.groups[1].group, 0);
	assert_int_equal(groups.groups[2].group, 65535);
	assert_string_equal(groups.groups[0].name, "");
	assert_false(groups.groups[0].has_handlers);
}

static void details_may_name_a_group_and_count_its_handlers(void **state)
{
	struct smp_enum_groups groups;

	(void)state;
	assert_int_equal(read_notation(smp_enum_details_reply,
				 "{'groups': [{'group': 0, 'name': 'os mgmt', 'handlers': 9}, "
				 "{'handlers': 0, 'more': [], 'group': 64}, "
				 "{'group': 65, 'name': 'a\033b'}]}",
				 &groups),
		STATUS_OK);
	assert_int_equal(groups.count, 3);
	assert_string_equal(groups.groups[0].name, "os mgmt");
	assert_true(groups.groups[0].has_handlers);
	assert_int_equal(groups.groups[0].handlers, 9);
	assert_int_equal(groups.groups[1].group, 64);
	assert_string_equal(groups.groups[1].name, "");
	assert_true(groups.groups[1].has_handlers);
	assert_int_equal(groups.groups[1].handlers, 0);
	assert_string_equal(groups.groups[2].name, "a\\x1bb");
	assert_false(groups.groups[2].has_handlers);
}

static void what_is_no_list_of_groups_breaks_the_protocol(void **state)
{
	static const struct {
		groups_reader read;
		const char *body;
		enum status status;
	} rows[] = {
		{ smp_enum_list_reply, "{}", STATUS_PROTOCOL },
		{ smp_enum_list_reply, "{'groups': 3}", STATUS_PROTOCOL },
		{ smp_enum_list_reply, "{'groups': ['os']}", STATUS_PROTOCOL },
		{ smp_enum_list_reply, "{'groups': [65536]}", STATUS_PROTOCOL },
		{ smp_enum_list_reply, "{'rc': 8}", STATUS_UNSUPPORTED },
		{ smp_enum_details_reply, "{'groups': [0]}", STATUS_PROTOCOL },
		{ smp_enum_details_reply, "{'groups': [{'name': 'os mgmt'}]}", STATUS_PROTOCOL },
		{ smp_enum_details_reply, "{'groups': [{'group': 0, 'name': 1}]}",
			STATUS_PROTOCOL },
		{ smp_enum_details_reply, "{'groups': [{'group': 0, 'handlers': -1}]}",
			STATUS_PROTOCOL },
		{ smp_enum_details_reply, "{'err': {'group': 10, 'rc': 3}}", STATUS_DEVICE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct smp_enum_groups groups;
		enum status status = read_notation(rows[i].read, rows[i].body, &groups);

		if (status != rows[i].status)
			fail_msg("%s: %d", rows[i].body, status);
	}
}

static enum status read_many(size_t count, struct smp_enum_groups *ret_groups)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	body_put_map(&body, 1);
	body_put_text(&body, "groups");
	body_put_array(&body, count);
	for (size_t i = 0; i < count; i++)
		body_put_uint(&body, i);
	assert_false(body.overflow);
	return read_span(smp_enum_list_reply, buf_span(&body), ret_groups);
}

static void there_is_room_for_so_many_groups_and_no_more(void **state)
{
	struct smp_enum_groups groups;

	(void)state;
	assert_int_equal(read_many(SMP_ENUM_GROUPS_MAX, &groups), STATUS_OK);
	assert_int_equal(groups.count, SMP_ENUM_GROUPS_MAX);
	assert_int_equal(read_many(SMP_ENUM_GROUPS_MAX + 1, &groups), STATUS_PROTOCOL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_ask_for_all_groups),
		cmocka_unit_test(a_list_has_numbers_and_nothing_else),
		cmocka_unit_test(details_may_name_a_group_and_count_its_handlers),
		cmocka_unit_test(what_is_no_list_of_groups_breaks_the_protocol),
		cmocka_unit_test(there_is_room_for_so_many_groups_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
