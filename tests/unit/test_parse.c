/* SPDX-License-Identifier: Apache-2.0 */
/* The command line taken apart: what is understood, and what the refusals say. */
#include "src/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { WORDS_MAX = 80 };

struct line {
	struct invocation invocation;
	struct err err;
	char *words[WORDS_MAX];
};

/* Parse the words, which end with NULL. */
static enum status parse(struct line *line, ...)
{
	va_list args;
	int count = 0;
	char *word;

	memset(line, 0, sizeof(*line));
	va_start(args, line);
	while ((word = va_arg(args, char *)) != NULL)
		line->words[count++] = word;
	va_end(args);
	return parse_words(count, line->words, &line->invocation, &line->err);
}

#define PARSE(line, ...) parse((line), __VA_ARGS__, (char *)NULL)

static void assert_command(const struct line *line, const char *path)
{
	assert_non_null(line->invocation.command);
	assert_string_equal(line->invocation.command->path, path);
}

static void nothing_is_no_error(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(parse(&line, NULL), STATUS_OK);
	assert_null(line.invocation.command);
	assert_int_equal(line.invocation.settings.baud, 115200);
}

static void options_stand_before_behind_and_between(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "-p", "x", "--json", "image", "list"), STATUS_OK);
	assert_command(&line, "image list");
	assert_string_equal(line.invocation.settings.port, "x");
	assert_true(line.invocation.settings.json);
	assert_int_equal(PARSE(&line, "image", "-p", "x", "list", "--json"), STATUS_OK);
	assert_command(&line, "image list");
	assert_string_equal(line.invocation.settings.port, "x");
	assert_true(line.invocation.settings.json);
	assert_int_equal(line.invocation.arg_count, 0);
}

static void arguments_are_the_words_behind_the_command(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(
		PARSE(&line, "image", "upload", "-p", "x", "file", "--slot", "1"), STATUS_OK);
	assert_command(&line, "image upload");
	assert_int_equal(line.invocation.arg_count, 1);
	assert_string_equal(line.invocation.args[0], "file");
	assert_int_equal(line.invocation.settings.slot, 1);
}

static void letters_may_be_joined(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "-qvpx", "image", "list"), STATUS_OK);
	assert_true(line.invocation.settings.quiet);
	assert_true(line.invocation.settings.verbose);
	assert_string_equal(line.invocation.settings.port, "x");
	assert_int_equal(PARSE(&line, "-vt", "5", "image", "list"), STATUS_OK);
	assert_int_equal(line.invocation.settings.timeout_ms, 5000);
}

static void values_may_be_attached(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "-b9600", "--port=a=b", "image", "list"), STATUS_OK);
	assert_int_equal(line.invocation.settings.baud, 9600);
	assert_string_equal(line.invocation.settings.port, "a=b");
	assert_int_equal(PARSE(&line, "--port=", "image", "list"), STATUS_OK);
	assert_string_equal(line.invocation.settings.port, "");
}

static void a_value_may_look_like_an_option(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "-p", "--json", "image", "list"), STATUS_OK);
	assert_string_equal(line.invocation.settings.port, "--json");
	assert_false(line.invocation.settings.json);
}

static void the_last_one_counts(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "-r1", "image", "list", "-r", "2"), STATUS_OK);
	assert_int_equal(line.invocation.settings.tries, 2);
}

static void two_dashes_end_the_options(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "echo", "--", "--json"), STATUS_OK);
	assert_command(&line, "echo");
	assert_string_equal(line.invocation.args[0], "--json");
	assert_false(line.invocation.settings.json);
	assert_int_equal(PARSE(&line, "--", "echo", "--"), STATUS_OK);
	assert_string_equal(line.invocation.args[0], "--");
}

static void a_lone_dash_is_a_word(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "echo", "-"), STATUS_OK);
	assert_string_equal(line.invocation.args[0], "-");
}

static void an_empty_word_is_a_word(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "echo", ""), STATUS_OK);
	assert_int_equal(line.invocation.arg_count, 1);
	assert_int_equal(PARSE(&line, ""), STATUS_USAGE);
}

static void a_missing_value_is_named(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "image", "list", "--port"), STATUS_USAGE);
	assert_string_equal(line.err.message, "--port needs an argument: ADDRESS");
	assert_int_equal(PARSE(&line, "image", "list", "-qt"), STATUS_USAGE);
	assert_string_equal(line.err.message, "--timeout needs an argument: DURATION");
}

static void a_switch_takes_no_value(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "--json=yes", "image", "list"), STATUS_USAGE);
	assert_string_equal(line.err.message, "--json takes no argument");
}

