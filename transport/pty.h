/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The master side of a new pseudo-terminal, for a program that plays the device: what a client
 * writes to the slave's path is read here. A client that comes and goes is no event; only close ends
 * it, and then the client sees a port that went away (reads end, writes fail with EIO), as a USB
 * device does that leaves the bus.
 */
#ifndef TRANSPORT_PTY_H
#define TRANSPORT_PTY_H

#include "transport/transport.h"

/*
 * Make a pseudo-terminal in raw mode. `link_path` (NULL: none) is kept as a symbolic link to the
 * slave while the transport is open; an old link is replaced, anything else at that path is
 * STATUS_USAGE.
 */
enum status pty_open(const char *link_path, struct transport **ret_transport, struct err *reterr);

/* The slave's path, for example "/dev/pts/7"; valid while the transport is open. */
const char *pty_slave_path(const struct transport *transport);

/* True while some client holds the slave open, as far as the kernel tells. */
bool pty_has_client(const struct transport *transport);

#endif
