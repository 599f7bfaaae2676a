/* SPDX-License-Identifier: Apache-2.0 */
/* Fake boards behind pseudo-terminals, TCP or a USB gadget: the one poll loop of smpctl-fakedev. */
#ifndef FAKEDEV_PROGRAM_SERVE_H
#define FAKEDEV_PROGRAM_SERVE_H

#include "base/clock.h"
#include "fakedev/fakedev.h"
#include "transport/gadget.h"

/* A board and where it shows itself. */
struct serve_place {
	struct fakedev *board;
	const char *link_path;       /* to its pseudo-terminal; may be NULL */
	const struct gadget *gadget; /* NULL: a pseudo-terminal, or TCP */
	bool is_on_tcp;
	uint16_t tcp_port;         /* 0: any */
	uint16_t recovery_product; /* of the gadget, in serial recovery; 0: no other one */
};

/*
 * Serve until SIGINT or SIGTERM; SIGUSR1 presses the reset button of every board. Prints the address of
 * each as a line on stdout, in the order of the boards, and on stderr when a board leaves and
 * comes back, with its number where there are several. While it is away there is no pseudo-terminal
 * and no link, nobody listens, or the gadget is off the bus.
 * Errors: those of pty_open, tcp_listen and gadget_open, STATUS_INTERNAL.
 */
enum status serve(const struct serve_place *places, size_t count, const struct clock *clock,
	struct err *reterr);

#endif
