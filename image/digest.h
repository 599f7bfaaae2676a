/* SPDX-License-Identifier: Apache-2.0 */
/* Message digests, through libcrypto. */
#ifndef IMAGE_DIGEST_H
#define IMAGE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum digest_kind { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

enum { DIGEST_SHA256_SIZE = 32, DIGEST_SIZE_MAX = 64 };

/* Bytes of a digest of this kind. */
size_t digest_size(enum digest_kind kind);

/* False only when libcrypto fails (out of memory). */
bool digest_compute(enum digest_kind kind, struct span bytes, uint8_t ret_digest[DIGEST_SIZE_MAX]);

#endif
