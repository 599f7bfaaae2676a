/* SPDX-License-Identifier: Apache-2.0 */
/* A session in raw framing: what silence means there, and changing from one framing to the other. */
#include "smp/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/far_end.h"

enum { TIMEOUT_MS = 2000, LINE_RATE = 1000 };

static const struct smp_session_config raw = {
	.framing = SMP_FRAMING_RAW,
	.first_sequence = 40,
	.timeout_ms = TIMEOUT_MS,
	.window = 3,
};

static void requests_go_out_bare_and_are_answered(void **state)
{
	struct smp_header first, second;
	uint32_t tickets[2];
	struct far_end far;

	(void)state;
	far_end_open(&far, &raw);
	tickets[0] = far_end_submit(&far, "x");
	tickets[1] = far_end_submit(&far, "y");
	first = far_end_take_echo(&far, "x");
	second = far_end_take_echo(&far, "y");
	far_end_answer(&far, &first, "x");
	far_end_feed_text(&far, "[00:01] tick\r\n");
	far_end_answer(&far, &second, "y");
	far_end_expect_of(&far, SMP_EVENT_REPLY, tickets[0], 1);
	far_end_expect(&far, SMP_EVENT_TEXT);
	assert_true(far.event.text_ends_line);
	far_end_expect_of(&far, SMP_EVENT_REPLY, tickets[1], 1);
	far_end_close(&far);
}

static void a_repetition_comes_when_the_server_has_forgotten(void **state)
{
	struct far_end far;
	uint64_t sent_ms;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &raw);
	ticket = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	sent_ms = far.now_ms;
	far_end_wait(&far);
	assert_true(far.now_ms == sent_ms + TIMEOUT_MS);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	/* No line feed, and nothing else. */
	far_end_take_nothing(&far);
	assert_true(smp_session_next_deadline_ms(far.session) == sent_ms + SMP_RAW_REST_MS);
	far.now_ms = sent_ms + SMP_RAW_REST_MS - 1;
	far_end_take_nothing(&far);
	far.now_ms += 1;
	assert_int_equal(far_end_take_echo(&far, "x").sequence, 41);
	far_end_close(&far);
}

static void a_long_timeout_is_rest_enough(void **state)
{
	struct smp_session_config config = raw;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	config.timeout_ms = SMP_RAW_REST_MS + 1;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	far_end_take_echo(&far, "x");
	far_end_close(&far);
}

static void the_rest_begins_when_the_line_has_carried_the_last_byte(void **state)
{
	struct smp_session_config config = raw;
	struct far_end_packet packet;
	struct far_end far;
	uint64_t carried_ms;

	(void)state;
	config.bytes_per_second = LINE_RATE;
	config.timeout_ms = 1;
	far_end_open(&far, &config);
	far_end_submit(&far, "0123456789");
	far_end_submit(&far, "0123456789");
	far_end_take_frame(&far, &packet);
	far_end_take_frame(&far, &packet);
	carried_ms = far.now_ms + 2 * packet.len * 1000 / LINE_RATE;
	assert_true(smp_session_quiet_since_ms(far.session) == carried_ms);
	far.now_ms = carried_ms + SMP_RAW_REST_MS - 1;
	far_end_expect(&far, SMP_EVENT_RETRY);
	far_end_expect(&far, SMP_EVENT_RETRY);
	far_end_take_nothing(&far);
	far.now_ms += 1;
	far_end_take_frame(&far, &packet);
	far_end_close(&far);
}

/* Also what was not asked before: it would be taken for the rest of the half packet. */
static void nothing_else_is_sent_meanwhile(void **state)
{
	struct far_end far;
	uint64_t sent_ms;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &raw);
	ticket = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	sent_ms = far.now_ms;
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	smp_session_cancel(far.session, ticket);
	far_end_submit(&far, "y");
	far_end_take_nothing(&far);
	far.now_ms = sent_ms + SMP_RAW_REST_MS;
	far_end_take_echo(&far, "y");
	far_end_close(&far);
}

static void an_answer_to_what_was_sent_last_ends_the_rest(void **state)
{
	struct smp_header second;
	uint32_t tickets[2];
	struct far_end far;

	(void)state;
	far_end_open(&far, &raw);
	tickets[0] = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	far.now_ms += TIMEOUT_MS - 1;
	tickets[1] = far_end_submit(&far, "y");
	second = far_end_take_echo(&far, "y");
	far.now_ms += 1;
	far_end_expect_of(&far, SMP_EVENT_RETRY, tickets[0], 1);
	far_end_take_nothing(&far);
	far_end_answer(&far, &second, "y");
	far_end_expect_of(&far, SMP_EVENT_REPLY, tickets[1], 1);
	/* It has seen the end of a packet: nothing of ours is half received. */
	far_end_take_echo(&far, "x");
	far_end_close(&far);
}

