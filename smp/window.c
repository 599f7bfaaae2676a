/* SPDX-License-Identifier: Apache-2.0 */
/* The measured window, see window.h. */
#include "smp/window.h"

enum { VARIATIONS_ALLOWED = 4, OLD_RATE_PARTS = 3, ALL_RATE_PARTS = 4 };

static void start_stretch(struct smp_window *window, uint64_t now_us)
{
	window->chunks = 0;
	window->bytes = 0;
	window->start_us = now_us;
	window->had_loss = window->has_loss;
	window->had_silence = false;
}

void smp_window_init(struct smp_window *window, unsigned limit, uint64_t now_us)
{
	if (limit < 1)
		limit = 1;
	if (limit > SMP_WINDOW_MAX)
		limit = SMP_WINDOW_MAX;
	*window = (struct smp_window){
		.limit = limit,
		.size = limit,
		.explore_after = SMP_WINDOW_EXPLORE_MIN,
	};
	start_stretch(window, now_us);
}

void smp_window_begin(struct smp_window *window, uint64_t now_us)
{
	window->unsettled = 0;
	window->has_loss = false;
	start_stretch(window, now_us);
}

static void change_size(struct smp_window *window, unsigned size, uint64_t now_us)
{
	if (size != window->size)
		window->unsettled = window->size;
	window->size = size;
	start_stretch(window, now_us);
}

static unsigned fastest(const struct smp_window *window)
{
	unsigned best = window->size;

	for (unsigned i = 1; i <= window->limit; i++) {
		if (window->rates[i] > window->rates[best])
			best = i;
	}
	return best;
}

static void note_rate(struct smp_window *window, uint64_t now_us)
{
	uint64_t *rate = &window->rates[window->size];
	uint64_t elapsed_us = now_us - window->start_us;
	uint64_t measured;

	if (elapsed_us == 0)
		return;
	measured = window->bytes * 1000000 / elapsed_us;
	if (*rate == 0)
		*rate = measured;
	else
		*rate = (*rate * OLD_RATE_PARTS + measured) / ALL_RATE_PARTS;
}

/* The neighbour that is worth a try now; the present size when there is none. */
static unsigned neighbour_to_try(const struct smp_window *window)
{
	if (window->size < window->limit)
		return window->size + 1;
	if (window->had_loss && window->size > 1)
		return window->size - 1;
	return window->size;
}

static void end_exploration(struct smp_window *window, unsigned best)
{
	bool was_gain = best == window->size;

	window->is_exploring = false;
	window->stretches_since = 0;
	window->explore_after *= 2;
	if (was_gain || window->explore_after < SMP_WINDOW_EXPLORE_MIN)
		window->explore_after = SMP_WINDOW_EXPLORE_MIN;
	if (window->explore_after > SMP_WINDOW_EXPLORE_MAX)
		window->explore_after = SMP_WINDOW_EXPLORE_MAX;
}

static void end_stretch(struct smp_window *window, uint64_t now_us)
{
	unsigned next;

	note_rate(window, now_us);
	if (window->had_silence && window->size > 1 && window->rates[1] == 0) {
		window->explore_after = SMP_WINDOW_EXPLORE_SILENT;
		change_size(window, 1, now_us);
		return;
	}
	/* A first loss leads down, as far as there are losses. */
	if (window->had_loss && window->size > 1 && window->rates[window->size - 1] == 0) {
		change_size(window, window->size - 1, now_us);
		return;
	}
	next = fastest(window);
	if (window->is_exploring)
		end_exploration(window, next);
	else if (++window->stretches_since >= window->explore_after && next == window->size &&
		 neighbour_to_try(window) != window->size) {
		window->is_exploring = true;
		next = neighbour_to_try(window);
	}
	change_size(window, next, now_us);
}

void smp_window_acked(struct smp_window *window, uint64_t bytes, uint64_t now_us)
{
	if (window->unsettled > 0) {
		window->unsettled--;
		start_stretch(window, now_us);
		return;
	}
	window->bytes += bytes;
	window->chunks += bytes > 0;
	if (bytes > 0 && window->has_loss) {
		/* Made good. Where the way down is not known yet, do not wait for the end. */
		window->has_loss = false;
		if (window->size > 1 && window->rates[window->size - 1] == 0) {
			end_stretch(window, now_us);
			return;
		}
	}
	if (window->chunks >= SMP_WINDOW_STRETCH)
		end_stretch(window, now_us);
}

void smp_window_lost(struct smp_window *window)
{
	window->has_loss = true;
	window->had_loss = true;
}

void smp_window_silent(struct smp_window *window)
{
	smp_window_lost(window);
	window->had_silence = true;
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
