/* SPDX-License-Identifier: Apache-2.0 */
/* Where one board of a fleet says what a single update says on standard error. */
#ifndef SRC_FLEET_LOG_H
#define SRC_FLEET_LOG_H

#include "src/output.h"
#include "src/update.h"

/* STATUS_USAGE: it is not there, and cannot be made. */
enum status fleet_log_make_folder(const char *log_dir, struct err *reterr);

/*
 * A file for the board in `log_dir`: "03-usb_2fe3_0100.log", in place of what is there. Without a folder
 * (NULL) everything is dropped. STATUS_USAGE: it cannot be written.
 */
enum status fleet_log_open(const char *log_dir, size_t index, const char *name,
	struct output *ret_output, struct err *reterr);

/* The last line: the outcome, or the error when there is one. */
void fleet_log_end(struct output *output, enum status status, const struct update_report *report,
	const struct err *err);

#endif
