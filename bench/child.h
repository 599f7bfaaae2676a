/* SPDX-License-Identifier: Apache-2.0 */
/* The real programs as processes of their own, and what they cost. */
#ifndef BENCH_CHILD_H
#define BENCH_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum { CHILD_PATH_MAX = 4096, CHILD_ARGUMENTS_MAX = 24 };

struct child_cost {
	uint64_t wall_us;  /* from before it was started until it was gone */
	uint64_t cpu_us;   /* of user and system */
	uint64_t peak_kib; /* most memory that was resident, mapped files included */
};

/*
 * Run a program to its end, its output thrown away; `argv` ends with NULL, the first word is the path.
 * STATUS_INTERNAL: it could not be started, or it failed; the message ends with what it said.
 */
enum status child_run(const char *const *argv, struct child_cost *ret_cost, struct err *reterr);

/* A fake board (smpctl-fakedev) behind a pseudo-terminal. */
struct child_board {
	pid_t pid;
	int errors_fd; /* what it says */
	char port[CHILD_PATH_MAX];
};

/* It is ready when this returns. */
enum status child_board_start(
	const char *const *argv, struct child_board *ret_board, struct err *reterr);

/* STATUS_INTERNAL: it had complaints about its client. */
enum status child_board_stop(struct child_board *board, struct err *reterr);

#endif
