/* SPDX-License-Identifier: Apache-2.0 */
/* From requests to replies, see board.h. */
#include "fakedev/board.h"

#include "fakedev/recovery.h"

enum {
	/*
	 * What a request costs besides its flash: decoding, dispatch, encoding. An echo of the real
	 * server was answered 0.3 ms after its last byte (observed.md was measured with it), and some
	 * 20,000 instructions at 64 MHz are as much. The bootloader's loop has not been measured; it has
	 * no threads and no queues, and costs nothing here.
	 */
	PROCESSING_US = 300,
	RESET_DELAY_US = 250 * 1000, /* CONFIG_MCUMGR_GRP_OS_RESET_MS, and MCUboot's too */
};

static bool has_fault(const struct fakedev *board, enum fakedev_fault_kind kind, uint32_t number)
{
	return fakedev_config_fault(&board->config, kind, number) != NULL;
}

bool board_is_first_chunk(struct span packet)
{
	struct smp_header header;
	struct body_value args;
	uint64_t off;

	if (!smp_header_decode(packet, &header) || header.group != SMP_GROUP_IMAGE ||
		header.command != SMP_IMAGE_UPLOAD || header.op != SMP_OP_WRITE)
		return false;
	return body_open(span_sub(packet, SMP_HEADER_SIZE, packet.len), &args, ERR_IGNORED) ==
		       STATUS_OK &&
	       body_get_uint(&args, "off", 0, &off) == BODY_FOUND;
}

static bool make_reply(struct fakedev *board, struct span *packet)
{
	struct span whole = *packet;

	buf_clear(&board->reply);
	if (!board->in_recovery)
		return server_answer(&board->server, packet, &board->reply);
	*packet = span_make(NULL, 0);
	if (!recovery_answer(&board->server, whole, &board->reply))
		return false;
	board_stay_in_recovery(board);
	return true;
}

/* Carry out one message of the packet and append to the burst what is sent for it. */
static void carry_out_message(struct fakedev *board, struct span *packet, uint64_t at_us)
{
	uint32_t number = ++board->counters.requests;

	board->server.request_number = number;
	board->server.now_us = at_us;
	board->server.booted_us = board->wire.booted_us;
	if (has_fault(board, FAULT_SILENT, number) ||
		has_fault(board, FAULT_DROP_REQUEST, number)) {
		board->counters.lost_requests++;
		*packet = span_make(NULL, 0);
	} else if (has_fault(board, FAULT_TEXT_ONLY, number)) {
		wire_put_shell_text(&board->burst);
		*packet = span_make(NULL, 0);
	} else if (make_reply(board, packet) && !has_fault(board, FAULT_DROP_REPLY, number)) {
		wire_put_reply(&board->wire, number, buf_span(&board->reply), at_us, &board->burst);
		board->counters.replies++;
	}
}

/* What follows from the work of request `number`; a reply that comes late or never leaves the burst. */
static void conclude(struct fakedev *board, uint32_t number, uint64_t done_us)
{
	const struct fakedev_fault *late =
		fakedev_config_fault(&board->config, FAULT_LATE_REPLY, number);

	if (board->server.wants_reset) {
		board->server.wants_reset = false;
		/* A process that ends before the reset leaves it to the next one. */
		board->ram->reset_pending = true;
		board_schedule_leave(board, done_us + RESET_DELAY_US, true);
	}
	if (board->server.has_crashed) {
		board->server.has_crashed = false;
		board->ram->reset_pending = true;
		board_schedule_leave(board, done_us, true);
		buf_clear(&board->burst);
	} else if (has_fault(board, FAULT_VANISH, number)) {
		board_schedule_leave(board, done_us, false);
		buf_clear(&board->burst);
	} else if (has_fault(board, FAULT_RESET, number)) {
		board->ram->in_recovery = false;
		board_schedule_leave(board, done_us, true);
		buf_clear(&board->burst);
	} else if (late != NULL) {
		outbox_post(&board->outbox, buf_span(&board->burst),
			done_us + (uint64_t)late->arg * 1000);
		buf_clear(&board->burst);
	}
}

/* Books what the work has done to the flash; returns the pages that it has erased. */
static uint64_t settle_flash(struct fakedev *board, const struct flash *before)
{
	uint64_t pages = board->flash.pages_erased - before->pages_erased;

	board->counters.bytes_written += board->flash.bytes_written - before->bytes_written;
	board->counters.pages_erased += pages;
	return pages;
}

/* Its erases come first, then its writes, then its reply. */
void board_carry_out(struct fakedev *board, struct span packet, uint64_t at_us)
{
	const struct flash_times *times = &board->flash.times;
	struct flash before = board->flash;
	uint32_t number = board->counters.requests + 1;
	struct span rest = packet;
	uint64_t pages;

	flash_take_busy_us(&board->flash);
	buf_clear(&board->burst);
	while (rest.len > 0)
		carry_out_message(board, &rest, at_us);
	pages = settle_flash(board, &before);
	board->is_busy = true;
	board->is_writing = false;
	board->is_erasing = pages > 0 && board_is_first_chunk(packet);
	board->busy_until_us = at_us + flash_take_busy_us(&board->flash) +
			       (board->in_recovery ? 0 : PROCESSING_US);
	if (board->config.stalls && times->erase_stalls_cpu)
		stall_begin(&board->stall, at_us, times->erase_page_us, pages);
	conclude(board, number, board->busy_until_us);
}

/* The thread that serves writes the reply byte by byte before it looks for more work. */
static void write_reply(struct fakedev *board, uint64_t at_us)
{
	line_put(&board->tx, buf_span(&board->burst), at_us);
	board->is_writing = true;
	board->is_erasing = false;
	if (board->burst.len > 0)
		board->busy_until_us = line_idle_us(&board->tx, at_us);
}

static void go_on(struct fakedev *board, uint64_t at_us)
{
	if (!board->is_writing)
		write_reply(board, at_us);
	if (board->busy_until_us > at_us)
		return;
	board->is_busy = false;
	board->is_booting = false;
	if (board->queue.count > 0)
		board_carry_out(board, queue_pop(&board->queue), at_us);
	else
		board_take_lines(board, at_us);
}

void board_work(struct fakedev *board, uint64_t at_us)
{
	while (board->is_busy && board->busy_until_us <= at_us)
		go_on(board, at_us);
}
