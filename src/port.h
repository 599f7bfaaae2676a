/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device by its address: opened, closed for others, and opened again under whatever name it has
 * come back. The client belongs to the port and is there while it is open.
 */
#ifndef SRC_PORT_H
#define SRC_PORT_H

#include "src/client.h"
#include "src/output.h"
#include "src/settings.h"
#include "transport/transport.h"

struct port;

struct port_config {
	const struct settings *settings; /* must live as long as the port */
	struct output *output;           /* device text, retries; NULL: nobody listens */
	struct clock clock;
	int interrupt_fd; /* see client.h */
	/*
	 * Opens the byte pipe, in place of the address (tests, fleets of boards in this process);
	 * NULL: by settings->port.
	 */
	enum status (*open_transport)(
		void *ctx, struct transport **ret_transport, struct err *reterr);
	void *open_ctx;
};

/*
 * Open the device. Its identity (serial number, place in the USB tree) is noted, so that it is found
 * again. STATUS_USAGE: no port was named and there is not exactly one candidate; errors of
 * transport_open, trace_open, client_open. With settings->wait_port_ms it waits that long for a
 * port that is not there yet.
 */
enum status port_open(const struct port_config *config, struct port **ret_port, struct err *reterr);
void port_free(struct port *port); /* accepts NULL */

struct client *port_client(struct port *port); /* NULL while closed */

/* The node that was opened last, "/dev/ttyACM0", or the address where there is none. */
const char *port_name(const struct port *port);

/* Let others at the device; its identity stays. */
void port_close(struct port *port);

/* Open it again now. STATUS_NO_PORT: it is not there. */
enum status port_reopen(struct port *port, struct err *reterr);

/* The same, waiting until then for a port that is not there, or not ours yet. */
enum status port_reopen_when_there(struct port *port, uint64_t until_us, struct err *reterr);

/*
 * False for what stays while its device resets: a UART of the machine, a pipe that a test opens. True
 * for USB, though an adapter stays there too, and for a pseudo-terminal's link.
 */
bool port_may_leave(const struct port *port);

/* Not in any list: a pseudo-terminal, whose path is all that is known. */
bool port_is_bare_path(const struct port *port);

/* Is a bare path's link another one than when it was opened? Then the device has left meanwhile. */
bool port_path_is_new(const struct port *port);

/*
 * Ask once whether somebody is there, as presence_hail. With --framing auto, a device that stays silent
 * for longer than a boot takes is asked in the other framing too: a bootloader may have its own.
 */
enum status port_hail(struct port *port, uint32_t timeout_ms, struct err *reterr);

/* A board inside this process: it is there again as soon as it is opened. */
bool port_is_inside(const struct port *port);

/* What a look shows of a port that may leave; SAME for all others. */
enum port_sight {
	PORT_SIGHT_GONE,
	PORT_SIGHT_SAME,    /* there, as the product that was opened first */
	PORT_SIGHT_CHANGED, /* there, as another product: a bootloader has its own ids */
};

enum port_sight port_look(const struct port *port);

/* As pause_until, with the port's clock and interruption. */
enum status port_pause(const struct port *port, int fd, uint64_t until_us, struct err *reterr);
uint64_t port_now_us(const struct port *port);

/* The registry of address schemes besides serial ports, for help texts. */
const struct transport_scheme *port_schemes(size_t *ret_count);

#endif