static void an_answer_to_something_earlier_does_not(void **state)
{
	struct smp_header first;
	uint32_t tickets[2];
	struct far_end far;

	(void)state;
	far_end_open(&far, &raw);
	tickets[0] = far_end_submit(&far, "x");
	tickets[1] = far_end_submit(&far, "y");
	first = far_end_take_echo(&far, "x");
	far_end_take_echo(&far, "y");
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, tickets[0], 1);
	far_end_expect_of(&far, SMP_EVENT_RETRY, tickets[1], 1);
	far_end_answer(&far, &first, "x");
	far_end_expect_of(&far, SMP_EVENT_REPLY, tickets[0], 1);
	far_end_take_nothing(&far);
	far_end_wait(&far);
	far_end_take_echo(&far, "y");
	far_end_close(&far);
}

/* What is given up at the same time shall not cost the other one its rest. */
static void a_request_that_is_given_up_ends_no_rest(void **state)
{
	struct smp_request last = { .group = SMP_GROUP_OS, .tries = 1 };
	uint32_t tickets[2];
	struct far_end_packet packet;
	struct far_end far;
	uint64_t sent_ms;

	(void)state;
	far_end_open(&far, &raw);
	tickets[0] = far_end_submit(&far, "x");
	assert_int_equal(
		smp_session_submit(far.session, &last, &tickets[1], ERR_IGNORED), STATUS_OK);
	far_end_take_echo(&far, "x");
	far_end_take_frame(&far, &packet);
	sent_ms = far.now_ms;
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, tickets[0], 1);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, tickets[1], 1);
	far_end_take_nothing(&far);
	far.now_ms = sent_ms + SMP_RAW_REST_MS;
	far_end_take_echo(&far, "x");
	far_end_close(&far);
}

/* Whoever asks again after a failure has waited already, or looks for somebody who is not there. */
static void behind_a_request_that_was_given_up_there_is_no_rest(void **state)
{
	struct smp_session_config config = raw;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	config.tries = 1;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, 1);
	far_end_submit(&far, "y");
	far_end_take_echo(&far, "y");
	far_end_close(&far);
}

/* Half a packet is with the server, for certain. */
static void behind_a_packet_that_was_not_taken_whole_there_is_a_rest(void **state)
{
	struct far_end far;
	const uint8_t *data;
	uint64_t sent_ms;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &raw);
	ticket = far_end_submit(&far, "x");
	assert_true(smp_session_peek_tx(far.session, far.now_ms, &data) > 5);
	smp_session_consume_tx(far.session, 5, far.now_ms);
	sent_ms = far.now_ms;
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, 1);
	assert_true(far.event.is_blocked);
	far_end_submit(&far, "y");
	far_end_take_nothing(&far);
	far.now_ms = sent_ms + SMP_RAW_REST_MS;
	far_end_take_echo(&far, "y");
	far_end_close(&far);
}

/* A spurious repetition would cost a rest, and an early one gains nothing. */
static void first_tries_are_not_hasty(void **state)
{
	struct smp_request request = { .first_timeout_ms = 100 };
	struct far_end far;
	uint64_t sent_ms;

	(void)state;
	far_end_open(&far, &raw);
	far_end_submit_request(&far, &request);
	far_end_take_header(&far);
	sent_ms = far.now_ms;
	far_end_wait(&far);
	assert_true(far.now_ms == sent_ms + TIMEOUT_MS);
	far_end_close(&far);
}

/* "ab" of an answer is lost: the rest is no packet, and the repetition is answered. */
static void a_damaged_answer_is_dropped_and_asked_for_again(void **state)
{
	static const uint8_t damaged[] = { 0x0b, 0, 0, 6, 0, 0, 40, 0, 0xa1, 0x61, 'r' };
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &raw);
	ticket = far_end_submit(&far, "ab");
	far_end_take_echo(&far, "ab");
	far_end_feed(&far, span_make(damaged, sizeof(damaged)));
	far_end_expect_nothing(&far);
	far_end_wait(&far);
	far_end_expect(&far, SMP_EVENT_DROPPED);
	assert_int_equal(far.event.drop, SMP_DROP_CUT);
	far_end_expect(&far, SMP_EVENT_TEXT);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	far_end_wait(&far);
	header = far_end_take_echo(&far, "ab");
	far_end_answer(&far, &header, "ab");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 2);
	far_end_close(&far);
}

/* A header made by noise has swallowed the answer, until the line is silent. */
static void an_answer_behind_half_a_packet_is_found(void **state)
{
	static const uint8_t noise[] = { 0x0b, 0, 1, 2, 3, 4, 99, 5 };
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &raw);
	ticket = far_end_submit(&far, "x");
	header = far_end_take_echo(&far, "x");
	far_end_feed(&far, span_make(noise, sizeof(noise)));
	far_end_answer(&far, &header, "x");
	far_end_expect_nothing(&far);
	far_end_wait(&far);
	far_end_expect(&far, SMP_EVENT_DROPPED);
	far_end_expect(&far, SMP_EVENT_TEXT);
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_close(&far);
}

