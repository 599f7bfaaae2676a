/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which serial ports this machine has, and what is known of each.
 *
 * The list comes from udev. Where udev does not run (a container) it is read from sysfs, and says
 * so. A port that was just plugged in, that udev is still busy with and that we may not open yet is
 * not listed: port_watch.h tells when udev is done.
 *
 * Listed is what has hardware behind it and a node in /dev: no virtual consoles, no
 * pseudo-terminals, no gadget's own end (ttyGS0), and of ttyS0 to ttyS31 only those where the
 * kernel found a UART.
 *
 * All texts are as the device or the kernel gave them: escape them before they are shown.
 */
#ifndef TRANSPORT_PORTS_H
#define TRANSPORT_PORTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	PORT_NODE_MAX = 64,
	PORT_TEXT_MAX = 384, /* a USB string has at most 126 UTF-16 units, 378 bytes of UTF-8 */
	PORT_PLACE_MAX = 32, /* 16 bytes are the kernel's own limit below 7 hubs */
	PORT_NAME_MAX = 32,
	PORT_LINK_MAX = NAME_MAX + 20,
};

/* Vendor ids about which something is known (cli.md, protocol.md 2.9). */
enum { PORT_VENDOR_SEGGER = 0x1366 };

struct port_info {
	char node[PORT_NODE_MAX];   /* "/dev/ttyACM0" */
	char by_id[PORT_LINK_MAX];  /* "/dev/serial/by-id/usb-..."; empty: none */
	char driver[PORT_NAME_MAX]; /* "cdc_acm", "ftdi_sio", "serial8250"; empty: not known */
	char bus[PORT_NAME_MAX];    /* "usb", "pci", "pnp", "platform"; empty: not known */

	bool is_usb; /* the rest means something */
	uint16_t vendor_id;
	uint16_t product_id;
	uint8_t interface_number;
	uint8_t interface_count; /* of the whole device, each CDC-ACM port has two; 0: not known */
	char place[PORT_PLACE_MAX]; /* in the USB tree: "1-1.4" */
	char maker[PORT_TEXT_MAX];  /* these three may be empty */
	char product[PORT_TEXT_MAX];
	char serial_number[PORT_TEXT_MAX];
};

struct port_list {
	struct port_info *ports; /* sorted by node as people count: ttyACM2 before ttyACM10 */
	size_t count;
	bool is_without_udev; /* read from sysfs */
};

/* ports_free gives the list back. No port is success. Errors: STATUS_INTERNAL. */
enum status ports_list(struct port_list *ret_list, struct err *reterr);

/* For who makes a list: put a copy of `info` in its place of the order. Errors: STATUS_INTERNAL. */
enum status ports_add(struct port_list *list, const struct port_info *info, struct err *reterr);

/* For who makes a list: fill in by_id, the first by name that leads to the node, under `dev`. */
void ports_find_link(struct port_info *info, const char *dev);

/* Accepts a zeroed list. */
void ports_free(struct port_list *list);

/* True when `path` is the port's node or a link that leads to it. */
bool ports_is_path_of(const struct port_info *info, const char *path);

#endif
