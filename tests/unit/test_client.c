/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The poll loop against a device that answers, says odd things, is silent or goes away: on a fake
 * clock, so that waiting is exact and a loop that spins is seen.
 */
#include "src/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { START_US = 5000000, MS = 1000 };

struct fixture {
	struct peer peer;
	struct fake_clock clock;
	struct client *client;
	int pipe[2]; /* the user's Ctrl-C */
	struct err err;
	struct smp_reply reply;
	unsigned try_number;
	/* What the listener was told. */
	char text[64];
	unsigned retries;
};

static void hear_text(void *ctx, struct span text, bool ends_line)
{
	struct fixture *fixture = ctx;
	size_t len = strlen(fixture->text);

	assert_true(len + text.len + 2 < sizeof(fixture->text));
	if (text.len > 0)
		memcpy(fixture->text + len, text.data, text.len);
	strcpy(fixture->text + len + text.len, ends_line ? "|" : "");
}

static void hear_retry(void *ctx, unsigned try_number)
{
	struct fixture *fixture = ctx;

	assert_int_equal(try_number, ++fixture->retries);
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct client_config config = {
		.transport = peer_open(&fixture->peer),
		.session = { .timeout_ms = 2000, .tries = 3, .first_sequence = 7 },
		.listener = { hear_text, hear_retry, fixture },
	};

	fake_clock_init(&fixture->clock, START_US);
	config.clock = fake_clock_get(&fixture->clock);
	assert_int_equal(pipe(fixture->pipe), 0);
	config.interrupt_fd = fixture->pipe[0];
	assert_int_equal(client_open(&config, &fixture->client, ERR_IGNORED), STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	client_close(fixture->client);
	assert_int_equal(fixture->peer.closed, 1);
	close(fixture->pipe[0]);
	close(fixture->pipe[1]);
	test_free(fixture);
	return 0;
}

static enum status call_with(struct fixture *fixture, const struct smp_request *request)
{
	return client_call(
		fixture->client, request, &fixture->reply, &fixture->try_number, &fixture->err);
}

static enum status call(struct fixture *fixture)
{
	struct smp_request request = { .op = SMP_OP_READ, .group = 1, .command = 0 };

	return call_with(fixture, &request);
}

static uint64_t elapsed_ms(const struct fixture *fixture)
{
	return (fixture->clock.now_us - START_US) / MS;
}

static const uint8_t empty_map[] = { 0xa0 };

static void answer(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)body;
	peer_reply(peer, request, span_make(empty_map, sizeof(empty_map)));
}

static void the_reply_ends_the_call(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.answer = answer;
	fixture->peer.delay_us = 30 * MS;
	assert_int_equal(call(fixture), STATUS_OK);
	assert_int_equal(fixture->reply.header.op, SMP_OP_READ_RESPONSE);
	assert_int_equal(fixture->reply.header.sequence, 7);
	assert_int_equal(fixture->reply.body.len, 1);
	assert_int_equal(fixture->try_number, 1);
	assert_int_equal(elapsed_ms(fixture), 30);
	assert_true(client_has_sent(fixture->client));
	assert_int_equal(call(fixture), STATUS_OK);
	assert_int_equal(fixture->reply.header.sequence, 8);
	assert_int_equal(fixture->peer.requests, 2);
}

static void waiting_does_not_spin(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.answer = answer;
	fixture->peer.delay_us = 1500 * MS;
	call(fixture);
	assert_in_range(fixture->clock.waits, 1, 2);
}

static void silence_is_a_timeout_that_counts_the_tries(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(call(fixture), STATUS_TIMEOUT);
	assert_int_equal(fixture->err.status, STATUS_TIMEOUT);
	assert_string_equal(fixture->err.message, "no reply in 2.0 s (3 tries)");
	assert_true(strlen(fixture->err.hint) > 0);
	assert_int_equal(fixture->peer.requests, 3);
	assert_int_equal(fixture->peer.line_feeds, 2);
	assert_int_equal(fixture->retries, 2);
	assert_int_equal(elapsed_ms(fixture), 3 * 2000 + 2 * SMP_SESSION_RETRY_PAUSE_MS);
	/* Three deadlines and two pauses: five waits, and no more than one to spare for each. */
	assert_in_range(fixture->clock.waits, 5, 10);
}

static void a_request_may_have_a_patience_of_its_own(void **state)
{
	struct fixture *fixture = *state;
	struct smp_request request = {
		.op = SMP_OP_WRITE,
		.group = 1,
		.command = 5,
		.timeout_ms = 40000,
		.tries = 1,
	};

	assert_int_equal(call_with(fixture, &request), STATUS_TIMEOUT);
	assert_string_equal(fixture->err.message, "no reply in 40.0 s (1 try)");
	assert_int_equal(elapsed_ms(fixture), 40000);
}

static void answer_second_try(struct peer *peer, const struct smp_header *request, struct span body)
{
	if (peer->requests == 2)
		answer(peer, request, body);
}

static void a_lost_request_is_repeated(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.answer = answer_second_try;
	assert_int_equal(call(fixture), STATUS_OK);
	assert_int_equal(fixture->try_number, 2);
	assert_int_equal(fixture->retries, 1);
}

static void say_prompt(struct peer *peer, const struct smp_header *request, struct span body)
{
	(void)request;
	(void)body;
	peer_say(peer, span_from_text("uart:~$ what?\n"));
}

