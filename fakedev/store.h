/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lasts of a board: its flash, and the little that its RAM holds between two commands of a
 * client. In a file that is mapped and shared, so that a kill at any moment leaves what a real
 * flash would hold; or only in memory.
 *
 * File: four pages of head (struct store_head), then the flash, then the files of the
 * application (struct files_area). The head names the geometry that the file was made with; a file of
 * another geometry is refused, not converted. Integers are laid out as this machine has them: a file
 * is a cache of a board, not a format to carry to another machine, where its version number would read
 * as another one and be refused.
 *
 * Whoever has a file open holds an exclusive flock(2) on it until store_close or death.
 */
#ifndef FAKEDEV_STORE_H
#define FAKEDEV_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "fakedev/config.h"

enum {
	STORE_HASH_MAX = 64,
	STORE_SHA_MAX = 32,
	STORE_SETTINGS_MAX = 16,
	STORE_SETTING_NAME_MAX = 64, /* with its NUL */
	STORE_SETTING_VALUE_MAX = 256,
};

/* RAM of the server: an upload in progress. */
struct store_upload {
	uint32_t is_active;
	uint32_t image;
	uint32_t slot;   /* 0 or 1, within the image */
	uint32_t offset; /* bytes written so far */
	uint32_t len;    /* bytes announced */
	uint32_t sha_len;
	uint8_t sha[STORE_SHA_MAX];
};

struct store_value {
	uint32_t is_set;
	uint32_t len;
	uint8_t bytes[STORE_SETTING_VALUE_MAX];
};

/* What the application runs with, and what is saved in its storage partition. */
struct store_setting {
	char name[STORE_SETTING_NAME_MAX]; /* "" when neither value is set */
	struct store_value running, saved;
};

struct store_settings {
	struct store_setting list[STORE_SETTINGS_MAX];
};

/* What the server has counted since the boot. */
struct store_counts {
	uint32_t requests;
	uint32_t refusals; /* replies with an error */
	uint32_t bytes_in; /* of packets, header included */
	uint32_t bytes_out;
};

/* What is wrong with an image that was put in place by a boot. */
enum store_flaw { STORE_SOUND, STORE_DEAD, STORE_CRASHES };

/* RAM and retained registers. Plain data: it lies in the file as it is. */
struct store_ram {
	uint64_t clock_set_us; /* when the clock was set, by the machine's monotonic clock */
	int64_t clock_s;       /* to what: seconds since 1970 in UTC */
	uint32_t is_clock_set;
	uint32_t is_programmed; /* the factory image is in place */
	uint32_t reset_pending; /* reset was answered, the boot is still to come */
	uint32_t boots;
	uint32_t logs_cleared_at; /* the number of boots then, and one; 0: never */
	uint32_t in_recovery;     /* the bootloader's serial recovery runs */
	uint32_t active_slot[FAKEDEV_IMAGES_MAX];
	uint32_t factory_hash_len;
	uint8_t factory_hash[STORE_HASH_MAX];
	struct store_upload upload;
	uint32_t new_images; /* that boots were to put in place */
	uint32_t flaw;       /* enum store_flaw, of the image with the hash below */
	uint32_t flawed_hash_len;
	uint8_t flawed_hash[STORE_HASH_MAX];
	struct store_settings settings;
	struct store_counts counts;
};

struct store;

/*
 * Open or make the file (folders above it included, for this user only), or memory when
 * config->state_path is empty. A file that was being made when its maker died is made anew; any
 * other file that is not a state file is left as it is.
 *
 * Errors: STATUS_USAGE (sizes that cannot be), STATUS_PORT_BUSY (locked by another process, which is
 * named when it can be found), STATUS_BAD_FILE (not a state file, other geometry, damaged, not
 * writable, disk full), STATUS_INTERNAL (out of memory).
 *
 * Of store_ram the indexes and lengths are within bounds when this succeeds: a file that says
 * otherwise is refused as damaged.
 */
enum status store_open(
	const struct fakedev_config *config, struct store **ret_store, struct err *reterr);
void store_close(struct store *store); /* accepts NULL */

struct store_ram *store_ram(struct store *store);

/* The flash, all 0xff in a new store: for each image its two slots, one behind the other. */
uint8_t *store_flash(struct store *store);
size_t store_flash_size(const struct store *store);

/* The files of the application, none in a new store. */
struct files_area;
struct files_area *store_files(struct store *store);

#endif
