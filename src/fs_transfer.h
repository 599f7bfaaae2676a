/* SPDX-License-Identifier: Apache-2.0 */
/* What sending a file (fs_send.h) and fetching one (fs_fetch.h) have in common. */
#ifndef SRC_FS_TRANSFER_H
#define SRC_FS_TRANSFER_H

#include "src/fs_proof.h"

struct fs_options {
	const char *path;     /* on the device */
	uint64_t message_max; /* 0: ask the device */
	unsigned window; /* most requests in flight; 0: as many as the device has buffers for */
};

struct fs_result {
	uint64_t bytes;
	uint64_t duration_us; /* of the transfer alone */
	unsigned window;      /* most requests that were in flight */
	struct fs_proof proof;
};

/* Close the file on the device; older firmware has no such command and closes it after four seconds. */
enum status fs_transfer_close(struct client *client, struct err *reterr);

/* The same after a failure, where there is anybody left to hear it. */
void fs_transfer_abandon(struct client *client, enum status status);

#endif
