/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A firmware file as people hand it over: a signed MCUboot image (.bin), the same as Intel HEX, or
 * Nordic's dfu_application.zip with several of them (protocol.md 7). Whatever it is, it opens as a
 * list of parts, each an MCUboot image with the place it belongs to.
 */
#ifndef IMAGE_FIRMWARE_H
#define IMAGE_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "image/mcuboot.h"

enum firmware_kind { FIRMWARE_BINARY, FIRMWARE_HEX, FIRMWARE_ZIP };

enum {
	FIRMWARE_PARTS_MAX = 16,
	FIRMWARE_NAME_MAX = 256,               /* of a file in an archive, NUL included */
	FIRMWARE_APPLICATION_MAX = 64,         /* of the application's name, NUL included */
	FIRMWARE_SIZE_MAX = 256 * 1024 * 1024, /* of the file, and of all it unpacks to */
};

/* One image of the file. */
struct firmware_part {
	char name[FIRMWARE_NAME_MAX]; /* in the archive, as written there; "" when it is the file */
	struct span bytes;            /* what an upload sends; lives as long as the firmware */
	struct mcuboot_image image;   /* parsed, spans into `bytes` */
	uint32_t image_number;        /* 0 where nothing tells */
	bool has_image_number;        /* the archive tells; else -n or 0 */
	bool has_slot;                /* direct-xip: linked for this slot of its image, 0 or 1 */
	uint32_t slot;
	bool has_load_address; /* the manifest's load_address, or where the HEX data begin */
	uint64_t load_address;
};

struct firmware {
	enum firmware_kind kind;
	struct firmware_part parts[FIRMWARE_PARTS_MAX];
	size_t part_count; /* at least 1 */
	/* `name` of the manifest, not escaped; "" when not told */
	char application[FIRMWARE_APPLICATION_MAX];
	uint32_t format_version; /* of the manifest */
	bool is_format_unknown;  /* neither 0 nor 1: read all the same, worth a warning */
	size_t skipped_count;    /* manifest entries that are no MCUboot image (SUIT, cache) */
	/*
	 * Gives back the memory of a run of `bytes` that was read and will hardly be read again; NULL
	 * where that cannot be (unpacked data).
	 */
	void (*forget)(struct span bytes);
};

/*
 * Open and read through. On success *ret_firmware must be given back with firmware_close.
 * STATUS_BAD_FILE: missing, too large, no firmware (the message says what it is instead, the hint
 * which file of the build is the right one), or damaged. The message begins with the path, and in an
 * archive with the file's name in it.
 */
enum status firmware_open(const char *path, struct firmware **ret_firmware, struct err *reterr);
void firmware_close(struct firmware *firmware); /* accepts NULL */

/*
 * A file that is to be sent although it is no sound image (--force): parts with their bytes, and
 * images that are all zeros (image.file.len == 0). A file that is empty, HEX that cannot be read and
 * an archive that does not open stay errors.
 */
enum status firmware_open_raw(const char *path, struct firmware **ret_firmware, struct err *reterr);

#endif
