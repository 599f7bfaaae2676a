/* SPDX-License-Identifier: Apache-2.0 */
/* The user's files: where they lie, and that a change is whole or does not happen. */
#include "src/config_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/home.h"

static void the_folder_is_that_of_the_xdg_rules(void **state)
{
	char path[256], expected[256];

	assert_int_equal(config_file_path("x.json", path, sizeof(path), ERR_IGNORED), STATUS_OK);
	assert_string_equal(path, home_path(*state, ".config/smpctl/x.json", expected));
	setenv("XDG_CONFIG_HOME", "/etc/me", 1);
	assert_int_equal(config_file_path("x.json", path, sizeof(path), ERR_IGNORED), STATUS_OK);
	assert_string_equal(path, "/etc/me/smpctl/x.json");
	/* A path that is not absolute is to be ignored. */
	setenv("XDG_CONFIG_HOME", "etc", 1);
	assert_int_equal(config_file_path("x.json", path, sizeof(path), ERR_IGNORED), STATUS_OK);
	assert_string_equal(path, expected);
	assert_int_equal(config_file_home_path(".x", path, sizeof(path), ERR_IGNORED), STATUS_OK);
	assert_string_equal(path, home_path(*state, ".x", expected));
}

static void without_a_home_there_is_no_place(void **state)
{
	char path[256];

	(void)state;
	unsetenv("HOME");
	assert_int_equal(config_file_path("x", path, sizeof(path), ERR_IGNORED), STATUS_USAGE);
	assert_int_equal(config_file_home_path("x", path, sizeof(path), ERR_IGNORED), STATUS_USAGE);
	setenv("HOME", "/root", 1);
	assert_int_equal(config_file_path("x", path, 8, ERR_IGNORED), STATUS_USAGE);
}

static bool write_text(const void *content, FILE *out)
{
	return fputs(content, out) >= 0;
}

static bool write_half(const void *content, FILE *out)
{
	return fputs(content, out) >= 0 && false;
}

static void a_new_file_is_for_this_user_only(void **state)
{
	char path[256], folder[256];
	struct stat stat_of;
	int lock;

	home_path(*state, ".config/smpctl/x.json", path);
	home_path(*state, ".config/smpctl", folder);
	assert_int_equal(config_file_lock(path, &lock, ERR_IGNORED), STATUS_OK);
	assert_int_equal(config_file_replace(path, write_text, "new", ERR_IGNORED), STATUS_OK);
	config_file_unlock(lock);
	home_assert_holds(*state, ".config/smpctl/x.json", "new");
	assert_int_equal(stat(path, &stat_of), 0);
	assert_int_equal(stat_of.st_mode & 07777, 0600);
	assert_int_equal(stat(folder, &stat_of), 0);
	assert_int_equal(stat_of.st_mode & 07777, 0700);
}

static void a_replaced_file_keeps_its_mode(void **state)
{
	char path[256];
	struct stat stat_of;

	home_put(*state, "x", "old");
	assert_int_equal(chmod(home_path(*state, "x", path), 0644), 0);
	assert_int_equal(config_file_replace(path, write_text, "new", ERR_IGNORED), STATUS_OK);
	home_assert_holds(*state, "x", "new");
	assert_int_equal(stat(path, &stat_of), 0);
	assert_int_equal(stat_of.st_mode & 07777, 0644);
}

static void a_link_stays_and_leads_to_the_new_file(void **state)
{
	char path[256], link_path[256];
	struct stat stat_of;

	home_put(*state, "dotfiles", "old");
	home_path(*state, "dotfiles", path);
	home_path(*state, "link", link_path);
	assert_int_equal(symlink(path, link_path), 0);
	assert_int_equal(config_file_replace(link_path, write_text, "new", ERR_IGNORED), STATUS_OK);
	home_assert_holds(*state, "dotfiles", "new");
	assert_int_equal(lstat(link_path, &stat_of), 0);
	assert_true(S_ISLNK(stat_of.st_mode));
}

static void what_cannot_be_written_leaves_the_old_file_and_no_litter(void **state)
{
	char path[256];
	struct err err;

	home_put(*state, "folder/x", "old");
	home_path(*state, "folder/x", path);
	assert_int_equal(config_file_replace(path, write_half, "new", &err), STATUS_BAD_FILE);
	assert_ptr_equal(strstr(err.message, path), err.message);
	home_assert_holds(*state, "folder/x", "old");
	assert_int_equal(home_count(*state, "folder"), 1);
	assert_int_equal(
		config_file_replace("/nowhere/x", write_text, "", ERR_IGNORED), STATUS_BAD_FILE);
}

static void a_file_in_the_place_of_the_folder_is_an_error(void **state)
{
	char path[256];
	int lock;

	home_put(*state, ".config", "a file");
	home_path(*state, ".config/smpctl/x.json", path);
	assert_int_equal(config_file_lock(path, &lock, ERR_IGNORED), STATUS_BAD_FILE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, home_open, home_close)
	const struct CMUnitTest tests[] = {
		TEST(the_folder_is_that_of_the_xdg_rules),
		TEST(without_a_home_there_is_no_place),
		TEST(a_new_file_is_for_this_user_only),
		TEST(a_replaced_file_keeps_its_mode),
		TEST(a_link_stays_and_leads_to_the_new_file),
		TEST(what_cannot_be_written_leaves_the_old_file_and_no_litter),
		TEST(a_file_in_the_place_of_the_folder_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
