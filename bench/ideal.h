/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sender without any latency of its own, in simulated time: whenever the device has room for one
 * more request, the next one is on the line in the same microsecond. What it reaches against a
 * device is what can be attained with that device's buffers.
 *
 * It knows nothing of losses, and gives up when there is one.
 */
#ifndef BENCH_IDEAL_H
#define BENCH_IDEAL_H

#include "base/err.h"
#include "base/span.h"
#include "fakedev/fakedev.h"

struct ideal_setup {
	size_t message_max; /* bytes, header included */
	unsigned window;    /* requests in flight, always */
	/*
	 * The second request waits for the reply to the first, since nothing should be sent while
	 * a device erases (protocol.md 5.4). This sender knows whether it will, ours cannot.
	 */
	bool sends_first_alone;
};

/* Moves *now_us on to the moment of the last reply. STATUS_INTERNAL: the upload went wrong. */
enum status ideal_upload(struct fakedev *board, struct span image, const struct ideal_setup *setup,
	uint64_t *now_us, struct err *reterr);

#endif
