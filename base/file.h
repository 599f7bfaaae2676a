/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole file as a span, mapped and not copied, so that its size costs no memory.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct file_map {
	struct span bytes; /* valid until file_unmap; empty for an empty file */
};

/*
 * Map a regular file of at most `size_max` bytes for reading.
 * Errors: STATUS_BAD_FILE (missing, unreadable, a folder, a device, too large).
 */
enum status file_map(
	const char *path, uint64_t size_max, struct file_map *ret_map, struct err *reterr);

/*
 * Give back the memory of the whole pages in a run of a mapped file. The bytes stay what they are and
 * are read from the file again when somebody looks. Only for what file_map gave.
 */
void file_forget(struct span bytes);

/* Accepts a zeroed map. */
void file_unmap(struct file_map *map);

#endif
