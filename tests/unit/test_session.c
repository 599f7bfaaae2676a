/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sending: order, window, sequence numbers, limits and cancelling. The time is fake, the wire is
 * moved by hand. Repetitions are in test_session_retry.c, replies in test_session_reply.c.
 */
#include "smp/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/far_end.h"

enum { FEW_BYTES = 5, SEQUENCES = 256 };

static void a_new_session_has_nothing_to_do(void **state)
{
	struct smp_session_config config = { 0 };
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	far_end_take_nothing(&far);
	far_end_expect_nothing(&far);
	assert_int_equal(smp_session_open_requests(far.session), 0);
	assert_int_equal(smp_session_message_max(far.session), SMP_MESSAGE_MAX_DEFAULT);
	assert_true(smp_session_next_deadline_ms(far.session) == SMP_NEVER);
	far_end_close(&far);
	smp_session_free(NULL);
}

static void a_line_length_that_cannot_be_is_refused(void **state)
{
	const size_t lengths[] = { 1, SMP_LINE_LENGTH_MIN - 1, SMP_LINE_LENGTH_MAX + 1 };
	struct smp_session *session;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct smp_session_config config = { .line_length = lengths[i] };

		assert_int_equal(smp_session_create(&config, &session, &err), STATUS_USAGE);
	}
}

static void lines_are_cut_at_the_length_asked_for(void **state)
{
	const size_t lengths[] = { SMP_LINE_LENGTH_MIN, 0, 64, SMP_LINE_LENGTH_MAX };
	uint8_t storage[FAR_END_WIRE_MAX];
	char text[301];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct smp_session_config config = { .line_length = lengths[i] };
		size_t limit = lengths[i] != 0 ? lengths[i] : SMP_LINE_LENGTH;
		struct buf wire = BUF_OVER(storage);
		struct far_end_packet packet;
		struct far_end far;
		const char *feed;

		far_end_open(&far, &config);
		far_end_submit(&far, text);
		far_end_write(&far, SIZE_MAX, &wire);
		feed = strchr(buf_text(&wire), '\n');
		assert_non_null(feed);
		assert_in_range(
			feed - (const char *)storage + 1, limit < 400 ? limit - 3 : 400, limit);
		far_end_decode(buf_span(&wire), &packet);
		far_end_close(&far);
	}
}

static void a_request_becomes_a_packet_with_its_header(void **state)
{
	struct smp_session_config config = { .first_sequence = 77 };
	struct smp_request request = { .op = SMP_OP_READ, .group = 0x1234, .command = 9 };
	struct far_end_packet packet;
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	far_end_submit_request(&far, &request);
	far_end_take_frame(&far, &packet);
	assert_int_equal(packet.len, SMP_HEADER_SIZE + 1);
	/* "No arguments" is an empty map, never an empty payload. */
	assert_memory_equal(packet.bytes, "\x08\x00\x00\x01\x12\x34\x4d\x09\xa0", packet.len);
	far_end_close(&far);
}

static void the_body_is_copied(void **state)
{
	struct smp_session_config config = { 0 };
	char body[] = "\xa1\x61\x64\x63yes";
	struct smp_request request = {
		.op = SMP_OP_WRITE,
		.group = SMP_GROUP_OS,
		.command = SMP_OS_ECHO,
		.body = span_make(body, sizeof(body) - 1),
	};
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	far_end_submit_request(&far, &request);
	memset(body, 0, sizeof(body));
	far_end_take_echo(&far, "yes");
	far_end_close(&far);
}

static void requests_go_out_in_the_order_of_submission(void **state)
{
	struct smp_session_config config = { 0 };
	struct smp_header header;
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	far_end_submit(&far, "first");
	far_end_submit(&far, "second");
	far_end_submit(&far, "third");
	header = far_end_take_echo(&far, "first");
	far_end_answer(&far, &header, "first");
	far_end_expect(&far, SMP_EVENT_REPLY);
	/* It comes to lie where the first was, before the others. */
	far_end_submit(&far, "fourth");
	header = far_end_take_echo(&far, "second");
	far_end_answer(&far, &header, "second");
	far_end_expect(&far, SMP_EVENT_REPLY);
	header = far_end_take_echo(&far, "third");
	far_end_answer(&far, &header, "third");
	far_end_expect(&far, SMP_EVENT_REPLY);
	far_end_take_echo(&far, "fourth");
	far_end_close(&far);
}

