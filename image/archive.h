/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ZIP archive in memory: which files are in it, and their unpacked bytes. An archive with a name
 * that leads out of it ("../x", "/x") is refused as a whole: nothing is ever written to disk here,
 * but no build makes one.
 */
#ifndef IMAGE_ARCHIVE_H
#define IMAGE_ARCHIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

enum { ARCHIVE_NAME_TEXT_MAX = 256 };

struct archive;

/* Does the file begin as an archive does, even an empty one? */
bool archive_is_zip(struct span file);

/*
 * Open what archive_is_zip; it is borrowed until archive_close. STATUS_BAD_FILE: cut short, damaged,
 * a wild name.
 */
enum status archive_open(struct span file, struct archive **ret_archive, struct err *reterr);
void archive_close(struct archive *archive); /* accepts NULL */

size_t archive_count(const struct archive *archive); /* of files, folders left out */

/* The name of a file as the archive has it, any bytes; lives as long as the archive. */
const char *archive_name(const struct archive *archive, size_t index);

/* Is there a file of this name? */
bool archive_has(const struct archive *archive, const char *name);

/* The first bytes of a file, to see what it is; empty where it cannot be unpacked. */
struct span archive_peek(
	const struct archive *archive, size_t index, uint8_t *storage, size_t storage_size);

/*
 * Unpack a file of at most `size_max` bytes, whatever the archive says of its size. *ret_bytes is
 * allocated, the caller frees it. STATUS_BAD_FILE: not there, there twice, too large, encrypted,
 * damaged; the message begins with the name.
 */
enum status archive_read(const struct archive *archive, const char *name, uint64_t size_max,
	uint8_t **ret_bytes, size_t *ret_len, struct err *reterr);

/* A name as one harmless line for messages, cut off where it is too long; returns `storage`. */
const char *archive_name_text(const char *name, char storage[ARCHIVE_NAME_TEXT_MAX]);

#endif
