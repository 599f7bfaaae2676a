/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines that were written for mcumgr are understood. */
#include "src/mcumgr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/parse.h"

enum { WORDS_MAX = 40 };

struct line {
	struct invocation invocation;
	struct err err;
	char storage[256];
	char *words[WORDS_MAX];
};

/* Parse a command line whose words have no blanks. */
static enum status parse(struct line *line, const char *text)
{
	int count = 0;
	char *rest;

	memset(line, 0, sizeof(*line));
	assert_true(strlen(text) < sizeof(line->storage));
	strcpy(line->storage, text);
	for (char *word = strtok_r(line->storage, " ", &rest); word != NULL;
		word = strtok_r(NULL, " ", &rest))
		line->words[count++] = word;
	return parse_words(count, line->words, &line->invocation, &line->err);
}

static void assert_understood(struct line *line, const char *text, const char *command)
{
	if (parse(line, text) != STATUS_OK)
		fail_msg("%s: %s", text, line->err.message);
	assert_string_equal(line->invocation.command->path, command);
}

static void options_without_meaning_are_taken_with_their_arguments(void **state)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
		{ "-l DEBUG image list", "loglevel" },
		{ "-lDEBUG image list", "loglevel" },
		{ "image list -l DEBUG", "loglevel" },
		{ "--loglevel debug image list", "loglevel" },
		{ "--loglevel=debug image list", "loglevel" },
		{ "-i 1 image list", "hci" },
		{ "--hci 1 image list", "hci" },
		{ "--name nimble image list", "name" },
		{ "--write-rsp image list", "write-rsp" },
		{ "--ompres /omgr image list", "ompres" },
		{ "image -e list", "noerase" },
		{ "image list --noerase", "noerase" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct line line;

		assert_understood(&line, cases[i].text, "image list");
		assert_int_equal(line.invocation.arg_count, 0);
		assert_int_equal(line.invocation.ignored_count, 1);
		assert_string_equal(line.invocation.ignored[0]->name, cases[i].name);
		assert_true(strlen(line.invocation.ignored[0]->why) > 0);
	}
}

static void options_with_meaning_are_set(void **state)
{
	struct line line;

	(void)state;
	assert_understood(
		&line, "-c acm0 -t 10.0 -r 2 image upload -n 1 -e -u -w 3 f", "image upload");
	assert_string_equal(line.invocation.settings.conn, "acm0");
	assert_int_equal(line.invocation.settings.timeout_ms, 10000);
	assert_int_equal(line.invocation.settings.tries, 2);
	assert_int_equal(line.invocation.settings.image, 1);
	assert_int_equal(line.invocation.settings.window, 3);
	assert_true(line.invocation.settings.upgrade);
	assert_string_equal(line.invocation.args[0], "f");
	assert_understood(&line, "image upload --maxwinsize 4 --image 0 f", "image upload");
	assert_int_equal(line.invocation.settings.window, 4);
	assert_int_equal(line.invocation.ignored_count, 0);
	assert_understood(&line,
		"--conntype serial --connstring dev=/dev/ttyACM0 --connextra baud=9600 echo x",
		"echo");
	assert_string_equal(line.invocation.settings.conntype, "serial");
	assert_string_equal(line.invocation.settings.connstring, "dev=/dev/ttyACM0");
	assert_string_equal(line.invocation.settings.connextra, "baud=9600");
}

static void switches_without_meaning_may_be_joined(void **state)
{
	struct line line;

	(void)state;
	assert_understood(&line, "-qel DEBUG image list", "image list");
	assert_true(line.invocation.settings.quiet);
	assert_int_equal(line.invocation.ignored_count, 2);
}

static void a_missing_argument_is_refused(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(parse(&line, "image list -l"), STATUS_USAGE);
	assert_string_equal(line.err.message, "--loglevel needs an argument: LEVEL");
	assert_int_equal(parse(&line, "image list --maxwinsize"), STATUS_USAGE);
	assert_string_equal(line.err.message, "--window needs an argument: N");
}

static void repeating_them_does_no_harm(void **state)
{
	struct line line;

	(void)state;
	assert_understood(&line, "-e -e -e -e -e -e -e -e -e -e -e -e image list", "image list");
	assert_int_equal(line.invocation.ignored_count, INVOCATION_IGNORED_MAX);
}

static void our_own_options_come_first(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_null(mcumgr_find_name(options[i].name, strlen(options[i].name)));
		assert_null(mcumgr_find_letter(options[i].letter));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_without_meaning_are_taken_with_their_arguments),
		cmocka_unit_test(options_with_meaning_are_set),
		cmocka_unit_test(switches_without_meaning_may_be_joined),
		cmocka_unit_test(a_missing_argument_is_refused),
		cmocka_unit_test(repeating_them_does_no_harm),
		cmocka_unit_test(our_own_options_come_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
