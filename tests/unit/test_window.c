/* SPDX-License-Identifier: Apache-2.0 */
/* The measured window against devices that are a few lines of arithmetic. */
#include "smp/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { LIMIT = 3, CHUNK_BYTES = 356, CHUNKS = 740, PAGE = SMP_WINDOW_PAGE_SIZE };

/*
 * A device and its line. A chunk takes `chunk_us`, and `alone_us` more when nothing may be in flight
 * behind it. Losing one costs `loss_us`.
 */
struct device {
	uint64_t chunk_us, alone_us, loss_us;
	uint64_t
		deaf_page; /* it loses what is in flight behind a chunk that begins such a page; 0: no */
	unsigned noise; /* every how many chunks one is lost, whatever is in flight; 0: never */
};

struct sending {
	struct smp_window window;
	uint64_t offset, now_us;
	unsigned in_manner[SMP_WINDOW_MANNERS]; /* chunks */
	unsigned losses;
};

static bool begins_page(uint64_t offset, uint64_t end, uint64_t page)
{
	return page > 0 && (end - 1) / page * page >= offset;
}

static void begin(struct sending *sending)
{
	*sending = (struct sending){ 0 };
	smp_window_init(&sending->window, LIMIT, false, 0);
}

/* One chunk more, and when it or the one behind it is lost, what makes that good. */
static void send_chunk(struct sending *sending, const struct device *device, unsigned number)
{
	struct smp_window *window = &sending->window;
	uint64_t end = sending->offset + CHUNK_BYTES;
	bool is_followed = smp_window_lets_follow(window, sending->offset, end);
	bool is_lost = (is_followed && begins_page(sending->offset, end, device->deaf_page)) ||
		       (device->noise > 0 && number % device->noise == 0);

	assert_in_range(window->size, 1, LIMIT);
	sending->in_manner[window->manner]++;
	sending->now_us += device->chunk_us + (is_followed ? 0 : device->alone_us);
	sending->offset = end;
	smp_window_acked(window, CHUNK_BYTES, sending->now_us);
	if (!is_lost)
		return;
	sending->losses++;
	smp_window_lost(window, false);
	assert_false(smp_window_lets_follow(window, end, end + CHUNK_BYTES));
	sending->now_us += device->loss_us;
	smp_window_acked(window, 0, sending->now_us);
}

static void send(struct sending *sending, const struct device *device, unsigned chunks)
{
	for (unsigned i = 1; i <= chunks; i++)
		send_chunk(sending, device, i);
}

static void a_clean_link_gets_all_that_is_allowed(void **state)
{
	const struct device device = { .chunk_us = 5000, .alone_us = 5000 };
	struct sending sending;

	(void)state;
	begin(&sending);
	assert_int_equal(sending.window.size, SMP_WINDOW_FIRST);
	send(&sending, &device, 1);
	assert_int_equal(sending.window.size, LIMIT);
	send(&sending, &device, CHUNKS);
	assert_int_equal(sending.in_manner[SMP_WINDOW_SEVERAL], CHUNKS + 1);
	assert_int_equal(sending.window.size, LIMIT);
}

static void a_lost_chunk_is_sent_again_alone(void **state)
{
	struct smp_window window;

	(void)state;
	smp_window_init(&window, LIMIT, false, 0);
	smp_window_lost(&window, false);
	assert_false(smp_window_lets_follow(&window, 100, 200));
	/* Only what leads forward makes it good. */
	smp_window_acked(&window, 0, 1000);
	assert_false(smp_window_lets_follow(&window, 100, 200));
	smp_window_acked(&window, 100, 2000);
	assert_true(smp_window_lets_follow(&window, 1000, 1100));
}

