/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the global options to an open client: the address decides the transport, a trace is put
 * around it. This is where the fake board becomes `-p loopback`.
 */
#ifndef SRC_PORT_H
#define SRC_PORT_H

#include "src/client.h"
#include "src/output.h"
#include "src/settings.h"

/*
 * `interrupt_fd`: see client.h. Errors: those of transport_open, trace_open and client_open;
 * STATUS_USAGE when no port was named.
 */
enum status port_open(const struct settings *settings, int interrupt_fd, struct output *output,
	struct client **ret_client, struct err *reterr);

/* The registry of address schemes besides serial ports, for help texts. */
const struct transport_scheme *port_schemes(size_t *ret_count);

#endif
