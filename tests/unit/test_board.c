/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of the fake board: which file its flash lasts in, and what is refused. */
#include "src/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_SIZE = 512 };

/* An empty folder, which is HOME and nothing else is set. */
struct home {
	char folder[PATH_SIZE / 2];
};

static int set_up(void **state)
{
	static const char pattern[] = "/tmp/smpctl-test-board-XXXXXX";
	struct home *home = test_calloc(1, sizeof(*home));

	strcpy(home->folder, pattern);
	assert_non_null(mkdtemp(home->folder));
	setenv("HOME", home->folder, 1);
	unsetenv("XDG_STATE_HOME");
	*state = home;
	return 0;
}

static void remove_below(const struct home *home, const char *name)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s%s", home->folder, name);
	remove(path);
}

/* The whole path of folders that the tests may have made, deepest first. */
static int tear_down(void **state)
{
	static const char *const names[] = { "/b.flash", "/state/smpctl/boards/default.flash",
		"/state/smpctl/boards/left.flash", "/state/smpctl/boards", "/state/smpctl",
		"/state", "/.local/state/smpctl/boards/left.flash",
		"/.local/state/smpctl/boards/default.flash", "/.local/state/smpctl/boards",
		"/.local/state/smpctl", "/.local/state", "/.local", "" };
	struct home *home = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		remove_below(home, names[i]);
	assert_int_not_equal(access(home->folder, F_OK), 0);
	test_free(home);
	return 0;
}

static enum status open_and_close(const char *rest, struct err *reterr)
{
	struct transport_options options = { 0 };
	struct transport *transport = NULL;
	enum status status = board_open_loopback(rest, &options, &transport, reterr);

	assert_int_equal(transport != NULL, status == STATUS_OK);
	transport_close(transport);
	return status;
}

static bool exists(const struct home *home, const char *name)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s%s", home->folder, name);
	return access(path, F_OK) == 0;
}

static void a_board_without_a_name_is_the_default_one(void **state)
{
	assert_int_equal(open_and_close("", ERR_IGNORED), STATUS_OK);
	assert_true(exists(*state, "/.local/state/smpctl/boards/default.flash"));
}

static void a_name_is_a_file_of_its_own(void **state)
{
	assert_int_equal(open_and_close("left", ERR_IGNORED), STATUS_OK);
	assert_true(exists(*state, "/.local/state/smpctl/boards/left.flash"));
	assert_false(exists(*state, "/.local/state/smpctl/boards/default.flash"));
}

static void keys_may_stand_behind_the_name_or_alone(void **state)
{
	assert_int_equal(open_and_close("left,slot-size=64K,frugal", ERR_IGNORED), STATUS_OK);
	assert_true(exists(*state, "/.local/state/smpctl/boards/left.flash"));
	assert_int_equal(open_and_close("slot-size=64K,frugal", ERR_IGNORED), STATUS_OK);
	assert_true(exists(*state, "/.local/state/smpctl/boards/default.flash"));
}

static void the_state_folder_may_be_set(void **state)
{
	const struct home *home = *state;
	char folder[PATH_SIZE];

	snprintf(folder, sizeof(folder), "%s/state", home->folder);
	setenv("XDG_STATE_HOME", folder, 1);
	assert_int_equal(open_and_close("", ERR_IGNORED), STATUS_OK);
	assert_true(exists(home, "/state/smpctl/boards/default.flash"));
	assert_false(exists(home, "/.local"));
}

/* The XDG rules say so: what is not absolute is ignored. */
static void a_relative_state_folder_is_ignored(void **state)
{
	setenv("XDG_STATE_HOME", "state", 1);
	assert_int_equal(open_and_close("", ERR_IGNORED), STATUS_OK);
	assert_true(exists(*state, "/.local/state/smpctl/boards/default.flash"));
}

static void a_file_may_be_named(void **state)
{
	const struct home *home = *state;
	char rest[PATH_SIZE];

	snprintf(rest, sizeof(rest), "state=%s/b.flash", home->folder);
	assert_int_equal(open_and_close(rest, ERR_IGNORED), STATUS_OK);
	assert_true(exists(home, "/b.flash"));
	assert_false(exists(home, "/.local"));
}

static void a_fault_with_its_equals_sign_fits_an_address(void **state)
{
	(void)state;
	assert_int_equal(
		open_and_close("left,fault=error=1:9@2,fault=silent@3", ERR_IGNORED), STATUS_OK);
}

static void without_a_home_a_file_must_be_named(void **state)
{
	struct err err = { 0 };

	(void)state;
	unsetenv("HOME");
	assert_int_equal(open_and_close("left", &err), STATUS_USAGE);
	assert_non_null(strstr(err.message, "loopback:state=FILE"));
}

static void a_name_is_no_path(void **state)
{
	static const char *const names[] = { "../evil", "a/b", ".hidden", "a b", "a\nb",
		"a-name-of-more-than-sixty-four-letters-which-nobody-can-remember-and-type" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct err err = { 0 };

		assert_int_equal(open_and_close(names[i], &err), STATUS_USAGE);
		assert_non_null(strstr(err.message, "letters"));
	}
	assert_false(exists(*state, "/.local"));
}

static void an_unknown_key_is_refused_before_anything_is_made(void **state)
{
	struct err err = { 0 };

	assert_int_equal(open_and_close("left,colour=red", &err), STATUS_USAGE);
	assert_non_null(strstr(err.message, "colour"));
	assert_int_equal(open_and_close("left,", &err), STATUS_USAGE);
	assert_int_equal(open_and_close("left,fault=nothing", &err), STATUS_USAGE);
	assert_false(exists(*state, "/.local"));
}

int main(void)
{
#define BOARD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		BOARD_TEST(a_board_without_a_name_is_the_default_one),
		BOARD_TEST(a_name_is_a_file_of_its_own),
		BOARD_TEST(keys_may_stand_behind_the_name_or_alone),
		BOARD_TEST(the_state_folder_may_be_set),
		BOARD_TEST(a_relative_state_folder_is_ignored),
		BOARD_TEST(a_file_may_be_named),
		BOARD_TEST(a_fault_with_its_equals_sign_fits_an_address),
		BOARD_TEST(without_a_home_a_file_must_be_named),
		BOARD_TEST(a_name_is_no_path),
		BOARD_TEST(an_unknown_key_is_refused_before_anything_is_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
