/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CRC-16 of the console framing: polynomial 0x1021, no reflection, initial value 0 (protocol.md 2.1).
 * The check value of "123456789" is 0x31c3.
 */
#ifndef SMP_CRC16_H
#define SMP_CRC16_H

#include <stdint.h>

#include "base/span.h"

/* Go on from `crc`, which is 0 at the start. */
uint16_t smp_crc16(uint16_t crc, struct span bytes);

#endif
