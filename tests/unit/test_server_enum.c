/* SPDX-License-Identifier: Apache-2.0 */
/* The fake board lists the groups that it has, and does not have those that it is to lack. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/board.h"

static unsigned ask(struct host *host, uint8_t command)
{
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_ENUM, command));
	return host_reply_error(host);
}

/* The value under "groups" of the last reply, in diagnostic notation. */
static void assert_groups(struct host *host, const char *wanted)
{
	uint8_t storage[1024];
	struct buf out = BUF_OVER(storage);
	struct body_value groups;

	assert_true(body_get(&host->map, "groups", &groups));
	body_describe(&groups, 0, &out);
	assert_string_equal(buf_text(&out), wanted);
}

static void all_groups_are_counted_and_listed(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(ask(host, SMP_ENUM_COUNT), 0);
	assert_int_equal(host_reply_uint(host, "count"), 8);
	assert_int_equal(ask(host, SMP_ENUM_LIST), 0);
	assert_groups(host, "[0, 1, 2, 3, 8, 9, 10, 63]");
	host_free(host);
}

static void groups_can_be_walked_one_by_one(void **state)
{
	struct host *host = host_new("");
	bool is_end = false;
	uint64_t index;

	(void)state;
	for (index = 0; !is_end && index < 20; index++) {
		body_put_map(&host->body, 1);
		body_put_text(&host->body, "index");
		body_put_uint(&host->body, index);
		assert_int_equal(ask(host, SMP_ENUM_SINGLE), 0);
		(void)body_get_bool(&host->map, "end", &is_end);
	}
	assert_int_equal(index, 8);
	assert_int_equal(host_reply_uint(host, "group"), 63);
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "index");
	body_put_uint(&host->body, index);
	assert_int_equal(ask(host, SMP_ENUM_SINGLE), 10 * 1000 + 4);
	assert_int_equal(ask(host, SMP_ENUM_SINGLE), 0);
	assert_int_equal(host_reply_uint(host, "group"), 0);
	host_free(host);
}

static void details_are_of_all_groups_or_of_the_wanted_ones(void **state)
{
	struct host *host = host_new("lacks=settings+fs+stat+basic");

	(void)state;
	assert_int_equal(ask(host, SMP_ENUM_DETAILS), 0);
	assert_groups(host, "[{\"group\": 0, \"name\": \"os mgmt\", \"handlers\": 9}, "
			    "{\"group\": 1, \"name\": \"img mgmt\", \"handlers\": 7}, "
			    "{\"group\": 9, \"name\": \"shell mgmt\", \"handlers\": 1}, "
			    "{\"group\": 10, \"name\": \"enum mgmt\", \"handlers\": 4}]");
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "groups");
	body_put_array(&host->body, 2);
	body_put_uint(&host->body, 9);
	body_put_uint(&host->body, 77);
	assert_int_equal(ask(host, SMP_ENUM_DETAILS), 0);
	assert_groups(host, "[{\"group\": 9, \"name\": \"shell mgmt\", \"handlers\": 1}]");
	host_free(host);
}

static void details_of_all_groups_do_not_fit_a_small_buffer(void **state)
{
	struct host *host = host_new("buf-size=256");

	(void)state;
	assert_int_equal(ask(host, SMP_ENUM_DETAILS), 7);
	assert_int_equal(ask(host, SMP_ENUM_LIST), 0);
	host_free(host);
}

static void what_a_board_lacks_is_not_listed_and_not_supported(void **state)
{
	static const struct {
		const char *options;
		enum smp_op op;
		uint16_t group;
		uint8_t command;
		const char *left;
	} rows[] = {
		{ "lacks=stat", SMP_OP_READ, SMP_GROUP_STAT, SMP_STAT_LIST,
			"[0, 1, 3, 8, 9, 10, 63]" },
		{ "lacks=settings", SMP_OP_READ, SMP_GROUP_SETTINGS, SMP_SETTINGS_STORE,
			"[0, 1, 2, 8, 9, 10, 63]" },
		{ "lacks=fs", SMP_OP_READ, SMP_GROUP_FS, SMP_FS_STATUS, "[0, 1, 2, 3, 9, 10, 63]" },
		{ "lacks=shell", SMP_OP_WRITE, SMP_GROUP_SHELL, SMP_SHELL_EXEC,
			"[0, 1, 2, 3, 8, 10, 63]" },
		{ "lacks=basic", SMP_OP_WRITE, SMP_GROUP_ZEPHYR, SMP_ZEPHYR_ERASE_STORAGE,
			"[0, 1, 2, 3, 8, 9, 10]" },
		{ "lacks=taskstat", SMP_OP_READ, SMP_GROUP_OS, SMP_OS_TASKSTAT,
			"[0, 1, 2, 3, 8, 9, 10, 63]" },
		{ "lacks=mpstat", SMP_OP_READ, SMP_GROUP_OS, SMP_OS_MPSTAT,
			"[0, 1, 2, 3, 8, 9, 10, 63]" },
		{ "lacks=datetime", SMP_OP_READ, SMP_GROUP_OS, SMP_OS_DATETIME,
			"[0, 1, 2, 3, 8, 9, 10, 63]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct host *host = host_new(rows[i].options);

		assert_true(host_request(host, rows[i].op, rows[i].group, rows[i].command));
		assert_int_equal(host_reply_error(host), 8);
		assert_int_equal(ask(host, SMP_ENUM_LIST), 0);
		assert_groups(host, rows[i].left);
		host_free(host);
	}
}

static void a_board_may_lack_the_list_itself(void **state)
{
	struct host *host = host_new("lacks=enum");

	(void)state;
	for (uint8_t command = SMP_ENUM_COUNT; command <= SMP_ENUM_DETAILS; command++)
		assert_int_equal(ask(host, command), 8);
	assert_true(host_echo(host));
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_groups_are_counted_and_listed),
		cmocka_unit_test(groups_can_be_walked_one_by_one),
		cmocka_unit_test(details_are_of_all_groups_or_of_the_wanted_ones),
		cmocka_unit_test(details_of_all_groups_do_not_fit_a_small_buffer),
		cmocka_unit_test(what_a_board_lacks_is_not_listed_and_not_supported),
		cmocka_unit_test(a_board_may_lack_the_list_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
