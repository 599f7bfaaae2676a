/* SPDX-License-Identifier: Apache-2.0 */
/* Which of command line, environment and profile counts. */
#include "src/connection.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/home.h"

#define OURS    ".config/smpctl/connections.json"
#define MCUMGRS ".mcumgr.cp.json"

/* A command line, and what it led to. */
struct line {
	struct settings settings;
	struct connection *connection;
	struct err err;
};

static void start(struct line *line)
{
	memset(line, 0, sizeof(*line));
	settings_default(&line->settings);
}

static void give(struct line *line, const char *option, const char *argument)
{
	assert_int_equal(option_set(option_find_name(option, strlen(option)), argument,
				 &line->settings, ERR_IGNORED),
		STATUS_OK);
}

static void resolve(struct line *line)
{
	if (connection_resolve(&line->settings, &line->connection, &line->err) != STATUS_OK)
		fail_msg("%s", line->err.message);
}

static void finish(struct line *line)
{
	connection_free(line->connection);
}

/* Refused, with these words in the message; nothing was changed. */
static void assert_refused(struct line *line, enum status status, const char *words)
{
	struct settings before = line->settings;

	assert_int_equal(
		connection_resolve(&line->settings, &line->connection, &line->err), status);
	if (strstr(line->err.message, words) == NULL)
		fail_msg("%s", line->err.message);
	assert_memory_equal(&line->settings, &before, sizeof(before));
}

static void put_bench_profile(const char *home)
{
	home_put(home, OURS,
		"[{\"MyName\": \"bench\", \"MyType\": \"serial\","
		" \"MyConnString\": \"/dev/ttyACM7,baud=9600,mtu=512\","
		" \"timeout\": \"5s\", \"tries\": \"1\", \"key\": \"/k.pem\"}]");
}

static void without_anything_the_defaults_stay(void **state)
{
	struct line line;

	(void)state;
	start(&line);
	resolve(&line);
	assert_null(line.settings.port);
	assert_int_equal(line.settings.baud, 115200);
	finish(&line);
}

static void a_profile_gives_connection_and_settings(void **state)
{
	struct line line;

	put_bench_profile(*state);
	start(&line);
	give(&line, "conn", "bench");
	resolve(&line);
	assert_string_equal(line.settings.port, "/dev/ttyACM7");
	assert_int_equal(line.settings.baud, 9600);
	assert_int_equal(line.settings.mtu, 380);
	assert_int_equal(line.settings.timeout_ms, 5000);
	assert_int_equal(line.settings.tries, 1);
	assert_string_equal(line.settings.key, "/k.pem");
	finish(&line);
}

static void the_command_line_wins_even_where_it_repeats_the_default(void **state)
{
	struct line line;

	put_bench_profile(*state);
	start(&line);
	give(&line, "baud", "115200");
	give(&line, "tries", "3");
	give(&line, "port", "loopback");
	give(&line, "conn", "bench");
	resolve(&line);
	assert_int_equal(line.settings.baud, 115200);
	assert_int_equal(line.settings.tries, 3);
	assert_string_equal(line.settings.port, "loopback");
	assert_int_equal(line.settings.timeout_ms, 5000);
	finish(&line);
}

static void a_connstring_takes_the_place_of_the_profiles(void **state)
{
	struct line line;

	put_bench_profile(*state);
	start(&line);
	give(&line, "conn", "bench");
	give(&line, "connstring", "dev=/dev/ttyUSB0");
	resolve(&line);
	assert_string_equal(line.settings.port, "/dev/ttyUSB0");
	assert_int_equal(line.settings.baud, 115200);
	assert_int_equal(line.settings.tries, 1);
	finish(&line);
}

static void connextra_stands_behind_the_connstring(void **state)
{
	struct line line;

	put_bench_profile(*state);
	start(&line);
	give(&line, "conn", "bench");
	give(&line, "connextra", "baud=19200");
	resolve(&line);
	assert_string_equal(line.settings.port, "/dev/ttyACM7");
	assert_int_equal(line.settings.baud, 19200);
	finish(&line);
	start(&line);
	give(&line, "port", "loopback");
	give(&line, "connextra", "baud=19200");
	resolve(&line);
	assert_int_equal(line.settings.baud, 19200);
	finish(&line);
}

static void mcumgrs_profiles_are_a_fallback(void **state)
{
	struct line line;

	home_put(*state, MCUMGRS,
		"[{\"MyName\": \"bench\", \"MyType\": \"serial\", \"MyConnString\": \"/dev/1\"},"
		" {\"MyName\": \"old\", \"MyType\": \"serial\", \"MyConnString\": \"/dev/2\"}]");
	put_bench_profile(*state);
	start(&line);
	give(&line, "conn", "bench");
	resolve(&line);
	assert_string_equal(line.settings.port, "/dev/ttyACM7");
	finish(&line);
	start(&line);
	give(&line, "conn", "old");
	resolve(&line);
	assert_string_equal(line.settings.port, "/dev/2");
	finish(&line);
}

static void a_broken_fallback_does_not_stand_in_the_way(void **state)
{
	struct line line;

	put_bench_profile(*state);
	home_put(*state, MCUMGRS, "oops");
	start(&line);
	give(&line, "conn", "bench");
	resolve(&line);
	finish(&line);
	start(&line);
	give(&line, "conn", "old");
	assert_refused(&line, STATUS_BAD_FILE, ".mcumgr.cp.json:1: ");
}

