/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Intel HEX: records of bytes with addresses, as text, made into one run of memory. Addresses that
 * no record fills are 0xff, as in erased flash. Records may come in any order; no byte may be given
 * twice. Every checksum is checked, and nothing may stand behind the end record.
 */
#ifndef IMAGE_HEX_H
#define IMAGE_HEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * From the lowest to the highest address. No slot is as large; a file that reaches further has the
 * chip's settings or a second core's program in it too (the settings of an nRF52 are 256 MiB away
 * from the program, the network core of an nRF5340 is 16 MiB away).
 */
enum { HEX_SPAN_MAX = 16 * 1024 * 1024 };

struct hex_memory {
	uint8_t *bytes; /* allocated, the caller frees it */
	size_t len;
	uint32_t address; /* of the first byte */
};

/* Does it begin as a record does: a colon and the hex digits of length, address and type? */
bool hex_is_text(struct span file);

/* STATUS_BAD_FILE: the message begins with the line, "line 12: ", where one is to blame. */
enum status hex_read(struct span text, struct hex_memory *ret_memory, struct err *reterr);

#endif
