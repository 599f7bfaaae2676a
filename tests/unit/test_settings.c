/* SPDX-License-Identifier: Apache-2.0 */
/* The option table: every row set and refused, and the rows among themselves. */
#include "src/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "smp/session.h"
#include "transport/transport.h"

static const struct option_spec *find(const char *name)
{
	const struct option_spec *option = option_find_name(name, strlen(name));

	assert_non_null(option);
	return option;
}

static enum status set(
	struct settings *settings, const char *name, const char *argument, struct err *reterr)
{
	return option_set(find(name), argument, settings, reterr);
}

static void the_defaults_are_those_of_the_manual(void **state)
{
	struct settings settings;

	(void)state;
	memset(&settings, 0xff, sizeof(settings));
	settings_default(&settings);
	assert_null(settings.port);
	assert_int_equal(settings.baud, 115200);
	assert_int_equal(settings.flow, TRANSPORT_FLOW_NONE);
	assert_int_equal(settings.dtr, TRANSPORT_LINE_KEEP);
	assert_int_equal(settings.rts, TRANSPORT_LINE_KEEP);
	assert_int_equal(settings.mtu, 0);
	assert_int_equal(settings.line_length, 127);
	assert_int_equal(settings.timeout_ms, 2000);
	assert_int_equal(settings.tries, 3);
	assert_int_equal(settings.smp_version, SMP_CHOOSE_VERSION);
	assert_null(settings.trace);
	assert_int_equal(settings.image, SETTINGS_IMAGE_UNSET);
	assert_true(settings.slot == SETTINGS_SLOT_UNSET);
	assert_false(settings.json || settings.quiet || settings.verbose || settings.help ||
		     settings.version || settings.restart || settings.upgrade || settings.force ||
		     settings.bootloader);
}

static void the_names_lead_to_their_own_members(void **state)
{
	struct settings settings;

	(void)state;
	settings_default(&settings);
	assert_int_equal(set(&settings, "port", "/dev/ttyACM0", ERR_IGNORED), STATUS_OK);
	assert_int_equal(set(&settings, "trace", "t", ERR_IGNORED), STATUS_OK);
	assert_int_equal(set(&settings, "baud", "921600", ERR_IGNORED), STATUS_OK);
	assert_int_equal(set(&settings, "mtu", "0x200", ERR_IGNORED), STATUS_OK);
	assert_int_equal(set(&settings, "line-length", "64", ERR_IGNORED), STATUS_OK);
	assert_int_equal(set(&settings, "timeout", "1.5s", ERR_IGNORED), STATUS_OK);
	assert_int_equal(set(&settings, "tries", "8", ERR_IGNORED), STATUS_OK);
	assert_int_equal(set(&settings, "image", "2", ERR_IGNORED), STATUS_OK);
	assert_int_equal(set(&settings, "slot", "1", ERR_IGNORED), STATUS_OK);
	assert_string_equal(settings.port, "/dev/ttyACM0");
	assert_string_equal(settings.trace, "t");
	assert_int_equal(settings.baud, 921600);
	assert_int_equal(settings.mtu, 512);
	assert_int_equal(settings.line_length, 64);
	assert_int_equal(settings.timeout_ms, 1500);
	assert_int_equal(settings.tries, 8);
	assert_int_equal(settings.image, 2);
	assert_int_equal(settings.slot, 1);
}

static void the_switches_lead_to_their_own_members(void **state)
{
	static const char *const names[] = { "json", "quiet", "verbose", "help", "version",
		"restart", "upgrade", "force", "bootloader" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct settings settings;
		const bool *members[] = { &settings.json, &settings.quiet, &settings.verbose,
			&settings.help, &settings.version, &settings.restart, &settings.upgrade,
			&settings.force, &settings.bootloader };

		settings_default(&settings);
		assert_int_equal(set(&settings, names[i], NULL, ERR_IGNORED), STATUS_OK);
		for (size_t j = 0; j < sizeof(members) / sizeof(members[0]); j++)
			assert_int_equal(*members[j], i == j);
	}
}

