/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where time comes from and how it is waited for. Only the poll loop (src/client.c) holds a clock;
 * everything below it is told the time. Tests put a fake clock here, in which a ten-minute upload
 * takes a millisecond.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <poll.h>
#include <stdint.h>

#define CLOCK_NEVER UINT64_MAX

struct clock {
	/* Monotonic microseconds since some moment. */
	uint64_t (*now_us)(void *ctx);
	/*
	 * Wait until a descriptor is ready or the time is `until_us` (CLOCK_NEVER: no limit),
	 * whichever comes first. Returns as poll(2) does, and -1 with EINTR for a signal.
	 */
	int (*wait)(void *ctx, struct pollfd *fds, nfds_t count, uint64_t until_us);
	void *ctx;
};

/* The machine's own monotonic clock and poll(2). */
struct clock clock_monotonic(void);

static inline uint64_t clock_now_us(const struct clock *clock)
{
	return clock->now_us(clock->ctx);
}

static inline uint64_t clock_now_ms(const struct clock *clock)
{
	return clock->now_us(clock->ctx) / 1000;
}

#endif
