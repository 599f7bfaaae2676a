/* SPDX-License-Identifier: Apache-2.0 */
/* Lines as words: blanks, quotes, backslashes, comments and variables. */
#include "src/words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* `expected` has a bar behind each word. */
static void assert_splits(const char *line, const char *expected)
{
	struct words words;
	char joined[512] = "";
	size_t len = 0;

	assert_int_equal(words_split(line, &words, ERR_IGNORED), STATUS_OK);
	assert_null(words.items[words.count]);
	for (size_t i = 0; i < words.count; i++)
		len += (size_t)snprintf(joined + len, sizeof(joined) - len, "%s|", words.items[i]);
	assert_string_equal(joined, expected);
}

static void assert_refuses(const char *line, const char *why)
{
	struct words words;
	struct err err = { .status = STATUS_OK };

	assert_int_equal(words_split(line, &words, &err), STATUS_USAGE);
	assert_non_null(strstr(err.message, why));
}

static void blanks_part_words(void **state)
{
	(void)state;
	assert_splits("", "");
	assert_splits(" \t ", "");
	assert_splits("image list", "image|list|");
	assert_splits("\t image \t upload  a.bin \r\n", "image|upload|a.bin|");
}

static void quotes_keep_blanks_and_make_empty_words(void **state)
{
	(void)state;
	assert_splits("echo 'two words'", "echo|two words|");
	assert_splits("echo \"two words\"", "echo|two words|");
	assert_splits("echo '' \"\"", "echo|||");
	assert_splits("a'b c'\"d e\"f", "ab cd ef|");
	assert_splits("'it''s' \"a'b\" 'a\"b'", "its|a'b|a\"b|");
}

static void a_backslash_keeps_the_next_character(void **state)
{
	(void)state;
	assert_splits("a\\ b \\\"c\\' \\\\", "a b|\"c'|\\|");
	assert_splits("\"a\\\"b\" \"a\\\\b\" \"a\\nb\"", "a\"b|a\\b|a\\nb|");
	assert_splits("'a\\b'", "a\\b|");
	assert_splits("\\${X} \"\\${X}\" '${X}'", "${X}|${X}|${X}|");
}

static void a_comment_begins_at_the_front_of_a_word(void **state)
{
	(void)state;
	assert_splits("# all of it", "");
	assert_splits("echo a # b", "echo|a|");
	assert_splits("echo a#b '#' \\#", "echo|a#b|#|#|");
}

static void what_a_shell_would_act_upon_stands_for_itself(void **state)
{
	(void)state;
	assert_splits("a > b | c & d; *.bin $HOME ~ `x`", "a|>|b|||c|&|d;|*.bin|$HOME|~|`x`|");
}

static void a_variable_is_one_word_with_what_stands_around_it(void **state)
{
	(void)state;
	setenv("WORDS_TEST", "two words 'and' ${MORE}", 1);
	assert_splits("a${WORDS_TEST}b", "atwo words 'and' ${MORE}b|");
	assert_splits("\"${WORDS_TEST}\"", "two words 'and' ${MORE}|");
	setenv("WORDS_TEST", "", 1);
	assert_splits("echo ${WORDS_TEST}", "echo||");
	unsetenv("WORDS_TEST");
	assert_refuses("echo ${WORDS_TEST}", "WORDS_TEST is not set");
}

static void what_is_not_finished_is_refused(void **state)
{
	(void)state;
	assert_refuses("echo 'a", "single quote");
	assert_refuses("echo \"a", "double quote");
	assert_refuses("echo \"a\\", "backslash");
	assert_refuses("echo a\\", "backslash");
	assert_refuses("echo ${", "no name");
	assert_refuses("echo ${}", "no name");
	assert_refuses("echo ${A", "no name");
	assert_refuses("echo ${A:-b}", "no name");
}

static void there_is_an_end_to_words_and_lines(void **state)
{
	char many[2 * WORDS_MAX_COUNT + 3] = "";
	char longest[WORDS_TEXT_MAX + 2] = "";
	struct words words;

	(void)state;
	for (size_t i = 0; i < WORDS_MAX_COUNT; i++)
		memcpy(many + 2 * i, "a ", 2);
	assert_int_equal(words_split(many, &words, ERR_IGNORED), STATUS_OK);
	assert_int_equal(words.count, WORDS_MAX_COUNT);
	many[2 * WORDS_MAX_COUNT] = 'a';
	assert_refuses(many, "too many words");
	memset(longest, 'a', WORDS_TEXT_MAX - 1);
	assert_int_equal(words_split(longest, &words, ERR_IGNORED), STATUS_OK);
	assert_int_equal(strlen(words.items[0]), WORDS_TEXT_MAX - 1);
	longest[WORDS_TEXT_MAX - 1] = 'a';
	assert_refuses(longest, "too long");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blanks_part_words),
		cmocka_unit_test(quotes_keep_blanks_and_make_empty_words),
		cmocka_unit_test(a_backslash_keeps_the_next_character),
		cmocka_unit_test(a_comment_begins_at_the_front_of_a_word),
		cmocka_unit_test(what_a_shell_would_act_upon_stands_for_itself),
		cmocka_unit_test(a_variable_is_one_word_with_what_stands_around_it),
		cmocka_unit_test(what_is_not_finished_is_refused),
		cmocka_unit_test(there_is_an_end_to_words_and_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
