/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands in a file behind the image: nothing, or what "imgtool sign --pad" and "--confirm" put
 * there to make it as big as the slot (protocol.md 6.5).
 */
#ifndef IMAGE_TRAILER_H
#define IMAGE_TRAILER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "image/mcuboot.h"

enum image_trailer_kind {
	IMAGE_TRAILER_NONE,    /* the file ends with the image */
	IMAGE_TRAILER_PADDING, /* only erased bytes, 0xff or 0x00 */
	IMAGE_TRAILER_FOUND,   /* a trailer, its magic at the very end of the file */
	IMAGE_TRAILER_UNKNOWN, /* bytes that are neither */
};

#define IMAGE_TRAILER_KIND_COUNT (IMAGE_TRAILER_UNKNOWN + 1)

/* BAD is anything that is neither erased nor what MCUboot writes. */
enum image_trailer_flag { IMAGE_TRAILER_UNSET, IMAGE_TRAILER_SET, IMAGE_TRAILER_BAD };

struct image_trailer {
	enum image_trailer_kind kind;
	size_t len;     /* bytes behind the image */
	uint8_t erased; /* what they are filled with: 0xff or 0x00 */
	/* With IMAGE_TRAILER_FOUND: */
	unsigned alignment; /* BOOT_MAX_ALIGN: 8, 16, 32, ... */
	size_t fields_len;  /* from its lowest field, swap_size, to the end of the file */
	enum image_trailer_flag image_ok; /* set: the image is to stay after its first boot */
	enum image_trailer_flag copy_done;
};

/* Looks at image->file behind image->size. */
struct image_trailer image_trailer_read(const struct mcuboot_image *image);

/* As in JSON: "none", "padding", "trailer", "unknown". */
const char *image_trailer_name(enum image_trailer_kind kind);

/*
 * What it is and what that means, one clause: "the file is padded to the size of a slot, with a
 * trailer that marks the image for a test". Nothing for IMAGE_TRAILER_NONE.
 */
void image_trailer_describe(const struct image_trailer *trailer, struct buf *out);

#endif
