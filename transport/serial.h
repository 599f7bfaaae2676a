/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A serial port of Linux: UART, USB CDC-ACM, or the slave side of a pseudo-terminal.
 *
 * Opening changes as little as possible and close puts it back: raw 8N1, any baud rate the driver
 * takes, DTR and RTS left as they are unless asked (opening a port must not reset a board), the
 * driver's low-latency flag where it knows one. One thing is not put back: HUPCL stays off, because
 * with it close would drop DTR and RTS and the next open raise them again. The kernel itself raises
 * both at the first open of a real UART; nobody can prevent that.
 *
 * The port is held alone: who else has it is named, and nothing is sent then (serial_claim.h).
 *
 * An unplugged port reads as STATUS_NO_PORT "... went away". Opening may take some 40 ms when the
 * port is held, and closing 100 ms when the device does not take the last bytes, which are then
 * dropped.
 */
#ifndef TRANSPORT_SERIAL_H
#define TRANSPORT_SERIAL_H

#include "transport/transport.h"

/*
 * `path` is a device node. Errors:
 *   STATUS_NO_PORT    no such node, not a terminal, or it went away meanwhile
 *   STATUS_PORT_BUSY  held by another program or claimed by its lock file (named with its pid
 *                     where /proc tells), or no permission (the hint names the group to join)
 *   STATUS_USAGE      the driver cannot do the baud rate (within 3 %), RTS/CTS, or a modem line
 */
enum status serial_open(const char *path, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr);

#endif
