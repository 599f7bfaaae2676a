/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a result to a file that the user has named: whole, or not at all. */
#ifndef SRC_WRITE_FILE_H
#define SRC_WRITE_FILE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/*
 * A file that is being written: under a name of its own, beside the one that it gets when all of it is
 * on the disk. Before that the name is what it was.
 */
struct write_file;

/*
 * STATUS_USAGE: there is something under the name already that may not be replaced, or it cannot be
 * written there. STATUS_INTERNAL: out of memory.
 */
enum status write_file_open(
	const char *path, bool may_replace, struct write_file **ret_file, struct err *reterr);

/* STATUS_USAGE: it could not be written (the disk is full). */
enum status write_file_append(struct write_file *file, struct span bytes, struct err *reterr);

/* Give it its name. STATUS_USAGE as for the two before. */
enum status write_file_finish(struct write_file *file, struct err *reterr);

/* What was not finished is gone without a trace. Accepts NULL. */
void write_file_close(struct write_file *file);

/* All of that in one, for what is in memory. */
enum status write_file(const char *path, struct span bytes, bool may_replace, struct err *reterr);

#endif
