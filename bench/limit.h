/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the line and the flash allow, computed and not measured: no sender can be faster.
 *
 * A line of B baud carries B / 10 bytes per second. A message of M bytes is carried in console lines
 * (protocol.md 2.2), so it costs more bytes than it has; limit_wire_size says how many. An image takes
 * as long as the slower of the two needs, the line that is never idle or the flash that is never idle.
 */
#ifndef BENCH_LIMIT_H
#define BENCH_LIMIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "fakedev/flash.h"

/* The longest SMP message that a buffer of the device takes, bytes. */
size_t limit_message_max(size_t buf_size);

/* Image bytes in a message of that length, but for the first: what one can count on at any offset. */
size_t limit_chunk_size(size_t message_max);

/* Bytes on the wire for a message, its lines full. */
size_t limit_wire_size(size_t message_len);

/* Image bytes per second with the line never idle, first chunk and last one left out. */
double limit_steady_rate(size_t buf_size, uint32_t baud);

/* Bytes on the wire for an image: each message as full as its offset allows. */
uint64_t limit_image_wire_size(struct span image, size_t message_max);

/* How long the line needs for that many bytes. */
uint64_t limit_line_us(uint64_t wire_size, uint32_t baud);

/* How long the flash needs for an image: its erases, and its writes word by word. */
uint64_t limit_flash_us(const struct flash_times *times, uint64_t pages_erased, size_t image_size);

#endif
