/* SPDX-License-Identifier: Apache-2.0 */
/* The measured window against devices that are a few lines of arithmetic. */
#include "smp/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LIMIT = 3, CHUNK_BYTES = 356, CHUNKS = 740 };

/* How a device fares with a window: the time of a chunk, and every how many chunks one is lost. */
struct manner {
	uint64_t chunk_us;
	unsigned loss_every; /* 0: never */
	uint64_t loss_us;    /* what making it good costs */
};

/* Send CHUNKS chunks to a device with these manners by window; returns the time it took. */
static uint64_t send(struct smp_window *window, const struct manner *manners, unsigned *at_size)
{
	uint64_t now_us = 0;

	smp_window_begin(window, now_us);
	for (unsigned i = 1; i <= CHUNKS; i++) {
		const struct manner *manner = &manners[window->size];

		at_size[window->size]++;
		assert_in_range(window->size, 1, LIMIT);
		if (manner->loss_every > 0 && i % manner->loss_every == 0) {
			smp_window_lost(window);
			now_us += manner->loss_us;
		}
		now_us += manner->chunk_us;
		smp_window_acked(window, CHUNK_BYTES, now_us);
	}
	return now_us;
}

static void a_clean_link_keeps_the_limit(void **state)
{
	const struct manner manners[LIMIT + 1] = {
		[1] = { .chunk_us = 50 },
		[2] = { .chunk_us = 47 },
		[3] = { .chunk_us = 46 },
	};
	unsigned at_size[LIMIT + 1] = { 0 };
	struct smp_window window;

	(void)state;
	smp_window_init(&window, LIMIT, 0);
	send(&window, manners, at_size);
	assert_int_equal(at_size[LIMIT], CHUNKS);
}

/* It cannot hear while it erases a page, every 11 chunks, unless it is asked one thing at a time. */
static void a_device_that_is_deaf_while_it_erases_gets_one_at_a_time(void **state)
{
	const struct manner manners[LIMIT + 1] = {
		[1] = { .chunk_us = 50000 },
		[2] = { .chunk_us = 47000, .loss_every = 11, .loss_us = 150000 },
		[3] = { .chunk_us = 46000, .loss_every = 11, .loss_us = 200000 },
	};
	unsigned at_size[LIMIT + 1] = { 0 };
	struct smp_window window;
	uint64_t took_us;

	(void)state;
	smp_window_init(&window, LIMIT, 0);
	took_us = send(&window, manners, at_size);
	assert_int_equal(window.size, 1);
	/* 97 % of what a window of one reaches. */
	assert_true(took_us * 97 <= CHUNKS * manners[1].chunk_us * 100);
}

/* A noisy line loses as much either way: the larger window stays the better one. */
static void a_noisy_line_does_not_lead_to_a_small_window(void **state)
{
	const struct manner manners[LIMIT + 1] = {
		[1] = { .chunk_us = 22000, .loss_every = 100, .loss_us = 300000 },
		[2] = { .chunk_us = 19000, .loss_every = 100, .loss_us = 38000 },
		[3] = { .chunk_us = 17000, .loss_every = 100, .loss_us = 51000 },
	};
	unsigned at_size[LIMIT + 1] = { 0 };
	struct smp_window window;
	uint64_t took_us, best_us = CHUNKS * (17000 + 510);

	(void)state;
	smp_window_init(&window, LIMIT, 0);
	took_us = send(&window, manners, at_size);
	assert_true(at_size[LIMIT] > CHUNKS / 2);
	assert_true(took_us * 90 <= best_us * 100);
}

static void the_limit_is_never_exceeded(void **state)
{
	struct smp_window window;

	(void)state;
	smp_window_init(&window, 0, 0);
	assert_int_equal(window.size, 1);
	smp_window_init(&window, 1000, 0);
	assert_int_equal(window.size, SMP_WINDOW_MAX);
}

static void patience_follows_the_round_trips(void **state)
{
	struct smp_window window;

	(void)state;
	smp_window_init(&window, LIMIT, 0);
	assert_int_equal(smp_window_timeout_ms(&window, 2000), 2000);
	for (int i = 0; i < 100; i++)
		smp_window_round_trip(&window, 50000);
	assert_in_range(smp_window_timeout_ms(&window, 2000), 150, 160);
	/* One late reply makes it more patient, and it is never more patient than told. */
	smp_window_round_trip(&window, 400000);
	assert_in_range(smp_window_timeout_ms(&window, 2000), 450, 1000);
	assert_int_equal(smp_window_timeout_ms(&window, 200), 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_link_keeps_the_limit),
		cmocka_unit_test(a_device_that_is_deaf_while_it_erases_gets_one_at_a_time),
		cmocka_unit_test(a_noisy_line_does_not_lead_to_a_small_window),
		cmocka_unit_test(the_limit_is_never_exceeded),
		cmocka_unit_test(patience_follows_the_round_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
