/* SPDX-License-Identifier: Apache-2.0 */
/* Silence: deadlines, repetitions behind a lone line feed, expiry, late answers. */
#include "smp/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/far_end.h"

enum { TIMEOUT_MS = 2000, FEW_BYTES = 5 };

static const struct smp_session_config plain = { .first_sequence = 10, .timeout_ms = TIMEOUT_MS };

/* The try in flight runs out of time, the line feed goes out, the pause passes. */
static void let_try_pass(struct far_end *far, uint32_t ticket, unsigned try_number)
{
	far_end_wait(far);
	far_end_expect_of(far, SMP_EVENT_RETRY, ticket, try_number);
	far_end_take_line_feed(far);
	far_end_take_nothing(far);
	far->now_ms += SMP_SESSION_RETRY_PAUSE_MS;
}

static void a_requests_time_runs_from_its_last_byte(void **state)
{
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	far_end_write(&far, FEW_BYTES, &wire);
	far.now_ms += TIMEOUT_MS - 1;
	far_end_expect_nothing(&far);
	far_end_write(&far, SIZE_MAX, &wire);
	assert_true(smp_session_next_deadline_ms(far.session) == far.now_ms + TIMEOUT_MS);
	far.now_ms += TIMEOUT_MS - 1;
	far_end_expect_nothing(&far);
	far.now_ms += 1;
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	far_end_expect_nothing(&far);
	far_end_close(&far);
}

static void bytes_that_nobody_takes_have_a_deadline_from_the_last_one_taken(void **state)
{
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct smp_event event;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	far.now_ms += 5;
	far_end_write(&far, FEW_BYTES, &wire);
	assert_true(smp_session_next_deadline_ms(far.session) == far.now_ms + TIMEOUT_MS);
	far.now_ms += TIMEOUT_MS;
	/* No use in trying again where the first try could not be written. */
	assert_true(smp_session_next_event(far.session, far.now_ms, &event));
	assert_int_equal(event.kind, SMP_EVENT_EXPIRED);
	assert_int_equal(event.ticket, ticket);
	assert_true(event.is_blocked);
	/* What was left of the frame does not stand in the way of the next one. */
	far_end_submit(&far, "y");
	buf_clear(&wire);
	far_end_write(&far, SIZE_MAX, &wire);
	assert_int_equal(wire.data[0], 0x06);
	far_end_close(&far);
}

static void a_slow_line_is_given_its_time(void **state)
{
	struct smp_session_config config = plain;
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct far_end far;

	(void)state;
	config.bytes_per_second = 240; /* 2400 baud */
	far_end_open(&far, &config);
	far_end_submit(&far, "x");
	far_end_write(&far, SIZE_MAX, &wire);
	/* What was written, and a reply that fills a default buffer. */
	assert_true(smp_session_next_deadline_ms(far.session) ==
		    far.now_ms + TIMEOUT_MS + (wire.len + 600) * 1000 / 240);
	far_end_close(&far);
}

static void a_repetition_goes_behind_a_lone_line_feed_and_a_pause(void **state)
{
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	/* The first try comes without: in the same write a line feed would break it. */
	header = far_end_take_echo(&far, "x");
	assert_int_equal(header.sequence, 10);
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	/* At once, since nothing else calls for attention. */
	assert_true(smp_session_next_deadline_ms(far.session) <= far.now_ms);
	far_end_take_line_feed(&far);
	far_end_take_nothing(&far);
	smp_session_consume_tx(far.session, 0, far.now_ms + 1);
	assert_true(smp_session_next_deadline_ms(far.session) ==
		    far.now_ms + SMP_SESSION_RETRY_PAUSE_MS);
	far.now_ms += SMP_SESSION_RETRY_PAUSE_MS - 1;
	far_end_take_nothing(&far);
	far_end_expect_nothing(&far);
	far.now_ms += 1;
	header = far_end_take_echo(&far, "x");
	assert_int_equal(header.sequence, 11);
	assert_true(smp_session_next_deadline_ms(far.session) == far.now_ms + TIMEOUT_MS);
	far_end_close(&far);
}

static void the_pause_runs_from_when_the_line_feed_was_written(void **state)
{
	const uint8_t *data;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	far_end_take_header(&far);
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	assert_int_equal(smp_session_peek_tx(far.session, far.now_ms, &data), 1);
	/* The port has no room for a while. */
	assert_true(smp_session_next_deadline_ms(far.session) == SMP_NEVER);
	far.now_ms += 10 * SMP_SESSION_RETRY_PAUSE_MS;
	far_end_take_line_feed(&far);
	far_end_take_nothing(&far);
	far.now_ms += SMP_SESSION_RETRY_PAUSE_MS;
	far_end_take_echo(&far, "x");
	far_end_close(&far);
}