static void never_more_are_in_flight_than_the_window(void **state)
{
	struct smp_session_config config = { .window = 3 };
	struct smp_header headers[4];
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	for (int i = 0; i < 8; i++)
		far_end_submit(&far, "x");
	for (int i = 0; i < 3; i++)
		headers[i] = far_end_take_header(&far);
	far_end_take_nothing(&far);
	far_end_answer(&far, &headers[1], "x");
	far_end_expect(&far, SMP_EVENT_REPLY);
	headers[3] = far_end_take_header(&far);
	far_end_take_nothing(&far);

	smp_session_set_window(far.session, 1);
	for (int i = 0; i < 3; i++) {
		far_end_take_nothing(&far);
		far_end_answer(&far, &headers[i == 0 ? 0 : i + 1], "x");
		far_end_expect(&far, SMP_EVENT_REPLY);
	}
	/* Asking for none means one. */
	smp_session_set_window(far.session, 0);
	far_end_take_header(&far);
	far_end_take_nothing(&far);
	smp_session_set_window(far.session, 2);
	far_end_take_header(&far);
	far_end_take_nothing(&far);
	assert_int_equal(smp_session_open_requests(far.session), 4);
	far_end_close(&far);
}

static void a_frame_may_be_written_byte_by_byte(void **state)
{
	struct smp_session_config config = { .window = 2 };
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct far_end_packet packet;
	const uint8_t *data;
	struct far_end far;
	size_t len;

	(void)state;
	far_end_open(&far, &config);
	far_end_submit(&far, "one");
	far_end_submit(&far, "two");
	len = smp_session_peek_tx(far.session, far.now_ms, &data);
	assert_int_equal(len, smp_frame_wire_size(SMP_HEADER_SIZE + 7, SMP_LINE_LENGTH));
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(smp_session_peek_tx(far.session, far.now_ms, &data), len - i);
		far_end_write(&far, 1, &wire);
	}
	far_end_decode(buf_span(&wire), &packet);
	far_end_take_echo(&far, "two");
	far_end_close(&far);
}

static void a_request_longer_than_the_device_takes_is_refused(void **state)
{
	struct smp_session_config config = { .message_max = 100 };
	uint8_t body[101 - SMP_HEADER_SIZE] = { 0xa0 };
	struct smp_request request = { .op = SMP_OP_WRITE, .body = span_make(body, sizeof(body)) };
	struct far_end_packet packet;
	uint32_t ticket;
	struct far_end far;
	struct err err;

	(void)state;
	far_end_open(&far, &config);
	assert_int_equal(smp_session_submit(far.session, &request, &ticket, &err), STATUS_USAGE);
	assert_int_equal(smp_session_open_requests(far.session), 0);
	request.body.len--;
	far_end_submit_request(&far, &request);
	far_end_take_frame(&far, &packet);
	assert_int_equal(packet.len, 100);

	smp_session_set_message_max(far.session, 99);
	assert_int_equal(smp_session_message_max(far.session), 99);
	assert_int_equal(smp_session_submit(far.session, &request, &ticket, &err), STATUS_USAGE);
	smp_session_set_message_max(far.session, SIZE_MAX);
	assert_int_equal(smp_session_message_max(far.session), SMP_PACKET_MAX);
	far_end_submit_request(&far, &request);
	far_end_close(&far);
}

static void more_open_requests_than_there_is_room_for_are_refused(void **state)
{
	struct smp_session_config config = { 0 };
	struct smp_request request = { .op = SMP_OP_READ };
	struct smp_header header;
	uint32_t ticket = 0;
	struct far_end far;
	struct err err;

	(void)state;
	far_end_open(&far, &config);
	for (int i = 0; i < SMP_SESSION_REQUESTS_MAX; i++)
		far_end_submit_request(&far, &request);
	assert_int_equal(smp_session_open_requests(far.session), SMP_SESSION_REQUESTS_MAX);
	assert_int_equal(smp_session_submit(far.session, &request, &ticket, &err), STATUS_INTERNAL);
	assert_int_equal(ticket, 0);
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, 0);
	far_end_expect(&far, SMP_EVENT_REPLY);
	far_end_submit_request(&far, &request);
	far_end_close(&far);
}

static void sequence_numbers_advance_and_wrap_around(void **state)
{
	struct smp_session_config config = { .first_sequence = 250 };
	struct smp_header header;
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	for (unsigned i = 0; i < 2 * SEQUENCES; i++) {
		far_end_submit(&far, "x");
		header = far_end_take_header(&far);
		assert_int_equal(header.sequence, (250 + i) % SEQUENCES);
		far_end_answer(&far, &header, "x");
		far_end_expect(&far, SMP_EVENT_REPLY);
	}
	far_end_close(&far);
}

static void a_number_still_in_use_is_skipped(void **state)
{
	struct smp_session_config config = { .first_sequence = 5, .window = 3 };
	struct smp_header slow[2], header;
	uint8_t wanted = 7;
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	far_end_submit(&far, "slow");
	far_end_submit(&far, "slow too");
	slow[0] = far_end_take_header(&far);
	slow[1] = far_end_take_header(&far);
	for (int i = 0; i < 2 * SEQUENCES; i++) {
		far_end_submit(&far, "x");
		header = far_end_take_header(&far);
		if (wanted == slow[0].sequence)
			wanted = (uint8_t)(wanted + 2);
		assert_int_equal(header.sequence, wanted++);
		far_end_answer(&far, &header, "x");
		far_end_expect(&far, SMP_EVENT_REPLY);
	}
	far_end_answer(&far, &slow[1], "slow too");
	far_end_expect(&far, SMP_EVENT_REPLY);
	assert_int_equal(far.event.reply.header.sequence, slow[1].sequence);
	far_end_close(&far);
}

