/* SPDX-License-Identifier: Apache-2.0 */
/* How much a device takes at a time: what an upload asks for before it begins. */
#ifndef SRC_LIMITS_H
#define SRC_LIMITS_H

#include "src/client.h"

struct limits {
	size_t message_max; /* bytes of a message, header included */
	bool is_guessed;    /* nobody has said */
	bool is_chosen;     /* the user has, not the device */
	unsigned window;    /* most requests in flight */
	unsigned buf_count; /* 0: the device did not say */
};

/*
 * Asked from the device, else what a default build takes, one thing at a time. The user's
 * `message_max` counts for more than that, the user's `window` where it is smaller; 0: none was given.
 * Errors: those of client_call, STATUS_PROTOCOL (a size that cannot be).
 */
enum status limits_find(struct client *client, uint64_t message_max, unsigned window,
	struct limits *ret_limits, struct err *reterr);

#endif
