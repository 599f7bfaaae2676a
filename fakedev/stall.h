/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CPU that stands still because the flash it runs from erases a page (protocol.md 5.4). Its UART
 * holds a few bytes meanwhile, the rest is lost. Between two pages the CPU runs for a moment and
 * takes what the UART has kept.
 */
#ifndef FAKEDEV_STALL_H
#define FAKEDEV_STALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

/* What was lost during one page. */
struct stall_loss {
	uint64_t bytes;
	unsigned lines;    /* line feeds */
	unsigned requests; /* first lines of frames, as far as their markers were lost */
	bool continues;    /* before any of them a further line of a frame */
	bool ends_line;    /* the last byte was a line feed */
};

struct stall {
	uint64_t page_end_us; /* of the page that is being erased; CLOCK_NEVER: the CPU runs */
	uint64_t page_us;
	uint64_t pages_left; /* behind this one */
	struct buf fifo;     /* of the UART */
	struct stall_loss loss;
};

/* `fifo` is the memory of what the UART holds. */
void stall_init(struct stall *stall, struct buf fifo);

/* The CPU stands still for that many pages; 0 are none. */
void stall_begin(struct stall *stall, uint64_t now_us, uint64_t page_us, uint64_t pages);

bool stall_is_on(const struct stall *stall);

/* When the last page is erased; CLOCK_NEVER when the CPU runs. */
uint64_t stall_end_us(const struct stall *stall);

/* Bytes that come meanwhile. */
void stall_take(struct stall *stall, struct span bytes);

/* Is there anything that has to be looked at when this page is erased? */
bool stall_has_news(const struct stall *stall);

/* On to the next page, with an empty FIFO. */
void stall_end_page(struct stall *stall);

/* The CPU runs, and nothing is kept. */
void stall_clear(struct stall *stall);

#endif
