/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a fake board: a small flat file system with the folders FILES_FOLDERS, none in them, in
 * memory that the store keeps. A file is a list of blocks, each of which knows whose it is and where in
 * it, so that whatever stands in a damaged area, nothing outside it is touched.
 */
#ifndef FAKEDEV_FILES_H
#define FAKEDEV_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum {
	FILES_MAX = 16,
	FILES_PATH_MAX = 64, /* characters */
	FILES_BLOCK_SIZE = 4096,
	FILES_BLOCKS = 64,
	FILES_ROOM = FILES_BLOCKS * FILES_BLOCK_SIZE, /* bytes of all files */
};

#define FILES_FOLDERS "/lfs", "/lfs1", "/tmp"

struct files_entry {
	char path[FILES_PATH_MAX + 4]; /* ends with a NUL; "": there is no such file */
	uint32_t size;
};

struct files_block {
	uint8_t owner; /* entry + 1; 0: free */
	uint8_t place; /* in that file */
};

/* Plain data: it lies in the state file as it is. All zeros: no files. */
struct files_area {
	struct files_entry entries[FILES_MAX];
	struct files_block blocks[FILES_BLOCKS];
	uint8_t bytes[FILES_BLOCKS][FILES_BLOCK_SIZE];
};

enum files_result {
	FILES_OK,
	FILES_BAD_NAME,  /* not absolute, or too long */
	FILES_NO_FOLDER, /* the folder that it would be in does not exist */
	FILES_IS_FOLDER,
	FILES_NOT_FOUND,
	FILES_FULL, /* no room for one more file */
};

/* Are the sizes within bounds, and the paths ended? */
bool files_are_sound(const struct files_area *area);

/* The file of that path, by its number; with `creates` one that is not there is made, empty. */
enum files_result files_find(
	struct files_area *area, struct span path, bool creates, unsigned *ret_file);

uint32_t files_size(const struct files_area *area, unsigned file);
void files_empty(struct files_area *area, unsigned file);

/* False when there is no room for all of it; what there was room for is there. */
bool files_append(struct files_area *area, unsigned file, struct span bytes);

/* Read at `offset` into `data`, at most `len` bytes; returns how many there are. */
size_t files_read(
	const struct files_area *area, unsigned file, uint64_t offset, uint8_t *data, size_t len);

#endif
