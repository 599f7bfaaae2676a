/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image that a new fake board comes with: made up, unsigned, and the same on every machine for
 * the same seed. Tests fill slots with it too.
 */
#ifndef FAKEDEV_FACTORY_H
#define FAKEDEV_FACTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "image/mcuboot.h"

enum {
	FACTORY_PAYLOAD_SIZE = 16 * 1024, /* bytes, of a new board's image */
	FACTORY_HEADER_SIZE = 0x200,      /* as on Nordic's chips */
};

/* The version that a new board runs: 1.0.0. */
struct mcuboot_version factory_version(void);

/* Bytes of an image with this much payload. */
size_t factory_image_size(size_t payload_size);

/*
 * Append an image to `out`: header, pseudo-random payload, TLV area with a SHA-256. False, and
 * nothing appended, when it does not fit or libcrypto fails.
 */
bool factory_image_build(
	const struct mcuboot_version *version, size_t payload_size, uint32_t seed, struct buf *out);

#endif