static void behind_what_may_begin_a_page_nothing_follows_when_pages_are_minded(void **state)
{
	struct smp_window window;

	(void)state;
	smp_window_init(&window, LIMIT, false, 0);
	assert_true(smp_window_lets_follow(&window, PAGE, PAGE + 100));
	window.manner = SMP_WINDOW_PAGES;
	assert_true(smp_window_lets_follow(&window, PAGE - 100, PAGE));
	assert_false(smp_window_lets_follow(&window, PAGE - 100, PAGE + 1));
	assert_false(smp_window_lets_follow(&window, PAGE, PAGE + 100));
	/* A server that collects 512 bytes erases with the last of them. */
	assert_false(smp_window_lets_follow(&window, PAGE + 511, PAGE + 600));
	assert_true(smp_window_lets_follow(&window, PAGE + 512, PAGE + 600));
	window.manner = SMP_WINDOW_ALONE;
	assert_false(smp_window_lets_follow(&window, PAGE + 512, PAGE + 600));
}

static void a_device_that_is_deaf_while_it_erases_is_left_alone_with_each_page(void **state)
{
	const struct device device = {
		.chunk_us = 46000, .alone_us = 4000, .loss_us = 200000, .deaf_page = PAGE
	};
	struct sending sending;

	(void)state;
	begin(&sending);
	send(&sending, &device, CHUNKS);
	assert_int_equal(sending.window.manner, SMP_WINDOW_PAGES);
	assert_int_equal(sending.in_manner[SMP_WINDOW_ALONE], 0);
	/* Once to learn it, and whenever SEVERAL is tried again: after 64, 128 and 256 chunks more. */
	assert_in_range(sending.losses, 1, 4);
	/* Faster than one at a time. */
	assert_true(sending.now_us < CHUNKS * (device.chunk_us + device.alone_us));
}

static void a_device_with_other_pages_gets_one_at_a_time(void **state)
{
	const struct device device = {
		.chunk_us = 46000, .alone_us = 4000, .loss_us = 100000, .deaf_page = 512
	};
	struct sending sending;

	(void)state;
	begin(&sending);
	send(&sending, &device, CHUNKS);
	assert_int_equal(sending.window.manner, SMP_WINDOW_ALONE);
	/* 97 % of what one at a time reaches. */
	assert_true(sending.now_us * 97 <= CHUNKS * (device.chunk_us + device.alone_us) * 100);
}

/* Where what is lost costs less than care. */
static void cheap_losses_do_not_lead_to_care(void **state)
{
	const struct device device = {
		.chunk_us = 5000, .alone_us = 20000, .loss_us = 1000, .deaf_page = PAGE
	};
	struct sending sending;

	(void)state;
	begin(&sending);
	send(&sending, &device, CHUNKS);
	assert_int_equal(sending.window.manner, SMP_WINDOW_SEVERAL);
	assert_true(sending.in_manner[SMP_WINDOW_SEVERAL] > CHUNKS * 2 / 3);
}

static void a_noisy_line_does_not_lead_to_care(void **state)
{
	const struct device device = {
		.chunk_us = 5000, .alone_us = 5000, .loss_us = 20000, .noise = 100
	};
	struct sending sending;

	(void)state;
	begin(&sending);
	send(&sending, &device, CHUNKS);
	assert_int_equal(sending.losses, CHUNKS / 100);
	assert_int_equal(sending.in_manner[SMP_WINDOW_SEVERAL], CHUNKS);
}

static void lose_one(struct smp_window *window, bool was_alone)
{
	smp_window_lost(window, was_alone);
	smp_window_acked(window, CHUNK_BYTES, window->last_us + 100000);
}

/* No page can have kept the device from hearing it. */
static void a_loss_with_nothing_in_flight_before_it_is_noise(void **state)
{
	struct smp_window window;

	(void)state;
	smp_window_init(&window, LIMIT, false, 0);
	lose_one(&window, true);
	assert_int_equal(window.manner, SMP_WINDOW_SEVERAL);
	lose_one(&window, false);
	assert_int_equal(window.manner, SMP_WINDOW_PAGES);
}

static void the_first_loss_in_a_more_careful_manner_is_forgiven(void **state)
{
	struct smp_window window;

	(void)state;
	smp_window_init(&window, LIMIT, false, 0);
	lose_one(&window, false);
	lose_one(&window, false);
	assert_int_equal(window.manner, SMP_WINDOW_PAGES);
	lose_one(&window, false);
	assert_int_equal(window.manner, SMP_WINDOW_ALONE);
}

