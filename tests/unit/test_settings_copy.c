/* SPDX-License-Identifier: Apache-2.0 */
/* Options that outlive their command line, and which of them make a connection another one. */
#include "src/settings_copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void set(struct settings *settings, const char *name, const char *argument)
{
	assert_int_equal(
		option_set(option_find_name(name, strlen(name)), argument, settings, ERR_IGNORED),
		STATUS_OK);
}

static void texts_outlive_the_words_that_they_came_from(void **state)
{
	char port[] = "ttyACM0", trace[] = "trace.txt";
	struct settings settings;
	struct settings_copy copy;

	(void)state;
	settings_default(&settings);
	set(&settings, "port", port);
	set(&settings, "trace", trace);
	set(&settings, "baud", "9600");
	assert_int_equal(settings_copy_make(&settings, &copy, ERR_IGNORED), STATUS_OK);
	memset(port, 'x', strlen(port));
	memset(trace, 'x', strlen(trace));
	assert_string_equal(copy.settings.port, "ttyACM0");
	assert_string_equal(copy.settings.trace, "trace.txt");
	assert_int_equal(copy.settings.baud, 9600);
	assert_null(copy.settings.conn);
	settings_copy_clear(&copy);
}

static void what_was_given_stays_given(void **state)
{
	const struct option_spec *baud = option_find_name("baud", 4);
	struct settings settings;
	struct settings_copy copy;

	(void)state;
	settings_default(&settings);
	set(&settings, "baud", "115200");
	assert_int_equal(settings_copy_make(&settings, &copy, ERR_IGNORED), STATUS_OK);
	assert_true(option_is_given(baud, &copy.settings));
	assert_false(option_is_given(option_find_name("mtu", 3), &copy.settings));
	settings_copy_clear(&copy);
}

static void what_one_command_takes_is_not_kept(void **state)
{
	struct settings settings;
	struct settings_copy copy;

	(void)state;
	settings_default(&settings);
	set(&settings, "slot", "1");
	set(&settings, "force", NULL);
	set(&settings, "key", "key.pem");
	assert_int_equal(settings_copy_make(&settings, &copy, ERR_IGNORED), STATUS_OK);
	assert_int_equal(copy.settings.slot, SETTINGS_SLOT_UNSET);
	assert_false(copy.settings.force);
	assert_null(copy.settings.key);
	settings_copy_clear(&copy);
}

static void only_what_the_port_is_opened_with_makes_another_connection(void **state)
{
	static const char *const others[][2] = { { "port", "b" }, { "baud", "9600" },
		{ "flow", "rtscts" }, { "dtr", "on" }, { "rts", "off" }, { "mtu", "512" },
		{ "line-length", "64" }, { "timeout", "1s" }, { "tries", "1" },
		{ "smp-version", "1" }, { "framing", "raw" }, { "break", NULL }, { "trace", "t" },
		{ "probe", NULL } };
	static const char *const same[][2] = { { "json", NULL }, { "image", "1" },
		{ "window", "2" }, { "verbose", NULL }, { "slot", "1" } };
	struct settings a, b;

	(void)state;
	settings_default(&a);
	set(&a, "port", "a");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		b = a;
		b.ports.count = 0;
		set(&b, others[i][0], others[i][1]);
		assert_false(settings_same_connection(&a, &b));
	}
	b = a;
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		set(&b, same[i][0], same[i][1]);
	assert_true(settings_same_connection(&a, &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_outlive_the_words_that_they_came_from),
		cmocka_unit_test(what_was_given_stays_given),
		cmocka_unit_test(what_one_command_takes_is_not_kept),
		cmocka_unit_test(only_what_the_port_is_opened_with_makes_another_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
