/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32 as zlib and IEEE 802.3 have it: what a device's "crc32" of a file is (protocol.md 3.7). */
#ifndef BASE_CRC32_H
#define BASE_CRC32_H

#include <stdint.h>

#include "base/span.h"

/* The checksum of what was summed before (0: nothing) with `bytes` behind it. */
uint32_t crc32_add(uint32_t crc, struct span bytes);

#endif
