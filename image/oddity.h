/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is strange about an image that can be read: nothing that makes it unreadable (mcuboot_parse
 * refuses that), but what keeps it from booting, or hints at a slip in the build.
 */
#ifndef IMAGE_ODDITY_H
#define IMAGE_ODDITY_H

#include <stdbool.h>

#include "base/buf.h"
#include "image/mcuboot.h"

enum oddity {
	ODDITY_NO_PAYLOAD,          /* nothing between header and TLVs */
	ODDITY_HEADER_SIZE,         /* no multiple of 32: no vector table can lie behind it */
	ODDITY_UNUSED_LOAD_ADDRESS, /* an address, and no flag that says what for */
	ODDITY_TWO_LOAD_FLAGS,      /* RAM_LOAD and ROM_FIXED exclude each other */
	ODDITY_UNKNOWN_FLAGS,       /* bits that mean nothing */
	ODDITY_NO_ENCRYPTION_KEY,   /* flagged as encrypted, and no key to decrypt it with */
	ODDITY_TLV_LENGTH,          /* a TLV that has not the length of its type */
	ODDITY_REFUSED_TLV,         /* one outside the protected area that the allow-list refuses */
	ODDITY_SIGNATURE_WITHOUT_KEY, /* no TLV names its key: bootloaders skip it */
};

#define ODDITY_COUNT (ODDITY_SIGNATURE_WITHOUT_KEY + 1)

bool oddity_is_in(enum oddity oddity, const struct mcuboot_image *image);

/* As in JSON: "no-payload". */
const char *oddity_name(enum oddity oddity);

/*
 * What it is in this image and what follows from it, one clause: "SEC_CNT stands outside the
 * protected TLVs, where bootloaders refuse it". Only for an oddity that is in the image.
 */
void oddity_describe(enum oddity oddity, const struct mcuboot_image *image, struct buf *out);

#endif