static void after_the_last_try_the_request_expires(void **state)
{
	struct smp_session_counters counters;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	far_end_take_header(&far);
	let_try_pass(&far, ticket, 1);
	far_end_take_header(&far);
	let_try_pass(&far, ticket, 2);
	assert_int_equal(far_end_take_header(&far).sequence, 12);
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, 3);
	far_end_expect_nothing(&far);
	far_end_take_nothing(&far);
	assert_int_equal(smp_session_open_requests(far.session), 0);
	assert_true(smp_session_next_deadline_ms(far.session) == SMP_NEVER);
	counters = far_end_counters(&far);
	assert_int_equal(counters.requests_sent, 3);
	assert_int_equal(counters.retries, 2);
	far_end_close(&far);
}

static void a_request_may_have_its_own_time_and_number_of_tries(void **state)
{
	struct smp_request request = { .op = SMP_OP_READ, .timeout_ms = 77, .tries = 1 };
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit_request(&far, &request);
	far_end_take_header(&far);
	far.now_ms += 76;
	far_end_expect_nothing(&far);
	far.now_ms += 1;
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, 1);
	far_end_close(&far);
}

static void there_are_never_more_tries_than_the_limit(void **state)
{
	struct smp_session_config config = { .tries = 1000 };
	struct smp_request request = { .op = SMP_OP_READ };
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	for (unsigned own = 0; own < 2; own++) {
		uint32_t ticket = far_end_submit_request(&far, &request);

		for (unsigned i = 1; i < SMP_SESSION_TRIES_MAX; i++) {
			far_end_take_header(&far);
			let_try_pass(&far, ticket, i);
		}
		far_end_take_header(&far);
		far_end_wait(&far);
		far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, SMP_SESSION_TRIES_MAX);
		request.tries = 1000;
	}
	far_end_close(&far);
}

/* Each of the most requests that can be open, refused once and then silent to the last try. */
static void the_numbers_suffice_for_all_tries_of_all_requests(void **state)
{
	struct smp_session_config config = {
		.window = SMP_SESSION_REQUESTS_MAX,
		.tries = SMP_SESSION_TRIES_MAX,
	};
	struct smp_header headers[SMP_SESSION_REQUESTS_MAX];
	bool is_used[256] = { false };
	unsigned taken = 0, expired = 0;
	struct far_end far;
	const uint8_t *data;

	(void)state;
	far_end_open(&far, &config);
	for (int i = 0; i < SMP_SESSION_REQUESTS_MAX; i++)
		far_end_submit(&far, "x");
	for (int i = 0; i < SMP_SESSION_REQUESTS_MAX; i++)
		headers[i] = far_end_take_header(&far);
	for (int i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		is_used[headers[i].sequence] = true;
		far_end_answer_rc(&far, &headers[i], 13);
		far_end_expect_nothing(&far);
	}
	while (expired < SMP_SESSION_REQUESTS_MAX) {
		size_t len = smp_session_peek_tx(far.session, far.now_ms, &data);

		if (len == 1) {
			far_end_take_line_feed(&far);
		} else if (len > 1) {
			uint8_t sequence = far_end_take_header(&far).sequence;

			assert_false(is_used[sequence]);
			is_used[sequence] = true;
			taken++;
		} else if (!smp_session_next_event(far.session, far.now_ms, &far.event)) {
			far_end_wait(&far);
		} else {
			expired += far.event.kind == SMP_EVENT_EXPIRED;
		}
	}
	assert_int_equal(taken, SMP_SESSION_REQUESTS_MAX * SMP_SESSION_TRIES_MAX);
	far_end_close(&far);
}

static void a_late_answer_completes_a_request_that_is_queued_again(void **state)
{
	struct smp_header first;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	first = far_end_take_header(&far);
	let_try_pass(&far, ticket, 1);
	far_end_answer(&far, &first, "x");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_take_nothing(&far);
	assert_true(smp_session_next_deadline_ms(far.session) == SMP_NEVER);
	far_end_close(&far);
}

static void a_late_answer_completes_a_request_during_its_next_try(void **state)
{
	struct smp_header first, second;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	first = far_end_take_header(&far);
	let_try_pass(&far, ticket, 1);
	second = far_end_take_header(&far);
	far_end_answer(&far, &first, "x");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_answer(&far, &second, "x");
	far_end_expect(&far, SMP_EVENT_STRAY);
	assert_int_equal(far.event.stray, SMP_STRAY_DUPLICATE);
	far_end_close(&far);
}

