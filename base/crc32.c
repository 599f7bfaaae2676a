/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32 bit by bit, see crc32.h: no file that comes over a serial line is worth a table. */
#include "base/crc32.h"

enum { BITS_PER_BYTE = 8 };

#define POLYNOMIAL UINT32_C(0xedb88320) /* the lowest bit first */

uint32_t crc32_add(uint32_t crc, struct span bytes)
{
	crc = ~crc;
	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= bytes.data[i];
		for (int bit = 0; bit < BITS_PER_BYTE; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
	}
	return ~crc;
}
