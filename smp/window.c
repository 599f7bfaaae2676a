/* SPDX-License-Identifier: Apache-2.0 */
/* The measured window, see window.h. */
#include "smp/window.h"

enum {
	VARIATIONS_ALLOWED = 4,
	/* A Zephyr server collects as much before it writes (protocol.md 5.2), and may erase as late. */
	BLOCK_SIZE = 512,
};

static void begin_small(struct smp_window *window)
{
	bool is_small = !window->is_fixed && window->limit > SMP_WINDOW_FIRST;

	window->size = is_small ? SMP_WINDOW_FIRST : window->limit;
}

static void take_up(struct smp_window *window, enum smp_window_manner manner)
{
	window->manner = manner;
	window->chunks = 0;
	window->since_loss = 0;
	begin_small(window);
}

void smp_window_init(struct smp_window *window, unsigned limit, bool is_fixed, uint64_t now_us)
{
	if (limit < 1)
		limit = 1;
	if (limit > SMP_WINDOW_MAX)
		limit = SMP_WINDOW_MAX;
	*window = (struct smp_window){
		.limit = limit,
		.is_fixed = is_fixed,
		.retry_after = SMP_WINDOW_RETRY_MIN,
	};
	smp_window_begin(window, now_us);
}

void smp_window_begin(struct smp_window *window, uint64_t now_us)
{
	window->is_repairing = false;
	window->last_us = now_us;
	take_up(window, window->manner);
}

/* Is among these bytes the beginning of a page, or did the chunk before have it as its last ones? */
static bool may_erase(uint64_t offset, uint64_t end)
{
	uint64_t page = (end - 1) / SMP_WINDOW_PAGE_SIZE * SMP_WINDOW_PAGE_SIZE;

	return page + BLOCK_SIZE > offset;
}

bool smp_window_lets_follow(const struct smp_window *window, uint64_t offset, uint64_t end)
{
	if (window->is_repairing || window->manner == SMP_WINDOW_ALONE)
		return false;
	return window->manner == SMP_WINDOW_SEVERAL || !may_erase(offset, end);
}

static void book(struct smp_window *window, uint64_t bytes, uint64_t now_us)
{
	struct smp_window_speed *speed = &window->speeds[window->manner];

	speed->bytes += bytes;
	speed->time_us += now_us - window->last_us;
	window->last_us = now_us;
	if (speed->bytes > SMP_WINDOW_MEMORY) {
		speed->bytes /= 2;
		speed->time_us /= 2;
	}
}

/* Than the present manner? */
static bool is_faster(const struct smp_window *window, enum smp_window_manner manner)
{
	const struct smp_window_speed *other = &window->speeds[manner],
				      *present = &window->speeds[window->manner];

	return other->bytes * present->time_us > present->bytes * other->time_us;
}

static void end_repair(struct smp_window *window, uint64_t bytes)
{
	bool is_noise = window->since_loss > SMP_WINDOW_QUIET + bytes;
	enum smp_window_manner next = window->manner + 1;

	window->is_repairing = false;
	window->since_loss = 0;
	begin_small(window);
	if (window->is_fixed || is_noise || window->manner == SMP_WINDOW_ALONE)
		return;
	if (window->speeds[next].time_us > 0 && !is_faster(window, next))
		return;
	take_up(window, next);
	/* Two losses close together happen on any noisy line: the next one is forgiven. */
	window->since_loss = SMP_WINDOW_MEMORY;
}

/* Be bolder where that is faster, and at times to see whether it is. */
static void look_back(struct smp_window *window)
{
	bool is_due = window->chunks >= window->retry_after;

	if (window->manner == SMP_WINDOW_SEVERAL ||
		(!is_due && !is_faster(window, window->manner - 1)))
		return;
	if (is_due && window->retry_after < SMP_WINDOW_RETRY_MAX)
		window->retry_after *= 2;
	take_up(window, window->manner - 1);
}

void smp_window_acked(struct smp_window *window, uint64_t bytes, uint64_t now_us)
{
	book(window, bytes, now_us);
	if (bytes == 0)
		return;
	window->chunks++;
	if (window->is_repairing) {
		end_repair(window, bytes);
		return;
	}
	window->since_loss += bytes;
	window->size += window->size < window->limit;
	look_back(window);
}

void smp_window_lost(struct smp_window *window, bool was_alone)
{
	window->is_repairing = true;
	if (was_alone)
		window->since_loss = SMP_WINDOW_MEMORY;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* Smoothed as TCP does it (RFC 6298): an eighth of each new value, a quarter of each deviation. */
void smp_window_round_trip(struct smp_window *window, uint64_t round_trip_us)
{
	if (!window->has_round_trip) {
		window->has_round_trip = true;
		window->round_trip_us = round_trip_us;
		window->variation_us = round_trip_us / 2;
		return;
	}
	window->variation_us =
		(window->variation_us * 3 + distance(window->round_trip_us, round_trip_us)) / 4;
	window->round_trip_us = (window->round_trip_us * 7 + round_trip_us) / 8;
}

uint32_t smp_window_timeout_ms(const struct smp_window *window, uint32_t timeout_max_ms)
{
	uint64_t wanted_ms;

	if (!window->has_round_trip)
		return timeout_max_ms;
	wanted_ms = (window->round_trip_us + VARIATIONS_ALLOWED * window->variation_us) / 1000 +
		    SMP_REPLY_TIMEOUT_MIN_MS;
	return wanted_ms < timeout_max_ms ? (uint32_t)wanted_ms : timeout_max_ms;
}
