/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A serial port of Linux: UART, USB CDC-ACM, or the slave side of a pseudo-terminal.
 *
 * Opening changes as little as possible and close puts it back: raw 8N1, any baud rate the driver
 * takes (termios2), DTR and RTS left as they are unless asked (opening a port must not reset a
 * board), the driver's low-latency flag where it knows one. The port is held alone: flock and
 * TIOCEXCL; who holds it already is named from /proc.
 */
#ifndef TRANSPORT_SERIAL_H
#define TRANSPORT_SERIAL_H

#include "transport/transport.h"

/*
 * `path` is a device node. Errors:
 *   STATUS_NO_PORT    no such node, or not a terminal
 *   STATUS_PORT_BUSY  held by another program (named with its pid where /proc tells), or no
 *                     permission (the hint names the group to join)
 *   STATUS_USAGE      the driver refuses the baud rate
 */
enum status serial_open(const char *path, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr);

#endif