static void a_queued_request_that_is_cancelled_is_never_sent(void **state)
{
	struct smp_session_config config = { 0 };
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "unwanted");
	far_end_submit(&far, "wanted");
	smp_session_cancel(far.session, ticket);
	smp_session_cancel(far.session, ticket);
	smp_session_cancel(far.session, ticket + 100);
	assert_int_equal(smp_session_open_requests(far.session), 1);
	far_end_take_echo(&far, "wanted");
	far_end_close(&far);
}

static void expect_late(struct far_end *far)
{
	far_end_expect(far, SMP_EVENT_STRAY);
	assert_int_equal(far->event.stray, SMP_STRAY_LATE);
}

static void a_request_cancelled_while_half_written_is_finished_on_the_wire(void **state)
{
	struct smp_session_config config = { 0 };
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct far_end_packet packet;
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "unwanted");
	far_end_write(&far, FEW_BYTES, &wire);
	smp_session_cancel(far.session, ticket);
	assert_int_equal(smp_session_open_requests(far.session), 0);
	ticket = far_end_submit(&far, "wanted");
	far_end_write(&far, SIZE_MAX, &wire);
	far_end_decode(buf_span(&wire), &packet);
	far_end_answer(&far, &packet.header, "unwanted");
	expect_late(&far);
	header = far_end_take_echo(&far, "wanted");
	far_end_answer(&far, &header, "wanted");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_close(&far);
}

/* The device has it all the same, and a buffer less. */
static void a_cancelled_request_keeps_its_place_until_it_is_answered(void **state)
{
	struct smp_session_config config = { 0 };
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "unwanted");
	far_end_submit(&far, "wanted");
	header = far_end_take_echo(&far, "unwanted");
	smp_session_cancel(far.session, ticket);
	far_end_take_nothing(&far);
	far_end_answer(&far, &header, "unwanted");
	expect_late(&far);
	far_end_expect_nothing(&far);
	far_end_take_echo(&far, "wanted");
	far_end_close(&far);
}

static void or_until_its_time_is_over(void **state)
{
	struct smp_session_config config = { .tries = 3 };
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "unwanted");
	far_end_submit(&far, "wanted");
	far_end_take_echo(&far, "unwanted");
	smp_session_cancel(far.session, ticket);
	far.now_ms = smp_session_next_deadline_ms(far.session);
	/* Without a word, and without another try. */
	far_end_expect_nothing(&far);
	far_end_take_echo(&far, "wanted");
	far_end_close(&far);
}

/* A later one was answered, so it cannot be with the device; one that is cancelled may be. */
static void what_is_forgotten_frees_its_place_at_once(void **state)
{
	struct smp_session_config config = { .window = 2 };
	uint32_t lost, cancelled;
	struct smp_header header;
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	lost = far_end_submit(&far, "a");
	far_end_submit(&far, "b");
	cancelled = far_end_submit(&far, "c");
	far_end_submit(&far, "d");
	far_end_submit(&far, "e");
	far_end_take_echo(&far, "a");
	header = far_end_take_echo(&far, "b");
	far_end_answer(&far, &header, "b");
	far_end_expect(&far, SMP_EVENT_REPLY);
	far_end_take_echo(&far, "c");
	far_end_take_nothing(&far);
	smp_session_forget(far.session, lost);
	far_end_take_echo(&far, "d");
	smp_session_cancel(far.session, cancelled);
	far_end_take_nothing(&far);
	far_end_close(&far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_session_has_nothing_to_do),
		cmocka_unit_test(a_line_length_that_cannot_be_is_refused),
		cmocka_unit_test(lines_are_cut_at_the_length_asked_for),
		cmocka_unit_test(a_request_becomes_a_packet_with_its_header),
		cmocka_unit_test(the_body_is_copied),
		cmocka_unit_test(requests_go_out_in_the_order_of_submission),
		cmocka_unit_test(never_more_are_in_flight_than_the_window),
		cmocka_unit_test(a_frame_may_be_written_byte_by_byte),
		cmocka_unit_test(a_request_longer_than_the_device_takes_is_refused),
		cmocka_unit_test(more_open_requests_than_there_is_room_for_are_refused),
		cmocka_unit_test(sequence_numbers_advance_and_wrap_around),
		cmocka_unit_test(a_number_still_in_use_is_skipped),
		cmocka_unit_test(a_queued_request_that_is_cancelled_is_never_sent),
		cmocka_unit_test(a_request_cancelled_while_half_written_is_finished_on_the_wire),
		cmocka_unit_test(a_cancelled_request_keeps_its_place_until_it_is_answered),
		cmocka_unit_test(or_until_its_time_is_over),
		cmocka_unit_test(what_is_forgotten_frees_its_place_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
