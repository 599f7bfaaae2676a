/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uploads with several chunks in flight: what is lost, late or old news. The device is a few lines
 * here: it takes what begins at its offset and answers everything else with that offset.
 */
#include "smp/upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/upload_walk.h"

enum {
	FILE_SIZE = UPLOAD_WALK_FILE_SIZE,
	/* Of chunks: a short first one, one with an offset of two bytes, one with three. */
	FIRST_END = 109,
	SECOND_END = FIRST_END + 357,
	THIRD_END = SECOND_END + UPLOAD_WALK_NEXT_SIZE,
	WINDOW = 3,
	BODY_MAX = 2048,
	NO_CHUNK = SMP_UPLOAD_CHUNKS_MAX,
};

struct flight {
	struct smp_upload upload;
	uint64_t device; /* bytes that it has */
	uint64_t now_us;
};

/* Ask for a request; returns its chunk's name, NO_CHUNK when nothing may be sent now. */
static unsigned ask(struct flight *flight)
{
	uint8_t storage[BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;
	unsigned chunk = NO_CHUNK;

	if (!smp_upload_next_request(&flight->upload, &body, &request, &chunk))
		return NO_CHUNK;
	return chunk;
}

static void tell(struct flight *flight, unsigned chunk, uint64_t offset)
{
	uint8_t storage[32];
	struct buf body = BUF_OVER(storage);
	struct smp_reply reply = { .header = { .group = SMP_GROUP_IMAGE } };

	body_put_map(&body, 1);
	body_put_text(&body, "off");
	body_put_uint(&body, offset);
	reply.body = buf_span(&body);
	flight->now_us += 1000;
	assert_int_equal(smp_upload_take_reply(
				 &flight->upload, chunk, &reply, 1000, flight->now_us, ERR_IGNORED),
		STATUS_OK);
}

/* The device carries the chunk out, and its reply arrives when `is_heard`. */
static void deliver(struct flight *flight, unsigned chunk, bool is_heard)
{
	if (flight->upload.chunks[chunk].offset == flight->device)
		flight->device = flight->upload.chunks[chunk].end;
	if (is_heard)
		tell(flight, chunk, flight->device);
}

/* Behind the first chunk, nothing in flight. */
static void start_with(struct flight *flight, bool has_fixed_window)
{
	struct smp_upload_config config = upload_walk_config();

	*flight = (struct flight){ .now_us = 1 };
	config.window = WINDOW;
	config.has_fixed_window = has_fixed_window;
	assert_int_equal(smp_upload_init(&flight->upload, &config, 1, ERR_IGNORED), STATUS_OK);
	deliver(flight, ask(flight), true);
	assert_int_equal(flight->upload.state, SMP_UPLOAD_DATA);
}

/* By itself the window is that large only after a while. */
static void start(struct flight *flight)
{
	start_with(flight, true);
}

static void the_first_chunk_is_sent_alone(void **state)
{
	struct smp_upload_config config = upload_walk_config();
	struct flight flight = { .now_us = 1 };

	(void)state;
	config.window = WINDOW;
	assert_int_equal(smp_upload_init(&flight.upload, &config, 1, ERR_IGNORED), STATUS_OK);
	assert_int_not_equal(ask(&flight), NO_CHUNK);
	assert_int_equal(ask(&flight), NO_CHUNK);
}

static void the_window_is_filled_and_not_more(void **state)
{
	static const uint64_t offsets[WINDOW] = { FIRST_END, SECOND_END, THIRD_END };
	struct flight flight;

	(void)state;
	start(&flight);
	for (unsigned i = 0; i < WINDOW; i++) {
		unsigned chunk = ask(&flight);

		assert_int_not_equal(chunk, NO_CHUNK);
		assert_int_equal(flight.upload.chunks[chunk].offset, offsets[i]);
	}
	assert_int_equal(ask(&flight), NO_CHUNK);
	assert_int_equal(flight.upload.most_in_flight, WINDOW);
}

static uint64_t len_of(const struct flight *flight, unsigned chunk)
{
	return flight->upload.chunks[chunk].end - flight->upload.chunks[chunk].offset;
}

/* It tells whether those before it were heard, and tells it soon. */
static void the_first_chunk_to_be_the_third_in_flight_is_short(void **state)
{
	struct flight flight;
	unsigned first, second, third;

	(void)state;
	start_with(&flight, false);
	first = ask(&flight);
	second = ask(&flight);
	assert_int_equal(len_of(&flight, second), UPLOAD_WALK_NEXT_SIZE);
	assert_int_equal(ask(&flight), NO_CHUNK);
	deliver(&flight, first, true);
	third = ask(&flight);
	assert_int_equal(len_of(&flight, third), UPLOAD_WALK_NEXT_SIZE);
	third = ask(&flight);
	assert_in_range(len_of(&flight, third), 1, SMP_UPLOAD_TWO_LINES);
	assert_int_equal(ask(&flight), NO_CHUNK);
	deliver(&flight, second, true);
	assert_int_equal(len_of(&flight, ask(&flight)), UPLOAD_WALK_NEXT_SIZE);
}

static void a_lost_chunk_is_sent_again_with_nothing_behind_it(void **state)
{
	struct flight flight;
	unsigned second, third, again;

	(void)state;
	start(&flight);
	ask(&flight);
	second = ask(&flight);
	third = ask(&flight);
	deliver(&flight, second, true);
	/* The third one is still with the device, but does no work there. */
	again = ask(&flight);
	assert_int_equal(flight.upload.chunks[again].offset, FIRST_END);
	assert_int_equal(ask(&flight), NO_CHUNK);
	deliver(&flight, third, true);
	assert_int_equal(ask(&flight), NO_CHUNK);
	deliver(&flight, again, true);
	assert_int_not_equal(ask(&flight), NO_CHUNK);
	assert_int_not_equal(ask(&flight), NO_CHUNK);
}

/* All were lost: the first one is repeated, the others are not repeated at the same time. */
static void behind_a_repeated_chunk_silent_ones_are_sent_anew_in_their_turn(void **state)
{
	struct flight flight;
	unsigned first, second, third, again, abandoned;
	bool is_overtaken;

	(void)state;
	start(&flight);
	first = ask(&flight);
	second = ask(&flight);
	third = ask(&flight);
	smp_upload_take_retry(&flight.upload, first);
	smp_upload_take_retry(&flight.upload, second);
	smp_upload_take_retry(&flight.upload, third);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(smp_upload_next_abandoned(&flight.upload, &abandoned, &is_overtaken));
		assert_int_not_equal(abandoned, first);
		assert_false(is_overtaken);
	}
	assert_int_equal(ask(&flight), NO_CHUNK);
	deliver(&flight, first, true);
	again = ask(&flight);
	assert_int_equal(flight.upload.chunks[again].offset, SECOND_END);
	assert_int_equal(flight.upload.chunks[ask(&flight)].offset, THIRD_END);
}

