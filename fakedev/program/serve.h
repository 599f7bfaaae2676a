/* SPDX-License-Identifier: Apache-2.0 */
/* A fake board behind a pseudo-terminal: the one poll loop of smpctl-fakedev. */
#ifndef FAKEDEV_PROGRAM_SERVE_H
#define FAKEDEV_PROGRAM_SERVE_H

#include "base/clock.h"
#include "fakedev/fakedev.h"

/*
 * Serve until SIGINT or SIGTERM. Prints the path of the pseudo-terminal as a line on stdout, and on
 * stderr when the board leaves and comes back. While it is away there is no pseudo-terminal and no
 * link. `link_path` may be NULL.
 * Errors: those of pty_open, STATUS_INTERNAL.
 */
enum status serve(struct fakedev *board, const char *link_path, const struct clock *clock,
	struct err *reterr);

#endif
