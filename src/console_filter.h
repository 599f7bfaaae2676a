/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device says on its console, made fit for a terminal while it arrives. SMP frames are left
 * out, from their marker to the end of their line (protocol.md 2). Of what steers a terminal this
 * passes, which the shells of Zephyr, NuttX and Mynewt live on:
 *
 *     BEL BS HT LF CR                          and all printable text, UTF-8 too
 *     ESC [ numbers ; @ A-H J K P X d f m      moves, erases, colours
 *     ESC [ 6 n                                where is the cursor? Zephyr's shell asks for the width
 *     ESC [ ? 7 h|l   ESC [ ? 25 h|l           line wrap, cursor shown
 *     ESC 7   ESC 8                            cursor saved
 *
 * Everything else, such as window titles, the clipboard, mouse and printer, could do harm and is shown
 * as \xNN.
 */
#ifndef SRC_CONSOLE_FILTER_H
#define SRC_CONSOLE_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	CONSOLE_HELD_MAX = 24,
	/* A byte of input becomes at most this many, held ones included. */
	CONSOLE_GROWTH_MAX = 4 * CONSOLE_HELD_MAX,
};

/* A zeroed one is ready. */
struct console_filter {
	uint8_t held[CONSOLE_HELD_MAX]; /* the beginning of a marker, a sequence or a character */
	size_t held_len;
	size_t frame_len; /* bytes of a frame that were left out; 0: none is under way */
};

/*
 * Pass bytes on to `out`, which must have room: `bytes.len + 1` times CONSOLE_GROWTH_MAX is always enough.
 * What is not complete is held until it is.
 */
void console_filter_pass(struct console_filter *filter, struct span bytes, struct buf *out);

#endif
