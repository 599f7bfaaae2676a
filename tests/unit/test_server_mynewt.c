/* SPDX-License-Identifier: Apache-2.0 */
/* Mynewt's groups of the fake board: logs in several answers, lists, tests, crashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/board.h"

static void put_text(struct host *host, const char *key, const char *text)
{
	body_put_map(&host->body, 1);
	body_put_text(&host->body, key);
	body_put_text(&host->body, text);
}

static void without_the_option_there_are_no_such_groups(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_LOG, SMP_LOG_LIST));
	assert_int_equal(host_reply_error(host), 8);
	put_text(host, "t", "div0");
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_CRASH, SMP_CRASH_TRIGGER));
	assert_int_equal(host_reply_error(host), 8);
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_RUN, SMP_RUN_LIST));
	assert_int_equal(host_reply_error(host), 8);
	host_free(host);
}

/* Ask for a log from `index` on; *ret_last is the index of the last entry. Returns how many came. */
static size_t show(struct host *host, const char *name, uint64_t index, uint64_t *ret_last)
{
	struct body_value logs, log, entries, entry;
	struct body_iter iter;
	size_t count = 0;

	body_put_map(&host->body, 2);
	body_put_text(&host->body, "log_name");
	body_put_text(&host->body, name);
	body_put_text(&host->body, "index");
	body_put_uint(&host->body, index);
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_LOG, SMP_LOG_SHOW));
	assert_true(body_get(&host->map, "logs", &logs));
	iter = body_iterate(&logs);
	assert_true(body_next(&iter, &log));
	assert_true(body_get(&log, "entries", &entries));
	for (iter = body_iterate(&entries); body_next(&iter, &entry); count++)
		assert_int_equal(body_get_uint(&entry, "index", UINT64_MAX, ret_last), BODY_FOUND);
	return count;
}

static void a_long_log_takes_several_answers(void **state)
{
	struct host *host = host_new("mynewt");
	uint64_t last = 0;
	size_t count = show(host, "messages", 0, &last), answers = 1;

	(void)state;
	assert_int_equal(host_reply_uint(host, "rc"), 1);
	while (host_reply_uint(host, "rc") == 1) {
		uint64_t before = last;

		count += show(host, "messages", last + 1, &last);
		assert_true(last > before);
		answers++;
	}
	assert_int_equal(host_reply_uint(host, "next_index"), last + 1);
	assert_int_equal(count, 22);
	assert_true(answers > 2);
	host_free(host);
}

static void a_short_log_fits_one_answer(void **state)
{
	struct host *host = host_new("mynewt");
	uint64_t last = 0;

	(void)state;
	assert_int_equal(show(host, "reboot_log", 0, &last), 2);
	assert_int_equal(host_reply_uint(host, "rc"), 0);
	assert_int_equal(show(host, "reboot_log", 1, &last), 1);
	host_free(host);
}

static void a_log_without_a_name_is_not_found(void **state)
{
	struct host *host = host_new("mynewt");

	(void)state;
	put_text(host, "log_name", "none");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_LOG, SMP_LOG_SHOW));
	assert_int_equal(host_reply_error(host), 5);
	host_free(host);
}

static void logs_are_empty_from_their_clearing_to_the_next_boot(void **state)
{
	struct host *host = host_new("mynewt");
	uint64_t last = 0;

	(void)state;
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_LOG, SMP_LOG_CLEAR));
	assert_int_equal(host_reply_uint(host, "rc"), 0);
	assert_int_equal(show(host, "reboot_log", 0, &last), 0);
	host_reset(host);
	assert_int_equal(show(host, "reboot_log", 0, &last), 2);
	host_free(host);
}

static void a_crash_is_not_answered_and_the_board_boots(void **state)
{
	struct host *host = host_new("mynewt");

	(void)state;
	put_text(host, "t", "div0");
	assert_false(host_request(host, SMP_OP_WRITE, SMP_GROUP_CRASH, SMP_CRASH_TRIGGER));
	host_run(host, 2000 * 1000);
	assert_true(host_echo(host));
	put_text(host, "t", "boredom");
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_CRASH, SMP_CRASH_TRIGGER));
	assert_int_equal(host_reply_error(host), 3);
	host_free(host);
}

static void tests_run_by_name_and_all_together(void **state)
{
	struct host *host = host_new("mynewt");

	(void)state;
	put_text(host, "testname", "all");
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_RUN, SMP_RUN_TEST));
	assert_int_equal(host_reply_error(host), 0);
	put_text(host, "testname", "mbuf_test");
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_RUN, SMP_RUN_TEST));
	assert_int_equal(host_reply_error(host), 0);
	put_text(host, "testname", "none");
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_RUN, SMP_RUN_TEST));
	assert_int_equal(host_reply_error(host), 5);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_the_option_there_are_no_such_groups),
		cmocka_unit_test(a_long_log_takes_several_answers),
		cmocka_unit_test(a_short_log_fits_one_answer),
		cmocka_unit_test(a_log_without_a_name_is_not_found),
		cmocka_unit_test(logs_are_empty_from_their_clearing_to_the_next_boot),
		cmocka_unit_test(a_crash_is_not_answered_and_the_board_boots),
		cmocka_unit_test(tests_run_by_name_and_all_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
