/* SPDX-License-Identifier: Apache-2.0 */
/* Knowing a port again after its board left the bus and came back. */
#include "transport/port_identity.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The application of a board: its SMP port is the second of two. */
static const struct port_info application = {
	.node = "/dev/ttyACM1",
	.is_usb = true,
	.vendor_id = 0x2fe3,
	.product_id = 0x0100,
	.interface_number = 2,
	.interface_count = 4,
	.place = "1-1.4",
	.serial_number = "0123",
};

static struct port_list list_of(struct port_info *ports, size_t count)
{
	return (struct port_list){ .ports = ports, .count = count };
}

/* Is the application's port this one now, when the user said `text`? */
static bool is_found_as(const struct port_info *info, const char *text)
{
	struct port_info before = application, now = *info;
	struct port_list list_before = list_of(&before, 1), list_now = list_of(&now, 1);
	struct port_identity identity = port_identity_of(&before, &list_before);
	struct port_address address;

	assert_int_equal(port_address_parse(text, &address, ERR_IGNORED), STATUS_OK);
	return port_identity_find(&identity, &list_now, &address) != NULL;
}

static void it_is_known_by_its_place_under_any_name_and_ids(void **state)
{
	struct port_info info = application;

	(void)state;
	snprintf(info.node, sizeof(info.node), "/dev/ttyACM7");
	info.vendor_id = 0x1915;
	info.product_id = 0x520f;
	info.serial_number[0] = '\0';
	assert_true(is_found_as(&info, "ttyACM1"));
	assert_true(is_found_as(&info, "usb:2fe3:0100"));
	assert_true(is_found_as(&info, NULL));
}

static void it_is_known_elsewhere_by_vendor_and_serial_number(void **state)
{
	struct port_info info = application;

	(void)state;
	snprintf(info.place, sizeof(info.place), "2-1");
	info.product_id = 0x000a;
	assert_true(is_found_as(&info, "ttyACM1"));
	info.vendor_id = 0x10c4;
	assert_false(is_found_as(&info, "ttyACM1"));
	assert_true(is_found_as(&info, "usb:2fe3:0100,10c4:000a"));
	info.vendor_id = 0x2fe3;
	info.serial_number[0] = '1';
	assert_false(is_found_as(&info, "ttyACM1"));
}

static void no_serial_number_is_like_no_other(void **state)
{
	struct port_info before = application, elsewhere = application;
	struct port_list list_before = list_of(&before, 1), list_now = list_of(&elsewhere, 1);
	struct port_address address;
	struct port_identity identity;

	(void)state;
	before.serial_number[0] = elsewhere.serial_number[0] = '\0';
	snprintf(elsewhere.place, sizeof(elsewhere.place), "2-1");
	identity = port_identity_of(&before, &list_before);
	assert_int_equal(port_address_parse("ttyACM1", &address, ERR_IGNORED), STATUS_OK);
	assert_null(port_identity_find(&identity, &list_now, &address));
}

static void a_serial_number_that_two_boards_share_is_not_followed(void **state)
{
	struct port_info both[] = { application, application };
	struct port_list list = list_of(both, 2), twin = list_of(both + 1, 1);
	struct port_address address;
	struct port_identity identity;

	(void)state;
	snprintf(both[1].place, sizeof(both[1].place), "1-2");
	identity = port_identity_of(&both[0], &list);
	assert_int_equal(port_address_parse("ttyACM1", &address, ERR_IGNORED), STATUS_OK);
	assert_null(port_identity_find(&identity, &twin, &address));
	assert_ptr_equal(port_identity_find(&identity, &list, &address), &both[0]);
}

static void the_place_counts_more_than_the_serial_number(void **state)
{
	struct port_info before = application, now[] = { application, application };
	struct port_list list_before = list_of(&before, 1), list_now = list_of(now, 2);
	struct port_identity identity = port_identity_of(&before, &list_before);
	struct port_address address;

	(void)state;
	snprintf(now[0].place, sizeof(now[0].place), "2-1");
	assert_int_equal(port_address_parse("ttyACM1", &address, ERR_IGNORED), STATUS_OK);
	assert_ptr_equal(port_identity_find(&identity, &list_now, &address), &now[1]);
}

