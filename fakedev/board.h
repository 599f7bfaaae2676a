/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a fake board, shared by the files that make it up and by nobody else:
 *
 *   fakedev.c        made, asked and destroyed
 *   board_clock.c    what happens when: the events of the board in the order of their times
 *   board_receive.c  bytes arrive, become lines and packets, and find a buffer or are lost
 *   board_work.c     a packet is carried out and answered
 *   board_power.c    what runs when: resets, the bootloader's window, absences from the bus
 *   board_boot.c     one boot, and what goes wrong with it
 *   board_make.c     what is in a new board
 *
 * The way of a request (protocol.md 5.3): the line carries its bytes, a UART's interrupt handler puts
 * them into line buffers, the work queue decodes whole lines into a net buffer, which is taken with
 * the first line, and the packet waits until the server is free. It is carried out at once on flash
 * and RAM, but its reply leaves when the time of that work is over, and the server is free when the
 * reply has been written to the line. In the bootloader one loop does it all, so lines wait in their
 * buffers while it works.
 *
 * With raw framing there are no lines: the work queue takes bytes as they come (raw_receiver.h), and the
 * bootloader's buffers hold what one interrupt brings, which is a byte of a UART.
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
#include "fakedev/raw_receiver.h"
#include "fakedev/receiver.h"
#include "fakedev/server.h"
#include "fakedev/stall.h"
#include "fakedev/store.h"
#include "fakedev/wire.h"

enum { BOARD_USB_PACKET_SIZE = 64 }; /* bytes, full speed */

struct fakedev {
	struct fakedev_config config;
	struct image_key *key;
	struct store *store;
	struct store_ram *ram; /* in the store */
	struct flash flash;    /* in the store */
	struct boot_setup setup;
	struct server server;
	bool in_recovery; /* what runs now, or next: the bootloader or the application */

	struct line rx, tx; /* from the host and to it */
	struct stall stall;
	struct inlet inlet;
	struct receiver receiver;
	struct raw_receiver raw; /* in place of inlet and receiver, with framing=raw */
	struct buf raw_waiting;  /* what the bootloader holds of that while it works */
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
	bool is_booting;        /* busy with the work of a boot, and no request */

	bool is_present;       /* on the bus */
	uint64_t leave_us;     /* CLOCK_NEVER when it stays */
	bool leaves_for_reset; /* and not because the cable is loose */
	unsigned departures;

	bool is_awake;          /* a server runs that can be spoken to */
	uint64_t back_us;       /* when not awake; CLOCK_NEVER: dead */
	bool is_crashing;       /* what comes then is the watchdog */
	uint64_t listen_end_us; /* of the bootloader's window; CLOCK_NEVER: there is none */

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

/* Start what is to run after power-on; counts as a boot. Returns how long the flash took. */
uint64_t board_boot(struct fakedev *board);

/* What is wrong with the image that runs now. */
enum store_flaw board_flaw(const struct fakedev *board);

/* The options about a new board: do they go together? */
enum status board_check_start(const struct fakedev_config *config, struct err *reterr);

/*
 * Program a new board, boot it and bring it into the state that it is to start in. When that fails it
 * is new still.
 */
enum status board_make(struct fakedev *board, struct err *reterr);

/* Go on with what ran when the last process let go of the board. */
void board_resume(struct fakedev *board, uint64_t now_us);

/* Leave the bus at that time; the earliest wish counts, and a reset more than a loose cable. */
void board_schedule_leave(struct fakedev *board, uint64_t at_us, bool is_reset);
void board_leave(struct fakedev *board, uint64_t at_us);
void board_come_back(struct fakedev *board, uint64_t at_us);

/* The bootloader has been spoken to while it listened: it stays. */
void board_stay_in_recovery(struct fakedev *board);

/* Nobody has spoken to it: the application starts. */
void board_end_listening(struct fakedev *board, uint64_t at_us);

#endif
