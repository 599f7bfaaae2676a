/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many chunks of an upload to keep in flight, by measurement, and how long to wait for a reply.
 *
 * More chunks in flight are never slower while nothing is lost. Where bytes are lost it depends on
 * the device: one that cannot hear while it erases a page of its flash (protocol.md 5.4) loses
 * something with every page, unless nothing is under way then; a noisy line loses as much either way.
 * So there are three manners of sending, from bold to careful:
 *
 *   SEVERAL   as many in flight as the window allows
 *   PAGES     so too, but nothing behind a chunk that may make the device erase
 *   ALONE     one at a time: the device's pages are others than SMP_WINDOW_PAGE_SIZE, or it is
 *             something else that it cannot bear
 *
 * Each is measured while it is in use, its losses included. An upload begins with SEVERAL, then
 *
 *   what happens                                 next
 *   a chunk is acknowledged                      the window is larger by one, up to the limit
 *   a loss                                       what was lost is sent again, with nothing behind it;
 *                                                when it is acknowledged the window begins again with
 *                                                SMP_WINDOW_FIRST chunks, and
 *     that is noise (below)                      in the same manner
 *     that may be a page                         in the next more careful manner, if that has not
 *                                                been tried or is faster
 *   the next bolder manner is faster             that one
 *   `retry_after` chunks in a manner             the next bolder one; before the next such try there
 *                                                are twice as many
 *
 * Noise is what is lost farther behind the last loss than a page is long, or with nothing in flight
 * before it; and the first loss in a more careful manner is taken for noise, since two close together
 * happen on any bad line.
 *
 * What is older than SMP_WINDOW_MEMORY fades from the measured speeds, since devices may change: a
 * slot can be blank at first and full of old pages behind.
 */
#ifndef SMP_WINDOW_H
#define SMP_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

enum {
	SMP_WINDOW_MAX = 16,         /* chunks in flight */
	SMP_WINDOW_FIRST = 2,        /* chunks: enough to keep most lines busy */
	SMP_WINDOW_PAGE_SIZE = 4096, /* bytes: of most flash (protocol.md 5.5), or a part of them */
	SMP_WINDOW_QUIET = 4096 + 512,  /* bytes: a page, and how late it is erased; a chunk more */
	SMP_WINDOW_MEMORY = 16 * 4096,  /* bytes */
	SMP_WINDOW_RETRY_MIN = 64,      /* chunks */
	SMP_WINDOW_RETRY_MAX = 1024,    /* chunks */
	SMP_REPLY_TIMEOUT_MIN_MS = 100, /* above a page erase, so that silence is not mistaken */
};

enum smp_window_manner { SMP_WINDOW_SEVERAL, SMP_WINDOW_PAGES, SMP_WINDOW_ALONE };

#define SMP_WINDOW_MANNERS (SMP_WINDOW_ALONE + 1)

struct smp_window_speed {
	uint64_t bytes, time_us; /* no time: not tried */
};

struct smp_window {
	unsigned limit; /* 1..SMP_WINDOW_MAX, never exceeded */
	bool is_fixed;  /* the window is always the limit, and the manner SEVERAL */
	unsigned size;  /* the window: chunks that may be in flight */
	bool is_repairing;
	enum smp_window_manner manner;
	unsigned chunks;      /* acknowledged in this manner, since it was taken up */
	unsigned retry_after; /* chunks */
	uint64_t since_loss;  /* bytes acknowledged */
	uint64_t last_us;     /* time is booked until then */
	struct smp_window_speed speeds[SMP_WINDOW_MANNERS];

	/* round trips, microseconds */
	uint64_t round_trip_us, variation_us;
	bool has_round_trip;
};

void smp_window_init(struct smp_window *window, unsigned limit, bool is_fixed, uint64_t now_us);

/* Sending begins, or begins again after a time that says nothing about the window. */
void smp_window_begin(struct smp_window *window, uint64_t now_us);

/* May anything be in flight behind a chunk with these bytes of the file? */
bool smp_window_lets_follow(const struct smp_window *window, uint64_t offset, uint64_t end);

/* A chunk was acknowledged; the device holds `bytes` more than before (0: a repetition). */
void smp_window_acked(struct smp_window *window, uint64_t bytes, uint64_t now_us);

/*
 * A chunk was lost, seen by silence or by a reply to a later one. `was_alone`: nothing was in flight
 * before it, so it must be noise.
 */
void smp_window_lost(struct smp_window *window, bool was_alone);

/* The time from the last byte of a request to its reply. */
void smp_window_round_trip(struct smp_window *window, uint64_t round_trip_us);

/* How long to wait for a reply, at most `timeout_max_ms`, which it is until something is known. */
uint32_t smp_window_timeout_ms(const struct smp_window *window, uint32_t timeout_max_ms);

#endif
