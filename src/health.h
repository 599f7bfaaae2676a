/* SPDX-License-Identifier: Apache-2.0 */
/* Is a device that has just been updated well? A command of the user's, or questions of ours, tell. */
#ifndef SRC_HEALTH_H
#define SRC_HEALTH_H

#include "src/device_facts.h"
#include "src/port.h"

struct health_wish {
	const char *command; /* for /bin/sh; NULL: none */
	bool wants_echo;     /* it must answer an echo */
	const char *version; /* image 0 must run in this version; NULL: any */
	int output_fd;       /* for what the command says; 0: standard error */
};

bool health_is_wanted(const struct health_wish *wish);

/*
 * STATUS_OK: it is well. STATUS_NOT_UPDATED: it is not, and the message says what was found. Others:
 * nothing could be found out. While the command runs the port is closed, and its address is in
 * SMPCTL_PORT; afterwards it is open again. The command may take as long as it likes (timeout(1) sets
 * a limit); an interruption ends it, and all that it has started.
 */
enum status health_check(struct port *port, const struct health_wish *wish, struct err *reterr);

#endif
