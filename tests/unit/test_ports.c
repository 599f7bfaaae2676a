/* SPDX-License-Identifier: Apache-2.0 */
/* The list of ports out of a made-up sysfs. What udev says is tested in tests/udev. */
#include "transport/ports.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "transport/ports_sysfs.h"

#define USB      "sys/devices/pci0000:00/0000:00:14.0/usb1"
#define PNP      "sys/devices/pnp0/00:04"
#define PLATFORM "sys/devices/platform/serial8250"

/* A file with a content, a link when it has a target, else a folder. */
struct entry {
	const char *path, *content, *target;
};

static const struct entry machine[] = {
	/* A board with two ports, behind a hub. */
	{ USB "/1-1/1-1.4/uevent", "", NULL },
	{ USB "/1-1/1-1.4/idVendor", "2fe3\n", NULL },
	{ USB "/1-1/1-1.4/idProduct", "000a\n", NULL },
	{ USB "/1-1/1-1.4/bNumInterfaces", " 4\n", NULL },
	{ USB "/1-1/1-1.4/manufacturer", "ZEPHYR\n", NULL },
	{ USB "/1-1/1-1.4/product", "two\tports\n", NULL },
	{ USB "/1-1/1-1.4/serial", "0123ABCD\n", NULL },
	{ USB "/1-1/1-1.4/1-1.4:1.0/uevent", "", NULL },
	{ USB "/1-1/1-1.4/1-1.4:1.0/bInterfaceNumber", "00\n", NULL },
	{ USB "/1-1/1-1.4/1-1.4:1.0/driver", NULL, "../../drivers/cdc_acm" },
	{ USB "/1-1/1-1.4/1-1.4:1.0/subsystem", NULL, "../../bus/usb" },
	{ USB "/1-1/1-1.4/1-1.4:1.0/tty/ttyACM2/uevent", "", NULL },
	{ USB "/1-1/1-1.4/1-1.4:1.a/uevent", "", NULL },
	{ USB "/1-1/1-1.4/1-1.4:1.a/bInterfaceNumber", "0a\n", NULL },
	{ USB "/1-1/1-1.4/1-1.4:1.a/driver", NULL, "../../drivers/cdc_acm" },
	{ USB "/1-1/1-1.4/1-1.4:1.a/subsystem", NULL, "../../bus/usb" },
	{ USB "/1-1/1-1.4/1-1.4:1.a/tty/ttyACM10/uevent", "", NULL },
	{ "sys/class/tty/ttyACM2", NULL,
		"../../devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.4/1-1.4:1.0/tty/ttyACM2" },
	{ "sys/class/tty/ttyACM10", NULL,
		"../../devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1.4/1-1.4:1.a/tty/ttyACM10" },
	{ "dev/ttyACM2", "", NULL },
	{ "dev/ttyACM10", "", NULL },
	{ "dev/serial/by-id/usb-ZEPHYR_two_ports_0123ABCD-if00", NULL, "../../ttyACM2" },
	{ "dev/serial/by-id/usb-ZEPHYR_two_ports_0123ABCD-if0a", NULL, "../../ttyACM10" },
	{ "dev/serial/by-id/usb-another", NULL, "../../ttyACM2" },

	/* An adapter: usb-serial puts a device of its own between interface and port. */
	{ USB "/1-2/uevent", "", NULL },
	{ USB "/1-2/idVendor", "0403\n", NULL },
	{ USB "/1-2/idProduct", "6001\n", NULL },
	{ USB "/1-2/1-2:1.0/uevent", "", NULL },
	{ USB "/1-2/1-2:1.0/bInterfaceNumber", "00\n", NULL },
	{ USB "/1-2/1-2:1.0/ttyUSB0/uevent", "", NULL },
	{ USB "/1-2/1-2:1.0/ttyUSB0/driver", NULL, "../../drivers/ftdi_sio" },
	{ USB "/1-2/1-2:1.0/ttyUSB0/subsystem", NULL, "../../bus/usb-serial" },
	{ USB "/1-2/1-2:1.0/ttyUSB0/tty/ttyUSB0/uevent", "", NULL },
	{ "sys/class/tty/ttyUSB0", NULL,
		"../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/ttyUSB0/tty/ttyUSB0" },
	{ "dev/ttyUSB0", "", NULL },

	/* A UART of the machine, with the layer that Linux 6.5 brought. */
	{ PNP "/uevent", "", NULL },
	{ PNP "/driver", NULL, "../../bus/pnp/drivers/serial" },
	{ PNP "/subsystem", NULL, "../../bus/pnp" },
	{ PNP "/00:04:0/uevent", "", NULL },
	{ PNP "/00:04:0/driver", NULL, "../../bus/serial-base/drivers/ctrl" },
	{ PNP "/00:04:0/subsystem", NULL, "../../bus/serial-base" },
	{ PNP "/00:04:0/00:04:0.0/uevent", "", NULL },
	{ PNP "/00:04:0/00:04:0.0/driver", NULL, "../../bus/serial-base/drivers/port" },
	{ PNP "/00:04:0/00:04:0.0/subsystem", NULL, "../../bus/serial-base" },
	{ PNP "/00:04:0/00:04:0.0/tty/ttyS0/uevent", "", NULL },
	{ PNP "/00:04:0/00:04:0.0/tty/ttyS0/type", "4\n", NULL },
	{ "sys/class/tty/ttyS0", NULL, "../../devices/pnp0/00:04/00:04:0/00:04:0.0/tty/ttyS0" },
	{ "dev/ttyS0", "", NULL },

	/* No ports: a place for a UART, a console, a gadget's own end, one that has no node here. */
	{ PLATFORM "/uevent", "", NULL },
	{ PLATFORM "/driver", NULL, "../../bus/platform/drivers/serial8250" },
	{ PLATFORM "/tty/ttyS1/uevent", "", NULL },
	{ PLATFORM "/tty/ttyS1/type", "0\n", NULL },
	{ "sys/class/tty/ttyS1", NULL, "../../devices/platform/serial8250/tty/ttyS1" },
	{ "dev/ttyS1", "", NULL },
	{ "sys/devices/virtual/tty/tty1/uevent", "", NULL },
	{ "sys/class/tty/tty1", NULL, "../../devices/virtual/tty/tty1" },
	{ "dev/tty1", "", NULL },
	{ "sys/devices/virtual/tty/ttyGS0/uevent", "", NULL },
	{ "sys/class/tty/ttyGS0", NULL, "../../devices/virtual/tty/ttyGS0" },
	{ "dev/ttyGS0", "", NULL },
	{ USB "/1-2/1-2:1.0/ttyUSB1/uevent", "", NULL },
	{ USB "/1-2/1-2:1.0/ttyUSB1/tty/ttyUSB1/uevent", "", NULL },
	{ "sys/class/tty/ttyUSB1", NULL,
		"../../devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/ttyUSB1/tty/ttyUSB1" },
	{ "sys/class/tty/ttyUSB9", NULL, "../../devices/no/such/device" },
	{ "dev/ttyUSB9", "", NULL },
};