static void text_in_place_of_a_reply_is_shown(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.answer = say_prompt;
	assert_int_equal(call(fixture), STATUS_PROTOCOL);
	assert_string_equal(fixture->err.message,
		"no reply in 2.0 s (3 tries), only 42 bytes of text: "
		"\"uart:~$ what?\\nuart:~$ what?\\nuart:~$ what?\"");
	assert_string_equal(fixture->text, "uart:~$ what?|uart:~$ what?|uart:~$ what?|");
}

static void what_one_call_heard_is_not_told_of_the_next(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.answer = say_prompt;
	call(fixture);
	fixture->peer.answer = NULL;
	fixture->retries = 0;
	assert_int_equal(call(fixture), STATUS_TIMEOUT);
}

static void answer_damaged(struct peer *peer, const struct smp_header *request, struct span body)
{
	answer(peer, request, body);
	/* A character of the base64 behind the length field and the header's first byte. */
	peer->out.data[8] = peer->out.data[8] == 'A' ? 'B' : 'A';
}

static void damaged_frames_are_counted(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.answer = answer_damaged;
	assert_int_equal(call(fixture), STATUS_PROTOCOL);
	assert_non_null(strstr(fixture->err.message, "no reply in 2.0 s (3 tries), only damaged "
						     "frames ("));
	assert_non_null(strstr(fixture->err.message, ": 3)"));
}

static void a_port_that_is_gone_ends_the_call_at_once(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.is_absent = true;
	assert_int_equal(call(fixture), STATUS_NO_PORT);
	assert_int_equal(elapsed_ms(fixture), 0);
	assert_false(client_has_sent(fixture->client));
}

static void a_port_that_goes_while_we_wait_ends_the_call(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.leaves_on_request = true;
	assert_int_equal(call(fixture), STATUS_NO_PORT);
	assert_true(client_has_sent(fixture->client));
	/* The next call has sent nothing, whatever the last one did. */
	assert_int_equal(call(fixture), STATUS_NO_PORT);
	assert_false(client_has_sent(fixture->client));
}

static void press_ctrl_c(void *ctx)
{
	assert_int_equal(write(((struct fixture *)ctx)->pipe[1], "!", 1), 1);
}

static void the_user_may_interrupt(void **state)
{
	struct fixture *fixture = *state;

	fake_clock_at(&fixture->clock, START_US + 500 * MS, press_ctrl_c, fixture);
	assert_int_equal(call(fixture), STATUS_INTERRUPTED);
	assert_string_equal(fixture->err.message, "interrupted");
	assert_int_equal(elapsed_ms(fixture), 500);
	assert_int_equal(smp_session_open_requests(client_session(fixture->client)), 0);
}

static void a_late_reply_does_not_answer_the_next_request(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.answer = answer;
	fixture->peer.delay_us = 700 * MS;
	fake_clock_at(&fixture->clock, START_US + 500 * MS, press_ctrl_c, fixture);
	call(fixture);
	assert_int_equal(call(fixture), STATUS_OK);
	assert_int_equal(fixture->reply.header.sequence, 8);
}

static void a_port_that_takes_little_at_a_time_gets_all(void **state)
{
	struct fixture *fixture = *state;

	fixture->peer.answer = answer;
	fixture->peer.room = 5;
	assert_int_equal(call(fixture), STATUS_OK);
	assert_int_equal(fixture->peer.requests, 1);
	/* 23 bytes on the wire are five portions: the loop waited for room four times. */
	assert_int_equal(elapsed_ms(fixture), 4);
	assert_in_range(fixture->clock.waits, 4, 6);
}

static void a_request_that_is_too_long_is_not_sent(void **state)
{
	struct fixture *fixture = *state;
	uint8_t body[SMP_MESSAGE_MAX_DEFAULT] = { 0xa0 };
	struct smp_request request = { .op = SMP_OP_WRITE, .body = span_make(body, sizeof(body)) };

	assert_int_equal(call_with(fixture, &request), STATUS_USAGE);
	assert_int_equal(fixture->peer.requests, 0);
}

static void a_client_that_cannot_open_closes_its_transport(void **state)
{
	struct fixture *fixture = *state;
	struct peer peer;
	struct client_config config = {
		.transport = peer_open(&peer),
		.session = { .line_length = SMP_LINE_LENGTH_MIN - 1 },
		.clock = fake_clock_get(&fixture->clock),
		.interrupt_fd = -1,
	};
	struct client *client = NULL;

	assert_int_equal(client_open(&config, &client, &fixture->err), STATUS_USAGE);
	assert_null(client);
	assert_int_equal(peer.closed, 1);
	client_close(NULL);
}

int main(void)
{
#define CALL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CALL_TEST(the_reply_ends_the_call),
		CALL_TEST(waiting_does_not_spin),
		CALL_TEST(silence_is_a_timeout_that_counts_the_tries),
		CALL_TEST(a_request_may_have_a_patience_of_its_own),
		CALL_TEST(a_lost_request_is_repeated),
		CALL_TEST(text_in_place_of_a_reply_is_shown),
		CALL_TEST(what_one_call_heard_is_not_told_of_the_next),
		CALL_TEST(damaged_frames_are_counted),
		CALL_TEST(a_port_that_is_gone_ends_the_call_at_once),
		CALL_TEST(a_port_that_goes_while_we_wait_ends_the_call),
		CALL_TEST(the_user_may_interrupt),
		CALL_TEST(a_late_reply_does_not_answer_the_next_request),
		CALL_TEST(a_port_that_takes_little_at_a_time_gets_all),
		CALL_TEST(a_request_that_is_too_long_is_not_sent),
		CALL_TEST(a_client_that_cannot_open_closes_its_transport),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