/* So it was no page that kept the device from hearing it, and nothing is learned. */
static void a_chunk_that_is_lost_alone_changes_no_manner(void **state)
{
	struct flight flight;
	unsigned first, second;

	(void)state;
	start_with(&flight, false);
	first = ask(&flight);
	smp_upload_take_retry(&flight.upload, first);
	deliver(&flight, first, true);
	assert_int_equal(flight.upload.window.manner, SMP_WINDOW_SEVERAL);
	start_with(&flight, false);
	first = ask(&flight);
	second = ask(&flight);
	deliver(&flight, first, true);
	smp_upload_take_retry(&flight.upload, second);
	deliver(&flight, second, true);
	assert_int_equal(flight.upload.window.manner, SMP_WINDOW_PAGES);
}

/* A reply to what was in flight behind a chunk that was given up tells nothing new. */
static void what_was_behind_a_chunk_that_was_given_up_is_old_news(void **state)
{
	struct flight flight;
	unsigned first, second, third, abandoned, again;
	bool is_overtaken;

	(void)state;
	start(&flight);
	first = ask(&flight);
	second = ask(&flight);
	third = ask(&flight);
	smp_upload_take_retry(&flight.upload, first);
	smp_upload_take_retry(&flight.upload, second);
	assert_true(smp_upload_next_abandoned(&flight.upload, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, second);
	deliver(&flight, first, true);
	again = ask(&flight);
	assert_int_equal(flight.upload.chunks[again].offset, SECOND_END);
	deliver(&flight, third, true);
	/* It is on its way already. */
	assert_int_not_equal(flight.upload.next, SECOND_END);
	deliver(&flight, again, true);
	assert_int_equal(flight.upload.offset, THIRD_END);
}

static void a_lost_chunk_is_sent_again_once_though_two_replies_tell_of_it(void **state)
{
	struct flight flight;
	unsigned lost, second, third, again;

	(void)state;
	start(&flight);
	lost = ask(&flight);
	second = ask(&flight);
	third = ask(&flight);
	(void)lost;
	deliver(&flight, second, true);
	again = ask(&flight);
	assert_int_equal(flight.upload.chunks[again].offset, FIRST_END);
	/* Old news: it was sent before we went back. */
	deliver(&flight, third, true);
	assert_int_equal(ask(&flight), NO_CHUNK);
	assert_int_equal(flight.upload.stuck, 1);
	deliver(&flight, again, true);
	assert_int_equal(flight.upload.offset, SECOND_END);
	assert_int_equal(flight.upload.chunks[ask(&flight)].offset, SECOND_END);
	assert_int_equal(flight.upload.stuck, 0);
}

static void a_lost_reply_costs_nothing_when_the_next_one_comes(void **state)
{
	struct flight flight;
	unsigned first, second, abandoned;
	bool is_overtaken = false;

	(void)state;
	start(&flight);
	first = ask(&flight);
	second = ask(&flight);
	deliver(&flight, first, false);
	deliver(&flight, second, true);
	assert_int_equal(flight.upload.offset, THIRD_END);
	/* Replies come in order: that of the first one will not come any more. */
	assert_true(smp_upload_next_abandoned(&flight.upload, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, first);
	assert_true(is_overtaken);
	assert_false(smp_upload_next_abandoned(&flight.upload, &abandoned, &is_overtaken));
	assert_int_equal(flight.upload.chunks[ask(&flight)].offset, THIRD_END);
}

static void a_device_that_lost_the_upload_is_sent_a_first_chunk_alone(void **state)
{
	struct flight flight;
	unsigned first, second;

	(void)state;
	start(&flight);
	first = ask(&flight);
	second = ask(&flight);
	flight.device = 0;
	tell(&flight, first, 0);
	assert_int_equal(flight.upload.state, SMP_UPLOAD_START);
	/* Not while the other one is still with the device. */
	assert_int_equal(ask(&flight), NO_CHUNK);
	tell(&flight, second, 0);
	assert_int_equal(flight.upload.chunks[ask(&flight)].offset, 0);
	assert_int_equal(ask(&flight), NO_CHUNK);
}

static void a_repeated_chunk_does_not_make_the_others_silent(void **state)
{
	struct flight flight;
	unsigned first, second;

	(void)state;
	start(&flight);
	first = ask(&flight);
	second = ask(&flight);
	smp_upload_take_retry(&flight.upload, first);
	deliver(&flight, first, true);
	deliver(&flight, second, true);
	assert_int_equal(flight.upload.offset, THIRD_END);
	assert_int_equal(flight.upload.bytes_sent, THIRD_END);
}

/* The reply may be to its first try, and then says nothing of what was sent behind that. */
static void a_repeated_chunk_overtakes_only_what_was_sent_before_its_first_try(void **state)
{
	struct flight flight;
	unsigned first, second, abandoned;
	bool is_overtaken;

	(void)state;
	start(&flight);
	first = ask(&flight);
	second = ask(&flight);
	smp_upload_take_retry(&flight.upload, first);
	deliver(&flight, first, true);
	assert_false(smp_upload_next_abandoned(&flight.upload, &abandoned, &is_overtaken));
	assert_true(flight.upload.chunks[second].is_used);
	assert_false(flight.upload.chunks[second].is_stale);
}

static void a_repeated_chunk_that_is_overtaken_may_still_be_with_the_device(void **state)
{
	struct flight flight;
	unsigned first, second, abandoned;
	bool is_overtaken = true;

	(void)state;
	start(&flight);
	first = ask(&flight);
	second = ask(&flight);
	smp_upload_take_retry(&flight.upload, first);
	deliver(&flight, first, false);
	deliver(&flight, second, true);
	assert_true(smp_upload_next_abandoned(&flight.upload, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, first);
	assert_false(is_overtaken);
}

static void guessed_messages_become_shorter_when_the_first_long_one_meets_silence(void **state)
{
	/* Less header, map, offset and head of the data (protocol.md 5.2). */
	const uint64_t two_lines = 182 - 8 - 1 - 6 - 7, one_line = 89 - 8 - 1 - 6 - 7;
	struct smp_upload_config config = upload_walk_config();
	struct flight flight = { .now_us = 1 };
	unsigned chunk, abandoned;
	bool is_overtaken;

	(void)state;
	config.is_size_guessed = true;
	assert_int_equal(smp_upload_init(&flight.upload, &config, 1, ERR_IGNORED), STATUS_OK);
	chunk = ask(&flight);
	/* A first chunk of two lines arrives even at small devices. */
	assert_in_range(flight.upload.chunks[chunk].end, SMP_UPLOAD_FIRST_DATA_MIN, 182);
	deliver(&flight, chunk, true);
	chunk = ask(&flight);
	smp_upload_take_retry(&flight.upload, chunk);
	assert_true(smp_upload_next_abandoned(&flight.upload, &abandoned, &is_overtaken));
	chunk = ask(&flight);
	assert_in_range(flight.upload.chunks[chunk].end - flight.device, two_lines, two_lines);
	smp_upload_take_retry(&flight.upload, chunk);
	assert_true(smp_upload_next_abandoned(&flight.upload, &abandoned, &is_overtaken));
	chunk = ask(&flight);
	assert_in_range(flight.upload.chunks[chunk].end - flight.device, one_line, one_line);
}

/* Whatever is lost in either direction, all of it arrives, and little is sent twice. */
static void losses_end_well(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 300; seed++) {
		uint32_t random = seed * 2654435761u;
		struct flight flight;
		unsigned queue[SMP_UPLOAD_CHUNKS_MAX], count = 0, abandoned;
		bool is_overtaken;

		start_with(&flight, seed % 2 == 0);
		for (unsigned steps = 0; !smp_upload_has_ended(&flight.upload); steps++) {
			unsigned chunk;

			assert_true(steps < 1000);
			while (smp_upload_next_abandoned(
				&flight.upload, &abandoned, &is_overtaken)) {
				for (unsigned i = 0; i < count; i++)
					queue[i] = queue[i] == abandoned ? NO_CHUNK : queue[i];
			}
			while ((chunk = ask(&flight)) != NO_CHUNK)
				queue[count++] = chunk;
			assert_true(count > 0);
			chunk = queue[0];
			for (unsigned i = 1; i < count; i++)
				queue[i - 1] = queue[i];
			count--;
			if (chunk == NO_CHUNK)
				continue;
			random = random * 1664525u + 1013904223u;
			if (random >> 28 == 0) /* lost on its way: the session repeats it */
				smp_upload_take_retry(&flight.upload, chunk);
			if (random >> 28 == 1) /* carried out, but the reply is lost */
				deliver(&flight, chunk, false);
			if (flight.upload.chunks[chunk].is_used)
				deliver(&flight, chunk, true);
		}
		assert_int_equal(flight.upload.state, SMP_UPLOAD_DONE);
		assert_int_equal(flight.device, FILE_SIZE);
		assert_in_range(flight.upload.bytes_sent, FILE_SIZE, 2 * FILE_SIZE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_chunk_is_sent_alone),
		cmocka_unit_test(the_window_is_filled_and_not_more),
		cmocka_unit_test(the_first_chunk_to_be_the_third_in_flight_is_short),
		cmocka_unit_test(a_lost_chunk_is_sent_again_with_nothing_behind_it),
		cmocka_unit_test(behind_a_repeated_chunk_silent_ones_are_sent_anew_in_their_turn),
		cmocka_unit_test(a_chunk_that_is_lost_alone_changes_no_manner),
		cmocka_unit_test(what_was_behind_a_chunk_that_was_given_up_is_old_news),
		cmocka_unit_test(a_lost_chunk_is_sent_again_once_though_two_replies_tell_of_it),
		cmocka_unit_test(a_lost_reply_costs_nothing_when_the_next_one_comes),
		cmocka_unit_test(a_device_that_lost_the_upload_is_sent_a_first_chunk_alone),
		cmocka_unit_test(a_repeated_chunk_does_not_make_the_others_silent),
		cmocka_unit_test(
			a_repeated_chunk_overtakes_only_what_was_sent_before_its_first_try),
		cmocka_unit_test(a_repeated_chunk_that_is_overtaken_may_still_be_with_the_device),
		cmocka_unit_test(
			guessed_messages_become_shorter_when_the_first_long_one_meets_silence),
		cmocka_unit_test(losses_end_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
