/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lasts of a board: its flash, and the little that its RAM holds between two commands of a
 * client. In a file that is mapped and shared, so that a kill at any moment leaves what a real
 * flash would hold; or only in memory.
 *
 * File: one page of head (struct store_head), then the flash. The head names the geometry that the
 * file was made with; a file of another geometry is refused, not converted.
 */
#ifndef FAKEDEV_STORE_H
#define FAKEDEV_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fakedev/config.h"

enum { STORE_HASH_MAX = 64, STORE_SHA_MAX = 32 };

/* RAM of the server: an upload in progress. */
struct store_upload {
	uint32_t is_active;
	uint32_t image;
	uint32_t slot;
	uint32_t offset; /* bytes written so far */
	uint32_t len;    /* bytes announced */
	uint32_t sha_len;
	uint8_t sha[STORE_SHA_MAX];
};

/* RAM and retained registers. Plain data: it lies in the file as it is. */
struct store_ram {
	uint32_t is_programmed;                   /* the factory image is in place */
	uint32_t reset_pending;                   /* reset was answered, the boot is still to come */
	uint32_t boots;
	uint32_t in_recovery;                     /* the bootloader's serial recovery runs */
	uint32_t active_slot[FAKEDEV_IMAGES_MAX];
	uint32_t factory_hash_len;
	uint8_t factory_hash[STORE_HASH_MAX];
	struct store_upload upload;
};

struct store;

/*
 * Open or make the file (folders above it included), or memory when config->state_path is empty.
 * Errors: STATUS_PORT_BUSY (locked by another process), STATUS_BAD_FILE (not a state file, other
 * geometry, not writable), STATUS_INTERNAL.
 */
enum status store_open(const struct fakedev_config *config, struct store **ret_store,
	struct err *reterr);
void store_close(struct store *store); /* accepts NULL */

struct store_ram *store_ram(struct store *store);

/* The flash, all 0xff in a new store. */
uint8_t *store_flash(struct store *store);
size_t store_flash_size(const struct store *store);

#endif