static void a_map_says_which_ids_it_may_have(void **state)
{
	struct port_info info = application;

	(void)state;
	info.product_id = 0x000a;
	assert_true(is_found_as(&info, "usb:2fe3:0100,2fe3:000a"));
	info.product_id = 0x000b;
	assert_false(is_found_as(&info, "usb:2fe3:0100,2fe3:000a"));
	/* One pattern is no map: it said which port was meant, not what becomes of it. */
	assert_true(is_found_as(&info, "usb:2fe3:0100"));
	assert_true(is_found_as(&info, "usb-path:1-1.4/2"));
}

static void of_several_ports_it_is_the_one_with_the_same_interface(void **state)
{
	struct port_info info = application;

	(void)state;
	info.interface_number = 0;
	assert_false(is_found_as(&info, "usb:2fe3:0100/2"));
	info.interface_count = 0;
	assert_false(is_found_as(&info, "usb:2fe3:0100/2"));
}

static void a_bootloader_with_one_port_may_have_another_interface(void **state)
{
	struct port_info info = application;

	(void)state;
	info.interface_number = 0;
	info.interface_count = 2;
	assert_true(is_found_as(&info, "usb:2fe3:0100/2"));
}

static void a_map_may_name_another_interface(void **state)
{
	struct port_info info = application;

	(void)state;
	info.product_id = 0x000a;
	info.interface_number = 4;
	assert_false(is_found_as(&info, "usb:2fe3:0100/2,2fe3:000a"));
	assert_true(is_found_as(&info, "usb:2fe3:0100/2,2fe3:000a/4"));
	assert_false(is_found_as(&info, "usb:2fe3:0100/2,2fe3:000a/0"));
}

static void a_port_that_cannot_leave_is_known_by_its_node(void **state)
{
	struct port_info ports[] = { { .node = "/dev/ttyS0" }, { .node = "/dev/ttyS1" } };
	struct port_list list = list_of(ports, 2);
	struct port_identity identity = port_identity_of(&ports[1], &list);
	struct port_address address;

	(void)state;
	assert_int_equal(port_address_parse("ttyS1", &address, ERR_IGNORED), STATUS_OK);
	assert_ptr_equal(port_identity_find(&identity, &list, &address), &ports[1]);
	list.count = 1;
	assert_null(port_identity_find(&identity, &list, &address));
}

static void a_message_tells_what_is_looked_for(void **state)
{
	struct port_info info = application;
	struct port_list list = list_of(&info, 1);
	struct port_identity identity;
	uint8_t storage[128];
	struct buf text = BUF_OVER(storage);

	(void)state;
	info.serial_number[0] = '\x1b';
	identity = port_identity_of(&info, &list);
	port_identity_append(&text, &identity);
	assert_string_equal(
		buf_text(&text), "/dev/ttyACM1 (USB place 1-1.4, serial number \\x1b123)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_known_by_its_place_under_any_name_and_ids),
		cmocka_unit_test(it_is_known_elsewhere_by_vendor_and_serial_number),
		cmocka_unit_test(no_serial_number_is_like_no_other),
		cmocka_unit_test(a_serial_number_that_two_boards_share_is_not_followed),
		cmocka_unit_test(the_place_counts_more_than_the_serial_number),
		cmocka_unit_test(a_map_says_which_ids_it_may_have),
		cmocka_unit_test(of_several_ports_it_is_the_one_with_the_same_interface),
		cmocka_unit_test(a_bootloader_with_one_port_may_have_another_interface),
		cmocka_unit_test(a_map_may_name_another_interface),
		cmocka_unit_test(a_port_that_cannot_leave_is_known_by_its_node),
		cmocka_unit_test(a_message_tells_what_is_looked_for),
	};

	return cmocka_run_group_tests_name("port_identity", tests, NULL, NULL);
}
