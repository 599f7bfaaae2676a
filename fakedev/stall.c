/* SPDX-License-Identifier: Apache-2.0 */
/* A CPU that stands still, see stall.h. */
#include "fakedev/stall.h"

#include "base/clock.h"
#include "fakedev/receiver.h"

void stall_init(struct stall *stall, struct buf fifo)
{
	*stall = (struct stall){ .page_end_us = CLOCK_NEVER, .fifo = fifo };
}

void stall_begin(struct stall *stall, uint64_t now_us, uint64_t page_us, uint64_t pages)
{
	if (pages == 0)
		return;
	stall->page_us = page_us;
	stall->page_end_us = now_us + page_us;
	stall->pages_left = pages - 1;
}

bool stall_is_on(const struct stall *stall)
{
	return stall->page_end_us != CLOCK_NEVER;
}

uint64_t stall_end_us(const struct stall *stall)
{
	if (!stall_is_on(stall))
		return CLOCK_NEVER;
	return stall->page_end_us + stall->pages_left * stall->page_us;
}

static void lose(struct stall_loss *loss, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		struct span rest = span_sub(bytes, i, bytes.len);

		loss->lines += bytes.data[i] == '\n';
		if (receiver_is_start(rest))
			loss->requests++;
		else if (receiver_is_continuation(rest) && loss->requests == 0)
			loss->continues = true;
	}
	if (bytes.len > 0)
		loss->ends_line = bytes.data[bytes.len - 1] == '\n';
	loss->bytes += bytes.len;
}

void stall_take(struct stall *stall, struct span bytes)
{
	size_t room = stall->fifo.cap - stall->fifo.len;

	buf_append_span(&stall->fifo, span_sub(bytes, 0, room));
	lose(&stall->loss, span_sub(bytes, room, bytes.len));
}

bool stall_has_news(const struct stall *stall)
{
	return stall->fifo.len > 0 || stall->loss.bytes > 0;
}

void stall_end_page(struct stall *stall)
{
	buf_clear(&stall->fifo);
	stall->loss = (struct stall_loss){ 0 };
	if (stall->pages_left == 0) {
		stall->page_end_us = CLOCK_NEVER;
		return;
	}
	stall->pages_left--;
	stall->page_end_us += stall->page_us;
}

void stall_clear(struct stall *stall)
{
	stall->pages_left = 0;
	stall_end_page(stall);
}
