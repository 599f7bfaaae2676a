/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device side of a USB serial port, for a program that plays the device: a gadget of Linux,
 * described by a folder in configfs with a function `acm` (of several the first by name is ours). On
 * the host that it is plugged into, it is a /dev/ttyACM of the driver cdc_acm like any board; here
 * it is the terminal /dev/ttyGS of its function. With the module dummy_hcd the host is the same
 * machine (docs/usb-vm.md).
 *
 * While the transport is open the device is on the bus, close takes it off. The cable may also be
 * pulled from outside (an empty line into the gadget's file UDC) and plugged in again: then reading
 * finds nothing in between, as the board may have power of its own.
 */
#ifndef TRANSPORT_GADGET_H
#define TRANSPORT_GADGET_H

#include "transport/transport.h"

enum { GADGET_PATH_MAX = 256, GADGET_TTY_MAX = 64 };

struct gadget {
	char folder[GADGET_PATH_MAX]; /* for example "/sys/kernel/config/usb_gadget/board" */
	char controller[64];          /* the port that it is plugged into: "dummy_udc.0" */
	char tty[GADGET_TTY_MAX];     /* our side of its function: "/dev/ttyGS0" */
	uint16_t product;             /* its product id, as found */
};

/*
 * Look at a gadget that is ready to be plugged into `controller`: ids and strings are set, and the
 * function is linked to a configuration.
 * Errors: STATUS_USAGE (no such folder, no function `acm` in it).
 */
enum status gadget_find(
	const char *folder, const char *controller, struct gadget *ret_gadget, struct err *reterr);

/*
 * Plug it in, under this product id: a bootloader often has another one than the application.
 * Errors: STATUS_USAGE (the gadget or the controller cannot be had), STATUS_INTERNAL.
 */
enum status gadget_open(const struct gadget *gadget, uint16_t product,
	struct transport **ret_transport, struct err *reterr);

#endif
