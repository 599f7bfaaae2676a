/* SPDX-License-Identifier: Apache-2.0 */
/* Message digests, through libcrypto. */
#ifndef IMAGE_DIGEST_H
#define IMAGE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum digest_kind { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

enum {
	DIGEST_SHA256_SIZE = 32,
	DIGEST_SIZE_MAX = 64,
	DIGEST_PIECE_SIZE = 256 * 1024, /* see digest_compute_forgetting */
};

/* Bytes of a digest of this kind. */
size_t digest_size(enum digest_kind kind);

/* False only when libcrypto fails (out of memory). */
bool digest_compute(enum digest_kind kind, struct span bytes, uint8_t ret_digest[DIGEST_SIZE_MAX]);

/*
 * The same, piece by piece: `forget` is called with each run of DIGEST_PIECE_SIZE bytes, and with what
 * remains at the end, as soon as it is hashed and not needed any more. So a mapped file of any size
 * costs little memory (file_forget). NULL: nothing is forgotten.
 */
bool digest_compute_forgetting(enum digest_kind kind, struct span bytes,
	void (*forget)(struct span bytes), uint8_t ret_digest[DIGEST_SIZE_MAX]);

/* A digest of bytes that come one after another. */
struct digest;

/* NULL when out of memory. */
struct digest *digest_new(enum digest_kind kind);
void digest_free(struct digest *digest); /* accepts NULL */

/* False only when libcrypto fails. Nothing can be added behind the end. */
bool digest_add(struct digest *digest, struct span bytes);
bool digest_end(struct digest *digest, uint8_t ret_digest[DIGEST_SIZE_MAX]);

#endif
