/* SPDX-License-Identifier: Apache-2.0 */
/* From bytes to requests and from requests to replies, see board.h. */
#include "fakedev/board.h"

#include "fakedev/recovery.h"

enum {
	PROCESSING_US = 300,         /* recorded: 0.3 ms for an echo */
	RESET_DELAY_US = 250 * 1000, /* CONFIG_MCUMGR_GRP_OS_RESET_MS, and MCUboot's too */
};

static bool has_fault(const struct fakedev *board, enum fakedev_fault_kind kind, uint32_t number)
{
	return fakedev_config_fault(&board->config, kind, number) != NULL;
}

static bool is_first_chunk(struct span packet)
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
	return recovery_answer(&board->server, whole, &board->reply);
}

/* Carry out one message of the packet and append to the burst what is sent for it. */
static void carry_out_message(struct fakedev *board, struct span *packet, uint64_t at_us)
{
	uint32_t number = ++board->counters.requests;

	board->server.request_number = number;
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

/* The flash time of the work since the last call; books what it did to the flash. */
static uint64_t settle_work(struct fakedev *board, const struct flash *before)
{
	board->counters.bytes_written += board->flash.bytes_written - before->bytes_written;
	board->counters.pages_erased += board->flash.pages_erased - before->pages_erased;
	return flash_take_busy_us(&board->flash) + (board->in_recovery ? 0 : PROCESSING_US);
}

/* What follows when the work of request `number` is done. */
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
	if (has_fault(board, FAULT_VANISH, number)) {
		board_schedule_leave(board, done_us, false);
	} else if (has_fault(board, FAULT_RESET, number)) {
		board->ram->in_recovery = false;
		board_schedule_leave(board, done_us, true);
	} else {
		outbox_post(&board->outbox, buf_span(&board->burst),
			done_us + (late != NULL ? (uint64_t)late->arg * 1000 : 0));
	}
}

static void carry_out(struct fakedev *board, struct span packet, uint64_t at_us)
{
	struct flash before = board->flash;
	uint32_t number = board->counters.requests + 1;
	bool is_first = is_first_chunk(packet);
	uint64_t done_us;

	flash_take_busy_us(&board->flash);
	buf_clear(&board->burst);
	while (packet.len > 0)
		carry_out_message(board, &packet, at_us);
	done_us = at_us + settle_work(board, &before);
	conclude(board, number, done_us);
	/* The thread that serves writes the reply byte by byte before it looks for more work. */
	board->busy_until_us = done_us + line_duration_us(&board->tx, board->burst.len);
	board->is_busy = board->busy_until_us > at_us;
	board->is_erasing = is_first && board->flash.pages_erased > before.pages_erased;
}

void board_end_work(struct fakedev *board, uint64_t at_us)
{
	board->is_busy = false;
	board->is_erasing = false;
	while (!board->is_busy && board->queue.count > 0)
		carry_out(board, queue_pop(&board->queue), at_us);
}

/* May this packet wait? Notes what a real device would not have forgiven. */
static bool has_room(struct fakedev *board, size_t lines)
{
	size_t in_flight = board->queue.count + 1;

	if (board->in_recovery) {
		judge_note(&board->judge,
			"a request while the bootloader works on another: it takes one at a time");
		return board->queue.line_count + lines <= RECOVERY_LINES;
	}
	/* One buffer is needed for the reply. */
	if (in_flight + 1 < board->config.buf_count)
		return true;
	judge_note(&board->judge, "%zu requests in flight with %u buffers: the last one is lost",
		in_flight + 1, (unsigned)board->config.buf_count);
	return false;
}

static void take_packet(struct fakedev *board, const struct receiver_result *found, uint64_t at_us)
{
	if (!board->is_busy) {
		carry_out(board, found->packet, at_us);
		return;
	}
	if (board->is_erasing && is_first_chunk(found->packet))
		judge_note(&board->judge,
			"the first chunk again while the erase for it is still running");
	if (!has_room(board, found->lines) ||
		!queue_push(&board->queue, found->packet, found->lines))
		board->counters.lost_requests++;
}

void board_take_bytes(struct fakedev *board, struct span bytes, uint64_t at_us)
{
	struct receiver_result found;

	for (;;) {
		switch (receiver_take(&board->receiver, &bytes, &found)) {
		case RECEIVER_MORE:
			return;
		case RECEIVER_PACKET:
			take_packet(board, &found, at_us);
			break;
		case RECEIVER_LOST:
			judge_note(&board->judge, "%s", found.complaint);
			board->counters.lost_requests++;
			break;
		}
	}
}
