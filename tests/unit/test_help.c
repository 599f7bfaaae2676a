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

enum { COLUMNS = 80, LINES_PER_COMMAND = 40 };

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

static void the_overview_names_every_command(void **state)
{
	size_t count;
	const struct command *commands = command_table(&count);
	struct capture out;

	(void)state;
	capture_open(&out);
	help_print_overview(out.file);
	for (size_t i = 0; i < count; i++) {
		char row[128];

		snprintf(row, sizeof(row), "\n  %s%s%s  ", commands[i].path,
			commands[i].arguments[0] != '\0' ? " " : "", commands[i].arguments);
		assert_non_null(strstr(capture_text(&out), row));
		assert_non_null(strstr(capture_text(&out), commands[i].summary));
	}
	check_lines(capture_text(&out));
	capture_close(&out);
}

static void the_overview_names_every_global_option_and_no_other(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);
	struct capture out;

	(void)state;
	capture_open(&out);
	help_print_overview(out.file);
	for (size_t i = 0; i < count; i++) {
		char name[64];

		snprintf(name, sizeof(name), "    --%s", options[i].name);
		if (options[i].letter != '\0')
			snprintf(name, sizeof(name), "  -%c, --%s", options[i].letter,
				options[i].name);
		assert_int_equal(strstr(capture_text(&out), name) != NULL, options[i].is_global);
	}
	capture_close(&out);
}

static void each_command_fits_a_screen_and_ends_with_its_example(void **state)
{
	size_t count;
	const struct command *commands = command_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct capture out;
		char usage[64], example[128];
		const char *text;

		capture_open(&out);
		help_print_command(&commands[i], out.file);
		text = capture_text(&out);
		assert_in_range(check_lines(text), 5, LINES_PER_COMMAND);
		snprintf(usage, sizeof(usage), "usage: smpctl %s%s",
			commands[i].needs != NEEDS_NOTHING ? "-p ADDRESS " : "", commands[i].path);
		assert_memory_equal(text, usage, strlen(usage));
		snprintf(
			example, sizeof(example), "\nexample:\n  smpctl %s\n", commands[i].example);
		assert_string_equal(text + strlen(text) - strlen(example), example);
		for (const char *const *name = commands[i].options; name != NULL && *name != NULL;
			name++)
			assert_non_null(strstr(text, *name));
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
	help_print_command(command, printed.file);
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
		cmocka_unit_test(a_family_lists_its_commands_only),
		cmocka_unit_test(shown_help_is_the_printed_help),
		cmocka_unit_test(shown_help_may_be_a_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
