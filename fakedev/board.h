/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a fake board, shared by the files that make it up and by nobody else:
 *
 *   fakedev.c        made, asked and destroyed
 *   board_clock.c    what happens when: the events of the board in the order of their times
 *   board_receive.c  bytes arrive, become lines and packets, and find a buffer or are lost
 *   board_work.c     a packet is carried out and answered
 *   board_power.c    boots, and absences from the bus
 *
 * The way of a request (protocol.md 5.3): the line carries its bytes, a UART's interrupt handler puts
 * them into line buffers, the work queue decodes whole lines into a net buffer, which is taken with
 * the first line, and the packet waits until the server is free. It is carried out at once on flash
 * and RAM, but its reply leaves when the time of that work is over, and the server is free when the
 * reply has been written to the line. In the bootloader one loop does it all, so lines wait in their
 * buffers while it works.
 *
 * While internal flash is erased the CPU may stand still (stall.h).
 */
#ifndef FAKEDEV_BOARD_H
#define FAKEDEV_BOARD_H

#include "fakedev/boot.h"
#include "fakedev/fakedev.h"
#include "fakedev/inlet.h"
#include "fakedev/judge.h"
#include "fakedev/line.h"
#include "fakedev/outbox.h"
#include "fakedev/queue.h"
#include "fakedev/receiver.h"
#include "fakedev/server.h"
#include "fakedev/stall.h"
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
	struct stall stall;
	struct inlet inlet;
	struct receiver receiver;
	struct queue queue;
	struct wire wire;
	struct outbox outbox;
	uint8_t *memory;       /* owned: of rx, tx, reply, burst and fifo */
	uint8_t *inlet_memory; /* owned */
	struct buf reply;      /* one packet */
	struct buf burst;      /* all that one request makes the board send */

	bool is_busy;           /* with a request */
	bool is_writing;        /* its work is done, its reply is being written */
	uint64_t busy_until_us; /* end of the work, then of the writing */
	bool is_erasing;        /* busy with the erase that a first chunk needs */

	bool is_present;
	uint64_t leave_us;     /* CLOCK_NEVER when it stays */
	bool leaves_for_reset; /* and not because the cable is loose */
	uint64_t back_us;      /* when not present */
	unsigned departures;

	struct judge judge;
	struct fakedev_counters counters;
	bool has_counted_loss; /* the request that comes in is counted as lost */
};

/* Let everything happen that is due up to `now_us`. */
void board_advance(struct fakedev *board, uint64_t now_us);

/* When the board does something by itself next; CLOCK_NEVER when only bytes wake it. */
uint64_t board_next_us(const struct fakedev *board);

/* Take bytes that have come through the line from the host; returns how many. */
size_t board_take_bytes(struct fakedev *board, struct span bytes, uint64_t at_us);

/* Take the lines that wait, as far as whoever decodes them is free. */
void board_take_lines(struct fakedev *board, uint64_t at_us);

/* Let the pages of a stall go by that are erased. */
void board_pass_stall(struct fakedev *board, uint64_t now_us);

void board_carry_out(struct fakedev *board, struct span packet, uint64_t at_us);

/* Where the work in hand is done: write its reply, and take up what waits. */
void board_work(struct fakedev *board, uint64_t at_us);

/* Does this packet begin an upload? */
bool board_is_first_chunk(struct span packet);

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
