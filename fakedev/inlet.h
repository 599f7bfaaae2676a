/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line buffers of a server (protocol.md 2.4 and 5.3): the interrupt handler fills one from the
 * first byte of a line to its line feed, then it waits until the work queue (in the bootloader: the
 * main loop) takes it. There are few of them, and a line that begins while none is free is lost
 * without a word.
 */
#ifndef FAKEDEV_INLET_H
#define FAKEDEV_INLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

enum { INLET_BUFFERS_MAX = 64, INLET_FRONT_SIZE = 2 };

struct inlet_line {
	struct span bytes; /* line feed included; valid until the next inlet_put */
	bool follows_loss; /* something was lost between this line and the one before */
};

struct inlet_buffer {
	size_t len;
	bool follows_loss;
};

struct inlet {
	uint8_t *memory; /* of the buffers, line_length bytes each */
	struct inlet_buffer lines[INLET_BUFFERS_MAX];
	size_t line_length; /* longest line, line feed included */
	size_t buffers;
	size_t first, waiting; /* whole lines; a ring */

	/* The line that comes in, or the one that has just ended. */
	uint8_t front[INLET_FRONT_SIZE]; /* its first bytes, whatever becomes of it */
	size_t len;                      /* its bytes so far, kept or not */
	bool is_open;                    /* its line feed is still to come */
	bool has_buffer;
	bool is_damaged; /* bytes of it were lost */
	bool has_gap;    /* a line was lost, and none that was kept has ended since */
};

enum inlet_event {
	INLET_MORE,    /* no line feed */
	INLET_WAITING, /* a line has ended and waits */
	INLET_LOST,    /* a line has ended that is damaged or had no buffer */
	INLET_TOO_LONG,
};

/* `memory` has room for `buffers` lines, at most INLET_BUFFERS_MAX. */
void inlet_init(struct inlet *inlet, uint8_t *memory, size_t buffers, size_t line_length);

/* Take bytes off the front of *input up to and with a line feed; `front` and `len` tell of its line. */
enum inlet_event inlet_put(struct inlet *inlet, struct span *input);

/* Bytes are missing here. `ends_line`: the last of them was a line feed. */
void inlet_lose(struct inlet *inlet, bool ends_line);

/* Take the oldest line that waits; false when none does. */
bool inlet_next(struct inlet *inlet, struct inlet_line *ret_line);

#endif
