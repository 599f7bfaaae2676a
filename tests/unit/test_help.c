/* SPDX-License-Identifier: Apache-2.0 */
/* Help texts: nothing is left out, and everything fits the terminal. */
#include "src/help.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/capture.h"

/* A line of the screen is for the prompt. */
enum { COLUMNS = 80, LINES = 23 };

/* Every line fits, none ends with a blank; returns how many there are. */
static size_t check_lines(const char *text)
{
	size_t lines = 0;

	assert_int_equal(text[strlen(text) - 1], '\n');
	for (; *text != '\0'; lines++) {
		size_t len = strcspn(text, "\n");

		assert_in_range(len, 0, COLUMNS);
		assert_true(len == 0 || text[len - 1] != ' ');
		assert_null(memchr(text, '\t', len));
		text += len + 1;
	}
	return lines;
}

/* All that is printed with single blanks between the words, as it was in the table. To be freed. */
static char *unbreak(const char *text)
{
	char *words = malloc(strlen(text) + 1), *to = words;

	assert_non_null(words);
	for (; *text != '\0'; text++) {
		bool is_blank = *text == ' ' || *text == '\n';

		if (!is_blank || (to > words && to[-1] != ' '))
			*to++ = is_blank ? ' ' : *text;
	}
	*to = '\0';
	return words;
}

static void the_overview_names_every_command(void **state)
{
	size_t count;
	const struct command *commands = command_table(&count);
	struct capture out;
	char *words;

	(void)state;
	capture_open(&out);
	help_print_overview(out.file);
	check_lines(capture_text(&out));
	words = unbreak(capture_text(&out));
	for (size_t i = 0; i < count; i++) {
		char row[256];

		snprintf(row, sizeof(row), " %s%s%s %s ", commands[i].path,
			commands[i].arguments[0] != '\0' ? " " : "", commands[i].arguments,
			commands[i].summary);
		assert_non_null(strstr(words, row));
	}
	free(words);
	capture_close(&out);
}

/* As its row begins: "\n  -p, --port ADDRESS", and then a blank or a new line. */
static bool has_row(const char *text, const struct option_spec *option)
{
	char row[128];
	const char *found;

	snprintf(row, sizeof(row), "\n  %c%c%c --%s%s%s", option->letter != '\0' ? '-' : ' ',
		option->letter != '\0' ? option->letter : ' ', option->letter != '\0' ? ',' : ' ',
		option->name, option->argument != NULL ? " " : "",
		option->argument != NULL ? option->argument : "");
	found = strstr(text, row);
	return found != NULL && (found[strlen(row)] == ' ' || found[strlen(row)] == '\n');
}

static void the_overview_names_every_global_option_and_no_other(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);
	struct capture out;

	(void)state;
	capture_open(&out);
	help_print_overview(out.file);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(has_row(capture_text(&out), &options[i]), options[i].is_global);
	capture_close(&out);
}

/* As a line of the shell it has no "smpctl" in front. */
static const char *program_of(const struct command *command)
{
	return (command->needs & NEEDS_LINES) != 0 ? "" : "smpctl ";
}

/* Usage first, example last; returns how many lines there are. */
static size_t check_command(const struct command *command, const char *text)
{
	char usage[64], example[160];

	snprintf(usage, sizeof(usage), "usage: %s%s%s", program_of(command),
		(command->needs & NEEDS_DEVICE) != 0 ? "-p ADDRESS " : "", command->path);
	assert_memory_equal(text, usage, strlen(usage));
	snprintf(example, sizeof(example), "\nexample:\n  %s%s\n", program_of(command),
		command->example);
	assert_true(strlen(text) > strlen(example));
	assert_string_equal(text + strlen(text) - strlen(example), example);
	for (const char *const *name = command->options; name != NULL && *name != NULL; name++)
		assert_non_null(strstr(text, *name));
	return check_lines(text);
}

static void each_command_fits_a_screen_and_ends_with_its_example(void **state)
{
	size_t count;
	const struct command *commands = command_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct capture out;

		capture_open(&out);
		help_print_screen(&commands[i], out.file);
		assert_in_range(check_command(&commands[i], capture_text(&out)), 5, LINES);
		capture_close(&out);
	}
}

static void the_whole_help_of_a_command_explains_each_of_its_options(void **state)
{
	size_t count;
	const struct command *commands = command_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct capture out;
		char *words;

		capture_open(&out);
		help_print_command(&commands[i], out.file);
		check_command(&commands[i], capture_text(&out));
		words = unbreak(capture_text(&out));
		for (const char *const *name = commands[i].options; name != NULL && *name != NULL;
			name++) {
			const struct option_spec *option = option_find_name(*name, strlen(*name));

			assert_true(has_row(capture_text(&out), option));
			assert_non_null(strstr(words, option->help));
		}
		free(words);
		capture_close(&out);
	}
}

static void a_family_lists_its_commands_only(void **state)
{
	struct capture out;

	(void)state;
	capture_open(&out);
	help_print_family("os", out.file);
	check_lines(capture_text(&out));
	assert_non_null(strstr(capture_text(&out), "usage: smpctl [options] os <command>"));
	assert_non_null(strstr(capture_text(&out), "\n  os info [FORMAT]"));
	assert_non_null(strstr(capture_text(&out), "\n  os bootloader"));
	assert_null(strstr(capture_text(&out), "image"));
	capture_close(&out);
}

static void shown_help_is_the_printed_help(void **state)
{
	const char *words[] = { "image", "list" };
	size_t known;
	const struct command *command = command_find(words, 2, &known);
	struct capture printed, results;
	struct output output = { 0 };

	(void)state;
	capture_open(&printed);
	help_print_screen(command, printed.file);
	capture_open(&results);
	output.results = results.file;
	assert_int_equal(help_show(&output, command, NULL, ERR_IGNORED), STATUS_OK);
	assert_string_equal(capture_text(&results), capture_text(&printed));
	capture_close(&printed);
	capture_close(&results);
}

static void shown_help_may_be_a_document(void **state)
{
	struct capture printed, results;
	struct output output = { .json = true };
	json_t *document;

	(void)state;
	capture_open(&printed);
	help_print_overview(printed.file);
	capture_open(&results);
	output.results = results.file;
	assert_int_equal(help_show(&output, NULL, NULL, ERR_IGNORED), STATUS_OK);
	document = json_loads(capture_text(&results), 0, NULL);
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(document, "result"), "text")),
		capture_text(&printed));
	json_decref(document);
	capture_close(&printed);
	capture_close(&results);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_overview_names_every_command),
		cmocka_unit_test(the_overview_names_every_global_option_and_no_other),
		cmocka_unit_test(each_command_fits_a_screen_and_ends_with_its_example),
		cmocka_unit_test(the_whole_help_of_a_command_explains_each_of_its_options),
		cmocka_unit_test(a_family_lists_its_commands_only),
		cmocka_unit_test(shown_help_is_the_printed_help),
		cmocka_unit_test(shown_help_may_be_a_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
