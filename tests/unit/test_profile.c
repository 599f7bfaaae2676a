/* SPDX-License-Identifier: Apache-2.0 */
/* The files of connection profiles: read strictly, changed without harm to what else they hold. */
#include "src/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/home.h"

#define OURS    ".config/smpctl/connections.json"
#define MCUMGRS ".mcumgr.cp.json"

static struct profile_file *load(enum profile_origin origin)
{
	struct profile_file *file = NULL;
	struct err err = { .status = STATUS_OK };

	if (profile_file_load(origin, &file, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return file;
}

static void add(const char *name, const char *connstring)
{
	struct profile profile = { .name = name, .type = "serial", .connstring = connstring };

	assert_int_equal(profile_add(&profile, ERR_IGNORED), STATUS_OK);
}

/* The file is broken: what is said, behind its path. */
static void assert_broken(const char *home, const char *content, const char *said)
{
	struct profile_file *file;
	char path[256];
	struct err err;

	home_put(home, OURS, content);
	assert_int_equal(profile_file_load(PROFILE_OURS, &file, &err), STATUS_BAD_FILE);
	home_path(home, OURS, path);
	assert_ptr_equal(strstr(err.message, path), err.message);
	assert_non_null(strstr(err.message, said));
}

static void a_missing_file_holds_no_profiles(void **state)
{
	struct profile_file *file = load(PROFILE_OURS);
	char path[256];
	size_t count = 99;

	profile_file_list(file, &count);
	assert_int_equal(count, 0);
	assert_null(profile_file_find(file, "acm0"));
	assert_string_equal(profile_file_path(file), home_path(*state, OURS, path));
	profile_file_free(file);
}

static void the_file_of_mcumgr_is_read(void **state)
{
	struct profile_file *file;
	const struct profile *profile;

	home_put(*state, MCUMGRS,
		"[\n    {\n        \"MyName\": \"acm0\",\n        \"MyType\": \"serial\",\n"
		"        \"MyConnString\": \"dev=/dev/ttyACM0,baud=115200,mtu=512\"\n    }\n]");
	file = load(PROFILE_MCUMGRS);
	profile = profile_file_find(file, "acm0");
	assert_non_null(profile);
	assert_string_equal(profile->name, "acm0");
	assert_string_equal(profile->type, "serial");
	assert_string_equal(profile->connstring, "dev=/dev/ttyACM0,baud=115200,mtu=512");
	assert_int_equal(profile->origin, PROFILE_MCUMGRS);
	assert_int_equal(profile->setting_count, 0);
	assert_null(profile->odd_member);
	profile_file_free(file);
}

static void the_last_of_two_with_one_name_counts(void **state)
{
	struct profile_file *file;

	home_put(*state, OURS,
		"[{\"MyName\": \"a\", \"MyConnString\": \"1\"},"
		" {\"MyName\": \"a\", \"MyConnString\": \"2\"}, {\"MyName\": \"b\"}]");
	file = load(PROFILE_OURS);
	assert_string_equal(profile_file_find(file, "a")->connstring, "2");
	assert_null(profile_file_find(file, "b")->connstring);
	assert_null(profile_file_find(file, "A"));
	profile_file_free(file);
	assert_int_equal(profile_delete("a", ERR_IGNORED), STATUS_OK);
	file = load(PROFILE_OURS);
	assert_null(profile_file_find(file, "a"));
	profile_file_free(file);
}

static void settings_are_read_and_odd_members_found(void **state)
{
	struct profile_file *file;
	const struct profile *profile;

	home_put(*state, OURS,
		"[{\"MyName\": \"a\", \"timeout\": \"5s\", \"window\": \"4\"},"
		" {\"MyName\": \"b\", \"window\": 4}, {\"MyName\": \"c\", \"tiemout\": \"5s\"},"
		" {\"MyName\": \"d\", \"MyConnString\": null}, {\"MyName\": \"e\", \"json\": "
		"\"\"}]");
	file = load(PROFILE_OURS);
	profile = profile_file_find(file, "a");
	assert_int_equal(profile->setting_count, 2);
	assert_string_equal(profile->settings[0].option->name, "timeout");
	assert_string_equal(profile->settings[0].value, "5s");
	assert_string_equal(profile->settings[1].option->name, "window");
	assert_null(profile->odd_member);
	assert_string_equal(profile_file_find(file, "b")->odd_member, "window");
	assert_string_equal(profile_file_find(file, "c")->odd_member, "tiemout");
	assert_string_equal(profile_file_find(file, "d")->odd_member, "MyConnString");
	assert_string_equal(profile_file_find(file, "e")->odd_member, "json");
	profile_file_free(file);
}

static void a_broken_file_is_named_with_its_line(void **state)
{
	assert_broken(*state, "[\n {\"MyName\": \"a\"},\n oops]", "json:3: ");
	assert_broken(*state, "", "json:1: ");
	assert_broken(*state, "{\"MyName\": \"a\"}", "no list of profiles");
	assert_broken(*state, "[{\"MyName\": \"a\"}, 7]", "profile 2 has no \"MyName\"");
	assert_broken(*state, "[{\"MyType\": \"serial\"}]", "profile 1 has no \"MyName\"");
	assert_broken(*state, "[{\"MyName\": \"a\", \"MyName\": \"b\"}]", "json:1: ");
	assert_broken(*state, "[{\"MyName\": \"\xff\"}]", "json:1: ");
}

static void a_broken_file_is_not_overwritten(void **state)
{
	struct profile profile = { .name = "a" };

	home_put(*state, OURS, "[{\"MyName\": \"a\"},");
	assert_int_equal(profile_add(&profile, ERR_IGNORED), STATUS_BAD_FILE);
	assert_int_equal(profile_delete("a", ERR_IGNORED), STATUS_BAD_FILE);
	home_assert_holds(*state, OURS, "[{\"MyName\": \"a\"},");
}

static void a_file_that_cannot_be_read_is_no_empty_file(void **state)
{
	struct profile profile = { .name = "a" };
	struct profile_file *file;
	char path[256];

	assert_int_equal(mkdir(home_path(*state, ".mcumgr.cp.json", path), 0700), 0);
	assert_int_equal(profile_file_load(PROFILE_MCUMGRS, &file, ERR_IGNORED), STATUS_BAD_FILE);
	home_put(*state, OURS "/x", "");
	assert_int_equal(profile_add(&profile, ERR_IGNORED), STATUS_BAD_FILE);
}

static void a_profile_is_written_as_mcumgr_would(void **state)
{
	struct profile profile = {
		.name = "testDK",
		.type = "serial",
		.connstring = "/dev/ttyACM0,baud=115200,mtu=512",
		.settings = { { profile_setting_find("timeout"), "5s" } },
		.setting_count = 1,
	};

	assert_int_equal(profile_add(&profile, ERR_IGNORED), STATUS_OK);
	home_assert_holds(*state, OURS,
		"[\n"
		"    {\n"
		"        \"MyName\": \"testDK\",\n"
		"        \"MyType\": \"serial\",\n"
		"        \"MyConnString\": \"/dev/ttyACM0,baud=115200,mtu=512\",\n"
		"        \"timeout\": \"5s\"\n"
		"    }\n"
		"]\n");
	assert_int_equal(home_count(*state, ".config/smpctl"), 1);
}

static void a_name_may_be_anything_but_empty(void **state)
{
	static const char *const names[] = { "two words", "a/b", "\"", "-", "Größe", "\n" };
	struct profile_file *file;
	struct profile nameless = { .name = "" }, no_utf8 = { .name = "\xff" };
	struct profile no_utf8_path = { .name = "a", .connstring = "/dev/\xff" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add(names[i], "/dev/ttyACM0");
	file = load(PROFILE_OURS);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_non_null(profile_file_find(file, names[i]));
	profile_file_free(file);
	assert_int_equal(profile_add(&nameless, ERR_IGNORED), STATUS_USAGE);
	assert_int_equal(profile_add(&no_utf8, ERR_IGNORED), STATUS_USAGE);
	assert_int_equal(profile_add(&no_utf8_path, ERR_IGNORED), STATUS_USAGE);
}

static void adding_replaces_the_profile_of_that_name(void **state)
{
	struct profile_file *file;
	size_t count;

	(void)state;
	add("a", "/dev/1");
	add("b", "/dev/2");
	add("a", "/dev/3");
	file = load(PROFILE_OURS);
	profile_file_list(file, &count);
	assert_int_equal(count, 2);
	assert_string_equal(profile_file_find(file, "a")->connstring, "/dev/3");
	assert_string_equal(profile_file_find(file, "b")->connstring, "/dev/2");
	profile_file_free(file);
}

static void what_is_not_ours_stays_in_the_file(void **state)
{
	home_put(*state, OURS,
		"[{\"MyName\": \"a\", \"future\": {\"x\": [1, 0.0009765625, null]}},"
		" {\"MyName\": \"b\"}]");
	assert_int_equal(profile_delete("b", ERR_IGNORED), STATUS_OK);
	home_assert_holds(*state, OURS,
		"[\n    {\n        \"MyName\": \"a\",\n        \"future\": {\n"
		"            \"x\": [\n                1,\n                0.0009765625,\n"
		"                null\n            ]\n        }\n    }\n]\n");
}

static void deleting_what_is_not_there_is_an_error(void **state)
{
	struct err err;

	home_put(*state, MCUMGRS, "[{\"MyName\": \"theirs\"}]");
	assert_int_equal(profile_delete("theirs", &err), STATUS_USAGE);
	assert_ptr_equal(
		strstr(err.message, "there is no connection profile \"theirs\" in "), err.message);
	assert_int_equal(home_count(*state, "."), 0);
	home_assert_holds(*state, MCUMGRS, "[{\"MyName\": \"theirs\"}]");
}

static void every_setting_is_an_option_with_an_argument(void **state)
{
	uint8_t storage[256];
	struct buf names = BUF_OVER(storage);
	char *name, *rest;

	(void)state;
	profile_list_settings(&names);
	assert_false(names.overflow);
	name = strtok_r((char *)storage, ", ", &rest);
	assert_non_null(name);
	for (; name != NULL; name = strtok_r(NULL, ", ", &rest)) {
		const struct option_spec *option = profile_setting_find(name);

		assert_non_null(option);
		assert_int_not_equal(option->kind, OPTION_SWITCH);
	}
	assert_null(profile_setting_find("conn"));
	assert_null(profile_setting_find("frobnicate"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, home_open, home_close)
	const struct CMUnitTest tests[] = {
		TEST(a_missing_file_holds_no_profiles),
		TEST(the_file_of_mcumgr_is_read),
		TEST(the_last_of_two_with_one_name_counts),
		TEST(settings_are_read_and_odd_members_found),
		TEST(a_broken_file_is_named_with_its_line),
		TEST(a_broken_file_is_not_overwritten),
		TEST(a_file_that_cannot_be_read_is_no_empty_file),
		TEST(a_profile_is_written_as_mcumgr_would),
		TEST(a_name_may_be_anything_but_empty),
		TEST(adding_replaces_the_profile_of_that_name),
		TEST(what_is_not_ours_stays_in_the_file),
		TEST(deleting_what_is_not_there_is_an_error),
		TEST(every_setting_is_an_option_with_an_argument),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
