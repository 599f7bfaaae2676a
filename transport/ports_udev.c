/* SPDX-License-Identifier: Apache-2.0 */
/* Serial ports as udev knows them, see ports_udev.h. The one file that includes libudev.h. */
#include "transport/ports_udev.h"

#include <errno.h>
#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct ports_udev_monitor {
	struct udev *udev;
	struct udev_monitor *monitor;
};

bool ports_udev_is_running(void)
{
	/* What libudev itself and others go by. */
	return access("/run/udev/control", F_OK) == 0;
}

/* Empty when there is no such text. */
static void set_text(char *to, size_t cap, const char *text)
{
	snprintf(to, cap, "%s", text != NULL ? text : "");
}

static unsigned long attribute_number(struct udev_device *device, const char *name, int base)
{
	const char *text = udev_device_get_sysattr_value(device, name);

	return text != NULL ? strtoul(text, NULL, base) : 0;
}

/* The device's own text, else what the hardware database says. */
static void set_name(char *to, size_t cap, struct udev_device *device, const char *attribute,
	const char *property)
{
	const char *text = udev_device_get_sysattr_value(device, attribute);

	if (text == NULL || text[0] == '\0')
		text = udev_device_get_property_value(device, property);
	set_text(to, cap, text);
}

static void read_usb(struct udev_device *port, struct port_info *info)
{
	/* Parents belong to their child: nothing to give back. */
	struct udev_device *interface =
		udev_device_get_parent_with_subsystem_devtype(port, "usb", "usb_interface");
	struct udev_device *device =
		udev_device_get_parent_with_subsystem_devtype(port, "usb", "usb_device");

	if (interface == NULL || device == NULL)
		return;
	info->is_usb = true;
	info->vendor_id = (uint16_t)attribute_number(device, "idVendor", 16);
	info->product_id = (uint16_t)attribute_number(device, "idProduct", 16);
	info->interface_number = (uint8_t)attribute_number(interface, "bInterfaceNumber", 16);
	info->interface_count = (uint8_t)attribute_number(device, "bNumInterfaces", 10);
	set_text(info->bus, sizeof(info->bus), "usb");
	set_text(info->place, sizeof(info->place), udev_device_get_sysname(device));
	set_name(info->maker, sizeof(info->maker), device, "manufacturer",
		"ID_VENDOR_FROM_DATABASE");
	set_name(info->product, sizeof(info->product), device, "product", "ID_MODEL_FROM_DATABASE");
	set_text(info->serial_number, sizeof(info->serial_number),
		udev_device_get_sysattr_value(device, "serial"));
}

/* The device above the port: with Linux 6.5 a layer of its own, "serial-base", came in between. */
static struct udev_device *hardware_of(struct udev_device *port)
{
	struct udev_device *above = udev_device_get_parent(port);
	const char *subsystem;

	while (above != NULL && (subsystem = udev_device_get_subsystem(above)) != NULL &&
		strcmp(subsystem, "serial-base") == 0)
		above = udev_device_get_parent(above);
	return above;
}

/* False for what is no serial port, or not yet, see ports.h. */
static bool read_port(struct udev_device *port, struct port_info *info)
{
	struct udev_device *hardware = hardware_of(port);
	const char *node = udev_device_get_devnode(port);
	const char *uart_type = udev_device_get_sysattr_value(port, "type");

	if (hardware == NULL || node == NULL || access(node, F_OK) != 0)
		return false;
	/* Type 0 is a place for a UART that was not found there. */
	if (uart_type != NULL && strcmp(uart_type, "0") == 0)
		return false;
	if (udev_device_get_is_initialized(port) == 0 && access(node, R_OK | W_OK) != 0)
		return false;
	set_text(info->node, sizeof(info->node), node);
	set_text(info->bus, sizeof(info->bus), udev_device_get_subsystem(hardware));
	set_text(info->driver, sizeof(info->driver), udev_device_get_driver(hardware));
	read_usb(port, info);
	ports_find_link(info, "/dev");
	return true;
}

static enum status read_ports(
	struct udev *udev, struct udev_enumerate *ttys, struct port_list *list, struct err *reterr)
{
	struct udev_list_entry *entry;
	enum status status = STATUS_OK;

	udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(ttys))
	{
		struct port_info info = { 0 };
		struct udev_device *port =
			udev_device_new_from_syspath(udev, udev_list_entry_get_name(entry));

		/* It may have gone since. */
		if (port == NULL)
			continue;
		if (read_port(port, &info))
			status = ports_add(list, &info, reterr);
		udev_device_unref(port);
		if (status != STATUS_OK)
			break;
	}
	return status;
}

enum status ports_udev_list(struct port_list *ret_list, struct err *reterr)
{
	struct udev *udev = udev_new();
	struct udev_enumerate *ttys = udev != NULL ? udev_enumerate_new(udev) : NULL;
	struct port_list list = { 0 };
	enum status status;

	if (ttys == NULL || udev_enumerate_add_match_subsystem(ttys, "tty") < 0 ||
		udev_enumerate_scan_devices(ttys) < 0)
		status = err_set(reterr, STATUS_INTERNAL, "udev does not list the serial ports");
	else
		status = read_ports(udev, ttys, &list, reterr);
	udev_enumerate_unref(ttys);
	udev_unref(udev);
	if (status != STATUS_OK) {
		ports_free(&list);
		return status;
	}
	*ret_list = list;
	return STATUS_OK;
}

enum status ports_udev_monitor_open(struct ports_udev_monitor **ret_monitor, struct err *reterr)
{
	struct ports_udev_monitor *monitor = calloc(1, sizeof(*monitor));

	if (monitor == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	monitor->udev = udev_new();
	if (monitor->udev != NULL)
		monitor->monitor = udev_monitor_new_from_netlink(monitor->udev, "udev");
	if (monitor->monitor == NULL ||
		udev_monitor_filter_add_match_subsystem_devtype(monitor->monitor, "tty", NULL) <
			0 ||
		udev_monitor_enable_receiving(monitor->monitor) < 0) {
		ports_udev_monitor_close(monitor);
		return err_set(
			reterr, STATUS_INTERNAL, "udev does not tell when ports come and go");
	}
	*ret_monitor = monitor;
	return STATUS_OK;
}

int ports_udev_monitor_fd(const struct ports_udev_monitor *monitor)
{
	return udev_monitor_get_fd(monitor->monitor);
}

bool ports_udev_monitor_drain(struct ports_udev_monitor *monitor)
{
	struct udev_device *port;
	bool is_any = false;

	/* A failure other than "nothing there" is an overflow: then something surely happened. */
	while (errno = 0, (port = udev_monitor_receive_device(monitor->monitor)) != NULL) {
		udev_device_unref(port);
		is_any = true;
	}
	return is_any || errno == ENOBUFS;
}

void ports_udev_monitor_close(struct ports_udev_monitor *monitor)
{
	if (monitor == NULL)
		return;
	udev_monitor_unref(monitor->monitor);
	udev_unref(monitor->udev);
	free(monitor);
}
