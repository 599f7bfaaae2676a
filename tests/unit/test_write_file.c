/* SPDX-License-Identifier: Apache-2.0 */
/* A result gets its name whole or not at all, and never in the place of another file by itself. */
#include "src/write_file.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

struct fixture {
	char folder[32];
	char path[64];
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	strcpy(fixture->folder, "/tmp/smpctl-write-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	snprintf(fixture->path, sizeof(fixture->path), "%s/result", fixture->folder);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->path);
	rmdir(fixture->folder);
	test_free(fixture);
	return 0;
}

static enum status write_text(struct fixture *fixture, const char *text, bool may_replace)
{
	return write_file(fixture->path, span_from_text(text), may_replace, &fixture->err);
}

static void assert_content(const struct fixture *fixture, const char *expected)
{
	struct file_map map;

	assert_int_equal(file_map(fixture->path, 1000, &map, ERR_IGNORED), STATUS_OK);
	assert_true(span_equal(map.bytes, span_from_text(expected)));
	file_unmap(&map);
}

static unsigned files_in(const char *folder)
{
	DIR *dir = opendir(folder);
	unsigned count = 0;

	assert_non_null(dir);
	for (const struct dirent *entry; (entry = readdir(dir)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(dir);
	return count;
}

static unsigned mode_of(const struct fixture *fixture)
{
	struct stat status;

	assert_int_equal(stat(fixture->path, &status), 0);
	return status.st_mode & 0777;
}

static void a_new_file_holds_the_bytes_and_has_the_mode_of_any_new_file(void **state)
{
	static const mode_t masks[] = { 022, 002, 077 };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
		mode_t before = umask(masks[i]);

		assert_int_equal(write_text(fixture, "digest", false), STATUS_OK);
		umask(before);
		assert_content(fixture, "digest");
		assert_int_equal(mode_of(fixture), 0666 & ~masks[i]);
		assert_int_equal(files_in(fixture->folder), 1);
		unlink(fixture->path);
	}
}

static void a_file_that_is_replaced_keeps_its_mode(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(write_text(fixture, "old", false), STATUS_OK);
	assert_int_equal(chmod(fixture->path, 0600), 0);
	assert_int_equal(write_text(fixture, "new", true), STATUS_OK);
	assert_content(fixture, "new");
	assert_int_equal(mode_of(fixture), 0600);
}

static void a_file_is_replaced_only_when_it_may_be(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(write_text(fixture, "old", false), STATUS_OK);
	assert_int_equal(write_text(fixture, "new", false), STATUS_USAGE);
	assert_non_null(strstr(fixture->err.hint, "--force"));
	assert_content(fixture, "old");
	assert_int_equal(files_in(fixture->folder), 1);
	assert_int_equal(write_text(fixture, "new", true), STATUS_OK);
	assert_content(fixture, "new");
}

static void what_is_no_file_is_never_replaced(void **state)
{
	struct fixture *fixture = *state;
	struct stat stat_buffer;

	/* As with /dev/null: whoever may rename over it would lose the device. */
	assert_int_equal(mkfifo(fixture->path, 0600), 0);
	assert_int_equal(write_text(fixture, "x", true), STATUS_USAGE);
	assert_non_null(strstr(fixture->err.message, "not a regular file"));
	assert_int_equal(stat(fixture->path, &stat_buffer), 0);
	assert_true(S_ISFIFO(stat_buffer.st_mode));
	assert_int_equal(files_in(fixture->folder), 1);
}

static void what_a_link_points_to_is_replaced_and_not_the_link(void **state)
{
	struct fixture *fixture = *state;
	struct stat stat_buffer;
	char target[sizeof(fixture->path)];

	snprintf(target, sizeof(target), "%s/target", fixture->folder);
	assert_int_equal(
		write_file(target, span_from_text("old"), false, &fixture->err), STATUS_OK);
	assert_int_equal(symlink(target, fixture->path), 0);
	assert_int_equal(write_text(fixture, "new", true), STATUS_OK);
	assert_content(fixture, "new");
	assert_int_equal(lstat(fixture->path, &stat_buffer), 0);
	assert_true(S_ISLNK(stat_buffer.st_mode));
	assert_int_equal(unlink(target), 0);
}

static void a_missing_folder_is_said(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(write_file("/tmp/smpctl-no-such-folder/x", span_from_text("x"), true,
				 &fixture->err),
		STATUS_USAGE);
	assert_non_null(strstr(fixture->err.message, "No such file"));
}

static void an_empty_name_is_refused_before_the_work(void **state)
{
	struct fixture *fixture = *state;
	struct write_file *file;

	assert_int_equal(write_file_open("", false, &file, &fixture->err), STATUS_USAGE);
	assert_string_equal(fixture->err.message, "the name of the file is empty");
}

static void a_write_that_fails_leaves_what_was_there(void **state)
{
	struct fixture *fixture = *state;
	struct rlimit before, limit;

	assert_int_equal(write_text(fixture, "old", false), STATUS_OK);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = before;
	limit.rlim_cur = 4;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_int_equal(write_text(fixture, "longer than that", true), STATUS_USAGE);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_content(fixture, "old");
	assert_int_equal(files_in(fixture->folder), 1);
}

static void a_file_has_no_name_before_it_is_finished(void **state)
{
	struct fixture *fixture = *state;
	struct write_file *file;

	assert_int_equal(write_file_open(fixture->path, false, &file, &fixture->err), STATUS_OK);
	assert_int_equal(write_file_append(file, span_from_text("one "), &fixture->err), STATUS_OK);
	assert_int_equal(write_file_append(file, span_from_text("two"), &fixture->err), STATUS_OK);
	assert_int_equal(access(fixture->path, F_OK), -1);
	assert_int_equal(write_file_finish(file, &fixture->err), STATUS_OK);
	write_file_close(file);
	assert_content(fixture, "one two");
	assert_int_equal(files_in(fixture->folder), 1);
}

static void what_is_not_finished_leaves_no_trace(void **state)
{
	struct fixture *fixture = *state;
	struct write_file *file;

	assert_int_equal(write_file_open(fixture->path, false, &file, &fixture->err), STATUS_OK);
	assert_int_equal(write_file_append(file, span_from_text("half"), &fixture->err), STATUS_OK);
	write_file_close(file);
	assert_int_equal(files_in(fixture->folder), 0);
	write_file_close(NULL);
}

static void a_name_that_is_taken_is_refused_before_the_work(void **state)
{
	struct fixture *fixture = *state;
	struct write_file *file = NULL;

	assert_int_equal(write_text(fixture, "old", false), STATUS_OK);
	assert_int_equal(write_file_open(fixture->path, false, &file, &fixture->err), STATUS_USAGE);
	assert_null(file);
	assert_int_equal(files_in(fixture->folder), 1);
}

static void a_name_that_is_taken_meanwhile_is_not_replaced(void **state)
{
	struct fixture *fixture = *state;
	struct write_file *file;

	assert_int_equal(write_file_open(fixture->path, false, &file, &fixture->err), STATUS_OK);
	assert_int_equal(write_text(fixture, "first", false), STATUS_OK);
	assert_int_equal(write_file_finish(file, &fixture->err), STATUS_USAGE);
	write_file_close(file);
	assert_content(fixture, "first");
	assert_int_equal(files_in(fixture->folder), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_file_holds_the_bytes_and_has_the_mode_of_any_new_file),
		TEST(a_file_that_is_replaced_keeps_its_mode),
		TEST(a_file_is_replaced_only_when_it_may_be),
		TEST(what_is_no_file_is_never_replaced),
		TEST(what_a_link_points_to_is_replaced_and_not_the_link),
		TEST(a_missing_folder_is_said),
		TEST(an_empty_name_is_refused_before_the_work),
		TEST(a_write_that_fails_leaves_what_was_there),
		TEST(a_file_has_no_name_before_it_is_finished),
		TEST(what_is_not_finished_leaves_no_trace),
		TEST(a_name_that_is_taken_is_refused_before_the_work),
		TEST(a_name_that_is_taken_meanwhile_is_not_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
