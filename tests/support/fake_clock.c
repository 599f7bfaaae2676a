/* SPDX-License-Identifier: Apache-2.0 */
/* Time that only tests move, see fake_clock.h. */
#include "tests/support/fake_clock.h"

#include <stdio.h>
#include <stdlib.h>

/* More turns in a row without anything happening than any sound loop makes. */
enum { IDLE_WAITS_MAX = 1000 };

static void give_up(const struct fake_clock *fake, const char *reason)
{
	fprintf(stderr, "fake clock: %s at %llu us\n", reason, (unsigned long long)fake->now_us);
	abort();
}

void fake_clock_init(struct fake_clock *fake, uint64_t start_us)
{
	*fake = (struct fake_clock){ .now_us = start_us };
}

void fake_clock_at(struct fake_clock *fake, uint64_t at_us, void (*happen)(void *ctx), void *ctx)
{
	if (fake->event_count == FAKE_CLOCK_EVENTS_MAX)
		give_up(fake, "too many events");
	fake->events[fake->event_count++] = (struct fake_clock_event){ at_us, happen, ctx };
}

/* The earliest event that is due by `until_us`; NULL when there is none. */
static struct fake_clock_event *next_event(struct fake_clock *fake, uint64_t until_us)
{
	struct fake_clock_event *first = NULL;

	for (unsigned i = 0; i < fake->event_count; i++) {
		struct fake_clock_event *event = &fake->events[i];

		if (event->at_us <= until_us && (first == NULL || event->at_us < first->at_us))
			first = event;
	}
	return first;
}

/* Take the event off the list before it happens: it may add others. */
static void run_event(struct fake_clock *fake, struct fake_clock_event *event)
{
	struct fake_clock_event now = *event;

	*event = fake->events[--fake->event_count];
	if (now.at_us > fake->now_us)
		fake->now_us = now.at_us;
	now.happen(now.ctx);
}

void fake_clock_advance(struct fake_clock *fake, uint64_t by_us)
{
	uint64_t until_us = fake->now_us + by_us;
	struct fake_clock_event *event;

	while ((event = next_event(fake, until_us)) != NULL)
		run_event(fake, event);
	fake->now_us = until_us;
}

static uint64_t fake_now_us(void *ctx)
{
	return ((struct fake_clock *)ctx)->now_us;
}

static void check_progress(struct fake_clock *fake, uint64_t before_us, int ready)
{
	fake->idle_waits = fake->now_us > before_us || ready > 0 ? 0 : fake->idle_waits + 1;
	if (fake->idle_waits > IDLE_WAITS_MAX)
		give_up(fake, "the loop turns and turns without anything happening");
}

static int fake_wait(void *ctx, struct pollfd *fds, nfds_t count, uint64_t until_us)
{
	struct fake_clock *fake = ctx;
	uint64_t before_us = fake->now_us;
	int ready = poll(fds, count, 0);

	fake->waits++;
	while (ready == 0 && fake->now_us < until_us) {
		struct fake_clock_event *event = next_event(fake, until_us);

		if (event != NULL) {
			run_event(fake, event);
			ready = poll(fds, count, 0);
		} else if (until_us == CLOCK_NEVER) {
			give_up(fake, "nothing will ever end this wait");
		} else {
			fake->now_us = until_us;
		}
	}
	check_progress(fake, before_us, ready);
	return ready;
}

struct clock fake_clock_get(struct fake_clock *fake)
{
	return (struct clock){ .now_us = fake_now_us, .wait = fake_wait, .ctx = fake };
}