static void an_unknown_option_is_refused_with_the_nearest(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "--buad", "1", "image", "list"), STATUS_USAGE);
	assert_string_equal(line.err.message, "unknown option \"--buad\"");
	assert_string_equal(line.err.hint, "did you mean --baud?");
	assert_int_equal(PARSE(&line, "--widow-maker=3"), STATUS_USAGE);
	assert_string_equal(line.err.message, "unknown option \"--widow-maker\"");
	assert_string_equal(line.err.hint, "smpctl --help lists the options");
	assert_int_equal(
		PARSE(&line, "--an-option-with-a-name-longer-than-any-of-ours"), STATUS_USAGE);
	assert_string_equal(line.err.hint, "smpctl --help lists the options");
}

static void an_unknown_letter_is_refused(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "-Z"), STATUS_USAGE);
	assert_string_equal(line.err.message, "unknown option \"-Z\"");
	assert_int_equal(PARSE(&line, "-vZ"), STATUS_USAGE);
	assert_string_equal(line.err.message, "unknown option \"-Z\" in \"-vZ\"");
	assert_int_equal(PARSE(&line, "-1"), STATUS_USAGE);
}

static void an_unknown_command_is_refused_with_the_nearest(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "imgae", "list"), STATUS_USAGE);
	assert_string_equal(line.err.message, "unknown command \"imgae\"");
	assert_string_equal(line.err.hint, "did you mean \"image list\"?");
	assert_int_equal(PARSE(&line, "image", "uplaod", "x"), STATUS_USAGE);
	assert_string_equal(line.err.message, "unknown command \"image uplaod\"");
	assert_string_equal(line.err.hint, "did you mean \"image upload\"?");
	assert_int_equal(PARSE(&line, "frobnicate"), STATUS_USAGE);
	assert_string_equal(line.err.hint, "smpctl help lists the commands");
	/* Nothing is near: what could stand there. */
	assert_int_equal(PARSE(&line, "shell", "kernel", "version"), STATUS_USAGE);
	assert_string_equal(line.err.message, "unknown command \"shell kernel\"");
	assert_string_equal(line.err.hint, "one of: exec");
}

/* "test" exists in the image family only: it is no help to who typed "os tset". */
static void only_commands_of_the_family_are_near(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "os", "tset"), STATUS_USAGE);
	assert_string_equal(line.err.hint, "one of: info, params, bootloader");
}

static void half_a_command_lists_what_may_follow(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "os"), STATUS_USAGE);
	assert_string_equal(line.err.message, "\"os\" needs another word");
	assert_string_equal(line.err.hint, "one of: info, params, bootloader");
	assert_null(line.invocation.family);
}

static void an_option_of_another_command_is_refused(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "image", "list", "--slot", "1"), STATUS_USAGE);
	assert_string_equal(line.err.message, "\"image list\" takes no option --slot");
	assert_string_equal(line.err.hint, "smpctl help image list says what it takes");
	assert_int_equal(PARSE(&line, "image", "erase", "--slot", "1"), STATUS_OK);
}

static void too_few_and_too_many_arguments_are_refused(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "image", "upload"), STATUS_USAGE);
	assert_string_equal(line.err.message, "\"image upload\" needs an argument: FILE");
	assert_string_equal(line.err.hint, "usage: smpctl image upload FILE");
	assert_int_equal(PARSE(&line, "image", "list", "all"), STATUS_USAGE);
	assert_string_equal(
		line.err.message, "\"image list\" does not know what to do with \"all\"");
	assert_string_equal(line.err.hint, "usage: smpctl image list");
}

/* Boundaries that nobody reaches by hand, but a script with a bug does. */
static void more_than_we_hold_is_refused(void **state)
{
	struct invocation invocation = { 0 };
	char *words[WORDS_MAX + TEXT_LIST_MAX + 1], echo[] = "echo", quiet[] = "-q", port[] = "-pA";
	struct err err = { 0 };

	(void)state;
	for (int i = 0; i < WORDS_MAX; i++)
		words[i] = echo;
	assert_int_equal(parse_words(WORDS_MAX, words, &invocation, &err), STATUS_USAGE);
	assert_string_equal(err.message, "too many words");
	invocation = (struct invocation){ 0 };
	assert_int_equal(parse_words(COMMAND_ARGS_MAX + 2, words, &invocation, &err), STATUS_USAGE);
	assert_string_equal(err.message, "too many arguments");
	for (int i = 0; i <= WORDS_MAX + TEXT_LIST_MAX; i++)
		words[i] = i < WORDS_MAX ? quiet : port;
	invocation = (struct invocation){ 0 };
	assert_int_equal(
		parse_words(WORDS_MAX + TEXT_LIST_MAX, words, &invocation, &err), STATUS_OK);
	assert_int_equal(invocation.settings.ports.count, TEXT_LIST_MAX);
	invocation = (struct invocation){ 0 };
	assert_int_equal(
		parse_words(WORDS_MAX + TEXT_LIST_MAX + 1, words, &invocation, &err), STATUS_USAGE);
	assert_string_equal(err.message, "-p is given more than 256 times");
}

