/* SPDX-License-Identifier: Apache-2.0 */
/* The fake board's shell: how it parts words, what it runs, and where it cuts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "smp/shell_group.h"
#include "tests/support/board.h"

/* Send these texts as they are; returns the error as host_reply_error does. */
static unsigned execute(struct host *host, const char *const *argv)
{
	size_t count = 0;

	while (argv[count] != NULL)
		count++;
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "argv");
	body_put_array(&host->body, count);
	for (size_t i = 0; i < count; i++)
		body_put_text(&host->body, argv[i]);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_SHELL, SMP_SHELL_EXEC));
	return host_reply_error(host);
}

static void assert_answer(struct host *host, const char *output, int64_t code)
{
	struct span text;
	int64_t ret = code + 1;

	assert_int_equal(body_get_text(&host->map, "o", &text), BODY_FOUND);
	if (!span_equal(text, span_from_text(output)))
		fail_msg("'%.*s' and not '%s'", (int)text.len, (const char *)text.data, output);
	assert_int_equal(body_get_int(&host->map, "ret", &ret), BODY_FOUND);
	assert_int_equal(ret, code);
}

static void quotes_and_backslashes_keep_words_together(void **state)
{
	static const struct {
		const char *line, *arrived;
	} rows[] = {
		{ "", "" },
		{ "a  b", "  argv[1] = a\r\n  argv[2] = b\r\n" },
		{ "a\\ b", "  argv[1] = a b\r\n" },
		{ "'a b'c", "  argv[1] = a bc\r\n" },
		{ "\"it's\"", "  argv[1] = it's\r\n" },
		{ "\"a\\\"b\"", "  argv[1] = a\"b\r\n" },
		{ "\"a\\b\"", "  argv[1] = a\\b\r\n" },
		{ "a\\\\b", "  argv[1] = a\\b\r\n" },
		{ "\"\" ''", "  argv[1] = \r\n  argv[2] = \r\n" },
		/* The blank that joins words stands behind the last one, too. */
		{ "'open", "  argv[1] = open \r\n" },
		{ "open\\", "  argv[1] = open \r\n" },
	};
	struct host *host = host_new("");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *const argv[] = { "demo params", rows[i].line, NULL };
		char wanted[256];
		size_t count = 1;

		for (const char *at = rows[i].arrived; (at = strchr(at, '[')) != NULL; at++)
			count++;
		snprintf(wanted, sizeof(wanted), "\r\nargc = %zu\r\n  argv[0] = params\r\n%s",
			count, rows[i].arrived);
		assert_int_equal(execute(host, argv), 0);
		assert_answer(host, wanted, 0);
	}
	host_free(host);
}

/* The client's quoting against another's parsing. */
static void every_word_of_the_client_arrives_as_it_was(void **state)
{
	static const char *const words[] = { "two words", "it's", "say \"hi\"", "c:\\dir\\", "",
		" ", "a  b ", "\\", "'", "\"\"", "plain" };
	struct host *host = host_new("");

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *const argv[] = { "demo", "params", words[i], "last" };
		char wanted[256];

		smp_shell_exec_request(&host->body, argv, 4);
		assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_SHELL, SMP_SHELL_EXEC));
		snprintf(wanted, sizeof(wanted),
			"\r\nargc = 3\r\n  argv[0] = params\r\n  argv[1] = %s\r\n"
			"  argv[2] = last\r\n",
			words[i]);
		assert_answer(host, wanted, 0);
		smp_shell_exec_request(&host->body, argv, 3);
		assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_SHELL, SMP_SHELL_EXEC));
		snprintf(wanted, sizeof(wanted),
			"\r\nargc = 2\r\n  argv[0] = params\r\n  argv[1] = %s\r\n", words[i]);
		assert_answer(host, wanted, 0);
	}
	host_free(host);
}

static void the_uptime_counts_from_the_boot(void **state)
{
	static const char *const argv[] = { "kernel", "uptime", NULL };
	struct host *host = host_new("");
	unsigned long before, after;
	struct span text;

	(void)state;
	host_run(host, 5 * 1000 * 1000);
	assert_int_equal(execute(host, argv), 0);
	assert_int_equal(body_get_text(&host->map, "o", &text), BODY_FOUND);
	assert_int_equal(sscanf((const char *)text.data, "\r\nUptime: %lu ms", &before), 1);
	assert_in_range(before, 5000, 5100);
	host_reset(host);
	assert_int_equal(execute(host, argv), 0);
	assert_int_equal(body_get_text(&host->map, "o", &text), BODY_FOUND);
	assert_int_equal(sscanf((const char *)text.data, "\r\nUptime: %lu ms", &after), 1);
	assert_in_range(after, 0, 1000);
	host_free(host);
}

static void unknown_and_incomplete_commands_say_so(void **state)
{
	static const char *const unknown[] = { "nosuch", "command", NULL };
	static const char *const incomplete[] = { "kernel", NULL };
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(execute(host, unknown), 0);
	assert_answer(host, "\r\n\033[1;31mnosuch: command not found\r\n\033[m", -8);
	assert_int_equal(execute(host, incomplete), 0);
	assert_answer(host,
		"\r\nkernel - Kernel commands\r\nSubcommands:\r\n"
		"  uptime   : Kernel uptime.\r\n  version  : Kernel version.\r\n",
		1);
	host_free(host);
}

static void long_output_is_cut_without_a_word(void **state)
{
	static const char *const argv[] = { "gen", "350", NULL };
	struct host *host = host_new("");
	struct span text;

	(void)state;
	assert_int_equal(execute(host, argv), 0);
	assert_int_equal(body_get_text(&host->map, "o", &text), BODY_FOUND);
	assert_int_equal(text.len, 349);
	host_free(host);
}

static void lines_that_are_empty_or_too_long_are_refused(void **state)
{
	static const char *const none[] = { NULL };
	char word[257];
	const char *const one[] = { word, NULL }, *const two[] = { "x", word, NULL };
	struct host *host = host_new("buf-size=1024");

	(void)state;
	memset(word, 'w', sizeof(word));
	assert_int_equal(execute(host, none), 9 * 1000 + 3);
	word[255] = '\0';
	assert_int_equal(execute(host, one), 0);
	assert_int_equal(execute(host, two), 9 * 1000 + 2);
	word[255] = 'w';
	word[256] = '\0';
	assert_int_equal(execute(host, one), 9 * 1000 + 2);
	host->version = SMP_VERSION_1;
	assert_int_equal(execute(host, one), 3);
	assert_int_equal(execute(host, none), 3);
	body_put_map(&host->body, 0);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_SHELL, SMP_SHELL_EXEC));
	assert_int_equal(host_reply_error(host), 3);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_and_backslashes_keep_words_together),
		cmocka_unit_test(every_word_of_the_client_arrives_as_it_was),
		cmocka_unit_test(the_uptime_counts_from_the_boot),
		cmocka_unit_test(unknown_and_incomplete_commands_say_so),
		cmocka_unit_test(long_output_is_cut_without_a_word),
		cmocka_unit_test(lines_that_are_empty_or_too_long_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