static void make_folders(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
}

static void make_entry(const char *root, const struct entry *entry)
{
	char path[PATH_MAX];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", root, entry->path);
	make_folders(path);
	if (entry->target != NULL) {
		assert_int_equal(symlink(entry->target, path), 0);
		return;
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(entry->content, file);
	fclose(file);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
	(void)info;
	(void)kind;
	(void)where;
	return remove(path);
}

/* The ports of the made-up machine, without the path of its root in nodes and links. */
static struct port_list list_machine(const char *sys_name)
{
	char root[] = "/tmp/test_ports.XXXXXX", sys[PATH_MAX], dev[PATH_MAX];
	struct port_list list = { 0 };

	assert_non_null(mkdtemp(root));
	for (size_t i = 0; i < sizeof(machine) / sizeof(machine[0]); i++)
		make_entry(root, &machine[i]);
	snprintf(sys, sizeof(sys), "%s/%s", root, sys_name);
	snprintf(dev, sizeof(dev), "%s/dev", root);
	assert_int_equal(ports_sysfs_list(sys, dev, &list, ERR_IGNORED), STATUS_OK);
	nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	for (size_t i = 0; i < list.count; i++) {
		char *texts[] = { list.ports[i].node, list.ports[i].by_id };

		for (int t = 0; t < 2; t++) {
			if (texts[t][0] != '\0')
				memmove(texts[t], texts[t] + strlen(root),
					strlen(texts[t]) - strlen(root) + 1);
		}
	}
	return list;
}

static void only_real_ports_are_listed_in_the_order_of_their_numbers(void **state)
{
	static const char *const nodes[] = { "/dev/ttyACM2", "/dev/ttyACM10", "/dev/ttyS0",
		"/dev/ttyUSB0" };
	struct port_list list = list_machine("sys");

	(void)state;
	assert_int_equal(list.count, 4);
	for (size_t i = 0; i < list.count; i++)
		assert_string_equal(list.ports[i].node, nodes[i]);
	ports_free(&list);
}

static void a_list_out_of_sysfs_says_so(void **state)
{
	struct port_list list = list_machine("sys");

	(void)state;
	assert_true(list.is_without_udev);
	ports_free(&list);
	assert_null(list.ports);
	assert_int_equal(list.count, 0);
}

static void of_a_usb_port_all_facts_are_told(void **state)
{
	struct port_list list = list_machine("sys");
	const struct port_info *console = &list.ports[0], *smp = &list.ports[1];

	(void)state;
	assert_true(smp->is_usb);
	assert_int_equal(smp->vendor_id, 0x2fe3);
	assert_int_equal(smp->product_id, 0x000a);
	assert_int_equal(smp->interface_number, 10);
	assert_int_equal(smp->interface_count, 4);
	assert_string_equal(smp->place, "1-1.4");
	assert_string_equal(smp->maker, "ZEPHYR");
	assert_string_equal(smp->product, "two\tports");
	assert_string_equal(smp->serial_number, "0123ABCD");
	assert_string_equal(smp->driver, "cdc_acm");
	assert_string_equal(smp->bus, "usb");
	assert_string_equal(smp->by_id, "/dev/serial/by-id/usb-ZEPHYR_two_ports_0123ABCD-if0a");
	assert_int_equal(console->interface_number, 0);
	assert_string_equal(console->place, "1-1.4");
	ports_free(&list);
}

static void of_several_links_the_first_by_name_is_told(void **state)
{
	struct port_list list = list_machine("sys");

	(void)state;
	assert_string_equal(
		list.ports[0].by_id, "/dev/serial/by-id/usb-ZEPHYR_two_ports_0123ABCD-if00");
	ports_free(&list);
}

static void what_an_adapter_does_not_tell_stays_empty(void **state)
{
	struct port_list list = list_machine("sys");
	const struct port_info *adapter = &list.ports[3];

	(void)state;
	assert_true(adapter->is_usb);
	assert_int_equal(adapter->vendor_id, 0x0403);
	assert_int_equal(adapter->interface_number, 0);
	assert_int_equal(adapter->interface_count, 0);
	assert_string_equal(adapter->place, "1-2");
	assert_string_equal(adapter->driver, "ftdi_sio");
	assert_string_equal(adapter->bus, "usb");
	assert_string_equal(adapter->maker, "");
	assert_string_equal(adapter->serial_number, "");
	assert_string_equal(adapter->by_id, "");
	ports_free(&list);
}

static void of_a_uart_the_hardware_is_told_and_not_the_layer_above(void **state)
{
	struct port_list list = list_machine("sys");
	const struct port_info *uart = &list.ports[2];

	(void)state;
	assert_false(uart->is_usb);
	assert_string_equal(uart->driver, "serial");
	assert_string_equal(uart->bus, "pnp");
	ports_free(&list);
}

static void a_machine_without_sysfs_has_no_ports(void **state)
{
	struct port_list list = list_machine("no-such-folder");

	(void)state;
	assert_int_equal(list.count, 0);
	assert_true(list.is_without_udev);
	ports_free(&list);
}

static void this_machine_s_ports_can_be_listed(void **state)
{
	struct port_list list = { 0 };

	(void)state;
	assert_int_equal(ports_list(&list, ERR_IGNORED), STATUS_OK);
	for (size_t i = 0; i < list.count; i++) {
		assert_int_equal(access(list.ports[i].node, F_OK), 0);
		assert_true(ports_is_path_of(&list.ports[i], list.ports[i].node));
	}
	ports_free(&list);
}

static void a_list_grows_as_it_must_and_stays_sorted(void **state)
{
	struct port_list list = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct port_info info = { 0 };

		/* Every number below 100 once, in disorder. */
		snprintf(info.node, sizeof(info.node), "/dev/ttyACM%d", i * 37 % 100);
		assert_int_equal(ports_add(&list, &info, ERR_IGNORED), STATUS_OK);
	}
	assert_int_equal(list.count, 100);
	for (int i = 0; i < 100; i++) {
		char node[PORT_NODE_MAX];

		snprintf(node, sizeof(node), "/dev/ttyACM%d", i);
		assert_string_equal(list.ports[i].node, node);
	}
	ports_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_real_ports_are_listed_in_the_order_of_their_numbers),
		cmocka_unit_test(a_list_out_of_sysfs_says_so),
		cmocka_unit_test(of_a_usb_port_all_facts_are_told),
		cmocka_unit_test(of_several_links_the_first_by_name_is_told),
		cmocka_unit_test(what_an_adapter_does_not_tell_stays_empty),
		cmocka_unit_test(of_a_uart_the_hardware_is_told_and_not_the_layer_above),
		cmocka_unit_test(a_machine_without_sysfs_has_no_ports),
		cmocka_unit_test(this_machine_s_ports_can_be_listed),
		cmocka_unit_test(a_list_grows_as_it_must_and_stays_sorted),
	};

	return cmocka_run_group_tests_name("ports", tests, NULL, NULL);
}
