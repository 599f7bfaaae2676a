/* SPDX-License-Identifier: Apache-2.0 */
/* Boots, and absences from the bus, see board.h. */
#include "fakedev/board.h"

#include <string.h>

#include "base/clock.h"
#include "fakedev/recovery.h"

enum {
	BOOT_US = 200 * 1000, /* recorded: 208 ms from the last reply to the first of the new one */
	VANISH_US = 500 * 1000, /* of a loose cable */
};

size_t board_packet_max(const struct fakedev_config *config)
{
	return config->buf_size > RECOVERY_BUF_SIZE ? config->buf_size : RECOVERY_BUF_SIZE;
}

/* The receiver of whichever server runs now. */
static void restart_receiver(struct fakedev *board)
{
	const struct fakedev_config *config = &board->config;
	struct receiver_setup setup = {
		.line_length = config->line_length,
		.packet_max = board->in_recovery ? RECOVERY_PACKET_MAX
						 : config->buf_size - SMP_FRAME_OVERHEAD,
		.refuses_cr = board->in_recovery,
	};

	receiver_restart(&board->receiver, &setup);
	inlet_init(&board->inlet, board->inlet_memory,
		board->in_recovery ? RECOVERY_LINES : config->line_buffers, config->line_length);
	board->has_counted_loss = false;
	board->wire.style = board->in_recovery ? SMP_FRAME_STREAM : SMP_FRAME_ZEPHYR;
	board->reply.cap = board->in_recovery ? RECOVERY_BUF_SIZE : config->buf_size;
}

static void run_bootloader(struct fakedev *board)
{
	struct boot_outcome outcome;

	boot_run(&board->setup, &outcome);
	for (unsigned i = 0; i < board->config.images; i++)
		board->ram->active_slot[i] = outcome.active_slot[i];
	/* Nothing to start: it waits to be given something. */
	board->ram->in_recovery = !outcome.is_bootable;
}

uint64_t board_boot(struct fakedev *board)
{
	struct store_ram *ram = board->ram;

	ram->boots++;
	memset(&ram->upload, 0, sizeof(ram->upload));
	flash_take_busy_us(&board->flash);
	/* Recovery comes before any swap: what is pending stays pending. */
	if (!ram->in_recovery)
		run_bootloader(board);
	ram->reset_pending = false;
	board->in_recovery = ram->in_recovery != 0;
	restart_receiver(board);
	return flash_take_busy_us(&board->flash);
}

void board_resume(struct fakedev *board, uint64_t now_us)
{
	board->in_recovery = board->ram->in_recovery != 0;
	board->is_present = true;
	board->wire.booted_us = now_us;
	restart_receiver(board);
}

void board_schedule_leave(struct fakedev *board, uint64_t at_us, bool is_reset)
{
	if (at_us < board->leave_us)
		board->leave_us = at_us;
	board->leaves_for_reset = board->leaves_for_reset || is_reset;
}

void board_leave(struct fakedev *board, uint64_t at_us)
{
	bool is_reset = board->leaves_for_reset;

	board->leave_us = CLOCK_NEVER;
	board->leaves_for_reset = false;
	board->is_present = false;
	board->is_busy = false;
	board->is_erasing = false;
	stall_clear(&board->stall);
	board->departures++;
	queue_clear(&board->queue);
	outbox_clear(&board->outbox);
	line_clear(&board->rx);
	/* What the line has carried is with the host, whether it has looked already or not. */
	line_cut(&board->tx, at_us);
	board->back_us = at_us + VANISH_US;
	if (is_reset) {
		board->back_us = at_us + BOOT_US + board_boot(board);
		board->wire.booted_us = board->back_us;
	}
}

void board_come_back(struct fakedev *board)
{
	board->is_present = true;
	line_clear(&board->tx);
	restart_receiver(board);
}
