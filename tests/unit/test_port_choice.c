/* SPDX-License-Identifier: Apache-2.0 */
/* One port out of a list, and what is said when it is none or several. */
#include "transport/port_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* A list of any length over ports that are none of its own. */
static struct port_list list_of(struct port_info *ports, size_t count)
{
	return (struct port_list){ .ports = ports, .count = count };
}

static struct port_info usb_port(
	const char *node, uint16_t product_id, const char *serial_number, const char *place)
{
	struct port_info info = { .is_usb = true, .vendor_id = 0x2fe3, .product_id = product_id };

	snprintf(info.node, sizeof(info.node), "%s", node);
	snprintf(info.serial_number, sizeof(info.serial_number), "%s", serial_number);
	snprintf(info.place, sizeof(info.place), "%s", place);
	return info;
}

static enum status choose(const char *text, const struct port_list *list,
	const struct port_info **ret_info, struct err *reterr)
{
	struct port_address address;

	assert_int_equal(port_address_parse(text, &address, reterr), STATUS_OK);
	return port_choice_find(&address, list, ret_info, reterr);
}

static void assert_address(
	const struct port_info *info, const struct port_list *list, const char *wanted)
{
	uint8_t storage[PORT_TEXT_MAX + 64];
	struct buf text = BUF_OVER(storage);

	port_choice_append(&text, info, list);
	assert_string_equal(buf_text(&text), wanted);
}

static void the_only_match_is_taken(void **state)
{
	struct port_info ports[] = { usb_port("/dev/ttyACM0", 0x0100, "1", "1-1"),
		usb_port("/dev/ttyACM1", 0x000a, "2", "1-2"), { .node = "/dev/ttyS0" } };
	struct port_list list = list_of(ports, 3);
	const struct port_info *info = NULL;

	(void)state;
	assert_int_equal(choose("usb:2fe3:000a", &list, &info, ERR_IGNORED), STATUS_OK);
	assert_ptr_equal(info, &ports[1]);
	assert_int_equal(choose("ttyS0", &list, &info, ERR_IGNORED), STATUS_OK);
	assert_ptr_equal(info, &ports[2]);
}

static void with_nothing_said_the_only_usb_port_is_taken(void **state)
{
	struct port_info ports[] = { { .node = "/dev/ttyS0" },
		usb_port("/dev/ttyUSB0", 0x0100, "", "1-1"), { .node = "/dev/ttyS1" } };
	struct port_list list = list_of(ports, 3);
	const struct port_info *info = NULL;

	(void)state;
	assert_int_equal(choose(NULL, &list, &info, ERR_IGNORED), STATUS_OK);
	assert_ptr_equal(info, &ports[1]);
}

static void several_matches_are_listed_with_an_address_for_each(void **state)
{
	struct port_info ports[] = { usb_port("/dev/ttyACM0", 0x0100, "1", "1-1"),
		usb_port("/dev/ttyACM1", 0x0100, "2", "1-2"),
		usb_port("/dev/ttyACM2", 0x000a, "3", "1-3") };
	struct port_list list = list_of(ports, 3);
	const struct port_info *info = NULL;
	struct err err;

	(void)state;
	assert_int_equal(choose("usb:2fe3:0100", &list, &info, &err), STATUS_USAGE);
	assert_string_equal(err.message, "2 ports match usb:2fe3:0100");
	assert_string_equal(err.hint, "say which one with -p: /dev/ttyACM0 (usb:2fe3:0100:1), "
				      "/dev/ttyACM1 (usb:2fe3:0100:2)");
	assert_int_equal(choose(NULL, &list, &info, &err), STATUS_USAGE);
	assert_string_equal(err.message, "3 USB serial ports are here");
	assert_null(info);
}

static void when_nothing_matches_the_usb_ports_that_are_here_are_told(void **state)
{
	struct port_info ports[] = { usb_port("/dev/ttyACM0", 0x0100, "1", "1-1"),
		{ .node = "/dev/ttyS0" } };
	struct port_list list = list_of(ports, 2), uart = list_of(ports + 1, 1);
	const struct port_info *info = NULL;
	struct err err;

	(void)state;
	assert_int_equal(choose("usb:1915:*", &list, &info, &err), STATUS_NO_PORT);
	assert_string_equal(err.message, "no serial port matches usb:1915:*");
	assert_string_equal(err.hint, "these ports are here: /dev/ttyACM0 (usb:2fe3:0100)");
	assert_int_equal(choose("usb:1915:*", &uart, &info, &err), STATUS_NO_PORT);
	assert_string_equal(err.hint, "no USB serial port is here: is the board plugged in?");
	assert_null(info);
}

static void with_nothing_said_a_port_without_usb_is_not_taken(void **state)
{
	struct port_info uart = { .node = "/dev/ttyS0" };
	struct port_list list = list_of(&uart, 1);
	const struct port_info *info = NULL;
	struct err err;

	(void)state;
	assert_int_equal(choose(NULL, &list, &info, &err), STATUS_NO_PORT);
	assert_string_equal(err.message, "no USB serial port is here");
	assert_memory_equal(err.hint, "is the board plugged in?", 24);
	assert_null(info);
}

