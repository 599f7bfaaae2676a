/* SPDX-License-Identifier: Apache-2.0 */
/* Receiving: which reply belongs to whom, and what is no reply at all. */
#include "smp/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "tests/support/far_end.h"

enum { STORY_SIZE = 4096, CHUNK_SIZE = 1000, CHUNKS = 40 };

static const struct smp_session_config plain = { .first_sequence = 10 };

/* From glibc's sanitizers; absent in a build without them. */
int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *, size_t),
	void (*on_free)(const volatile void *)) __attribute__((weak));

static void expect_stray(struct far_end *far, enum smp_stray stray)
{
	far_end_expect(far, SMP_EVENT_STRAY);
	assert_int_equal(far->event.stray, stray);
	assert_int_equal(far->event.ticket, 0);
}

static void a_reply_names_its_request_and_carries_its_body(void **state)
{
	struct smp_header header;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_answer_rc(&far, &header, 5);
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	assert_true(span_equal(far.event.reply.body, span_from_text("\xa1\x62rc\x05")));
	assert_int_equal(far.event.reply.header.op, SMP_OP_WRITE_RESPONSE);
	assert_int_equal(far.event.reply.header.sequence, 10);
	assert_int_equal(smp_session_open_requests(far.session), 0);
	far_end_close(&far);
}

static void replies_may_come_in_any_order(void **state)
{
	struct smp_session_config config = { .window = 3 };
	const int order[] = { 2, 0, 1 };
	struct smp_header headers[3];
	uint32_t tickets[3];
	struct far_end far;

	(void)state;
	far_end_open(&far, &config);
	for (int i = 0; i < 3; i++)
		tickets[i] = far_end_submit(&far, "x");
	for (int i = 0; i < 3; i++)
		headers[i] = far_end_take_header(&far);
	for (int i = 0; i < 3; i++)
		far_end_answer(&far, &headers[order[i]], "x");
	for (int i = 0; i < 3; i++)
		far_end_expect_of(&far, SMP_EVENT_REPLY, tickets[order[i]], 1);
	far_end_expect_nothing(&far);
	far_end_close(&far);
}

static void a_reply_must_match_in_group_command_sequence_and_op(void **state)
{
	struct smp_header asked, other;
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &plain);
	ticket = far_end_submit(&far, "x");
	asked = far_end_take_header(&far);
	for (int i = 0; i < 5; i++) {
		other = asked;
		other.group = (uint16_t)(asked.group + (i == 0));
		other.command = (uint8_t)(asked.command + (i == 1));
		other.sequence = (uint8_t)(asked.sequence + (i == 2));
		/* A read response, and our own request sent back. */
		other.op = (uint8_t)(asked.op - 2 * (i == 3) - (i == 4));
		far_end_answer(&far, &other, "x");
		expect_stray(&far, SMP_STRAY_UNKNOWN);
	}
	assert_int_equal(far_end_counters(&far).strays, 5);
	/* The version bits are the server's own affair (protocol.md 1.3). */
	other = asked;
	other.version = SMP_VERSION_1;
	far_end_answer(&far, &other, "x");
	far_end_expect_of(&far, SMP_EVENT_REPLY, ticket, 1);
	far_end_close(&far);
}

static void a_second_reply_is_a_duplicate(void **state)
{
	struct smp_header header, other;
	struct far_end far;

	(void)state;
	far_end_open(&far, &plain);
	far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_answer(&far, &header, "x");
	far_end_answer(&far, &header, "x");
	far_end_expect(&far, SMP_EVENT_REPLY);
	/* Forgetting what is closed makes no difference. */
	smp_session_cancel(far.session, far.event.ticket);
	expect_stray(&far, SMP_STRAY_DUPLICATE);
	assert_true(span_equal(far.event.reply.body, span_from_text("\xa1\x61r\x61x")));
	/* The number alone makes none. */
	other = header;
	other.command++;
	far_end_answer(&far, &other, "x");
	expect_stray(&far, SMP_STRAY_UNKNOWN);
	assert_int_equal(far_end_counters(&far).duplicates, 1);
	assert_int_equal(far_end_counters(&far).strays, 1);
	assert_int_equal(far_end_counters(&far).frames_received, 3);
	far_end_close(&far);
}

static void a_reply_to_any_try_of_an_expired_request_is_late(void **state)
{
	struct smp_session_config config = { .tries = 2 };
	struct smp_header tries[2];
	struct far_end far;
	uint32_t ticket;

	(void)state;
	far_end_open(&far, &config);
	ticket = far_end_submit(&far, "x");
	tries[0] = far_end_take_header(&far);
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_RETRY, ticket, 1);
	far_end_take_line_feed(&far);
	far_end_wait(&far);
	tries[1] = far_end_take_header(&far);
	far_end_wait(&far);
	far_end_expect_of(&far, SMP_EVENT_EXPIRED, ticket, 2);
	for (int i = 0; i < 2; i++) {
		far_end_answer(&far, &tries[i], "x");
		expect_stray(&far, SMP_STRAY_LATE);
	}
	assert_int_equal(far_end_counters(&far).late, 2);
	far_end_close(&far);
}

