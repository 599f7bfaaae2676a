/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of serial ports: what is understood, what is refused, what matches. */
#include "transport/port_address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct port_info board = {
	.node = "/dev/ttyACM0",
	.is_usb = true,
	.vendor_id = 0x2fe3,
	.product_id = 0x0a10,
	.interface_number = 2,
	.place = "1-1.4",
	.serial_number = "AB:c/1,2",
};

static bool means(const char *text, const struct port_info *info)
{
	struct port_address address;
	struct err err;

	if (port_address_parse(text, &address, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return port_address_matches(&address, info);
}

static void ids_match_in_upper_and_lower_case(void **state)
{
	(void)state;
	assert_true(means("usb:2fe3:0a10", &board));
	assert_true(means("usb:2FE3:0A10", &board));
	assert_false(means("usb:2fe3:0a11", &board));
	assert_false(means("usb:2fe4:0a10", &board));
	assert_false(means("usb:a10:2fe3", &board));
}

static void zeros_in_front_of_an_id_may_be_left_out(void **state)
{
	struct port_info other = board;

	(void)state;
	other.product_id = 0xa;
	assert_true(means("usb:2fe3:a10", &board));
	assert_true(means("usb:2fe3:a", &other));
	assert_true(means("usb:2fe3:000a", &other));
	assert_false(means("usb:2fe3:a0", &other));
}

static void wildcards_stand_for_any_characters_in_each_field(void **state)
{
	(void)state;
	assert_true(means("usb:*:*", &board));
	assert_true(means("usb:2f*:0?1?", &board));
	assert_false(means("usb:2f*:0?2?", &board));
	assert_true(means("usb:*:*:AB*", &board));
	assert_true(means("usb:*:*:*2", &board));
	assert_true(means("usb:*:*:*c*1*", &board));
	assert_false(means("usb:*:*:*c*3*", &board));
	assert_false(means("usb:*:*:AB?", &board));
	assert_true(means("usb:*:*/?", &board));
	assert_false(means("usb:*:*/1*", &board));
}

static void an_empty_field_stands_for_anything(void **state)
{
	struct port_info nameless = board;

	(void)state;
	nameless.serial_number[0] = '\0';
	assert_true(means("usb:2fe3", &board));
	assert_true(means("usb:2fe3:", &board));
	assert_true(means("usb::0a10", &board));
	assert_true(means("usb:2fe3::/2", &board));
	assert_true(means("usb:2fe3:0a10:", &nameless));
	assert_true(means("usb:2fe3:0a10:*", &nameless));
	assert_false(means("usb:2fe3:0a10:?", &nameless));
}

static void a_serial_number_is_compared_as_it_is(void **state)
{
	(void)state;
	/* A colon is itself; what has a meaning in an address is written as a question mark. */
	assert_true(means("usb:2fe3:0a10:AB:c?1?2", &board));
	assert_true(means("usb:2fe3:0a10:AB:c?1?2/2", &board));
	assert_false(means("usb:2fe3:0a10:ab:c?1?2", &board));
	assert_false(means("usb:2fe3:0a10:AB", &board));
}

static void the_interface_is_decimal(void **state)
{
	struct port_info other = board;

	(void)state;
	other.interface_number = 10;
	assert_true(means("usb:2fe3:0a10/2", &board));
	assert_true(means("usb:2fe3:0a10/02", &board));
	assert_false(means("usb:2fe3:0a10/0", &board));
	assert_true(means("usb:2fe3:0a10/10", &other));
	assert_false(means("usb:2fe3:0a10/1", &other));
}

static void several_patterns_make_a_map(void **state)
{
	struct port_info bootloader = board, stranger = board;
	struct port_address address;

	(void)state;
	bootloader.product_id = 0x000a;
	bootloader.interface_number = 0;
	stranger.product_id = 0x0100;
	for (int i = 0; i < 2; i++) {
		const char *text =
			i == 0 ? "usb:2fe3:0a10/2,2fe3:000a/0" : "usb:2fe3:0a10/2,usb:2fe3:000a/0";

		assert_int_equal(port_address_parse(text, &address, ERR_IGNORED), STATUS_OK);
		assert_int_equal(address.pattern_count, 2);
		assert_true(port_address_matches(&address, &board));
		assert_true(port_address_matches(&address, &bootloader));
		assert_false(port_address_matches(&address, &stranger));
	}
	bootloader.interface_number = 2;
	assert_false(port_address_matches(&address, &bootloader));
}

static void a_place_in_the_usb_tree_is_the_whole_place(void **state)
{
	(void)state;
	assert_true(means("usb-path:1-1.4", &board));
	assert_true(means("usb-path:1-1.*", &board));
	assert_true(means("usb-path:1-1.4/2", &board));
	assert_false(means("usb-path:1-1.4/0", &board));
	assert_false(means("usb-path:1-1", &board));
	assert_false(means("usb-path:1-1.4.1", &board));
}

static void a_port_without_usb_matches_no_usb_address(void **state)
{
	static const struct port_info uart = { .node = "/dev/ttyS0" };

	(void)state;
	assert_false(means("usb:*:*", &uart));
	assert_false(means("usb:0:0", &uart));
	assert_false(means("usb-path:*", &uart));
	assert_false(means(NULL, &uart));
	assert_true(means(NULL, &board));
	assert_true(means("ttyS0", &uart));
}

static void a_node_is_named_with_or_without_its_folder(void **state)
{
	struct port_address address;

	(void)state;
	assert_true(means("ttyACM0", &board));
	assert_true(means("/dev/ttyACM0", &board));
	assert_false(means("ttyACM", &board));
	assert_false(means("/dev/ttyACM1", &board));
	assert_int_equal(port_address_parse("ttyACM0", &address, ERR_IGNORED), STATUS_OK);
	assert_int_equal(address.kind, PORT_ADDRESS_NODE);
	assert_string_equal(address.path, "/dev/ttyACM0");
	assert_int_equal(port_address_parse("./x", &address, ERR_IGNORED), STATUS_OK);
	assert_string_equal(address.path, "./x");
}

static void a_link_means_the_node_that_it_leads_to(void **state)
{
	static const struct port_info null = { .node = "/dev/null" };
	char folder[] = "/tmp/test_port_address.XXXXXX", link[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(link, sizeof(link), "%s/usb-ZEPHYR_board-if00", folder);
	assert_int_equal(symlink("/dev/null", link), 0);
	assert_true(means(link, &null));
	assert_false(means(link, &board));
	unlink(link);
	rmdir(folder);
}

static void only_usb_addresses_are_taken_for_such(void **state)
{
	(void)state;
	assert_true(port_address_is_usb("usb:2fe3:0100"));
	assert_true(port_address_is_usb("usb-path:1-1"));
	assert_false(port_address_is_usb("usb"));
	assert_false(port_address_is_usb("usb-ZEPHYR_board-if00"));
	assert_false(port_address_is_usb("loopback"));
	assert_false(port_address_is_usb("/dev/usb:0"));
}

static void what_is_no_address_is_refused_with_the_reason(void **state)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{ "", "the address of the port is empty" },
		{ "usb:", "usb:: an address of the form VID:PID[:SERIAL][/IFACE] is missing" },
		{ "usb:2fe3:0100,",
			"usb:2fe3:0100,: an address of the form VID:PID[:SERIAL][/IFACE] is "
			"missing" },
		{ "usb:2fg3:0100", "usb:2fg3:0100: \"2fg3:0100\" is no VID:PID[:SERIAL]" },
		{ "usb:12fe3:0100", "usb:12fe3:0100: \"12fe3:0100\" is no VID:PID[:SERIAL]" },
		{ "usb:2fe3:********",
			"usb:2fe3:********: \"2fe3:********\" is no VID:PID[:SERIAL]" },
		{ "usb:2fe3:0100/x", "usb:2fe3:0100/x: \"x\" is no interface number" },
		{ "usb:2fe3:0100/", "usb:2fe3:0100/: \"\" is no interface number" },
		{ "usb:2fe3:0100/256", "usb:2fe3:0100/256: \"256\" is no interface number" },
		{ "usb:1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1",
			"usb:1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1,1:1: more than 8 patterns" },
		{ "usb-path:", "usb-path:: \"\" is no place in the USB tree" },
		{ "usb-path:1-1.4:1.0",
			"usb-path:1-1.4:1.0: \"1-1.4:1.0\" is no place in the USB tree" },
		{ "usb-path:1-1/1/0", "usb-path:1-1/1/0: \"1-1/1\" is no place in the USB tree" },
		{ "usb-path:1-1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1",
			"usb-path:1-1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1: "
			"\"1-1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1.1\" is no place in the USB tree" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct port_address address;
		struct err err;

		assert_int_equal(port_address_parse(rows[i].text, &address, &err), STATUS_USAGE);
		assert_string_equal(err.message, rows[i].reason);
	}
}

static void what_is_too_long_is_refused(void **state)
{
	static const char *const heads[] = { "usb:1:1:", "usb-path:1-", "/", "" };
	char text[PATH_MAX + 16];
	struct port_address address;

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		memset(text, '1', sizeof(text));
		text[sizeof(text) - 1] = '\0';
		memcpy(text, heads[i], strlen(heads[i]));
		assert_int_equal(port_address_parse(text, &address, ERR_IGNORED), STATUS_USAGE);
	}
	/* One byte more than a serial number can have. */
	snprintf(text, sizeof(text), "usb:1:1:%0*d", PORT_TEXT_MAX, 0);
	assert_int_equal(port_address_parse(text, &address, ERR_IGNORED), STATUS_USAGE);
	snprintf(text, sizeof(text), "usb:1:1:%0*d", PORT_TEXT_MAX - 1, 0);
	assert_int_equal(port_address_parse(text, &address, ERR_IGNORED), STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_match_in_upper_and_lower_case),
		cmocka_unit_test(zeros_in_front_of_an_id_may_be_left_out),
		cmocka_unit_test(wildcards_stand_for_any_characters_in_each_field),
		cmocka_unit_test(an_empty_field_stands_for_anything),
		cmocka_unit_test(a_serial_number_is_compared_as_it_is),
		cmocka_unit_test(the_interface_is_decimal),
		cmocka_unit_test(several_patterns_make_a_map),
		cmocka_unit_test(a_place_in_the_usb_tree_is_the_whole_place),
		cmocka_unit_test(a_port_without_usb_matches_no_usb_address),
		cmocka_unit_test(a_node_is_named_with_or_without_its_folder),
		cmocka_unit_test(a_link_means_the_node_that_it_leads_to),
		cmocka_unit_test(only_usb_addresses_are_taken_for_such),
		cmocka_unit_test(what_is_no_address_is_refused_with_the_reason),
		cmocka_unit_test(what_is_too_long_is_refused),
	};

	return cmocka_run_group_tests_name("port_address", tests, NULL, NULL);
}