static void a_long_list_is_cut_between_two_ports(void **state)
{
	struct port_info ports[40];
	struct port_list list = list_of(ports, 40);
	const struct port_info *info = NULL;
	struct err err;

	(void)state;
	for (size_t i = 0; i < list.count; i++) {
		char node[PORT_NODE_MAX], place[PORT_PLACE_MAX];

		snprintf(node, sizeof(node), "/dev/ttyACM%zu", i);
		snprintf(place, sizeof(place), "1-%zu", i);
		ports[i] = usb_port(node, 0x0100, "", place);
	}
	assert_int_equal(choose(NULL, &list, &info, &err), STATUS_USAGE);
	assert_string_equal(err.hint + strlen(err.hint) - strlen("/0), ..."), "/0), ...");
}

static void an_address_is_as_short_as_it_may_be(void **state)
{
	struct port_info ports[] = { usb_port("/dev/ttyACM0", 0x0100, "1", "1-1"),
		usb_port("/dev/ttyACM1", 0x0100, "1", "1-1"),
		usb_port("/dev/ttyACM2", 0x000a, "7", "1-2"),
		usb_port("/dev/ttyACM3", 0x000b, "8", "1-3"),
		usb_port("/dev/ttyACM4", 0x000b, "9", "1-4"), { .node = "/dev/ttyS0" } };
	struct port_list list = list_of(ports, 6);

	(void)state;
	ports[1].interface_number = 2;
	assert_address(&ports[0], &list, "usb:2fe3:0100/0");
	assert_address(&ports[1], &list, "usb:2fe3:0100/2");
	assert_address(&ports[2], &list, "usb:2fe3:000a");
	assert_address(&ports[3], &list, "usb:2fe3:000b:8");
	assert_address(&ports[5], &list, "/dev/ttyS0");
	/* Two boards with two ports each, then with the same serial number too, then a riddle. */
	memcpy(&ports[2], &ports[0], sizeof(ports[0]));
	memcpy(&ports[3], &ports[1], sizeof(ports[1]));
	ports[2].serial_number[0] = ports[3].serial_number[0] = '2';
	assert_address(&ports[3], &list, "usb:2fe3:0100:2/2");
	ports[2].serial_number[0] = ports[3].serial_number[0] = '1';
	ports[2].place[2] = ports[3].place[2] = '2';
	assert_address(&ports[3], &list, "usb-path:1-2/2");
	ports[3].interface_number = 0;
	assert_address(&ports[3], &list, "/dev/ttyACM1");
}

static void an_address_is_harmless_and_still_finds_its_port(void **state)
{
	struct port_info ports[] = { usb_port("/dev/ttyACM0", 0x0100, "a/b,c *\x1b[2J", "1-1"),
		usb_port("/dev/ttyACM1", 0x0100, "other", "1-2") };
	struct port_list list = list_of(ports, 2);
	const struct port_info *info = NULL;

	(void)state;
	assert_address(&ports[0], &list, "usb:2fe3:0100:a?b?c????2J");
	assert_int_equal(choose("usb:2fe3:0100:a?b?c????2J", &list, &info, ERR_IGNORED), STATUS_OK);
	assert_ptr_equal(info, &ports[0]);
}

static void the_longest_serial_number_still_makes_an_address(void **state)
{
	struct port_info ports[2];
	struct port_list list = list_of(ports, 2);
	char serial_number[PORT_TEXT_MAX], wanted[PORT_TEXT_MAX + 16];

	(void)state;
	memset(serial_number, 'x', sizeof(serial_number) - 1);
	serial_number[sizeof(serial_number) - 1] = '\0';
	ports[0] = usb_port("/dev/ttyACM0", 0x0100, serial_number, "1-1");
	ports[1] = usb_port("/dev/ttyACM1", 0x0100, "x", "1-2");
	snprintf(wanted, sizeof(wanted), "usb:2fe3:0100:%s", serial_number);
	assert_address(&ports[0], &list, wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_only_match_is_taken),
		cmocka_unit_test(with_nothing_said_the_only_usb_port_is_taken),
		cmocka_unit_test(several_matches_are_listed_with_an_address_for_each),
		cmocka_unit_test(when_nothing_matches_the_usb_ports_that_are_here_are_told),
		cmocka_unit_test(with_nothing_said_a_port_without_usb_is_not_taken),
		cmocka_unit_test(a_long_list_is_cut_between_two_ports),
		cmocka_unit_test(an_address_is_as_short_as_it_may_be),
		cmocka_unit_test(an_address_is_harmless_and_still_finds_its_port),
		cmocka_unit_test(the_longest_serial_number_still_makes_an_address),
	};

	return cmocka_run_group_tests_name("port_choice", tests, NULL, NULL);
}