static void a_second_port_is_for_commands_that_take_several(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "-pA", "-pB", "image", "list"), STATUS_USAGE);
	assert_string_equal(line.err.message, "\"image list\" is for one device, and -p names 2");
	assert_int_equal(PARSE(&line, "update", "f", "-pA", "-pB"), STATUS_OK);
	assert_int_equal(line.invocation.settings.ports.count, 2);
	assert_int_equal(PARSE(&line, "update", "f", "-pA", "-pB", "--all"), STATUS_USAGE);
	assert_string_equal(line.err.message, "--all takes one pattern, and -p is given 2 times");
	assert_int_equal(PARSE(&line, "update", "--from", "list", "-pA"), STATUS_USAGE);
	assert_string_equal(line.err.message, "--from names the boards: leave out -p and --all");
	assert_int_equal(PARSE(&line, "update", "--from", "list", "--all"), STATUS_USAGE);
	assert_int_equal(PARSE(&line, "update", "--from", "list", "f"), STATUS_OK);
	assert_int_equal(PARSE(&line, "--from", "list", "image", "list"), STATUS_USAGE);
	assert_string_equal(line.err.message, "\"image list\" takes no option --from");
}

static void help_asks_for_no_arguments(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "image", "upload", "--help"), STATUS_OK);
	assert_command(&line, "image upload");
	assert_true(line.invocation.settings.help);
	assert_int_equal(PARSE(&line, "-h", "image", "list", "--slot", "9", "more"), STATUS_OK);
	assert_int_equal(PARSE(&line, "-h"), STATUS_OK);
	assert_null(line.invocation.command);
	assert_int_equal(PARSE(&line, "frobnicate", "-h"), STATUS_USAGE);
}

static void help_may_be_asked_of_a_family(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "image", "-h"), STATUS_OK);
	assert_null(line.invocation.command);
	assert_string_equal(line.invocation.family, "image");
	assert_int_equal(PARSE(&line, "image", "list", "-h"), STATUS_OK);
	assert_null(line.invocation.family);
}

static void the_version_is_told_whatever_else_stands_there(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(PARSE(&line, "--version"), STATUS_OK);
	assert_true(line.invocation.settings.version);
	assert_int_equal(PARSE(&line, "--version", "frobnicate"), STATUS_OK);
	assert_int_equal(PARSE(&line, "--version", "--frobnicate"), STATUS_USAGE);
}

static void what_was_understood_before_an_error_is_kept(void **state)
{
	struct line line;

	(void)state;
	assert_int_equal(
		PARSE(&line, "--json", "-p", "x", "image", "list", "-b", "no"), STATUS_USAGE);
	assert_true(line.invocation.settings.json);
	assert_string_equal(line.invocation.settings.port, "x");
	assert_int_equal(line.invocation.settings.baud, 115200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_no_error),
		cmocka_unit_test(options_stand_before_behind_and_between),
		cmocka_unit_test(arguments_are_the_words_behind_the_command),
		cmocka_unit_test(letters_may_be_joined),
		cmocka_unit_test(values_may_be_attached),
		cmocka_unit_test(a_value_may_look_like_an_option),
		cmocka_unit_test(the_last_one_counts),
		cmocka_unit_test(two_dashes_end_the_options),
		cmocka_unit_test(a_lone_dash_is_a_word),
		cmocka_unit_test(an_empty_word_is_a_word),
		cmocka_unit_test(a_missing_value_is_named),
		cmocka_unit_test(a_switch_takes_no_value),
		cmocka_unit_test(an_unknown_option_is_refused_with_the_nearest),
		cmocka_unit_test(an_unknown_letter_is_refused),
		cmocka_unit_test(an_unknown_command_is_refused_with_the_nearest),
		cmocka_unit_test(only_commands_of_the_family_are_near),
		cmocka_unit_test(half_a_command_lists_what_may_follow),
		cmocka_unit_test(an_option_of_another_command_is_refused),
		cmocka_unit_test(too_few_and_too_many_arguments_are_refused),
		cmocka_unit_test(more_than_we_hold_is_refused),
		cmocka_unit_test(a_second_port_is_for_commands_that_take_several),
		cmocka_unit_test(help_asks_for_no_arguments),
		cmocka_unit_test(help_may_be_asked_of_a_family),
		cmocka_unit_test(the_version_is_told_whatever_else_stands_there),
		cmocka_unit_test(what_was_understood_before_an_error_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
