/* SPDX-License-Identifier: Apache-2.0 */
/* What is found out about boards that are plugged in, through udev and without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench.h"
#include "transport/port_choice.h"
#include "transport/ports_sysfs.h"

static const char *const boards[] = { "nrf52840dk", "zephyr", "two-ports", "ft232r", "cp2102n" };

#define BY_ID          "/dev/serial/by-id/usb-"
#define CP2102N        "CP2102N USB to UART Bridge Controller"
#define CP2102N_SERIAL "5c6d00000000f01180d7c1295c2a50c9"

/* The ports of all boards, in the order of a list. */
static const struct port_info all[] = {
	{ "/dev/ttyACM0", BY_ID "SEGGER_J-Link_001050000001-if00", "cdc_acm", "usb", true, 0x1366,
		0x1051, 0, 6, "1-1.4", "SEGGER", "J-Link", "001050000001" },
	{ "/dev/ttyACM1", BY_ID "SEGGER_J-Link_001050000001-if02", "cdc_acm", "usb", true, 0x1366,
		0x1051, 2, 6, "1-1.4", "SEGGER", "J-Link", "001050000001" },
	{ "/dev/ttyACM2", BY_ID "ZEPHYR_USB-DEV_05AA335B46AC1D80-if00", "cdc_acm", "usb", true,
		0x2fe3, 0x0100, 0, 2, "1-2", "ZEPHYR", "USB-DEV", "05AA335B46AC1D80" },
	{ "/dev/ttyACM3", BY_ID "ZEPHYR_Zephyr_console_and_SMP_86FE679A598AC47A-if00", "cdc_acm",
		"usb", true, 0x2fe3, 0x0004, 0, 4, "1-3", "ZEPHYR", "Zephyr console and SMP",
		"86FE679A598AC47A" },
	{ "/dev/ttyACM4", BY_ID "ZEPHYR_Zephyr_console_and_SMP_86FE679A598AC47A-if02", "cdc_acm",
		"usb", true, 0x2fe3, 0x0004, 2, 4, "1-3", "ZEPHYR", "Zephyr console and SMP",
		"86FE679A598AC47A" },
	{ "/dev/ttyUSB0", BY_ID "FTDI_FT232R_USB_UART_A5000001-if00-port0", "ftdi_sio", "usb", true,
		0x0403, 0x6001, 0, 1, "1-4", "FTDI", "FT232R USB UART", "A5000001" },
	{ "/dev/ttyUSB1",
		BY_ID "Silicon_Labs_CP2102N_USB_to_UART_Bridge_Controller_" CP2102N_SERIAL
		      "-if00-port0",
		"cp210x", "usb", true, 0x10c4, 0xea60, 0, 1, "1-5", "Silicon Labs", CP2102N,
		CP2102N_SERIAL },
};

enum { ALL_COUNT = sizeof(all) / sizeof(all[0]) };

static UMockdevTestbed *plug_all(void)
{
	UMockdevTestbed *bench = bench_new();

	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++)
		bench_plug(bench, boards[i]);
	return bench;
}

static void assert_same_port(const struct port_info *is, const struct port_info *wanted)
{
	assert_string_equal(is->node, wanted->node);
	assert_string_equal(is->by_id, wanted->by_id);
	assert_string_equal(is->driver, wanted->driver);
	assert_string_equal(is->bus, wanted->bus);
	assert_true(is->is_usb);
	assert_int_equal(is->vendor_id, wanted->vendor_id);
	assert_int_equal(is->product_id, wanted->product_id);
	assert_int_equal(is->interface_number, wanted->interface_number);
	assert_int_equal(is->interface_count, wanted->interface_count);
	assert_string_equal(is->place, wanted->place);
	assert_string_equal(is->maker, wanted->maker);
	assert_string_equal(is->product, wanted->product);
	assert_string_equal(is->serial_number, wanted->serial_number);
}

static void udev_tells_all_facts_of_every_board(void **state)
{
	UMockdevTestbed *bench = plug_all();
	struct port_list list = bench_list();

	(void)state;
	assert_int_equal(list.count, ALL_COUNT);
	for (size_t i = 0; i < list.count; i++)
		assert_same_port(&list.ports[i], &all[i]);
	assert_false(list.is_without_udev);
	ports_free(&list);
	bench_free(bench);
}

