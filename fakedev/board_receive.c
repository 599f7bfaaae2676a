/* SPDX-License-Identifier: Apache-2.0 */
/* From bytes to packets that have a buffer, and what is lost on the way, see board.h. */
#include "fakedev/board.h"

#include <string.h>

/* A net buffer for one more request? What is carried out holds a second one for its reply. */
static bool has_net_buffer(const struct fakedev *board)
{
	size_t used = board->queue.count + (board->is_busy ? 2 : 0);

	return board->in_recovery || receiver_is_busy(&board->receiver) ||
	       raw_receiver_is_busy(&board->raw) || used < board->config.buf_count;
}

static void complain_of_flight(struct fakedev *board)
{
	judge_note(&board->judge, "%zu requests in flight with %u buffers: the last one is lost",
		board->queue.count + 2, (unsigned)board->config.buf_count);
}

/* Count a request that is lost once, however many of its lines are. */
static void count_loss(struct fakedev *board, struct span front)
{
	if (receiver_is_start(front))
		board->has_counted_loss = false;
	else if (!receiver_is_continuation(front))
		return;
	if (!board->has_counted_loss)
		board->counters.lost_requests++;
	board->has_counted_loss = true;
}

static void take_packet(struct fakedev *board, struct span packet, uint64_t at_us)
{
	if (!board->is_busy) {
		board_carry_out(board, packet, at_us);
		return;
	}
	if (board->is_erasing && board_is_first_chunk(packet))
		judge_note(&board->judge,
			"the first chunk again while the erase for it is still running");
	if (!queue_push(&board->queue, packet))
		board->counters.lost_requests++;
}

static void take_line(struct fakedev *board, const struct inlet_line *line, uint64_t at_us)
{
	struct receiver_result found;

	if (line->follows_loss)
		receiver_interrupt(&board->receiver);
	/* The buffer is taken with the first line, and its further lines mean nothing without. */
	if (receiver_is_start(line->bytes) && !has_net_buffer(board)) {
		complain_of_flight(board);
		board->counters.lost_requests++;
		return;
	}
	switch (receiver_take(&board->receiver, line->bytes, &found)) {
	case RECEIVER_MORE:
		break;
	case RECEIVER_PACKET:
		take_packet(board, found.packet, at_us);
		break;
	case RECEIVER_LOST:
		judge_note(&board->judge, "%s", found.complaint);
		board->counters.lost_requests++;
		break;
	}
}

/* Behind a loss everything is taken wrongly for a while: that is one loss, and nobody's fault. */
static void lose_raw(struct fakedev *board, const char *complaint)
{
	if (board->has_counted_loss)
		return;
	if (complaint[0] != '\0')
		judge_note(&board->judge, "%s", complaint);
	board->counters.lost_requests++;
	board->has_counted_loss = true;
}

/* Take what was read at once, as far as whoever takes it is free; returns how many bytes. */
static size_t feed_raw(struct fakedev *board, struct span bytes, uint64_t at_us)
{
	bool was_stalled = stall_is_on(&board->stall);
	struct receiver_result found;
	struct span rest = bytes;

	while (rest.len > 0 && !(board->in_recovery && board->is_busy) &&
		(was_stalled || !stall_is_on(&board->stall))) {
		if (!raw_receiver_is_busy(&board->raw) && !has_net_buffer(board)) {
			complain_of_flight(board);
			lose_raw(board, "");
			return bytes.len;
		}
		switch (raw_receiver_take(&board->raw, &rest, at_us, &found)) {
		case RECEIVER_MORE:
			break;
		case RECEIVER_PACKET:
			board->has_counted_loss = false;
			take_packet(board, found.packet, at_us);
			break;
		case RECEIVER_LOST:
			lose_raw(board, found.complaint);
			break;
		}
	}
	return bytes.len - rest.len;
}

/* The bootloader works: its buffers hold what comes, and that is little. */
static void hold_raw(struct fakedev *board, struct span bytes)
{
	size_t room = board->raw_waiting.cap - board->raw_waiting.len;

	if (!board->is_booting)
		judge_note(&board->judge,
			"a request while the bootloader works on another: it takes one at a time");
	buf_append_span(&board->raw_waiting, span_sub(bytes, 0, room));
	if (bytes.len > room)
		lose_raw(board, "");
}

static size_t take_raw(struct fakedev *board, struct span bytes, uint64_t at_us)
{
	size_t taken = 0, part;

	do {
		part = feed_raw(board, span_sub(bytes, taken, bytes.len), at_us);
		taken += part;
		board_work(board, at_us);
	} while (part > 0 && taken < bytes.len);
	if (board->in_recovery && board->is_busy && taken < bytes.len) {
		hold_raw(board, span_sub(bytes, taken, bytes.len));
		taken = bytes.len;
	}
	board->rx.stride = raw_receiver_wanted(&board->raw);
	return taken;
}

