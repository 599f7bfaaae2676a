/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands: every row is complete and true, and the README shows what it says. */
#include "src/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "src/parse.h"
#include "tests/support/capture.h"

#define README TEST_VECTORS_DIR "/../../README.md"

enum { LINE_MAX_COLUMNS = 80, EXAMPLE_MAX = 256, EXAMPLE_WORDS_MAX = 16 };

static const struct command *row(size_t i)
{
	size_t count;
	const struct command *commands = command_table(&count);

	return i < count ? &commands[i] : NULL;
}

static void every_row_is_complete(void **state)
{
	const struct command *command;

	(void)state;
	for (size_t i = 0; (command = row(i)) != NULL; i++) {
		size_t len = strlen(command->summary);

		assert_true(len > 0 && command->summary[len - 1] != '.');
		assert_true(command->summary[0] >= 'a' && command->summary[0] <= 'z');
		assert_true(command->args_min <= command->args_max);
		assert_true(command->args_max <= COMMAND_ARGS_MAX);
		assert_int_equal(command->arguments[0] == '\0', command->args_max == 0);
		assert_int_equal(command->arguments[0] == '[',
			command->args_min == 0 && command->args_max > 0);
		assert_non_null(command->example);
		assert_non_null(command->run);
	}
	assert_true(row(0) != NULL);
}

static void texts_fit_the_terminal(void **state)
{
	const struct command *command;

	(void)state;
	for (size_t i = 0; (command = row(i)) != NULL; i++) {
		const char *line = command->text;

		while (*line != '\0') {
			size_t len = strcspn(line, "\n");

			assert_in_range(len, 1, LINE_MAX_COLUMNS);
			line += len + (line[len] == '\n');
			assert_true(*line != '\0' || line[-1] != '\n');
		}
	}
}

static void paths_are_unique_and_lead_to_their_rows(void **state)
{
	const struct command *command;

	(void)state;
	for (size_t i = 0; (command = row(i)) != NULL; i++) {
		char path[64];
		const char *words[4];
		size_t count = 0, known = 0;

		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(command->path, row(j)->path);
		assert_true(strlen(command->path) < sizeof(path));
		strcpy(path, command->path);
		for (char *word = strtok(path, " "); word != NULL; word = strtok(NULL, " "))
			words[count++] = word;
		assert_ptr_equal(command_find(words, count, &known), command);
		assert_int_equal(known, count);
	}
}

static void every_section_begins_with_a_row_of_the_table(void **state)
{
	const struct command *command;
	unsigned headings = 0;

	(void)state;
	for (size_t i = 0; (command = row(i)) != NULL; i++) {
		const char *heading = command_heading(command);

		if (heading == NULL)
			continue;
		headings++;
		assert_true(heading[0] >= 'a' && heading[0] <= 'z');
		/* A family of commands is not torn apart. */
		if (i > 0) {
			char word[64];

			snprintf(word, sizeof(word), "%.*s", (int)strcspn(command->path, " "),
				command->path);
			assert_false(command_is_of_family(row(i - 1), word));
		}
	}
	assert_non_null(command_heading(row(0)));
	assert_int_equal(headings, 9);
}

static void finding_says_how_far_it_came(void **state)
{
	const char *image_list_all[] = { "image", "list", "all" };
	const char *image_foo[] = { "image", "foo" };
	const char *list_image[] = { "list", "image" };
	const char *imag[] = { "imag" };
	size_t known = 99;

	(void)state;
	assert_non_null(command_find(image_list_all, 3, &known));
	assert_int_equal(known, 2);
	assert_null(command_find(image_foo, 2, &known));
	assert_int_equal(known, 1);
	assert_null(command_find(image_foo, 1, &known));
	assert_int_equal(known, 1);
	assert_null(command_find(list_image, 2, &known));
	assert_int_equal(known, 0);
	assert_null(command_find(imag, 1, &known));
	assert_int_equal(known, 0);
}

static void finding_understands_mcumgrs_words(void **state)
{
	const char *modules[] = { "log", "module_list" }, *levels[] = { "log", "level_list", "x" };
	size_t known = 99;

	(void)state;
	assert_string_equal(command_find(modules, 2, &known)->path, "log modules");
	assert_int_equal(known, 2);
	assert_string_equal(command_find(levels, 3, &known)->path, "log levels");
	assert_int_equal(known, 2);
	assert_null(command_find(modules, 1, &known));
	assert_int_equal(known, 1);
}