/* Noise that comes early looks like a page: it is found out that nothing is won by care. */
static void early_noise_is_forgotten(void **state)
{
	const struct device noisy = {
		.chunk_us = 5000, .alone_us = 5000, .loss_us = 20000, .noise = 2
	};
	const struct device clean = { .chunk_us = 5000, .alone_us = 5000 };
	struct sending sending;

	(void)state;
	begin(&sending);
	send(&sending, &noisy, 20);
	assert_int_not_equal(sending.window.manner, SMP_WINDOW_SEVERAL);
	send(&sending, &clean, CHUNKS);
	assert_int_equal(sending.window.manner, SMP_WINDOW_SEVERAL);
	assert_true(sending.in_manner[SMP_WINDOW_SEVERAL] > CHUNKS / 2);
}

/* The slot was blank at first: what was measured then does not count for ever. */
static void a_device_that_becomes_deaf_late_is_noticed(void **state)
{
	const struct device blank = { .chunk_us = 46000, .alone_us = 4000 };
	const struct device deaf = {
		.chunk_us = 46000, .alone_us = 4000, .loss_us = 500000, .deaf_page = PAGE
	};
	struct sending sending;

	(void)state;
	begin(&sending);
	send(&sending, &blank, 20 * CHUNKS);
	send(&sending, &deaf, CHUNKS);
	assert_int_equal(sending.window.manner, SMP_WINDOW_PAGES);
	assert_true(sending.in_manner[SMP_WINDOW_PAGES] > CHUNKS / 2);
}

static void a_fixed_window_stays(void **state)
{
	const struct device device = {
		.chunk_us = 46000, .alone_us = 4000, .loss_us = 200000, .deaf_page = PAGE
	};
	struct sending sending;

	(void)state;
	begin(&sending);
	smp_window_init(&sending.window, LIMIT, true, 0);
	assert_int_equal(sending.window.size, LIMIT);
	send(&sending, &device, CHUNKS);
	assert_int_equal(sending.window.size, LIMIT);
	assert_int_equal(sending.in_manner[SMP_WINDOW_SEVERAL], CHUNKS);
}

static void the_limit_is_never_exceeded(void **state)
{
	struct smp_window window;

	(void)state;
	smp_window_init(&window, 0, false, 0);
	assert_int_equal(window.size, 1);
	smp_window_acked(&window, 100, 1000);
	assert_int_equal(window.size, 1);
	smp_window_init(&window, 1000, true, 0);
	assert_int_equal(window.size, SMP_WINDOW_MAX);
}

static void patience_follows_the_round_trips(void **state)
{
	struct smp_window window;

	(void)state;
	smp_window_init(&window, LIMIT, false, 0);
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
		cmocka_unit_test(a_clean_link_gets_all_that_is_allowed),
		cmocka_unit_test(a_lost_chunk_is_sent_again_alone),
		cmocka_unit_test(
			behind_what_may_begin_a_page_nothing_follows_when_pages_are_minded),
		cmocka_unit_test(
			a_device_that_is_deaf_while_it_erases_is_left_alone_with_each_page),
		cmocka_unit_test(a_device_with_other_pages_gets_one_at_a_time),
		cmocka_unit_test(cheap_losses_do_not_lead_to_care),
		cmocka_unit_test(a_noisy_line_does_not_lead_to_care),
		cmocka_unit_test(a_loss_with_nothing_in_flight_before_it_is_noise),
		cmocka_unit_test(the_first_loss_in_a_more_careful_manner_is_forgiven),
		cmocka_unit_test(early_noise_is_forgotten),
		cmocka_unit_test(a_device_that_becomes_deaf_late_is_noticed),
		cmocka_unit_test(a_fixed_window_stays),
		cmocka_unit_test(the_limit_is_never_exceeded),
		cmocka_unit_test(patience_follows_the_round_trips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
