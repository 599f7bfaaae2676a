/* SPDX-License-Identifier: Apache-2.0 */
/* What happens when: the events of the board in the order of their times, see board.h. */
#include "fakedev/board.h"

#include <string.h>

#include "base/clock.h"

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* When it is worth looking at what comes from the host. */
static uint64_t rx_next_us(const struct fakedev *board)
{
	uint64_t next_us = line_next_us(&board->rx);

	if (!stall_is_on(&board->stall))
		return next_us;
	if (board->config.baud == 0)
		return next_us == CLOCK_NEVER ? CLOCK_NEVER : stall_end_us(&board->stall);
	if (next_us != CLOCK_NEVER || stall_has_news(&board->stall))
		return earlier(next_us, board->stall.page_end_us);
	return CLOCK_NEVER;
}

uint64_t board_next_us(const struct fakedev *board)
{
	uint64_t next_us = outbox_next_us(&board->outbox);

	if (!board->is_awake)
		return board->back_us;
	next_us = earlier(next_us, rx_next_us(board));
	next_us = earlier(next_us, board->leave_us);
	next_us = earlier(next_us, board->listen_end_us);
	return board->is_busy ? earlier(next_us, board->busy_until_us) : next_us;
}

static void take_arrived(struct fakedev *board, uint64_t until_us, uint64_t at_us)
{
	struct span arrived = line_arrived(&board->rx, until_us);
	size_t taken = 0, part;

	/* In two parts when one of the requests among them stops the CPU. */
	do {
		part = board_take_bytes(board, span_sub(arrived, taken, arrived.len), at_us);
		taken += part;
	} while (part > 0 && taken < arrived.len);
	line_take(&board->rx, taken);
}

/*
 * Where several things are due at once, what frees something comes before what needs it. But bytes
 * that came before that found it taken.
 */
static void step(struct fakedev *board, uint64_t at_us)
{
	if (!board->is_awake) {
		board_come_back(board, at_us);
		return;
	}
	if (board->config.baud != 0 && at_us > 0)
		take_arrived(board, at_us - 1, at_us);
	board_pass_stall(board, at_us);
	while (outbox_next_us(&board->outbox) <= at_us) {
		line_put(&board->tx, outbox_first(&board->outbox), at_us);
		outbox_drop_first(&board->outbox);
	}
	board_work(board, at_us);
	take_arrived(board, at_us, at_us);
	if (board->leave_us <= at_us)
		board_leave(board, at_us);
	else if (board->listen_end_us <= at_us)
		board_end_listening(board, at_us);
}

void board_advance(struct fakedev *board, uint64_t now_us)
{
	uint64_t at_us = board_next_us(board);
	uint64_t last_us = 0;

	while (at_us <= now_us) {
		/* Bytes that wait are due "now", which is not before anything that has happened. */
		last_us = at_us > last_us ? at_us : last_us;
		step(board, at_us == 0 ? now_us : last_us);
		at_us = board_next_us(board);
	}
}

bool fakedev_is_present(struct fakedev *board, uint64_t now_us)
{
	board_advance(board, now_us);
	return board->is_present;
}

unsigned fakedev_departures(struct fakedev *board, uint64_t now_us)
{
	board_advance(board, now_us);
	return board->departures;
}

uint64_t fakedev_next_wakeup_us(struct fakedev *board, uint64_t now_us)
{
	uint64_t next_us;

	board_advance(board, now_us);
	next_us = board_next_us(board);
	/* An absent board's bytes may be fetched, but are not worth waking anybody. */
	if (board->is_present)
		next_us = earlier(next_us, line_next_us(&board->tx));
	return next_us > now_us ? next_us : now_us;
}

/* What a client sends in raw framing is a request. */
static bool holds_request(const struct fakedev *board, struct span bytes)
{
	return board->config.framing == FAKEDEV_RAW || receiver_has_marker(bytes);
}

size_t fakedev_rx(struct fakedev *board, struct span bytes, uint64_t now_us)
{
	size_t taken = 0, part;

	board_advance(board, now_us);
	if (!board->is_awake) {
		/* Behind an adapter nobody can see that it reboots. */
		if (!board->is_present && holds_request(board, bytes))
			judge_note(&board->judge, "a request while the board reboots");
		return bytes.len;
	}
	/* Pages that nobody waited for. */
	board_pass_stall(board, now_us);
	do {
		part = line_put(&board->rx, span_sub(bytes, taken, bytes.len), now_us);
		taken += part;
		board_advance(board, now_us);
	} while (part > 0 && taken < bytes.len && board->is_awake);
	return taken;
}

size_t fakedev_tx(struct fakedev *board, uint8_t *data, size_t cap, uint64_t now_us)
{
	struct span arrived;
	size_t len;

	board_advance(board, now_us);
	arrived = line_arrived(&board->tx, now_us);
	len = arrived.len < cap ? arrived.len : cap;
	if (len > 0)
		memcpy(data, arrived.data, len);
	line_take(&board->tx, len);
	return len;
}

void fakedev_press_reset(struct fakedev *board, uint64_t now_us)
{
	board_advance(board, now_us);
	board->ram->in_recovery = false;
	/* One that boots boots. */
	if (!board->is_awake && board->back_us != CLOCK_NEVER && !board->is_crashing)
		return;
	board->leaves_for_reset = true;
	board_leave(board, now_us);
	board_advance(board, now_us);
}