void board_take_lines(struct fakedev *board, uint64_t at_us)
{
	struct inlet_line line;

	if (board->config.framing == FAKEDEV_RAW) {
		buf_consume(
			&board->raw_waiting, feed_raw(board, buf_span(&board->raw_waiting), at_us));
		return;
	}
	/* The application's work queue goes on while the server works; the bootloader has one loop. */
	while (!(board->in_recovery && board->is_busy) && inlet_next(&board->inlet, &line))
		take_line(board, &line, at_us);
}

static void judge_waiting_line(struct fakedev *board, struct span front)
{
	if (board->in_recovery && board->is_busy && !board->is_booting && receiver_is_start(front))
		judge_note(&board->judge,
			"a request while the bootloader works on another: it takes one at a time");
}

/* For want of a buffer, or damaged by a stall: the board's own loss, unless it was provoked. */
static void lose_line(struct fakedev *board, struct span front)
{
	board->counters.lost_lines++;
	if (receiver_is_start(front) && !has_net_buffer(board))
		complain_of_flight(board);
	count_loss(board, front);
}

static void lose_long_line(struct fakedev *board, struct span front)
{
	/* Nobody minds when it was only text. */
	if (!receiver_is_start(front) && !receiver_is_continuation(front))
		return;
	judge_note(&board->judge, "a line of %zu bytes: the longest is %zu", board->inlet.len,
		board->inlet.line_length);
	count_loss(board, front);
}

/* What one run of the interrupt handler reads; the work queue comes after it. */
static void take_burst(struct fakedev *board, struct span burst)
{
	struct span front = span_make(board->inlet.front, sizeof(board->inlet.front));

	for (;;) {
		switch (inlet_put(&board->inlet, &burst)) {
		case INLET_MORE:
			return;
		case INLET_WAITING:
			judge_waiting_line(board, front);
			if (receiver_is_start(front))
				board->has_counted_loss = false;
			break;
		case INLET_LOST:
			judge_waiting_line(board, front);
			lose_line(board, front);
			break;
		case INLET_TOO_LONG:
			lose_long_line(board, front);
			break;
		}
	}
}

/*
 * USB comes in packets, so many short lines are lost (observed.md). A UART comes byte by byte, where
 * only the end of a line matters; the bootloader kept up with lines of 7 bytes (recorded).
 */
static size_t burst_size(const struct fakedev *board, struct span bytes)
{
	const uint8_t *feed;

	if (board->config.baud == 0 && !board->in_recovery)
		return bytes.len < BOARD_USB_PACKET_SIZE ? bytes.len : BOARD_USB_PACKET_SIZE;
	feed = memchr(bytes.data, '\n', bytes.len);
	return feed != NULL ? (size_t)(feed - bytes.data) + 1 : bytes.len;
}

size_t board_take_bytes(struct fakedev *board, struct span bytes, uint64_t at_us)
{
	size_t taken = 0;

	if (stall_is_on(&board->stall)) {
		/* USB makes the host wait; a UART goes on. */
		if (board->config.baud == 0)
			return 0;
		stall_take(&board->stall, bytes);
		return bytes.len;
	}
	if (board->config.framing == FAKEDEV_RAW)
		return take_raw(board, bytes, at_us);
	while (taken < bytes.len && !stall_is_on(&board->stall)) {
		struct span rest = span_sub(bytes, taken, bytes.len);
		size_t len = burst_size(board, rest);

		take_burst(board, span_sub(rest, 0, len));
		board_take_lines(board, at_us);
		board_work(board, at_us);
		taken += len;
	}
	return taken;
}

static void book_stall_loss(struct fakedev *board)
{
	const struct stall_loss *loss = &board->stall.loss;

	if (loss->bytes == 0)
		return;
	board->counters.lost_bytes += loss->bytes;
	if (board->config.framing == FAKEDEV_RAW) {
		lose_raw(board, "");
		return;
	}
	/* The line that was coming in has lost its end, and the next one will be taken for it. */
	if (loss->lines > 0 && board->inlet.is_open)
		count_loss(board, span_make(board->inlet.front, sizeof(board->inlet.front)));
	inlet_lose(&board->inlet, loss->ends_line);
	board->counters.lost_lines += loss->lines;
	if (loss->continues && !board->has_counted_loss)
		board->counters.lost_requests++;
	board->counters.lost_requests += loss->requests;
	board->has_counted_loss = board->has_counted_loss || loss->continues || loss->requests > 0;
}

void board_pass_stall(struct fakedev *board, uint64_t now_us)
{
	while (board->stall.page_end_us <= now_us) {
		uint64_t at_us = board->stall.page_end_us;

		if (board->config.framing == FAKEDEV_RAW)
			feed_raw(board, buf_span(&board->stall.fifo), at_us);
		else
			take_burst(board, buf_span(&board->stall.fifo));
		book_stall_loss(board);
		stall_end_page(&board->stall);
		board_take_lines(board, at_us);
	}
}