static void without_udev_sysfs_tells_the_same(void **state)
{
	UMockdevTestbed *bench = plug_all();
	struct port_list list = { 0 };

	(void)state;
	assert_int_equal(ports_sysfs_list("/sys", "/dev", &list, ERR_IGNORED), STATUS_OK);
	assert_int_equal(list.count, ALL_COUNT);
	for (size_t i = 0; i < list.count; i++)
		assert_same_port(&list.ports[i], &all[i]);
	assert_true(list.is_without_udev);
	ports_free(&list);
	bench_free(bench);
}

static void without_boards_there_are_no_ports(void **state)
{
	UMockdevTestbed *bench = bench_new();
	struct port_list list = bench_list();

	(void)state;
	assert_int_equal(list.count, 0);
	ports_free(&list);
	bench_free(bench);
}

static void a_name_that_the_device_lacks_comes_from_the_hardware_database(void **state)
{
	UMockdevTestbed *bench = bench_new();
	struct port_list list;

	(void)state;
	bench_plug(bench, "zephyr");
	umockdev_testbed_set_attribute(bench, BENCH_USB "1-2", "manufacturer", "");
	umockdev_testbed_set_property(
		bench, BENCH_USB "1-2", "ID_VENDOR_FROM_DATABASE", "NordicSemiconductor");
	list = bench_list();
	assert_string_equal(bench_port(&list, "/dev/ttyACM2")->maker, "NordicSemiconductor");
	assert_string_equal(bench_port(&list, "/dev/ttyACM2")->product, "USB-DEV");
	ports_free(&list);
	bench_free(bench);
}

/* Which node the address means; NULL: none or several. */
static const char *node_of(const struct port_list *list, const char *text)
{
	struct port_address address;
	const struct port_info *info = NULL;

	assert_int_equal(port_address_parse(text, &address, ERR_IGNORED), STATUS_OK);
	if (port_choice_find(&address, list, &info, ERR_IGNORED) != STATUS_OK)
		return NULL;
	return info->node;
}

static void addresses_find_the_boards(void **state)
{
	static const struct {
		const char *address, *node;
	} rows[] = {
		{ "usb:1366:1051/0", "/dev/ttyACM0" },
		{ "usb:1366:*:*0001/2", "/dev/ttyACM1" },
		{ "usb:1366:1051", NULL },
		{ "usb:2fe3:0100", "/dev/ttyACM2" },
		{ "usb:2fe3:*", NULL },
		{ "usb:2fe3:0004/2", "/dev/ttyACM4" },
		{ "usb:*:*:05AA335B46AC1D80", "/dev/ttyACM2" },
		{ "usb:0403:6001", "/dev/ttyUSB0" },
		{ "usb:10C4:EA60:5c6d*", "/dev/ttyUSB1" },
		{ "usb-path:1-1.4/2", "/dev/ttyACM1" },
		{ "usb-path:1-4", "/dev/ttyUSB0" },
		{ "usb-path:1-1", NULL },
		{ "ttyACM3", "/dev/ttyACM3" },
		{ "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A5000001-if00-port0",
			"/dev/ttyUSB0" },
	};
	UMockdevTestbed *bench = plug_all();
	struct port_list list = bench_list();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *node = node_of(&list, rows[i].address);

		if (rows[i].node == NULL)
			assert_null(node);
		else if (node == NULL || strcmp(node, rows[i].node) != 0)
			fail_msg("%s means %s", rows[i].address, node != NULL ? node : "none");
	}
	ports_free(&list);
	bench_free(bench);
}

static void the_addresses_that_are_offered_find_their_ports_again(void **state)
{
	UMockdevTestbed *bench = plug_all();
	struct port_list list = bench_list();

	(void)state;
	for (size_t i = 0; i < list.count; i++) {
		uint8_t storage[PORT_TEXT_MAX + 64];
		struct buf text = BUF_OVER(storage);

		port_choice_append(&text, &list.ports[i], &list);
		assert_memory_equal(storage, "usb:", 4);
		assert_string_equal(node_of(&list, buf_text(&text)), list.ports[i].node);
	}
	ports_free(&list);
	bench_free(bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(udev_tells_all_facts_of_every_board),
		cmocka_unit_test(without_udev_sysfs_tells_the_same),
		cmocka_unit_test(without_boards_there_are_no_ports),
		cmocka_unit_test(a_name_that_the_device_lacks_comes_from_the_hardware_database),
		cmocka_unit_test(addresses_find_the_boards),
		cmocka_unit_test(the_addresses_that_are_offered_find_their_ports_again),
	};

	return cmocka_run_group_tests_name("discovery", tests, NULL, NULL);
}