static void an_answer_that_is_still_coming_is_not_given_up(void **state)
{
	static const uint8_t front[] = { 0x0b, 0, 0, 4, 0, 0, 40, 0, 0xa1 },
			     back[] = { 0x61, 'r', 0x60 };
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &raw);
	ticket = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	far.now_ms += TIMEOUT_MS - 1;
	far_end_feed(&far, span_make(front, sizeof(front)));
	far_end_expect_nothing(&far);
	far.now_ms += 1;
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	far_end_feed(&far, span_make(back, sizeof(back)));
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_close(&far);
}

static void the_framing_can_be_changed_at_once_before_anything_was_sent(void **state)
{
	struct far_end far;

	(void)state;
	far_end_open(&far, &raw);
	assert_int_equal(smp_session_framing(far.session), SMP_FRAMING_RAW);
	smp_session_set_framing(far.session, SMP_FRAMING_CONSOLE);
	far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	far_end_close(&far);
}

static void what_came_before_the_change_is_not_looked_at(void **state)
{
	struct smp_session_config config = { .timeout_ms = TIMEOUT_MS };
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	far_end_feed_text(&far, "half a li");
	smp_session_set_framing(far.session, SMP_FRAMING_RAW);
	far_end_feed_text(&far, "a line\n");
	far_end_expect(&far, SMP_EVENT_TEXT);
	assert_true(span_equal(far.event.text, span_from_text("a line")));
	far_end_close(&far);
}

static void from_console_to_raw_there_is_a_rest(void **state)
{
	struct smp_session_config config = { .timeout_ms = TIMEOUT_MS, .tries = 1 };
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;
	uint64_t sent_ms;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	sent_ms = far.now_ms;
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, 1);
	smp_session_set_framing(far.session, SMP_FRAMING_RAW);
	ticket = far_end_submit(&far, "y");
	far_end_take_nothing(&far);
	far_end_wait(&far);
	assert_true(far.now_ms == sent_ms + SMP_RAW_REST_MS);
	header = far_end_take_echo(&far, "y");
	far_end_answer(&far, &header, "y");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_close(&far);
}

static void a_repetition_wished_for_in_lines_goes_out_bare(void **state)
{
	struct smp_session_config config = { .timeout_ms = TIMEOUT_MS };
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	smp_session_set_framing(far.session, SMP_FRAMING_RAW);
	far_end_take_nothing(&far);
	far_end_wait(&far);
	far_end_take_echo(&far, "x");
	far_end_close(&far);
}

static void from_raw_to_console_a_line_feed_goes_first(void **state)
{
	struct smp_session_config config = raw;
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	config.tries = 1;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "x");
	far_end_take_echo(&far, "x");
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, 1);
	smp_session_set_framing(far.session, SMP_FRAMING_CONSOLE);
	ticket = far_end_submit(&far, "y");
	far_end_take_line_feed(&far);
	far_end_take_nothing(&far);
	far.now_ms += SMP_SESSION_RETRY_PAUSE_MS;
	header = far_end_take_echo(&far, "y");
	far_end_answer(&far, &header, "y");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_close(&far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_go_out_bare_and_are_answered),
		cmocka_unit_test(a_repetition_comes_when_the_server_has_forgotten),
		cmocka_unit_test(a_long_timeout_is_rest_enough),
		cmocka_unit_test(the_rest_begins_when_the_line_has_carried_the_last_byte),
		cmocka_unit_test(nothing_else_is_sent_meanwhile),
		cmocka_unit_test(an_answer_to_what_was_sent_last_ends_the_rest),
		cmocka_unit_test(an_answer_to_something_earlier_does_not),
		cmocka_unit_test(a_request_that_is_given_up_ends_no_rest),
		cmocka_unit_test(behind_a_request_that_was_given_up_there_is_no_rest),
		cmocka_unit_test(behind_a_packet_that_was_not_taken_whole_there_is_a_rest),
		cmocka_unit_test(first_tries_are_not_hasty),
		cmocka_unit_test(a_damaged_answer_is_dropped_and_asked_for_again),
		cmocka_unit_test(an_answer_behind_half_a_packet_is_found),
		cmocka_unit_test(an_answer_that_is_still_coming_is_not_given_up),
		cmocka_unit_test(the_framing_can_be_changed_at_once_before_anything_was_sent),
		cmocka_unit_test(what_came_before_the_change_is_not_looked_at),
		cmocka_unit_test(from_console_to_raw_there_is_a_rest),
		cmocka_unit_test(a_repetition_wished_for_in_lines_goes_out_bare),
		cmocka_unit_test(from_raw_to_console_a_line_feed_goes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