static void text_is_handed_on_with_its_line_ends(void **state)
{
	struct smp_header header;
	struct far_end far;

	(void)state;
	far_end_open(&far, &plain);
	far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_feed_text(&far, "booting\r\nuart:~$ ");
	far_end_answer(&far, &header, "x");
	far_end_expect(&far, SMP_EVENT_TEXT);
	assert_true(span_equal(far.event.text, span_from_text("booting\r")));
	assert_true(far.event.text_ends_line);
	/* The shell's prompt stands before the marker, on the same line. */
	far_end_expect(&far, SMP_EVENT_TEXT);
	assert_true(span_equal(far.event.text, span_from_text("uart:~$ ")));
	assert_false(far.event.text_ends_line);
	far_end_expect(&far, SMP_EVENT_REPLY);
	far_end_expect_nothing(&far);
	assert_int_equal(far_end_counters(&far).text_bytes, 16);
	far_end_close(&far);
}

static void a_damaged_frame_is_told_with_its_reason(void **state)
{
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct smp_header header;
	struct far_end far;

	(void)state;
	far_end_open(&far, &plain);
	far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_append_rc(&wire, &header, 0);
	/* A digit of the body, the frame's 20th byte. */
	storage[20] = storage[20] == 'A' ? 'B' : 'A';
	far_end_feed(&far, buf_span(&wire));
	far_end_expect(&far, SMP_EVENT_DROPPED);
	assert_int_equal(far.event.drop, SMP_DROP_CRC);
	far_end_expect_nothing(&far);
	far_end_feed_text(&far, "\x04\x14"
				"AAAA\n");
	far_end_expect(&far, SMP_EVENT_DROPPED);
	assert_int_equal(far.event.drop, SMP_DROP_CONTINUATION);
	assert_int_equal(far_end_counters(&far).frames_dropped[SMP_DROP_CRC], 1);
	assert_int_equal(far_end_counters(&far).frames_dropped[SMP_DROP_CONTINUATION], 1);
	assert_int_equal(far_end_counters(&far).frames_received, 0);
	assert_int_equal(smp_session_open_requests(far.session), 1);
	far_end_close(&far);
}

static void tell(const struct smp_event *event, struct buf *story)
{
	buf_format(story, "%d/%d/%u/%u ", (int)event->kind, (int)event->stray,
		(unsigned)event->ticket, event->try_number);
	text_append_hex(story, event->reply.body);
	text_append_escaped(story, event->text);
	buf_append_text(story, event->text_ends_line ? "$\n" : "\n");
}

/* All that a device could say to three requests, fed in pieces of a size, as a story. */
static void receive_in_pieces(size_t size, bool drains_late, struct buf *story)
{
	struct smp_session_config config = { .window = 3 };
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	struct smp_header headers[3];
	struct far_end far;

	far_end_open(&far, &config);
	for (int i = 0; i < 3; i++)
		far_end_submit(&far, "x");
	for (int i = 0; i < 3; i++) {
		headers[i] = far_end_take_header(&far);
		buf_append_text(&wire, "log text\n\nprompt> ");
		far_end_append_rc(&wire, &headers[i], 1000 + i);
		far_end_append_rc(&wire, &headers[i], 0);
		buf_append_text(&wire, "\x06\x09"
				       "A\nmore\n");
	}
	for (size_t at = 0; at < wire.len; at += size) {
		far_end_feed(&far, span_sub(buf_span(&wire), at, size));
		while (!drains_late && smp_session_next_event(far.session, far.now_ms, &far.event))
			tell(&far.event, story);
	}
	while (smp_session_next_event(far.session, far.now_ms, &far.event))
		tell(&far.event, story);
	assert_int_equal(far_end_counters(&far).bytes_received, wire.len);
	far_end_close(&far);
}

static void the_size_of_the_pieces_makes_no_difference(void **state)
{
	uint8_t whole_storage[STORY_SIZE], storage[STORY_SIZE];
	struct buf whole = BUF_OVER(whole_storage);

	(void)state;
	receive_in_pieces(SIZE_MAX / 2, false, &whole);
	assert_non_null(strstr(buf_text(&whole), "a16272631903e8"));
	for (size_t size = 1; size < 70; size++) {
		for (int drains_late = 0; drains_late < 2; drains_late++) {
			struct buf story = BUF_OVER(storage);

			receive_in_pieces(size, drains_late, &story);
			assert_string_equal(buf_text(&story), buf_text(&whole));
		}
	}
}