static void the_choices_stand_in_the_order_of_their_enums(void **state)
{
	struct settings settings;

	(void)state;
	settings_default(&settings);
	set(&settings, "flow", "rtscts", NULL);
	assert_int_equal(settings.flow, TRANSPORT_FLOW_RTSCTS);
	set(&settings, "flow", "none", NULL);
	assert_int_equal(settings.flow, TRANSPORT_FLOW_NONE);
	set(&settings, "dtr", "on", NULL);
	assert_int_equal(settings.dtr, TRANSPORT_LINE_ON);
	set(&settings, "rts", "off", NULL);
	assert_int_equal(settings.rts, TRANSPORT_LINE_OFF);
	set(&settings, "rts", "keep", NULL);
	assert_int_equal(settings.rts, TRANSPORT_LINE_KEEP);
	set(&settings, "smp-version", "1", NULL);
	assert_int_equal(settings.smp_version, SMP_FORCE_VERSION_1);
	set(&settings, "smp-version", "2", NULL);
	assert_int_equal(settings.smp_version, SMP_FORCE_VERSION_2);
	set(&settings, "smp-version", "auto", NULL);
	assert_int_equal(settings.smp_version, SMP_CHOOSE_VERSION);
}

static void ports_are_collected_and_the_first_is_the_one_of_ordinary_commands(void **state)
{
	struct settings settings;

	(void)state;
	settings_default(&settings);
	assert_null(settings.port);
	set(&settings, "port", "ttyACM0", NULL);
	set(&settings, "port", "ttyACM1", NULL);
	assert_string_equal(settings.port, "ttyACM0");
	assert_int_equal(settings.ports.count, 2);
	assert_string_equal(settings.ports.items[1], "ttyACM1");
}

/* What a row's kind cannot take, whatever the row. */
static const char *unfit_for(enum option_kind kind)
{
	switch (kind) {
	case OPTION_NUMBER:
		return "12a";
	case OPTION_DURATION:
		return "soon";
	case OPTION_CHOICE:
		return "Keep";
	case OPTION_SWITCH:
	case OPTION_TEXT:
	case OPTION_PORT:
		break;
	}
	return NULL;
}

static void a_refusal_names_the_option_and_changes_nothing(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *argument = unfit_for(options[i].kind);
		struct settings settings, before;
		struct err err = { 0 };
		char start[64];

		if (argument == NULL)
			continue;
		settings_default(&settings);
		before = settings;
		assert_int_equal(option_set(&options[i], argument, &settings, &err), STATUS_USAGE);
		snprintf(start, sizeof(start), "--%s takes ", options[i].name);
		assert_memory_equal(err.message, start, strlen(start));
		assert_non_null(strstr(err.message, argument));
		assert_memory_equal(&settings, &before, sizeof(settings));
	}
}

static void numbers_are_taken_up_to_their_limits_and_no_further(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct settings settings;
		char text[32];

		if (options[i].kind != OPTION_NUMBER)
			continue;
		settings_default(&settings);
		snprintf(text, sizeof(text), "%llu", (unsigned long long)options[i].min);
		assert_int_equal(option_set(&options[i], text, &settings, ERR_IGNORED), STATUS_OK);
		snprintf(text, sizeof(text), "%llu", (unsigned long long)options[i].max);
		assert_int_equal(option_set(&options[i], text, &settings, ERR_IGNORED), STATUS_OK);
		snprintf(text, sizeof(text), "%llu", (unsigned long long)options[i].max + 1);
		assert_int_equal(
			option_set(&options[i], text, &settings, ERR_IGNORED), STATUS_USAGE);
		if (options[i].min == 0)
			continue;
		snprintf(text, sizeof(text), "%llu", (unsigned long long)options[i].min - 1);
		assert_int_equal(
			option_set(&options[i], text, &settings, ERR_IGNORED), STATUS_USAGE);
	}
}

