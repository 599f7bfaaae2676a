/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A transport to a device that lives in this process. What the device is, is none of our business:
 * it shows itself as a table of functions (src/ hands over the fake board).
 */
#ifndef TRANSPORT_LOOPBACK_H
#define TRANSPORT_LOOPBACK_H

#include "base/clock.h"
#include "transport/transport.h"

struct loopback_peer {
	/* Bytes from the client arrive at the device; returns how many it has room for. */
	size_t (*rx)(void *device, struct span bytes, uint64_t now_us);
	/* Bytes from the device, at most `cap`; returns how many. */
	size_t (*tx)(void *device, uint8_t *data, size_t cap, uint64_t now_us);
	/* False while the device has left the bus: then read and write say STATUS_NO_PORT. */
	bool (*is_present)(void *device, uint64_t now_us);
	/*
	 * When tx has bytes or the device does something by itself next (`now_us` or earlier: at
	 * once); CLOCK_NEVER: only when it gets bytes.
	 */
	uint64_t (*next_wakeup_us)(void *device, uint64_t now_us);
	/* Called by transport_close. */
	void (*close)(void *device);
	void *device;
	uint32_t bytes_per_second; /* of the line to it; 0: as fast as it goes */
};

/* `peer` is copied; its device is closed together with the transport, on failure too. */
enum status loopback_open(
	const struct loopback_peer *peer, struct transport **ret_transport, struct err *reterr);

#endif
