/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A board made of software: NOR flash with two slots per image, MCUboot, and an SMP server (or
 * MCUboot's serial recovery), driven by bytes and by the time. It does no I/O of its own but for the
 * state file, so it runs behind a pseudo-terminal (the program smpctl-fakedev), in the client's
 * process (`-p loopback`) and in a simulation with a fake clock.
 *
 * It behaves like the real servers of observed.md, and it judges its client: what a real device would
 * have punished is noted (fakedev_complaint).
 */
#ifndef FAKEDEV_FAKEDEV_H
#define FAKEDEV_FAKEDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "fakedev/config.h"

struct fakedev;

/*
 * Make a board, or wake the one in config->state_path. A new board is programmed with the factory
 * image in slot 0 and boots; one that was reset while nobody held it boots now.
 * Errors: STATUS_BAD_FILE (key, factory image or state file unfit), STATUS_PORT_BUSY (another process
 * has the same board), STATUS_USAGE (sizes that cannot be), STATUS_INTERNAL.
 */
enum status fakedev_create(const struct fakedev_config *config, uint64_t now_us,
	struct fakedev **ret_board, struct err *reterr);

/* The state file keeps what was written up to now. Accepts NULL. */
void fakedev_destroy(struct fakedev *board);

/*
 * Bytes from the host arrive. Returns how many were taken: with a paced line the rest must be offered
 * again later, with an unpaced one (USB) while the CPU stands still; bytes sent to an absent board are
 * lost (all are taken).
 */
size_t fakedev_rx(struct fakedev *board, struct span bytes, uint64_t now_us);

/* Bytes for the host that have left the line by now, at most `cap`; returns how many. */
size_t fakedev_tx(struct fakedev *board, uint8_t *data, size_t cap, uint64_t now_us);

/*
 * False while it reboots or an application is dead: the port is off the bus. Behind an adapter the port
 * stays, and what is sent meanwhile is lost without a word.
 */
bool fakedev_is_present(struct fakedev *board, uint64_t now_us);

/*
 * True while the bootloader's serial recovery runs, or will when it is back, and no application. In the
 * window after a reset in which it listens (wait-for-dfu), too.
 */
bool fakedev_is_in_recovery(const struct fakedev *board);

/*
 * Counts the times the port left the bus, so that whoever serves it notices even a short absence.
 */
unsigned fakedev_departures(struct fakedev *board, uint64_t now_us);

/* When it does something by itself next (a reply, a reboot); CLOCK_NEVER when only bytes wake it. */
uint64_t fakedev_next_wakeup_us(struct fakedev *board, uint64_t now_us);

/* As if the reset button were pressed: the one way to wake what is dead. One that boots goes on. */
void fakedev_press_reset(struct fakedev *board, uint64_t now_us);

/*
 * What a real device would have punished, one line of text each, oldest first; NULL behind the last
 * one. For example "4 requests in flight with 4 buffers: the last one is lost".
 */
const char *fakedev_complaint(const struct fakedev *board, size_t index);

struct fakedev_counters {
	unsigned requests; /* that reached the server */
	unsigned replies;
	unsigned lost_requests; /* no buffer, too long, damaged, or by a fault */
	/* The board's own losses, of which the client is not accused: */
	unsigned lost_lines; /* no line buffer, or damaged by a stall */
	uint64_t lost_bytes; /* beyond the FIFO in a stall */
	unsigned boots;      /* since the board was made, in earlier processes too */
	uint64_t
		bytes_written; /* to the flash, by requests; what the bootloader does is not counted */
	uint64_t pages_erased;
};

void fakedev_get_counters(const struct fakedev *board, struct fakedev_counters *ret_counters);

/* The flash of a slot as it is now, for tests; empty when there is no such slot. */
struct span fakedev_slot_bytes(const struct fakedev *board, unsigned image, unsigned slot);

/* A file of the application, for tests: appended to `out`. False when there is no such file. */
bool fakedev_file(const struct fakedev *board, const char *path, struct buf *out);

#endif
