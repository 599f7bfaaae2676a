/* SPDX-License-Identifier: Apache-2.0 */
/* The machine's monotonic clock, see clock.h. */
#include "base/clock.h"

#include <stddef.h>
#include <time.h>

static uint64_t monotonic_now_us(void *ctx)
{
	struct timespec now;

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int monotonic_wait(void *ctx, struct pollfd *fds, nfds_t count, uint64_t until_us)
{
	struct timespec left = { 0 };
	uint64_t now_us = monotonic_now_us(ctx);

	if (until_us == CLOCK_NEVER)
		return ppoll(fds, count, NULL, NULL);
	if (until_us > now_us) {
		left.tv_sec = (time_t)((until_us - now_us) / 1000000);
		left.tv_nsec = (long)((until_us - now_us) % 1000000 * 1000);
	}
	return ppoll(fds, count, &left, NULL);
}

struct clock clock_monotonic(void)
{
	return (struct clock){ .now_us = monotonic_now_us, .wait = monotonic_wait };
}