static void when_full_it_takes_no_more_until_events_are_looked_at(void **state)
{
	struct smp_header header;
	char line[CHUNK_SIZE];
	size_t fed = 0, told = 0, taken;
	struct far_end far;

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	far_end_open(&far, &plain);
	far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	do {
		taken = smp_session_feed(far.session, span_make(line, sizeof(line)));
		fed += taken;
	} while (taken == sizeof(line));
	assert_true(fed > 4 * sizeof(line));
	assert_int_equal(smp_session_feed(far.session, span_make(line, sizeof(line))), 0);
	/* One event is not enough: the rest is still to be looked at. */
	far_end_expect(&far, SMP_EVENT_TEXT);
	told += far.event.text.len + 1;
	assert_int_equal(smp_session_feed(far.session, span_make(line, sizeof(line))), 0);
	while (smp_session_next_event(far.session, far.now_ms, &far.event))
		told += far.event.text.len + 1;
	assert_int_equal(told, fed - fed % sizeof(line));
	far_end_feed(&far, span_make(line + fed % sizeof(line), sizeof(line) - fed % sizeof(line)));
	far_end_answer(&far, &header, "x");
	far_end_expect(&far, SMP_EVENT_TEXT);
	assert_int_equal(far.event.text.len, sizeof(line) - 1);
	far_end_expect(&far, SMP_EVENT_REPLY);
	far_end_close(&far);
}

static void bytes_fed_while_a_line_is_taken_apart_come_behind_it(void **state)
{
	struct smp_header header;
	struct far_end far;

	(void)state;
	far_end_open(&far, &plain);
	far_end_submit(&far, "x");
	header = far_end_take_header(&far);
	far_end_feed_text(&far, "uart:~$ ");
	far_end_answer(&far, &header, "x");
	far_end_expect(&far, SMP_EVENT_TEXT);
	far_end_feed_text(&far, "booting, and a line that is longer than the reply before it\n");
	far_end_expect(&far, SMP_EVENT_REPLY);
	far_end_expect(&far, SMP_EVENT_TEXT);
	assert_memory_equal(far.event.text.data, "booting", 7);
	far_end_expect_nothing(&far);
	far_end_close(&far);
}

static void nothing_fed_is_nothing(void **state)
{
	struct far_end far;

	(void)state;
	far_end_open(&far, &plain);
	far_end_feed(&far, span_make(NULL, 0));
	far_end_expect_nothing(&far);
	far_end_close(&far);
}

/* cmocka has no place for state of an allocation hook; only this one needs a variable. */
static size_t *allocations(void)
{
	static size_t count;

	return &count;
}

static void on_malloc(const volatile void *memory, size_t size)
{
	(void)memory;
	(void)size;
	++*allocations();
}

static void on_free(const volatile void *memory)
{
	(void)memory;
}

/* One request from end to end with nothing of the test's own in between that allocates. */
static void exchange(struct far_end *far, struct span body)
{
	struct smp_request request = { .op = SMP_OP_WRITE, .body = body };
	struct smp_header header;

	far_end_submit_request(far, &request);
	header = far_end_take_header(far);
	far_end_answer(far, &header, "x");
	far_end_expect(far, SMP_EVENT_REPLY);
}

static void nothing_is_allocated_once_the_largest_request_was_seen(void **state)
{
	uint8_t body[SMP_MESSAGE_MAX_DEFAULT - SMP_HEADER_SIZE] = { 0xa0 };
	struct far_end far;

	(void)state;
	if (__sanitizer_install_malloc_and_free_hooks == NULL)
		skip(); /* only a sanitizer tells of allocations without replacing malloc */
	assert_true(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) > 0);
	far_end_open(&far, &plain);
	exchange(&far, span_make(body, 1));
	*allocations() = 0;
	exchange(&far, span_make(body, sizeof(body)));
	assert_int_equal(*allocations(), 1);
	for (size_t i = 0; i < 300; i++)
		exchange(&far, span_make(body, i % sizeof(body) + 1));
	assert_int_equal(*allocations(), 1);
	far_end_close(&far);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_names_its_request_and_carries_its_body),
		cmocka_unit_test(replies_may_come_in_any_order),
		cmocka_unit_test(a_reply_must_match_in_group_command_sequence_and_op),
		cmocka_unit_test(a_second_reply_is_a_duplicate),
		cmocka_unit_test(a_reply_to_any_try_of_an_expired_request_is_late),
		cmocka_unit_test(text_is_handed_on_with_its_line_ends),
		cmocka_unit_test(a_damaged_frame_is_told_with_its_reason),
		cmocka_unit_test(the_size_of_the_pieces_makes_no_difference),
		cmocka_unit_test(when_full_it_takes_no_more_until_events_are_looked_at),
		cmocka_unit_test(bytes_fed_while_a_line_is_taken_apart_come_behind_it),
		cmocka_unit_test(nothing_fed_is_nothing),
		cmocka_unit_test(nothing_is_allocated_once_the_largest_request_was_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
