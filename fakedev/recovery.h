/* SPDX-License-Identifier: Apache-2.0 */
/* MCUboot's serial recovery, as a server of the fake board (see server.h). */
#ifndef FAKEDEV_RECOVERY_H
#define FAKEDEV_RECOVERY_H

#include "fakedev/server.h"

enum {
	RECOVERY_BUF_SIZE = 1024,   /* BOOT_SERIAL_MAX_RECEIVE_SIZE */
	RECOVERY_PACKET_MAX = 1021, /* tried with the original code, see protocol.md 2.5 */
	RECOVERY_LINES = 8,         /* BOOT_LINE_BUFS: what waits while it works */
};

/* As server_answer, but it looks at one message per packet only. */
bool recovery_answer(struct server *server, struct span packet, struct buf *reply);

/* recovery_upload.c */
struct answer recovery_upload(struct server *, const struct request *, struct buf *);

#endif
