/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line that loses whole frames, now and then, in either direction: a peer of the loopback transport
 * around another one. The same seed loses the same frames.
 *
 * A lost frame has spent its time on the line. On its way to the board it becomes lines of blanks,
 * which a server takes for text; on its way back it is gone when it arrives.
 */
#ifndef BENCH_LOSS_H
#define BENCH_LOSS_H

#include <stdbool.h>
#include <stdint.h>

#include "transport/loopback.h"

enum { LOSS_CERTAIN = 10 * 1000 };

struct loss_direction {
	uint32_t random;       /* state of the generator */
	uint32_t per_10000;    /* frames that are lost */
	bool is_inside_line;   /* the line feed is still to come */
	bool is_losing;        /* this line belongs to a frame that is lost */
	unsigned frames, lost; /* so far */
};

struct loss {
	struct loopback_peer inner;
	struct loss_direction to_board, to_host;
};

/* `loss` must outlive the transport that is opened with the peer that this returns. */
struct loopback_peer loss_wrap(
	struct loss *loss, const struct loopback_peer *inner, uint32_t per_10000, uint32_t seed);

#endif
