/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.json of the nRF Connect SDK's dfu_application.zip (protocol.md 7.1): which files the
 * archive has and where each belongs. Formats 0 and 1 have the same shape; other numbers are read
 * as these.
 */
#ifndef IMAGE_MANIFEST_H
#define IMAGE_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "image/firmware.h"

enum {
	MANIFEST_SIZE_MAX = 256 * 1024, /* of the text; builds make a few hundred bytes */
	MANIFEST_IMAGE_NUMBER_MAX = 15,
};

struct manifest_entry {
	char file[FIRMWARE_NAME_MAX]; /* as written there, not escaped */
	bool has_size;
	uint64_t size; /* bytes */
	bool has_image_number;
	uint32_t image_number;
	bool has_slot; /* direct-xip: the slot of its image that it is linked for */
	uint32_t slot; /* 0 or 1 */
	bool has_load_address;
	uint64_t load_address;
};

struct manifest {
	uint32_t format_version; /* 0 where it is missing */
	bool is_format_unknown;
	char name[FIRMWARE_APPLICATION_MAX]; /* cut off where too long; "" when not told */
	struct manifest_entry entries[FIRMWARE_PARTS_MAX];
	size_t entry_count;   /* at least 1 */
	size_t skipped_count; /* entries whose type says that they are no image for an application */
};

/*
 * STATUS_BAD_FILE: no JSON, another tool's manifest, nothing in it that could be sent, two entries
 * that contradict each other, a number out of range; entries are counted from 1 in the message.
 */
enum status manifest_read(struct span text, struct manifest *ret_manifest, struct err *reterr);

#endif
