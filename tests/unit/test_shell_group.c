/* SPDX-License-Identifier: Apache-2.0 */
/* The shell group: words that arrive as they are, and the two forms of the return code. */
#include "smp/shell_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 16384 };

static void assert_argv(const char *const *words, size_t count, const char *wanted)
{
	uint8_t storage[BODY_SIZE], text_storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage), text = BUF_OVER(text_storage);
	struct smp_request request = smp_shell_exec_request(&body, words, count);
	struct body_value map;

	assert_int_equal(request.op, SMP_OP_WRITE);
	assert_int_equal(request.group, SMP_GROUP_SHELL);
	assert_int_equal(request.command, SMP_SHELL_EXEC);
	assert_int_equal(body_open(request.body, &map, ERR_IGNORED), STATUS_OK);
	body_describe(&map, BODY_SIZE, &text);
	assert_string_equal(buf_text(&text), wanted);
}

static void plain_words_are_sent_as_they_are(void **state)
{
	static const char *const words[] = { "kernel", "version", "-x=1,*?$", "gr\xc3\xbcn" };

	(void)state;
	assert_argv(
		words, 4, "{\"argv\": [\"kernel\", \"version\", \"-x=1,*?$\", \"gr\xc3\xbcn\"]}");
	assert_argv(words, 0, "{\"argv\": []}");
}

/* Read by Zephyr's shell: what stands behind a backslash is no blank and no quote. */
static void what_parts_or_quotes_words_there_has_a_backslash_before_it(void **state)
{
	static const struct {
		const char *word, *sent;
	} rows[] = {
		{ "two words", "two\\ words" },
		{ "a  b", "a\\ \\ b" },
		{ "it's", "it\\'s" },
		{ "say \"hi\"", "say\\ \\\"hi\\\"" },
		{ "c:\\x", "c:\\\\x" },
		{ "tab\tline\n.", "tab\\\tline\\\n." },
		/* An empty word must be seen, and a blank must not stand at the end. */
		{ "", "\"\"" },
		{ " ", "\\ \"\"" },
		{ "end ", "end\\ \"\"" },
		{ "end\\", "end\\\\" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t storage[BODY_SIZE], wanted_storage[BODY_SIZE];
		struct buf body = BUF_OVER(storage), wanted = BUF_OVER(wanted_storage);

		smp_shell_exec_request(&body, &rows[i].word, 1);
		body_put_map(&wanted, 1);
		body_put_text(&wanted, "argv");
		body_put_array(&wanted, 1);
		body_put_text(&wanted, rows[i].sent);
		if (!span_equal(buf_span(&body), buf_span(&wanted)))
			fail_msg("'%s'", rows[i].word);
	}
}

static void a_word_that_is_too_long_overflows_the_body(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	char word[5000];
	const char *const words[] = { word };

	(void)state;
	memset(word, 'x', sizeof(word));
	word[sizeof(word) - 1] = '\0';
	smp_shell_exec_request(&body, words, 1);
	assert_true(body.overflow);
}

/* The result borrows from `body`. */
static enum status read_notation(struct buf *body, const char *notation,
	struct smp_shell_result *ret_result, struct err *reterr)
{
	struct smp_reply reply = { .header = { .op = 3, .group = SMP_GROUP_SHELL } };

	cbor_append(body, notation);
	reply.body = buf_span(body);
	return smp_shell_exec_reply(&reply, ret_result, reterr);
}

static void the_code_is_ret_or_what_old_builds_call_rc(void **state)
{
	static const struct {
		const char *body;
		int64_t code;
	} rows[] = {
		{ "{_ 'o': '\r\nok\r\n', 'ret': 0}", 0 },
		{ "{'ret': -8, 'o': '\r\nok\r\n'}", -8 },
		{ "{'rc': 0, 'o': '\r\nok\r\n', 'ret': 3}", 3 },
		{ "{'o': '\r\nok\r\n', 'rc': -22}", -22 },
		{ "{'o': '\r\nok\r\n', 'rc': 8}", 8 },
		{ "{'o': '\r\nok\r\n', 'rc': 0}", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t storage[BODY_SIZE];
		struct buf body = BUF_OVER(storage);
		struct smp_shell_result result;

		assert_int_equal(
			read_notation(&body, rows[i].body, &result, ERR_IGNORED), STATUS_OK);
		assert_int_equal(result.code, rows[i].code);
		assert_true(span_equal(result.output, span_from_text("\r\nok\r\n")));
	}
}

static void the_servers_own_errors_are_no_codes(void **state)
{
	static const struct {
		const char *body;
		enum status status;
		const char *name;
	} rows[] = {
		{ "{'rc': 8}", STATUS_UNSUPPORTED, "MGMT_ERR_ENOTSUP" },
		{ "{'rc': 3}", STATUS_DEVICE, "MGMT_ERR_EINVAL" },
		{ "{'err': {'group': 9, 'rc': 2}}", STATUS_DEVICE, "SHELL_COMMAND_TOO_LONG" },
		{ "{'ret': {'group': 9, 'rc': 3}}", STATUS_DEVICE, "SHELL_EMPTY_COMMAND" },
		{ "{}", STATUS_PROTOCOL, "" },
		{ "{'o': 'x'}", STATUS_PROTOCOL, "" },
		{ "{'ret': 0}", STATUS_PROTOCOL, "" },
		{ "{'o': h'00', 'rc': 0}", STATUS_PROTOCOL, "" },
		{ "{'o': 'x', 'ret': 'y', 'rc': 0}", STATUS_PROTOCOL, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t storage[BODY_SIZE];
		struct buf body = BUF_OVER(storage);
		struct smp_shell_result result;
		struct err err = { .status = STATUS_OK };
		enum status status = read_notation(&body, rows[i].body, &result, &err);

		if (status != rows[i].status || strcmp(err.device.name, rows[i].name) != 0)
			fail_msg("%s: %d, %s", rows[i].body, status, err.message);
	}
}

static void errno_values_have_the_names_of_the_device_not_of_this_machine(void **state)
{
	(void)state;
	assert_string_equal(smp_shell_errno_name(1), "EPERM");
	assert_string_equal(smp_shell_errno_name(8), "ENOEXEC");
	assert_string_equal(smp_shell_errno_name(22), "EINVAL");
	assert_string_equal(smp_shell_errno_name(34), "ERANGE");
	assert_string_equal(smp_shell_errno_name(88), "ENOSYS");
	assert_string_equal(smp_shell_errno_name(134), "ENOTSUP");
	assert_null(smp_shell_errno_name(0));
	assert_null(smp_shell_errno_name(35));
	assert_null(smp_shell_errno_name(-8));
	assert_null(smp_shell_errno_name(INT64_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_words_are_sent_as_they_are),
		cmocka_unit_test(what_parts_or_quotes_words_there_has_a_backslash_before_it),
		cmocka_unit_test(a_word_that_is_too_long_overflows_the_body),
		cmocka_unit_test(the_code_is_ret_or_what_old_builds_call_rc),
		cmocka_unit_test(the_servers_own_errors_are_no_codes),
		cmocka_unit_test(errno_values_have_the_names_of_the_device_not_of_this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
