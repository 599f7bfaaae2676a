/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses go to the right place, and wrong ones are explained. */
#include "transport/transport.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LONG_ADDRESS_LEN = 8000 };

/* A scheme that opens nothing and tells, through the error, what it was asked. */
static enum status open_nothing(const char *rest, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr)
{
	(void)ret_transport;
	return err_set(reterr, STATUS_UNSUPPORTED, "rest \"%s\", %u baud", rest, options->baud);
}

static const struct transport_scheme schemes[] = {
	{ .name = "loop", .open = open_nothing },
	{ .name = "usb", .open = open_nothing },
};

static enum status open_address(
	const char *address, const struct transport_options *options, struct err *reterr)
{
	struct transport *transport = NULL;
	enum status status = transport_open(address, schemes, 2, options, &transport, reterr);

	assert_null(transport);
	assert_int_not_equal(status, STATUS_OK);
	assert_int_equal(status, reterr->status);
	return status;
}

static void a_scheme_is_given_what_stands_behind_the_colon(void **state)
{
	static const struct {
		const char *address;
		const char *message;
	} cases[] = {
		{ "loop", "rest \"\", 0 baud" },
		{ "loop:", "rest \"\", 0 baud" },
		{ "loop:a=1,b:c", "rest \"a=1,b:c\", 0 baud" },
		{ "usb:2fe3:0100/1", "rest \"2fe3:0100/1\", 0 baud" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };

		assert_int_equal(open_address(cases[i].address, NULL, &err), STATUS_UNSUPPORTED);
		assert_string_equal(err.message, cases[i].message);
	}
}

static void options_reach_the_scheme(void **state)
{
	struct transport_options options = { .baud = 57600 };
	struct err err = { 0 };

	(void)state;
	open_address("loop", &options, &err);
	assert_string_equal(err.message, "rest \"\", 57600 baud");
}

static void a_bare_name_is_a_port_below_dev(void **state)
{
	static const char *const names[] = { "no-such-port", "loopy", "us" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct err err = { 0 };

		assert_int_equal(open_address(names[i], NULL, &err), STATUS_NO_PORT);
		assert_non_null(strstr(err.message, "/dev/"));
		assert_non_null(strstr(err.message, names[i]));
	}
}

static void a_path_may_hold_colons_and_is_taken_as_it_is(void **state)
{
	static const char *const paths[] = {
		"/no-such-folder/by-path/pci-0000:00:14.0-usb-0:1.4:1.0",
		"./no-such:port",
		"no-such-folder/usb:1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct err err = { 0 };

		assert_int_equal(open_address(paths[i], NULL, &err), STATUS_NO_PORT);
		assert_non_null(strstr(err.message, paths[i]));
		assert_null(strstr(err.message, "/dev/"));
	}
}

static void an_unknown_scheme_is_refused_with_the_known_ones(void **state)
{
	static const char *const addresses[] = { "ble:aa/bb", "loo:", "loopy:1", ":1" };

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		struct err err = { 0 };

		assert_int_equal(open_address(addresses[i], NULL, &err), STATUS_USAGE);
		assert_non_null(strstr(err.hint, "loop:, usb:, "));
	}
}

static void an_unknown_scheme_is_named_without_its_rest(void **state)
{
	struct err err = { 0 };

	(void)state;
	open_address("ble:aa:bb", NULL, &err);
	assert_string_equal(err.message, "no address begins with \"ble:\"");
}

static void empty_and_endless_addresses_are_refused(void **state)
{
	struct err err = { 0 };
	char *address = malloc(LONG_ADDRESS_LEN + 1);

	(void)state;
	assert_non_null(address);
	memset(address, 'a', LONG_ADDRESS_LEN);
	address[LONG_ADDRESS_LEN] = '\0';
	assert_int_equal(open_address("", NULL, &err), STATUS_USAGE);
	assert_int_equal(open_address(address, NULL, &err), STATUS_USAGE);
	free(address);
}

static void closing_nothing_is_allowed(void **state)
{
	(void)state;
	transport_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scheme_is_given_what_stands_behind_the_colon),
		cmocka_unit_test(options_reach_the_scheme),
		cmocka_unit_test(a_bare_name_is_a_port_below_dev),
		cmocka_unit_test(a_path_may_hold_colons_and_is_taken_as_it_is),
		cmocka_unit_test(an_unknown_scheme_is_refused_with_the_known_ones),
		cmocka_unit_test(an_unknown_scheme_is_named_without_its_rest),
		cmocka_unit_test(empty_and_endless_addresses_are_refused),
		cmocka_unit_test(closing_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
