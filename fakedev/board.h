/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a fake board, shared by the files that make it up and by nobody else:
 *
 *   fakedev.c      made, asked and destroyed
 *   board_clock.c  what happens when: the events of the board in the order of their times
 *   board_work.c   a packet arrives, waits for the server, is carried out
 *   board_power.c  boots, and absences from the bus
 *
 * The times of a request: it arrives with its last line feed, waits until the server is free, is
 * carried out at once on flash and RAM, and its reply leaves when the time of that work is over. The
 * server is free again when the reply has been written to the line.
 */
#ifndef FAKEDEV_BOARD_H
#define FAKEDEV_BOARD_H

#include "fakedev/boot.h"
#include "fakedev/fakedev.h"
#include "fakedev/judge.h"
#include "fakedev/line.h"
#include "fakedev/outbox.h"
#include "fakedev/queue.h"
#include "fakedev/receiver.h"
#include "fakedev/server.h"
#include "fakedev/store.h"
#include "fakedev/wire.h"

struct fakedev {
	struct fakedev_config config;
	struct image_key *key;
	struct store *store;
	struct store_ram *ram; /* in the store */
	struct flash flash;    /* in the store */
	struct boot_setup setup;
	struct server server;
	bool in_recovery; /* what runs now: the bootloader or the application */

	struct line rx, tx; /* from the host and to it */
	struct receiver receiver;
	struct queue queue;
	struct wire wire;
	struct outbox outbox;
	uint8_t *memory;  /* owned: of rx, tx, reply and burst */
	struct buf reply; /* one packet */
	struct buf burst; /* all that one request makes the board send */

	bool is_busy;
	uint64_t busy_until_us;
	bool is_erasing; /* busy with the erase that a first chunk needs */

	bool is_present;
	uint64_t leave_us;     /* CLOCK_NEVER when it stays */
	bool leaves_for_reset; /* and not because the cable is loose */
	uint64_t back_us;      /* when not present */
	unsigned departures;

	struct judge judge;
	struct fakedev_counters counters;
};

/* Let everything happen that is due up to `now_us`. */
void board_advance(struct fakedev *board, uint64_t now_us);

/* When the board does something by itself next; CLOCK_NEVER when only bytes wake it. */
uint64_t board_next_us(const struct fakedev *board);

/* Bytes that have come through the line from the host. */
void board_take_bytes(struct fakedev *board, struct span bytes, uint64_t at_us);

/* The work in hand is done: take up the next. */
void board_end_work(struct fakedev *board, uint64_t at_us);

/* The longest packet that either server takes or sends. */
size_t board_packet_max(const struct fakedev_config *config);

/* Start what is to run after power-on; counts as a boot. Returns how long it took. */
uint64_t board_boot(struct fakedev *board);

/* Go on with what ran when the last process let go of the board. */
void board_resume(struct fakedev *board, uint64_t now_us);

/* Leave the bus at that time; the earliest wish counts, and a reset more than a loose cable. */
void board_schedule_leave(struct fakedev *board, uint64_t at_us, bool is_reset);
void board_leave(struct fakedev *board, uint64_t at_us);
void board_come_back(struct fakedev *board);

#endif
