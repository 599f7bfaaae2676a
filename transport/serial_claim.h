/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A serial port opened for us alone, before anything is done with it.
 *
 * flock keeps other copies of smpctl out, also those of root; TIOCEXCL keeps out whoever opens it
 * later (root excepted); a program that had it open before, lock or no lock, is looked for in /proc
 * and named; and a claim by lock file (serial_lock_file.h) is honoured. The process at the other
 * end of a pseudo-terminal does not count.
 */
#ifndef TRANSPORT_SERIAL_CLAIM_H
#define TRANSPORT_SERIAL_CLAIM_H

#include <stdbool.h>

#include "base/err.h"

struct serial_claim {
	int fd;            /* -1: none */
	bool is_exclusive; /* TIOCEXCL is set, by us */
};

/*
 * Opens and claims; nothing is changed and nothing sent. May take some 40 ms when the port is held.
 * Errors: STATUS_NO_PORT, STATUS_PORT_BUSY, see serial.h.
 */
enum status serial_claim_open(const char *path, struct serial_claim *ret_claim, struct err *reterr);

/* Accepts a claim whose fd is -1. */
void serial_claim_close(struct serial_claim *claim);

#endif
