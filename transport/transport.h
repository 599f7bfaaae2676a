/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A byte pipe to a device, and the registry of the ways to open one.
 *
 * A transport moves bytes and knows nothing of what they mean. All its functions are non-blocking
 * and are told the time; the only place that waits is the poll loop in src/client.c. A filter
 * (trace) is a transport that holds another one as `next` and passes everything through.
 *
 * Ownership: transport_open gives a transport to its caller, transport_close takes it back. A filter
 * owns its `next`.
 */
#ifndef TRANSPORT_TRANSPORT_H
#define TRANSPORT_TRANSPORT_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct transport;

struct transport_ops {
	/*
	 * Append what has arrived to `out`, at most its free room; nothing arrived is success, and so
	 * is a full `out`.
	 * STATUS_NO_PORT: the device went away (unplugged, reset, other end closed).
	 */
	enum status (*read)(
		struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr);

	/* Take as many bytes as there is room for, possibly none. Errors as read. */
	enum status (*write)(struct transport *transport, uint64_t now_us, struct span bytes,
		size_t *ret_written, struct err *reterr);

	/* What to poll for; fd is -1 when there is nothing to poll. */
	struct pollfd (*pollfd)(const struct transport *transport, bool wants_to_write);

	/*
	 * When read or write may do more without any descriptor becoming ready; CLOCK_NEVER when
	 * only the descriptor tells.
	 */
	uint64_t (*next_wakeup_us)(const struct transport *transport, uint64_t now_us);

	/* Give back everything, restore what was changed. Must accept a half-opened transport. */
	void (*close)(struct transport *transport);
};

/* First member of every transport's own struct. */
struct transport {
	const struct transport_ops *ops;
	uint32_t bytes_per_second; /* what the line carries each way; 0: not known, or no line */
};

enum transport_flow { TRANSPORT_FLOW_NONE, TRANSPORT_FLOW_RTSCTS };

/* What becomes of a modem line when the port is opened. KEEP: no glitch, no change. */
enum transport_line { TRANSPORT_LINE_KEEP, TRANSPORT_LINE_ON, TRANSPORT_LINE_OFF };

struct transport_options {
	uint32_t baud; /* bits per second, any number the driver takes; 0: 115200 */
	enum transport_flow flow;
	enum transport_line dtr;
	enum transport_line rts;
	/* Becomes readable when the user wants to stop, for schemes that wait; NULL, or below 0: never. */
	const int *interrupt_fd;
};

/* A row of the registry. */
struct transport_scheme {
	const char *name; /* "loopback" answers to "loopback" and "loopback:REST" */
	const char *help; /* one line for the manual */
	/* `rest` is what stands behind the colon, "" when there is none. */
	enum status (*open)(const char *rest, const struct transport_options *options,
		struct transport **ret_transport, struct err *reterr);
	bool is_inside; /* the device is in this process, and there as soon as it is opened */
};

/*
 * Open by address (cli.md "Addresses"). An address that is the name of one of `schemes`, or begins
 * with that name and a colon, goes there; anything else is a serial port: a path when it holds a
 * slash, else a name below /dev. `options` may be NULL for the defaults; a scheme's open is always
 * given some.
 * Errors: STATUS_NO_PORT, STATUS_PORT_BUSY, STATUS_USAGE (unknown scheme, malformed address), and
 * whatever the scheme's own open says.
 */
enum status transport_open(const char *address, const struct transport_scheme *schemes,
	size_t scheme_count, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr);

/* Accepts NULL. */
void transport_close(struct transport *transport);

static inline enum status transport_read(
	struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr)
{
	return transport->ops->read(transport, now_us, out, reterr);
}

static inline enum status transport_write(struct transport *transport, uint64_t now_us,
	struct span bytes, size_t *ret_written, struct err *reterr)
{
	return transport->ops->write(transport, now_us, bytes, ret_written, reterr);
}

static inline struct pollfd transport_pollfd(const struct transport *transport, bool wants_to_write)
{
	return transport->ops->pollfd(transport, wants_to_write);
}

static inline uint64_t transport_next_wakeup_us(const struct transport *transport, uint64_t now_us)
{
	return transport->ops->next_wakeup_us(transport, now_us);
}

#endif
