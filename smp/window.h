/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many chunks of an upload to keep in flight, by measurement, and how long to wait for a reply.
 *
 * More chunks in flight are never slower while nothing is lost, so the window begins at its limit and
 * stays there on a clean link. Where bytes are lost it depends on the device: one that cannot hear
 * while it erases flash (protocol.md 5.4) loses something with every page unless it is asked one
 * thing at a time; a noisy line loses as much either way. So nothing is assumed: after a loss the next
 * smaller window is tried, each window's speed is measured with its losses in it, the fastest one is
 * used, and its neighbours are tried again ever more rarely.
 *
 *   loss in a window whose smaller neighbour was never measured   go there, once it is made good
 *   silence with several chunks in flight, first time there       go down to one, once it is made good
 *   end of a stretch                                              go to the fastest measured window
 *   SMP_WINDOW_EXPLORE_MIN stretches without a try                try the next larger one, or, at the
 *                                                                 limit and after losses, the smaller
 *   that try was no gain                                          wait twice as long with the next
 *
 * A stretch is SMP_WINDOW_STRETCH acknowledged chunks in one window, not counting those that were
 * under way when the window changed.
 */
#ifndef SMP_WINDOW_H
#define SMP_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SMP_WINDOW_MAX = 16,
	SMP_WINDOW_STRETCH = 16,    /* chunks */
	SMP_WINDOW_EXPLORE_MIN = 4, /* stretches */
	SMP_WINDOW_EXPLORE_MAX = 64,
	SMP_WINDOW_EXPLORE_SILENT = 32, /* after a silence with several in flight */
	SMP_REPLY_TIMEOUT_MIN_MS = 100, /* above a page erase, so that silence is not mistaken */
};

struct smp_window {
	unsigned limit;                     /* 1..SMP_WINDOW_MAX, never exceeded */
	unsigned size;                      /* now */
	uint64_t rates[SMP_WINDOW_MAX + 1]; /* bytes per second by window; 0: not measured */

	/* the stretch under way */
	unsigned unsettled; /* chunks still to come that belong to the window before */
	unsigned chunks;
	uint64_t bytes, start_us;
	bool has_loss;    /* a loss that is not yet made good */
	bool had_loss;    /* any loss in this stretch */
	bool had_silence; /* and it was the dear kind */

	/* exploration */
	bool is_exploring;
	unsigned stretches_since, explore_after;

	/* round trips, microseconds */
	uint64_t round_trip_us, variation_us;
	bool has_round_trip;
};

void smp_window_init(struct smp_window *window, unsigned limit, uint64_t now_us);

/* Sending begins, or begins again after a time that says nothing about the window. */
void smp_window_begin(struct smp_window *window, uint64_t now_us);

/* A chunk was acknowledged; the device holds `bytes` more than before (0: a repetition). */
void smp_window_acked(struct smp_window *window, uint64_t bytes, uint64_t now_us);

/* A chunk was lost, seen by a reply to a later one. */
void smp_window_lost(struct smp_window *window);

/*
 * All that was in flight was lost, seen by silence. With several chunks in flight that is the mark of a
 * device that could not listen, and dear: go down to one at once, and stay there long.
 */
void smp_window_silent(struct smp_window *window);

/* The time from the last byte of a request to its reply. */
void smp_window_round_trip(struct smp_window *window, uint64_t round_trip_us);

/* How long to wait for a reply, at most `timeout_max_ms`, which it is until something is known. */
uint32_t smp_window_timeout_ms(const struct smp_window *window, uint32_t timeout_max_ms);

#endif
