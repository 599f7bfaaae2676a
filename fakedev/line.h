/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One direction of a serial line: bytes go in at one end and come out at the other when the line has
 * had the time to carry them, ten bits for each. With a baud of 0 they are there at once.
 */
#ifndef FAKEDEV_LINE_H
#define FAKEDEV_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct line {
	struct buf queue; /* all bytes that have not been taken yet */
	size_t settled;   /* the front ones: they have arrived */
	uint32_t baud;
	uint64_t started_us; /* when the first of the bytes on their way began to move */
	size_t gone;         /* bytes that settled since then */
	size_t stride;       /* so many bytes are worth a look; 0: a line is */
};

/* `queue` is the memory of the line; it holds what is under way and what nobody has taken. */
void line_init(struct line *line, struct buf queue, uint32_t baud);

/* Send bytes behind those that are under way; returns how many there was room for. */
size_t line_put(struct line *line, struct span bytes, uint64_t now_us);

/* The bytes that have arrived; valid until the next call. */
struct span line_arrived(struct line *line, uint64_t now_us);

/* Take `len` of the bytes that have arrived. */
void line_take(struct line *line, size_t len);

/* Lose what is still under way. */
void line_cut(struct line *line, uint64_t now_us);

void line_clear(struct line *line);

/*
 * When it is worth looking again: now (0) while arrived bytes wait; else when the next line feed
 * (with a stride: the last of so many bytes) arrives, or the last byte where there is none; CLOCK_NEVER when the line is idle.
 */
uint64_t line_next_us(const struct line *line);

/* When the last byte that is under way arrives; `now_us` when none is. */
uint64_t line_idle_us(const struct line *line, uint64_t now_us);

/* How long `len` bytes take. */
uint64_t line_duration_us(const struct line *line, size_t len);

#endif
