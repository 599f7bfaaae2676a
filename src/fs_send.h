/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file to the device's file system: asks the device for its limits, runs the upload, closes the file,
 * and compares what the device has with what was sent.
 */
#ifndef SRC_FS_SEND_H
#define SRC_FS_SEND_H

#include "src/fs_transfer.h"
#include "src/progress.h"

/*
 * `forget` is told of what has been sent and hashed, as in upload.h; NULL: nobody is. On failure the
 * message says how much of the file the device has. Errors: those of client_call and of the engine;
 * STATUS_DEVICE: the device's file is another in the end.
 */
enum status fs_send(struct client *client, const struct fs_options *options, struct span file,
	void (*forget)(struct span bytes), struct progress *progress, struct fs_result *ret_result,
	struct err *reterr);

#endif
