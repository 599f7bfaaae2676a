/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fake board behind a pseudo-terminal, in a process of its own, for which no time passes: whatever it
 * waits for has happened at once. smpctl-fakedev spends on each request what a real server does, and
 * would be what is measured where the line has no limit.
 */
#ifndef BENCH_QUICK_BOARD_H
#define BENCH_QUICK_BOARD_H

#include <sys/types.h>

#include "base/err.h"
#include "fakedev/config.h"

enum { QUICK_BOARD_PORT_MAX = 64 };

struct quick_board {
	pid_t pid;
	int leash_fd; /* it goes when this is closed */
	char port[QUICK_BOARD_PORT_MAX];
};

/* It is ready when this returns. */
enum status quick_board_start(
	const struct fakedev_config *config, struct quick_board *ret_board, struct err *reterr);

/* STATUS_INTERNAL: it failed, or had complaints about its client; they are on standard error. */
enum status quick_board_stop(struct quick_board *board, struct err *reterr);

#endif
