/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A clock of base/clock.h in which waiting takes no time: wait() looks at the descriptors, and when
 * none is ready it moves the time on to the moment that was waited for. Real descriptors (a pipe, a
 * pseudo-terminal) may take part, but nothing ever waits for them.
 *
 * A wait that could never end, and a loop that waits again and again while nothing happens, abort
 * the test program with a message: both would hang the real program.
 */
#ifndef TESTS_SUPPORT_FAKE_CLOCK_H
#define TESTS_SUPPORT_FAKE_CLOCK_H

#include <stdbool.h>

#include "base/clock.h"

enum { FAKE_CLOCK_EVENTS_MAX = 8 };

/* Something that happens by itself at some time: the user presses Ctrl-C, the cable is pulled. */
struct fake_clock_event {
	uint64_t at_us;
	void (*happen)(void *ctx);
	void *ctx;
};

struct fake_clock {
	uint64_t now_us;
	unsigned waits; /* calls of wait so far: the turns that the poll loop has made */
	unsigned
		idle_waits; /* of these, those in a row that neither moved time nor found anything */
	struct fake_clock_event events[FAKE_CLOCK_EVENTS_MAX]; /* still to come, in any order */
	unsigned event_count;
};

/* `start_us` is better not 0, so that an unset time is seen to be wrong. */
void fake_clock_init(struct fake_clock *fake, uint64_t start_us);

/* The interface for the code under test; `fake` must outlive it. */
struct clock fake_clock_get(struct fake_clock *fake);

/* Call `happen` while the time is waited past `at_us`, with now_us set to that moment. */
void fake_clock_at(struct fake_clock *fake, uint64_t at_us, void (*happen)(void *ctx), void *ctx);

/* Move the time on by hand; events on the way happen. */
void fake_clock_advance(struct fake_clock *fake, uint64_t by_us);

#endif
