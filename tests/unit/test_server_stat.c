/* SPDX-License-Identifier: Apache-2.0 */
/* The fake board's statistics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/board.h"

static unsigned show(struct host *host, const char *group)
{
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "name");
	body_put_text(&host->body, group);
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_STAT, SMP_STAT_SHOW));
	return host_reply_error(host);
}

static uint64_t field(const struct host *host, const char *name)
{
	struct body_value fields;
	uint64_t value = 0;

	assert_true(body_get(&host->map, "fields", &fields));
	assert_int_equal(body_get_uint(&fields, name, UINT64_MAX, &value), BODY_FOUND);
	return value;
}

/* The last reply on one line. */
static const char *described(struct host *host)
{
	struct buf out = BUF_OVER(host->body_bytes);

	body_describe(&host->map, 0, &out);
	return buf_text(&out);
}

static void groups_are_those_of_the_build(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_STAT, SMP_STAT_LIST));
	assert_string_equal(
		described(host), "{\"rc\": 0, \"stat_list\": [\"smp_svr_stats\", \"board\"]}");
	host_free(host);
	host = host_new("no-board-stats");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_STAT, SMP_STAT_LIST));
	assert_string_equal(described(host), "{\"rc\": 0, \"stat_list\": [\"smp_svr_stats\"]}");
	assert_int_equal(show(host, "board"), 63003);
	host_free(host);
}

static void requests_are_counted_until_the_reset(void **state)
{
	struct host *host = host_new("");
	uint64_t bytes_in, bytes_out;

	(void)state;
	assert_int_equal(show(host, "board"), 0);
	assert_int_equal(field(host, "requests"), 0); /* this one is counted when it is done */
	assert_int_equal(field(host, "boots"), 1);
	bytes_out = host->reply.len;
	assert_int_equal(show(host, "board"), 0);
	assert_int_equal(field(host, "requests"), 1);
	assert_int_equal(field(host, "refusals"), 0);
	bytes_in = field(host, "bytes_in");
	assert_int_equal(bytes_in, 8 + 12); /* {"name": "board"} */
	assert_int_equal(field(host, "bytes_out"), bytes_out);
	assert_int_equal(show(host, "none"), 63003);
	assert_int_equal(show(host, "board"), 0);
	assert_int_equal(field(host, "requests"), 3);
	assert_int_equal(field(host, "refusals"), 1);
	assert_int_equal(field(host, "bytes_in"), 2 * bytes_in + 8 + 11);
	host_reset(host);
	assert_int_equal(show(host, "board"), 0);
	assert_int_equal(field(host, "requests"), 0);
	assert_int_equal(field(host, "bytes_out"), 0);
	assert_int_equal(field(host, "boots"), 2);
	host_free(host);
}

static void names_must_be_there_and_fit(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(show(host, ""), 3);
	assert_int_equal(show(host, "12345678901234567890123456789012"), 3);
	assert_int_equal(show(host, "1234567890123456789012345678901"), 63003);
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_STAT, SMP_STAT_SHOW));
	assert_int_equal(host_reply_error(host), 3);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_STAT, SMP_STAT_SHOW));
	assert_int_equal(host_reply_error(host), 8);
	host_free(host);
}

static void a_build_with_the_legacy_behaviour_says_so_once(void **state)
{
	struct host *host = host_new("legacy-rc");

	(void)state;
	assert_int_equal(show(host, "smp_svr_stats"), 0);
	assert_string_equal(described(host),
		"{\"rc\": 0, \"name\": \"smp_svr_stats\", \"fields\": {\"ticks\": 0, \"s1\": 0}}");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_STAT, SMP_STAT_LIST));
	assert_string_equal(
		described(host), "{\"rc\": 0, \"stat_list\": [\"smp_svr_stats\", \"board\"]}");
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_those_of_the_build),
		cmocka_unit_test(requests_are_counted_until_the_reset),
		cmocka_unit_test(names_must_be_there_and_fit),
		cmocka_unit_test(a_build_with_the_legacy_behaviour_says_so_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
