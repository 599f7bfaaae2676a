/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins the engine of a file's transfer (smp/fs_upload.h, smp/fs_download.h) to an open client, and runs
 * it to its end.
 */
#ifndef SRC_FS_LINK_H
#define SRC_FS_LINK_H

#include "smp/fs_flight.h"
#include "src/client.h"

/* The engine behind a row of functions, which are the engines' own but for their reply. */
struct fs_engine {
	void *engine;
	struct smp_fs_flight *flight;
	bool (*has_ended)(const void *engine);
	bool (*next_request)(void *engine, struct buf *body, struct smp_request *ret_request,
		unsigned *ret_chunk);
	/* A reply; `event` is its session's. It may do something with it besides. */
	enum status (*take_reply)(void *engine, unsigned chunk, const struct smp_event *event,
		uint64_t now_us, struct err *reterr);
	void (*take_retry)(void *engine, unsigned chunk);
	void (*take_silence)(void *engine, unsigned chunk);
};

/*
 * `body` is working memory for the longest request; `message_max` and `window` are what the device
 * takes. Errors: those of client_next_event and of the engine; STATUS_TIMEOUT as client_call explains
 * it. Whatever comes of it, nothing is in flight afterwards, and the session goes back to one request
 * at a time.
 */
enum status fs_link_run(struct client *client, const struct fs_engine *engine, struct buf body,
	size_t message_max, unsigned window, struct err *reterr);

#endif
