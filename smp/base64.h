/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Base64 as the console framing uses it: standard alphabet, padding only at the very end
 * (protocol.md 2.1).
 */
#ifndef SMP_BASE64_H
#define SMP_BASE64_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

/* Characters that `len` bytes become, padding included. */
static inline size_t smp_base64_encoded_size(size_t len)
{
	return (len + 2) / 3 * 4;
}

/* Write smp_base64_encoded_size(bytes.len) characters to `out`; returns how many. */
size_t smp_base64_encode(struct span bytes, uint8_t *out);

/*
 * Decode strictly: a multiple of four characters, padding only in the last two places, and the bits
 * that padding leaves over must be 0. False (and `out` unchanged but for overflow) otherwise, or
 * when `out` has no room.
 */
bool smp_base64_decode(struct span text, struct buf *out);

#endif