static void a_late_answer_leaves_a_half_written_repetition_whole(void **state)
{
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct far_end_packet packet;
	struct smp_header first;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	first = far_end_take_header(&far);
	let_try_pass(&far, ticket, 1);
	far_end_write(&far, FEW_BYTES, &wire);
	far_end_answer(&far, &first, "x");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_submit(&far, "next");
	far_end_write(&far, SIZE_MAX, &wire);
	far_end_decode(buf_span(&wire), &packet);
	assert_int_equal(packet.header.sequence, 11);
	assert_int_equal(far_end_take_echo(&far, "next").sequence, 12);
	far_end_answer(&far, &packet.header, "x");
	far_end_expect(&far, SMP_EVENT_STRAY);
	assert_int_equal(far.event.stray, SMP_STRAY_DUPLICATE);
	far_end_close(&far);
}

static void an_answer_that_has_arrived_counts_before_its_deadline(void **state)
{
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_answer(&far, &header, "x");
	far.now_ms += 10 * TIMEOUT_MS;
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_expect_nothing(&far);
	far_end_close(&far);
}

static void a_repetition_keeps_its_place_before_later_requests(void **state)
{
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "first");
	far_end_submit(&far, "second");
	far_end_take_echo(&far, "first");
	let_try_pass(&far, ticket, 1);
	far_end_take_echo(&far, "first");
	far_end_take_nothing(&far);
	far_end_close(&far);
}

static void requests_in_flight_have_deadlines_of_their_own(void **state)
{
	struct smp_session_config config = { .window = 2, .tries = 1, .timeout_ms = TIMEOUT_MS };
	struct far_end far;
	uint32_t first, second;

	(void)state;
	far_end_open(&far, &config);
	first = far_end_submit(&far, "first");
	far_end_take_header(&far);
	far.now_ms += 500;
	second = far_end_submit(&far, "second");
	far_end_take_header(&far);
	far_end_wait(&far);
	assert_int_equal(far.now_ms, 1000 + TIMEOUT_MS);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, first, 1);
	far_end_expect_nothing(&far);
	far_end_wait(&far);
	assert_int_equal(far.now_ms, 1500 + TIMEOUT_MS);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, second, 1);
	far_end_close(&far);
}

static void a_repetition_may_be_cancelled_before_and_behind_its_line_feed(void **state)
{
	const uint8_t *data;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	for (int behind = 0; behind < 3; behind++) {
		far_end_open(&far, &plain);
		ticket = far_end_submit(&far, "unwanted");
		far_end_take_header(&far);
		far_end_wait(&far);
		far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
		if (behind == 1)
			assert_int_equal(smp_session_peek_tx(far.session, far.now_ms, &data), 1);
		if (behind == 2)
			far_end_take_line_feed(&far);
		smp_session_cancel(far.session, ticket);
		if (behind == 1)
			far_end_take_line_feed(&far);
		far_end_take_nothing(&far);
		assert_true(smp_session_next_deadline_ms(far.session) == SMP_NEVER);
		far_end_submit(&far, "wanted");
		if (behind > 0)
			far_end_wait(&far);
		far_end_take_echo(&far, "wanted");
		far_end_close(&far);
	}
}

static void a_prompt_without_a_line_feed_is_told_when_a_try_fails(void **state)
{
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	far_end_take_header(&far);
	far_end_feed_text(&far, "board login: ");
	far_end_expect_nothing(&far);
	far_end_wait(&far);
	far_end_expect(&far, SMP_EVENT_TEXT);
	assert_true(span_equal(far.event.text, span_from_text("board login: ")));
	assert_false(far.event.text_ends_line);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	far_end_expect_nothing(&far);
	assert_int_equal(far_end_counters(&far).text_bytes, strlen("board login: "));
	far_end_close(&far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_requests_time_runs_from_its_last_byte),
		cmocka_unit_test(bytes_that_nobody_takes_have_a_deadline_from_the_last_one_taken),
		cmocka_unit_test(a_slow_line_is_given_its_time),
		cmocka_unit_test(a_repetition_goes_behind_a_lone_line_feed_and_a_pause),
		cmocka_unit_test(the_pause_runs_from_when_the_line_feed_was_written),
		cmocka_unit_test(after_the_last_try_the_request_expires),
		cmocka_unit_test(a_request_may_have_its_own_time_and_number_of_tries),
		cmocka_unit_test(there_are_never_more_tries_than_the_limit),
		cmocka_unit_test(the_numbers_suffice_for_all_tries_of_all_requests),
		cmocka_unit_test(a_late_answer_completes_a_request_that_is_queued_again),
		cmocka_unit_test(a_late_answer_completes_a_request_during_its_next_try),
		cmocka_unit_test(a_late_answer_leaves_a_half_written_repetition_whole),
		cmocka_unit_test(an_answer_that_has_arrived_counts_before_its_deadline),
		cmocka_unit_test(a_repetition_keeps_its_place_before_later_requests),
		cmocka_unit_test(requests_in_flight_have_deadlines_of_their_own),
		cmocka_unit_test(a_repetition_may_be_cancelled_before_and_behind_its_line_feed),
		cmocka_unit_test(a_prompt_without_a_line_feed_is_told_when_a_try_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
