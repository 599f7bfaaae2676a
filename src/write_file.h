/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a result to a file that the user has named: whole, or not at all. */
#ifndef SRC_WRITE_FILE_H
#define SRC_WRITE_FILE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/*
 * The bytes get under the name when all of them are on the disk; before that the name is what it was.
 * STATUS_USAGE: it exists already and may not be replaced. STATUS_INTERNAL: it could not be written.
 */
enum status write_file(const char *path, struct span bytes, bool may_replace, struct err *reterr);

#endif
