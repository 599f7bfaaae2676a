/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What makes a USB serial port the same port after its board left the bus and came back under
 * another name, and with other ids as bootloader and application have them.
 *
 * It is the same when it is at the same place in the USB tree; or, plugged in elsewhere, if it has
 * the same vendor id (or one of the map's) and the same serial number. A serial number that two
 * boards shared to begin with (makers do that) proves nothing and is not used.
 *
 * Of several ports of that board it is the one with the same interface number; the map may name
 * another. A board that has one port only may have moved it: a bootloader shows one port where the
 * application had two.
 */
#ifndef TRANSPORT_PORT_IDENTITY_H
#define TRANSPORT_PORT_IDENTITY_H

#include "base/buf.h"
#include "transport/port_address.h"

struct port_identity {
	char node[PORT_NODE_MAX];
	bool is_usb; /* else the node is all there is: such a port does not go away */
	uint16_t vendor_id;
	uint8_t interface_number;
	char place[PORT_PLACE_MAX];
	char serial_number[PORT_TEXT_MAX]; /* empty: none, or not the only one */
};

/* `info` is one of the list's. */
struct port_identity port_identity_of(const struct port_info *info, const struct port_list *list);

/*
 * The port of the list that is this one now; NULL while it is away. One at the same place is better
 * than one with the same serial number elsewhere. `address` is how the user named the port: if that is a map
 * (more than one pattern), one of the patterns must match; else any product id will do.
 */
const struct port_info *port_identity_find(const struct port_identity *identity,
	const struct port_list *list, const struct port_address *address);

/* Append "/dev/ttyACM0 (USB place 1-1.4, serial number 0123)", for messages. */
void port_identity_append(struct buf *out, const struct port_identity *identity);

#endif
