/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The master side of a new pseudo-terminal, for a program that plays the device: what a client
 * writes to the slave's path is read here. A client that comes and goes is no event; only close ends
 * it, and then the client sees a port that went away (reads end, writes fail with EIO), as a USB
 * device does that leaves the bus.
 *
 * While no client is there, reading finds nothing and what is written is lost, as on a UART with no
 * cable. There is nothing to poll for then (a hung-up descriptor is always ready): pollfd says -1,
 * next_wakeup_us comes round every 20 ms, and the next read looks whether somebody came.
 *
 * When a client leaves, the slave is made as new: raw, empty, not exclusive. A client that is killed
 * while it holds the slave exclusively (TIOCEXCL) leaves it so for ever, because the mark lives as
 * long as the master does and only root may open it. Then a new pseudo-terminal takes the place of
 * the old one: the link follows, pty_slave_path says the new path. We never keep the slave open
 * ourselves, or we could not see clients leave.
 */
#ifndef TRANSPORT_PTY_H
#define TRANSPORT_PTY_H

#include "transport/transport.h"

/*
 * Make a pseudo-terminal in raw mode. `link_path` (NULL: none) is kept as a symbolic link to the
 * slave while the transport is open; an old link is replaced, anything else at that path is
 * STATUS_USAGE, and so is a path where no link can be made.
 */
enum status pty_open(const char *link_path, struct transport **ret_transport, struct err *reterr);

/*
 * The slave's path, for example "/dev/pts/7". Valid while the transport is open; read may change
 * what it says, see above.
 */
const char *pty_slave_path(const struct transport *transport);

/* True while some client holds the slave open, as far as the kernel tells. */
bool pty_has_client(const struct transport *transport);

#endif
