/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting where no client is open: for a while, for a descriptor, or until the user has enough. */
#ifndef SRC_PAUSE_H
#define SRC_PAUSE_H

#include "base/clock.h"
#include "base/err.h"

/*
 * Wait until `until_us`, or until `fd` is ready to be read (below 0: none). STATUS_INTERRUPTED when
 * something can be read from `interrupt_fd` (below 0: none), which is then taken from it.
 */
enum status pause_until(
	const struct clock *clock, int interrupt_fd, int fd, uint64_t until_us, struct err *reterr);

#endif