static void a_duration_is_more_than_nothing(void **state)
{
	struct settings settings;
	struct err err = { 0 };

	(void)state;
	settings_default(&settings);
	assert_int_equal(set(&settings, "timeout", "500ms", ERR_IGNORED), STATUS_OK);
	assert_int_equal(settings.timeout_ms, 500);
	assert_int_equal(set(&settings, "timeout", "3", ERR_IGNORED), STATUS_OK);
	assert_int_equal(settings.timeout_ms, 3000);
	assert_int_equal(set(&settings, "timeout", "0", &err), STATUS_USAGE);
	assert_string_equal(
		err.message, "--timeout takes a duration such as 2s or 500ms, not \"0\"");
	assert_int_equal(set(&settings, "timeout", "-1s", ERR_IGNORED), STATUS_USAGE);
	assert_int_equal(set(&settings, "timeout", "", ERR_IGNORED), STATUS_USAGE);
	assert_int_equal(settings.timeout_ms, 3000);
}

static void a_refusal_says_what_would_be_right(void **state)
{
	struct settings settings;
	struct err err = { 0 };

	(void)state;
	settings_default(&settings);
	set(&settings, "tries", "9", &err);
	assert_string_equal(err.message, "--tries takes a number from 1 to 8, not \"9\"");
	set(&settings, "flow", "xonxoff", &err);
	assert_string_equal(err.message, "--flow takes none|rtscts, not \"xonxoff\"");
}

static void names_letters_and_members_are_unique(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(options[i].name, options[j].name);
			assert_int_not_equal(options[i].offset, options[j].offset);
			if (options[i].letter != '\0')
				assert_int_not_equal(options[i].letter, options[j].letter);
		}
		assert_ptr_equal(
			option_find_name(options[i].name, strlen(options[i].name)), &options[i]);
		if (options[i].letter != '\0')
			assert_ptr_equal(option_find_letter(options[i].letter), &options[i]);
	}
	assert_null(option_find_name("por", 3));
	assert_null(option_find_name("ports", 5));
	assert_null(option_find_name("", 0));
	assert_null(option_find_letter('\0'));
	assert_null(option_find_letter('Z'));
}

static void every_row_is_complete(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const struct option_spec *option = &options[i];
		size_t help_len = strlen(option->help);

		assert_true(help_len > 0);
		assert_int_not_equal(option->help[help_len - 1], '.');
		assert_int_equal(option->argument == NULL, option->kind == OPTION_SWITCH);
		assert_int_equal(option->choices != NULL, option->kind == OPTION_CHOICE);
		assert_int_equal(option->max > option->min, option->kind == OPTION_NUMBER);
		assert_true(option->offset < sizeof(struct settings));
	}
}

/* "none|rtscts" in the help is what is taken, no more and no less. */
static void help_texts_show_the_choices_there_are(void **state)
{
	size_t count;
	const struct option_spec *options = option_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *shown = options[i].argument;
		size_t bars = 0, choices = 0;

		if (options[i].kind != OPTION_CHOICE)
			continue;
		for (const char *c = shown; *c != '\0'; c++)
			bars += *c == '|';
		for (; options[i].choices[choices] != NULL; choices++)
			assert_non_null(strstr(shown, options[i].choices[choices]));
		assert_int_equal(choices, bars + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_defaults_are_those_of_the_manual),
		cmocka_unit_test(the_names_lead_to_their_own_members),
		cmocka_unit_test(the_switches_lead_to_their_own_members),
		cmocka_unit_test(the_choices_stand_in_the_order_of_their_enums),
		cmocka_unit_test(ports_are_collected_and_the_first_is_the_one_of_ordinary_commands),
		cmocka_unit_test(a_refusal_names_the_option_and_changes_nothing),
		cmocka_unit_test(numbers_are_taken_up_to_their_limits_and_no_further),
		cmocka_unit_test(a_duration_is_more_than_nothing),
		cmocka_unit_test(a_refusal_says_what_would_be_right),
		cmocka_unit_test(names_letters_and_members_are_unique),
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(help_texts_show_the_choices_there_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
