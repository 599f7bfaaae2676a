/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole file as a span. A small one is read; a large one is mapped, so that its size costs no memory.
 * What was read stays as it is when the file is changed meanwhile, as a new build does; of what is
 * mapped the end may vanish, and whoever looks there gets a SIGBUS (src/main.c says why it ends).
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct file_map {
	struct span bytes; /* valid until file_unmap; empty for an empty file */
	bool is_mapped;
};

enum { FILE_READ_MAX = 1024 * 1024 }; /* bytes: larger ones are mapped */

/*
 * Read or map a regular file of at most `size_max` bytes for reading.
 * Errors: STATUS_BAD_FILE (missing, unreadable, a folder, a device, too large).
 */
enum status file_map(
	const char *path, uint64_t size_max, struct file_map *ret_map, struct err *reterr);

/*
 * Give back the memory of the whole pages in a run of a mapped file. The bytes stay what they are and
 * are read from the file again when somebody looks. Only for what file_map has mapped.
 */
void file_forget(struct span bytes);

/* Accepts a zeroed map. */
void file_unmap(struct file_map *map);

#endif