static void the_environment_stands_in_for_port_and_conn(void **state)
{
	struct line line;

	put_bench_profile(*state);
	setenv("SMPCTL_PORT", "loopback", 1);
	start(&line);
	resolve(&line);
	assert_string_equal(line.settings.port, "loopback");
	finish(&line);
	/* Both: the port of the one, the rest of the other, as with -p and -c. */
	setenv("SMPCTL_CONN", "bench", 1);
	start(&line);
	resolve(&line);
	assert_string_equal(line.settings.port, "loopback");
	assert_int_equal(line.settings.baud, 9600);
	finish(&line);
	setenv("SMPCTL_PORT", "", 1);
	start(&line);
	resolve(&line);
	assert_string_equal(line.settings.port, "/dev/ttyACM7");
	finish(&line);
}

static void the_environment_is_silent_where_the_command_line_names_the_device(void **state)
{
	static const char *const ways[][2] = { { "port", "/dev/ttyACM7" }, { "conn", "bench" },
		{ "connstring", "/dev/ttyACM7" } };

	put_bench_profile(*state);
	setenv("SMPCTL_PORT", "loopback", 1);
	setenv("SMPCTL_CONN", "no-such-profile", 1);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct line line;

		start(&line);
		give(&line, ways[i][0], ways[i][1]);
		resolve(&line);
		assert_string_equal(line.settings.port, "/dev/ttyACM7");
		finish(&line);
	}
}

static void an_unknown_profile_is_refused_with_the_one_that_was_meant(void **state)
{
	struct line line;

	put_bench_profile(*state);
	start(&line);
	give(&line, "conn", "bensch");
	assert_refused(&line, STATUS_USAGE, "there is no connection profile \"bensch\"");
	assert_string_equal(line.err.hint, "did you mean \"bench\"?");
	start(&line);
	give(&line, "conn", "quite another");
	assert_refused(&line, STATUS_USAGE, "\"quite another\"");
	assert_string_equal(line.err.hint, "there are: bench");
	start(&line);
	give(&line, "conn", "");
	assert_refused(&line, STATUS_USAGE, "\"\"");
}

static void a_profile_is_used_whole_or_not_at_all(void **state)
{
	static const struct {
		const char *name, *words;
	} cases[] = {
		{ "type", "connections of the type \"ble\" are not known" },
		{ "key", "unknown key \"parity\"" },
		{ "value", "--timeout takes a duration" },
		{ "number", "\"window\" must be a text" },
		{ "unknown", "\"tiemout\" is no setting" },
	};

	home_put(*state, OURS,
		"[{\"MyName\": \"type\", \"MyType\": \"ble\"},"
		" {\"MyName\": \"key\", \"MyConnString\": \"/dev/x,baud=9600,parity=even\"},"
		" {\"MyName\": \"value\", \"port\": \"/dev/x\", \"timeout\": \"soon\"},"
		" {\"MyName\": \"number\", \"window\": 4},"
		" {\"MyName\": \"unknown\", \"tiemout\": \"5s\"}]");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct line line;

		start(&line);
		give(&line, "conn", cases[i].name);
		assert_refused(&line, STATUS_USAGE, cases[i].words);
		assert_ptr_equal(
			strstr(line.err.message, "connection profile \""), line.err.message);
	}
}

static void a_wrong_value_is_refused_even_where_it_would_not_count(void **state)
{
	struct line line;

	home_put(*state, OURS, "[{\"MyName\": \"a\", \"timeout\": \"soon\"}]");
	start(&line);
	give(&line, "timeout", "2s");
	give(&line, "conn", "a");
	assert_refused(&line, STATUS_USAGE, "--timeout takes a duration");
}

static void other_types_than_serial_are_refused(void **state)
{
	struct line line;

	(void)state;
	start(&line);
	give(&line, "port", "loopback");
	give(&line, "conntype", "serial");
	resolve(&line);
	finish(&line);
	start(&line);
	give(&line, "port", "loopback");
	give(&line, "conntype", "udp");
	assert_refused(&line, STATUS_USAGE, "connections of the type \"udp\" are not known");
}

static void connection_strings_of_any_length_do_no_harm(void **state)
{
	char extra[2000];
	struct line line;

	(void)state;
	memset(extra, 'x', sizeof(extra));
	extra[sizeof(extra) - 1] = '\0';
	start(&line);
	give(&line, "connstring", "/dev/ttyACM0");
	give(&line, "connextra", extra);
	assert_refused(&line, STATUS_USAGE, "too long");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, home_open, home_close)
	const struct CMUnitTest tests[] = {
		TEST(without_anything_the_defaults_stay),
		TEST(a_profile_gives_connection_and_settings),
		TEST(the_command_line_wins_even_where_it_repeats_the_default),
		TEST(a_connstring_takes_the_place_of_the_profiles),
		TEST(connextra_stands_behind_the_connstring),
		TEST(mcumgrs_profiles_are_a_fallback),
		TEST(a_broken_fallback_does_not_stand_in_the_way),
		TEST(the_environment_stands_in_for_port_and_conn),
		TEST(the_environment_is_silent_where_the_command_line_names_the_device),
		TEST(an_unknown_profile_is_refused_with_the_one_that_was_meant),
		TEST(a_profile_is_used_whole_or_not_at_all),
		TEST(a_wrong_value_is_refused_even_where_it_would_not_count),
		TEST(other_types_than_serial_are_refused),
		TEST(connection_strings_of_any_length_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
