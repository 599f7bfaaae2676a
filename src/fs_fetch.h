/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file from the device's file system: runs the download, closes the file, and compares what came with
 * what the device has.
 */
#ifndef SRC_FS_FETCH_H
#define SRC_FS_FETCH_H

#include "src/fs_transfer.h"
#include "src/progress.h"

/* Takes the file piece by piece; an error of it ends the transfer. */
struct fs_sink {
	enum status (*put)(void *ctx, struct span bytes, struct err *reterr);
	void *ctx;
};

/*
 * Errors: those of client_call, of the engine and of the sink; STATUS_DEVICE: the device's file is
 * another in the end.
 */
enum status fs_fetch(struct client *client, const struct fs_options *options,
	const struct fs_sink *sink, struct progress *progress, struct fs_result *ret_result,
	struct err *reterr);

#endif
