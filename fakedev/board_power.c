/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What runs when: resets, the bootloader's window, absences from the bus, see board.h.
 *
 * After a reset the bootloader does the work of the boot, then listens for what is left of
 * `wait-for-dfu`. It has opened its port before that work, so requests that come meanwhile wait in its
 * line buffers (protocol.md 4.1; read in MCUboot's main). On USB that is a device of its own, which
 * leaves the bus again when the application starts.
 */
#include "fakedev/board.h"

#include "base/clock.h"
#include "fakedev/recovery.h"

enum {
	BOOT_US = 200 * 1000, /* recorded: 208 ms from the last reply to the first of the new one */
	VANISH_US = 500 * 1000,    /* of a loose cable */
	LISTEN_MIN_US = 1000,      /* where the work of the boot took longer than the window */
	WATCHDOG_US = 2000 * 1000, /* from the start of an application that hangs to its reset */
	US_PER_MS = 1000,
};

size_t board_packet_max(const struct fakedev_config *config)
{
	return config->buf_size > RECOVERY_BUF_SIZE ? config->buf_size : RECOVERY_BUF_SIZE;
}

/* The bootloader holds so many runs of bytes as it has line buffers; a UART brings each byte by itself. */
static void restart_raw_receiver(struct fakedev *board)
{
	const struct fakedev_config *config = &board->config;
	struct raw_receiver_setup setup = {
		.packet_max = board->in_recovery ? RECOVERY_BUF_SIZE : config->buf_size,
		.is_recovery = board->in_recovery,
		.has_timeout = config->has_input_timeout,
	};
	size_t run = config->baud == 0 ? BOARD_USB_PACKET_SIZE : 1;
	size_t run_max = run < config->line_length ? run : config->line_length;

	raw_receiver_restart(&board->raw, &setup);
	board->raw_waiting = buf_over(board->inlet_memory, RECOVERY_LINES * run_max);
	board->rx.stride = config->framing == FAKEDEV_RAW ? raw_receiver_wanted(&board->raw) : 0;
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
	restart_raw_receiver(board);
	board->has_counted_loss = false;
	board->wire.style = board->in_recovery ? SMP_FRAME_STREAM : SMP_FRAME_ZEPHYR;
	board->reply.cap = board->in_recovery ? RECOVERY_BUF_SIZE : config->buf_size;
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Nothing is left of what was under way, but what the line has carried: that is with the host. */
static void stop(struct fakedev *board, uint64_t at_us, bool leaves_bus)
{
	board->leave_us = CLOCK_NEVER;
	board->leaves_for_reset = false;
	board->listen_end_us = CLOCK_NEVER;
	board->is_crashing = false;
	board->is_awake = false;
	board->is_busy = false;
	board->is_erasing = false;
	board->is_booting = false;
	stall_clear(&board->stall);
	queue_clear(&board->queue);
	outbox_clear(&board->outbox);
	line_clear(&board->rx);
	line_cut(&board->tx, at_us);
	if (leaves_bus && board->is_present) {
		board->is_present = false;
		board->departures++;
	}
}

/* What stays: the application, as far as it is sound, or serial recovery. */
static void start_program(struct fakedev *board, uint64_t ready_us)
{
	enum store_flaw flaw;

	board->in_recovery = board->ram->in_recovery != 0;
	flaw = board->in_recovery ? STORE_SOUND : board_flaw(board);
	board->is_crashing = flaw == STORE_CRASHES;
	board->back_us = flaw == STORE_DEAD      ? CLOCK_NEVER
			 : flaw == STORE_CRASHES ? ready_us + WATCHDOG_US
						 : ready_us;
	board->wire.booted_us = ready_us;
}

/* Listen for a client before the application starts. Both times count from the reset. */
static void start_window(struct fakedev *board, uint64_t reset_us, uint64_t work_us)
{
	uint64_t window_us = (uint64_t)board->config.wait_for_dfu_ms * US_PER_MS;
	uint64_t end_us = reset_us + later(window_us, work_us + LISTEN_MIN_US);
	uint64_t there_us = reset_us + (board->config.has_adapter ? 0 : BOOT_US);

	/* Over before a host has found the new device. */
	if (end_us <= there_us) {
		start_program(board, end_us + BOOT_US);
		return;
	}
	board->in_recovery = true;
	board->back_us = there_us;
	board->listen_end_us = end_us;
	board->is_busy = true;
	board->is_booting = true;
	board->is_writing = true; /* no reply comes of it */
	board->busy_until_us = reset_us + work_us;
}

static void reset(struct fakedev *board, uint64_t at_us)
{
	uint64_t boot_time_us = (uint64_t)board->config.boot_time_ms * US_PER_MS;
	uint64_t work_us;

	stop(board, at_us, !board->config.has_adapter);
	work_us = board_boot(board);
	if (board->config.wait_for_dfu_ms > 0 && !board->ram->in_recovery)
		start_window(board, at_us, later(work_us, boot_time_us));
	else
		start_program(board, at_us + later(BOOT_US + work_us, boot_time_us));
}

void board_resume(struct fakedev *board, uint64_t now_us)
{
	board->is_present = board->config.has_adapter;
	board->listen_end_us = CLOCK_NEVER;
	start_program(board, now_us);
	/* The watchdog does not wait for somebody to hold the board. */
	if (board->is_crashing)
		reset(board, now_us);
	if (board->back_us <= now_us)
		board_come_back(board, now_us);
}

void board_schedule_leave(struct fakedev *board, uint64_t at_us, bool is_reset)
{
	if (at_us < board->leave_us)
		board->leave_us = at_us;
	board->leaves_for_reset = board->leaves_for_reset || is_reset;
}

void board_leave(struct fakedev *board, uint64_t at_us)
{
	if (board->leaves_for_reset) {
		reset(board, at_us);
		return;
	}
	stop(board, at_us, true);
	board->back_us = at_us + VANISH_US;
}

void board_come_back(struct fakedev *board, uint64_t at_us)
{
	if (board->is_crashing) {
		reset(board, at_us);
		return;
	}
	/* A new port knows nothing of what nobody read from the old one. */
	if (!board->is_present)
		line_clear(&board->tx);
	board->is_present = true;
	board->is_awake = true;
	restart_receiver(board);
}

void board_stay_in_recovery(struct fakedev *board)
{
	if (board->listen_end_us == CLOCK_NEVER)
		return;
	board->listen_end_us = CLOCK_NEVER;
	/* Until the next reset, which may be what was asked for. */
	board->ram->in_recovery = !board->server.wants_reset;
}

void board_end_listening(struct fakedev *board, uint64_t at_us)
{
	stop(board, at_us, !board->config.has_adapter);
	start_program(board, at_us + BOOT_US);
}
