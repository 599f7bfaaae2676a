/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manual page and completions know every command, option and placeholder of the tables (help texts:
 * test_help.c; the README: test_table.c).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "src/command.h"
#include "src/complete.h"
#include "src/complete_value.h"

#define MANUAL TEST_VECTORS_DIR "/../../man/smpctl.1"

enum { WORDS_MAX = 4, LINE_SIZE_MAX = 256, MANUAL_SIZE_MAX = 1024 * 1024 };

/* What a reader sees in the place of mdoc's escapes. */
static void undo_escapes(char *text)
{
	static const struct {
		const char *escape;
		const char *shown;
	} escapes[] = { { "\\(dq", "\"" }, { "\\(ti", "~" }, { "\\-", "-" }, { "\\e", "\\" },
		{ "\\&", "" } };
	char *to = text;

	while (*text != '\0') {
		size_t i = 0;

		while (i < 5 && strncmp(text, escapes[i].escape, strlen(escapes[i].escape)) != 0)
			i++;
		if (i == 5) {
			*to++ = *text++;
			continue;
		}
		text += strlen(escapes[i].escape);
		to = stpcpy(to, escapes[i].shown);
	}
	*to = '\0';
}

static char *read_manual(void)
{
	struct file_map map = { 0 };
	char *text;

	assert_int_equal(file_map(MANUAL, MANUAL_SIZE_MAX, &map, ERR_IGNORED), STATUS_OK);
	text = strndup((const char *)map.bytes.data, map.bytes.len);
	assert_non_null(text);
	file_unmap(&map);
	undo_escapes(text);
	return text;
}

static void the_manual_has_every_command_with_its_example(void **state)
{
	size_t count;
	const struct command *commands = command_table(&count);
	char *manual = read_manual();

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char line[LINE_SIZE_MAX];

		snprintf(line, sizeof(line), "\n.It Ic %s", commands[i].path);
		assert_non_null(strstr(manual, line));
		assert_non_null(strstr(manual, commands[i].example));
	}
	free(manual);
}

static void the_manual_has_every_option(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);
	char *manual = read_manual();

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char line[LINE_SIZE_MAX];

		snprintf(line, sizeof(line), "Fl -%s%s%s\n", options[i].name,
			options[i].argument != NULL ? " Ar " : "",
			options[i].argument != NULL ? options[i].argument : "");
		assert_non_null(strstr(manual, line));
	}
	free(manual);
}

static void the_manual_has_every_exit_code(void **state)
{
	char *manual = read_manual();

	(void)state;
	for (int status = 0; status < STATUS_COUNT; status++) {
		char line[LINE_SIZE_MAX];

		snprintf(line, sizeof(line), "\n.It %d %s\n%s\n",
			status_exit_code((enum status)status), status_name((enum status)status),
			status_text((enum status)status));
		assert_non_null(strstr(manual, line));
	}
	free(manual);
}

/* Is this among what stands behind the words? */
static bool is_offered(const char *const *words, size_t count, const char *word)
{
	struct complete_query query = {
		.words = words, .count = count, .word = word, .is_shell = true
	};
	struct candidates candidates;
	bool is_there = false;

	complete(&query, &candidates);
	for (size_t i = 0; i < candidates.count; i++)
		is_there = is_there || strcmp(candidates.items[i].text, word) == 0;
	candidates_free(&candidates);
	return is_there;
}

static bool takes(const struct command *command, const struct option_spec *option)
{
	for (const char *const *name = command->options; name != NULL && *name != NULL; name++) {
		if (strcmp(*name, option->name) == 0)
			return true;
	}
	return option->is_global;
}

static void completions_offer_every_command_and_just_its_options(void **state)
{
	size_t count, option_count;
	const struct command *commands = command_table(&count);
	const struct option_spec *options = option_table(&option_count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char path[64];
		const char *words[WORDS_MAX];
		size_t word_count = 0;

		snprintf(path, sizeof(path), "%s", commands[i].path);
		for (char *word = strtok(path, " "); word != NULL; word = strtok(NULL, " ")) {
			assert_true(is_offered(words, word_count, word));
			words[word_count++] = word;
		}
		for (size_t j = 0; j < option_count; j++) {
			char name[64];

			snprintf(name, sizeof(name), "--%s", options[j].name);
			assert_int_equal(is_offered(words, word_count, name),
				takes(&commands[i], &options[j]));
		}
	}
}

static void completions_know_every_placeholder(void **state)
{
	size_t count;
	const struct command *commands = command_table(&count);
	const struct option_spec *options;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char arguments[128];

		snprintf(arguments, sizeof(arguments), "%s", commands[i].arguments);
		for (char *word = strtok(arguments, " "); word != NULL; word = strtok(NULL, " ")) {
			word += strspn(word, "[");
			if (!complete_value_is_known(VALUE_OF_COMMAND, word, strcspn(word, ".]")))
				fail_msg("complete_value.c does not know %s of \"%s\"", word,
					commands[i].path);
		}
	}
	options = option_table(&count);
	for (size_t i = 0; i < count; i++) {
		if (options[i].kind != OPTION_SWITCH &&
			!complete_value_is_known(
				VALUE_OF_OPTION, options[i].argument, strlen(options[i].argument)))
			fail_msg("complete_value.c does not know %s of --%s", options[i].argument,
				options[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_has_every_command_with_its_example),
		cmocka_unit_test(the_manual_has_every_option),
		cmocka_unit_test(the_manual_has_every_exit_code),
		cmocka_unit_test(completions_offer_every_command_and_just_its_options),
		cmocka_unit_test(completions_know_every_placeholder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
