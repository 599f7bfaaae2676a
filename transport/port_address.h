/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a user says which serial port is meant (cli.md "Addresses").
 *
 *   usb:VID:PID[:SERIAL][/IFACE][,VID:PID[:SERIAL][/IFACE]]...
 *   usb-path:PLACE[/IFACE]
 *   ttyACM0, /dev/ttyACM0, /dev/serial/by-id/...
 *
 * VID and PID are up to four hex digits in upper or lower case ("2fe3", "a" is 000a), IFACE is
 * decimal. In every field `*` stands for any run of characters and `?` for any one; an empty field
 * stands for anything. SERIAL is compared as it is, case included; a colon in it needs no
 * care, and a comma or slash is written as `?`.
 *
 * Several patterns are a map: the ids that one board shows one after another, as application and as
 * bootloader. Each may name another interface.
 */
#ifndef TRANSPORT_PORT_ADDRESS_H
#define TRANSPORT_PORT_ADDRESS_H

#include "transport/ports.h"

enum { PORT_PATTERNS_MAX = 8, PORT_ID_PATTERN_MAX = 8 };

enum port_address_kind {
	PORT_ADDRESS_ANY_USB, /* nothing was said: any USB serial port will do if it is the only one */
	PORT_ADDRESS_USB,
	PORT_ADDRESS_USB_PATH,
	PORT_ADDRESS_NODE,
};

/* Empty fields match anything. */
struct port_pattern {
	char vendor_id[PORT_ID_PATTERN_MAX];
	char product_id[PORT_ID_PATTERN_MAX];
	char serial_number[PORT_TEXT_MAX];
	char interface_number[PORT_ID_PATTERN_MAX];
};

struct port_address {
	enum port_address_kind kind;
	const char *text; /* what was parsed, borrowed; NULL: ANY_USB */
	struct port_pattern patterns[PORT_PATTERNS_MAX]; /* USB; USB_PATH: only the interface */
	size_t pattern_count;
	char place[PORT_PLACE_MAX]; /* USB_PATH; may hold * and ? */
	char path[PATH_MAX];        /* NODE; a name without a slash has got its /dev/ */
};

/* True when `text` is one of the usb kinds; other schemes ("loopback") are the caller's to tell. */
bool port_address_is_usb(const char *text);

/*
 * `text` NULL gives PORT_ADDRESS_ANY_USB. What is not of a usb kind is a node, whatever it says.
 * Errors: STATUS_USAGE.
 */
enum status port_address_parse(
	const char *text, struct port_address *ret_address, struct err *reterr);

/* Of a USB port: do its ids, serial number and interface fit? */
bool port_pattern_matches(const struct port_pattern *pattern, const struct port_info *info);

/* A node matches by its name or by any link that leads to it. */
bool port_address_matches(const struct port_address *address, const struct port_info *info);

#endif
