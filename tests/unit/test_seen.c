/* SPDX-License-Identifier: Apache-2.0 */
/* Words that were seen: kept in order, bounded, whatever becomes of their file. */
#include "src/seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/home.h"

#define KEYS_FILE ".local/state/smpctl/seen-settings"

enum { WRITERS = 4, WORDS_EACH = 10 };

static void add(enum seen_kind kind, const char *word)
{
	seen_add(kind, &word, 1);
}

/* All of a kind with blanks between them. */
static void assert_seen(enum seen_kind kind, const char *expected)
{
	static const char *const no_words = "";
	struct seen *seen = calloc(1, sizeof(*seen));
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(seen);
	assert_non_null(out);
	seen_load(kind, seen);
	for (size_t i = 0; i < seen->count; i++)
		fprintf(out, "%s%s", i > 0 ? " " : no_words, seen->words[i]);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
	free(seen);
}

static void the_latest_comes_first_and_none_twice(void **state)
{
	(void)state;
	assert_seen(SEEN_KEY, "");
	add(SEEN_KEY, "a/b");
	add(SEEN_KEY, "c");
	add(SEEN_KEY, "a/b");
	assert_seen(SEEN_KEY, "a/b c");
}

static void several_stand_in_the_order_in_which_they_were_told(void **state)
{
	static const char *const groups[] = { "one", "two", "one", "three" };

	(void)state;
	add(SEEN_GROUP, "two");
	seen_add(SEEN_GROUP, groups, 4);
	assert_seen(SEEN_GROUP, "one two three");
}

static void kinds_do_not_mix(void **state)
{
	(void)state;
	add(SEEN_KEY, "key");
	add(SEEN_GROUP, "group");
	add(SEEN_REMOTE, "/lfs/file");
	assert_seen(SEEN_KEY, "key");
	assert_seen(SEEN_GROUP, "group");
	assert_seen(SEEN_REMOTE, "/lfs/file");
}

static void the_oldest_fall_out(void **state)
{
	struct seen *seen = calloc(1, sizeof(*seen));
	char word[16];

	(void)state;
	assert_non_null(seen);
	for (int i = 0; i < SEEN_WORDS_MAX + 5; i++) {
		snprintf(word, sizeof(word), "k%d", i);
		add(SEEN_KEY, word);
	}
	seen_load(SEEN_KEY, seen);
	assert_int_equal(seen->count, SEEN_WORDS_MAX);
	assert_string_equal(seen->words[0], "k204");
	assert_string_equal(seen->words[SEEN_WORDS_MAX - 1], "k5");
	free(seen);
}

static void what_nobody_could_type_is_not_kept(void **state)
{
	char longest[SEEN_WORD_MAX + 1];

	memset(longest, 'x', sizeof(longest));
	longest[SEEN_WORD_MAX] = '\0';
	add(SEEN_KEY, "");
	add(SEEN_KEY, "two\nlines");
	add(SEEN_KEY, "\x1b[31m");
	add(SEEN_KEY, "del\x7f");
	add(SEEN_KEY, "\xff\xfe");
	add(SEEN_KEY, longest);
	assert_seen(SEEN_KEY, "");
	assert_int_not_equal(access(home_path(*state, KEYS_FILE, (char[256]){ 0 }), F_OK), 0);
	longest[SEEN_WORD_MAX - 1] = '\0';
	add(SEEN_KEY, longest);
	assert_seen(SEEN_KEY, longest);
	add(SEEN_KEY, "gr\xc3\xb6\xc3\x9f"
		      "e");
	home_put(*state, KEYS_FILE, "two words\n");
	assert_seen(SEEN_KEY, "two words");
}

static void a_file_that_others_have_spoilt_gives_what_is_sound_in_it(void **state)
{
	home_put(*state, KEYS_FILE, "\n\x1b[2J\ngood\ngood\r\n\xff\ngood\nlast");
	assert_seen(SEEN_KEY, "good last");
	add(SEEN_KEY, "new");
	home_assert_holds(*state, KEYS_FILE, "new\ngood\nlast\n");
}

static void a_folder_in_its_place_is_none(void **state)
{
	home_put(*state, KEYS_FILE "/inside", "");
	assert_seen(SEEN_KEY, "");
	add(SEEN_KEY, "key");
	assert_seen(SEEN_KEY, "");
}

static void without_a_home_there_are_none(void **state)
{
	(void)state;
	unsetenv("HOME");
	add(SEEN_KEY, "key");
	assert_seen(SEEN_KEY, "");
}

static void the_file_is_the_users_alone_and_stays_when_nothing_is_new(void **state)
{
	struct stat before, after;
	char path[256];

	add(SEEN_KEY, "key");
	assert_int_equal(stat(home_path(*state, KEYS_FILE, path), &before), 0);
	assert_int_equal(before.st_mode & 0777, 0600);
	add(SEEN_KEY, "key");
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

static void add_many(int writer)
{
	char word[32];

	for (int i = 0; i < WORDS_EACH; i++) {
		snprintf(word, sizeof(word), "w%d-%d", writer, i);
		add(SEEN_KEY, word);
	}
}

static void programs_that_run_at_the_same_time_lose_nothing_of_each_others(void **state)
{
	struct seen *seen = calloc(1, sizeof(*seen));
	int wait_status = 0;

	assert_non_null(seen);
	for (int i = 0; i < WRITERS; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			add_many(i);
			_exit(0);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_true(wait(&wait_status) > 0);
		assert_int_equal(wait_status, 0);
	}
	seen_load(SEEN_KEY, seen);
	assert_int_equal(seen->count, WRITERS * WORDS_EACH);
	/* And nothing half-made is left behind. */
	assert_int_equal(home_count(*state, ".local/state/smpctl"), 1);
	free(seen);
}

static void a_kind_is_known_by_its_placeholder(void **state)
{
	enum seen_kind kind = SEEN_REMOTE;

	(void)state;
	assert_true(seen_find_kind("KEY VALUE", 3, &kind));
	assert_int_equal(kind, SEEN_KEY);
	assert_true(seen_find_kind("GROUP", 5, &kind));
	assert_int_equal(kind, SEEN_GROUP);
	assert_true(seen_find_kind("REMOTE", 6, &kind));
	assert_int_equal(kind, SEEN_REMOTE);
	assert_false(seen_find_kind("KEY=VALUE", 9, &kind));
	assert_false(seen_find_kind("FILE", 4, &kind));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, home_open, home_close)
	const struct CMUnitTest tests[] = {
		TEST(the_latest_comes_first_and_none_twice),
		TEST(several_stand_in_the_order_in_which_they_were_told),
		TEST(kinds_do_not_mix),
		TEST(the_oldest_fall_out),
		TEST(what_nobody_could_type_is_not_kept),
		TEST(a_file_that_others_have_spoilt_gives_what_is_sound_in_it),
		TEST(a_folder_in_its_place_is_none),
		TEST(without_a_home_there_are_none),
		TEST(the_file_is_the_users_alone_and_stays_when_nothing_is_new),
		TEST(programs_that_run_at_the_same_time_lose_nothing_of_each_others),
		TEST(a_kind_is_known_by_its_placeholder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