static void families_are_told_by_their_whole_first_word(void **state)
{
	const char *words[] = { "image", "list" };
	size_t known;
	const struct command *command = command_find(words, 2, &known);

	(void)state;
	assert_true(command_is_of_family(command, "image"));
	assert_false(command_is_of_family(command, "imag"));
	assert_false(command_is_of_family(command, "images"));
	words[0] = "echo";
	assert_false(command_is_of_family(command_find(words, 1, &known), "echo"));
}

static void options_of_commands_exist_and_are_not_global(void **state)
{
	const struct command *command;

	(void)state;
	for (size_t i = 0; (command = row(i)) != NULL; i++) {
		for (const char *const *name = command->options; name != NULL && *name != NULL;
			name++) {
			const struct option_spec *option = option_find_name(*name, strlen(*name));

			assert_non_null(option);
			assert_false(option->is_global);
		}
	}
}

static bool is_taken_by_somebody(const struct option_spec *option)
{
	const struct command *command;

	for (size_t i = 0; (command = row(i)) != NULL; i++) {
		for (const char *const *name = command->options; name != NULL && *name != NULL;
			name++) {
			if (strcmp(*name, option->name) == 0)
				return true;
		}
	}
	return false;
}

static void every_option_belongs_to_somebody(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_true(options[i].is_global || is_taken_by_somebody(&options[i]));
}

static void examples_are_command_lines_of_their_own_command(void **state)
{
	const struct command *command;

	(void)state;
	for (size_t i = 0; (command = row(i)) != NULL; i++) {
		struct invocation invocation = { 0 };
		char line[EXAMPLE_MAX], *words[EXAMPLE_WORDS_MAX];
		int count = 0;

		assert_true(strlen(command->example) < sizeof(line));
		strcpy(line, command->example);
		for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " "))
			words[count++] = word;
		assert_int_equal(parse_words(count, words, &invocation, ERR_IGNORED), STATUS_OK);
		assert_ptr_equal(invocation.command, command);
		/* Others may show what -p does to them. */
		if ((command->needs & NEEDS_DEVICE) != 0)
			assert_non_null(invocation.settings.port);
	}
}

/* A | ends a cell even between backticks, unless a backslash stands before it. */
static void print_cell(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void print_markdown(FILE *out)
{
	const struct command *command;

	fprintf(out, "| command | what it does |\n|---|---|\n");
	for (size_t i = 0; (command = row(i)) != NULL; i++) {
		fprintf(out, "| `%s%s", command->path, command->arguments[0] != '\0' ? " " : "");
		print_cell(command->arguments, out);
		fprintf(out, "` | ");
		print_cell(command->summary, out);
		fprintf(out, " |\n");
	}
}

/* The lines between the two markers; NULL when one is missing. To be freed. */
static char *read_block(const char *path, const char *begin, const char *end)
{
	struct file_map map = { 0 };
	char *text, *from, *to, *block = NULL;

	assert_int_equal(file_map(path, 1024 * 1024, &map, ERR_IGNORED), STATUS_OK);
	text = strndup((const char *)map.bytes.data, map.bytes.len);
	assert_non_null(text);
	from = strstr(text, begin);
	from = from != NULL ? strchr(from, '\n') : NULL;
	to = from != NULL ? strstr(from, end) : NULL;
	if (to != NULL)
		block = strndup(from + 1, (size_t)(to - from - 1));
	free(text);
	file_unmap(&map);
	return block;
}

static void the_readme_shows_the_table(void **state)
{
	char *block = read_block(README, "<!-- commands: ", "<!-- /commands -->");
	struct capture expected;
	bool is_same;

	(void)state;
	assert_non_null(block);
	capture_open(&expected);
	print_markdown(expected.file);
	is_same = strcmp(block, capture_text(&expected)) == 0;
	if (!is_same)
		/* Not by print_error, which cuts it. */
		fprintf(stderr, "README.md should have between its markers:\n%s",
			capture_text(&expected));
	capture_close(&expected);
	free(block);
	assert_true(is_same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(texts_fit_the_terminal),
		cmocka_unit_test(paths_are_unique_and_lead_to_their_rows),
		cmocka_unit_test(every_section_begins_with_a_row_of_the_table),
		cmocka_unit_test(finding_says_how_far_it_came),
		cmocka_unit_test(finding_understands_mcumgrs_words),
		cmocka_unit_test(families_are_told_by_their_whole_first_word),
		cmocka_unit_test(options_of_commands_exist_and_are_not_global),
		cmocka_unit_test(every_option_belongs_to_somebody),
		cmocka_unit_test(examples_are_command_lines_of_their_own_command),
		cmocka_unit_test(the_readme_shows_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
