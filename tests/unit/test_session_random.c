/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random traffic with fixed seeds over a link that loses and doubles frames and adds text, with an
 * echo server behind it. Whatever happens, each request ends exactly once, each reply is the one to
 * its request, and the driver is never sent into a busy loop.
 */
#include "smp/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/far_end.h"

enum {
	SEEDS = 60,
	REQUESTS = 120,
	STEPS_MAX = 200000,
	ANSWERS_MAX = 4096,
	DELAY_MAX_MS = 40,
	PERCENT = 100,
	RC_TOO_NEW = 13,
};

/* An answer on its way back. The link keeps the order. */
struct answer {
	uint64_t at_ms;
	struct smp_header header;
	char text[32]; /* "": the refusal of the version */
};

struct world {
	struct far_end far;
	uint32_t random;
	unsigned loss, doubling, noise; /* percent */
	bool refuses_v2;
	struct answer answers[ANSWERS_MAX];
	size_t first_answer, answer_count;
	uint8_t piece_storage[FAR_END_WIRE_MAX]; /* of a request, half arrived */
	struct buf piece;
	unsigned submitted, ended;
	uint32_t tickets[REQUESTS];
	bool has_ended[REQUESTS];
};

/* xorshift32: the same numbers on every machine. */
static uint32_t draw(struct world *world, uint32_t below)
{
	world->random ^= world->random << 13;
	world->random ^= world->random >> 17;
	world->random ^= world->random << 5;
	return world->random % below;
}

static bool happens(struct world *world, unsigned percent)
{
	return draw(world, PERCENT) < percent;
}

static unsigned index_of(const struct world *world, uint32_t ticket)
{
	for (unsigned i = 0; i < world->submitted; i++) {
		if (world->tickets[i] == ticket)
			return i;
	}
	fail_msg("an event of ticket %u, which was never given", (unsigned)ticket);
	return 0;
}

static void queue_answer(struct world *world, const struct answer *answer)
{
	if (happens(world, world->loss))
		return;
	assert_true(world->answer_count < ANSWERS_MAX);
	world->answers[world->answer_count++] = *answer;
}

/* The echo server. */
static void serve(struct world *world, struct span wire)
{
	struct answer answer = { .at_ms = world->far.now_ms + draw(world, DELAY_MAX_MS) };
	struct far_end_packet packet;
	struct body_value map;
	struct span text;

	if (wire.len == 1)
		return; /* the lone line feed */
	far_end_decode(wire, &packet);
	if (world->answer_count > 0 && answer.at_ms < world->answers[world->answer_count - 1].at_ms)
		answer.at_ms = world->answers[world->answer_count - 1].at_ms;
	answer.header = packet.header;
	assert_int_equal(body_open(far_end_body(&packet), &map, ERR_IGNORED), STATUS_OK);
	assert_int_equal(body_get_text(&map, "d", &text), BODY_FOUND);
	assert_true(text.len < sizeof(answer.text));
	if (!world->refuses_v2 || packet.header.version == SMP_VERSION_1)
		memcpy(answer.text, text.data, text.len);
	if (happens(world, world->loss))
		return;
	queue_answer(world, &answer);
	if (happens(world, world->doubling))
		queue_answer(world, &answer);
}

/* Write a part of what there is, as a port with little room does. False when there is nothing. */
static bool write_some(struct world *world)
{
	const uint8_t *data;
	size_t len = smp_session_peek_tx(world->far.session, world->far.now_ms, &data);
	size_t part = len > 0 ? 1 + draw(world, (uint32_t)len) : 0;

	if (len == 0)
		return false;
	far_end_write(&world->far, part, &world->piece);
	if (part < len)
		return true;
	serve(world, buf_span(&world->piece));
	buf_clear(&world->piece);
	return true;
}

static bool deliver(struct world *world)
{
	struct answer *answer = &world->answers[world->first_answer];

	if (world->first_answer == world->answer_count || answer->at_ms > world->far.now_ms)
		return false;
	if (happens(world, world->noise))
		far_end_feed_text(&world->far, happens(world, 50) ? "[00:01] log\r\n" : "uart:~$ ");
	if (answer->text[0] == '\0')
		far_end_answer_rc(&world->far, &answer->header, RC_TOO_NEW);
	else
		far_end_answer(&world->far, &answer->header, answer->text);
	world->first_answer++;
	return true;
}

static void take_end(struct world *world, const struct smp_event *event)
{
	unsigned i = index_of(world, event->ticket);
	struct body_value map;
	struct span text;
	char wanted[32];

	assert_false(world->has_ended[i]);
	world->has_ended[i] = true;
	world->ended++;
	if (event->kind == SMP_EVENT_EXPIRED)
		return;
	snprintf(wanted, sizeof(wanted), "request %u", i);
	assert_int_equal(body_open(event->reply.body, &map, ERR_IGNORED), STATUS_OK);
	assert_int_equal(body_get_text(&map, "r", &text), BODY_FOUND);
	assert_true(span_equal(text, span_from_text(wanted)));
}

static void take_events(struct world *world)
{
	struct smp_event event;

	while (smp_session_next_event(world->far.session, world->far.now_ms, &event)) {
		if (event.kind == SMP_EVENT_REPLY || event.kind == SMP_EVENT_EXPIRED)
			take_end(world, &event);
		else if (event.kind == SMP_EVENT_RETRY)
			assert_false(world->has_ended[index_of(world, event.ticket)]);
		else if (event.kind == SMP_EVENT_STRAY)
			assert_int_not_equal(event.stray, SMP_STRAY_UNKNOWN);
		else
			assert_int_equal(event.kind, SMP_EVENT_TEXT);
	}
}

static void submit_some(struct world *world)
{
	char text[32];

	while (world->submitted < REQUESTS &&
		smp_session_open_requests(world->far.session) < SMP_SESSION_REQUESTS_MAX &&
		happens(world, 50)) {
		snprintf(text, sizeof(text), "request %u", world->submitted);
		world->tickets[world->submitted++] = far_end_submit(&world->far, text);
	}
}

/* Nothing to write and nothing to tell: the next thing must lie in the future. */
static void sleep_until_something_happens(struct world *world)
{
	uint64_t next_ms = smp_session_next_deadline_ms(world->far.session);

	assert_true(next_ms > world->far.now_ms);
	if (world->first_answer < world->answer_count &&
		world->answers[world->first_answer].at_ms < next_ms)
		next_ms = world->answers[world->first_answer].at_ms;
	if (next_ms == SMP_NEVER) {
		/* Then there is nothing open, and we are to bring the next request. */
		assert_int_equal(smp_session_open_requests(world->far.session), 0);
		return;
	}
	if (next_ms > world->far.now_ms)
		world->far.now_ms = next_ms;
}

static void run(struct world *world)
{
	for (unsigned step = 0; world->ended < REQUESTS; step++) {
		bool did_something;

		assert_true(step < STEPS_MAX);
		submit_some(world);
		did_something = deliver(world);
		take_events(world);
		did_something = write_some(world) || did_something;
		if (!did_something)
			sleep_until_something_happens(world);
	}
}

static void every_request_ends_once_and_with_its_own_reply(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	unsigned retries = 0, doubles = 0;

	(void)state;
	assert_non_null(world);
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		struct smp_session_config config = {
			.first_sequence = (uint8_t)(seed * 37),
			.timeout_ms = 20 + seed,
			.tries = 1 + seed % SMP_SESSION_TRIES_MAX,
			.window = 1 + seed % 5,
		};

		memset(world, 0, sizeof(*world));
		world->random = seed * 2654435761u;
		world->piece = BUF_OVER(world->piece_storage);
		world->loss = seed % 4 * 10;
		world->doubling = seed % 3 * 20;
		world->noise = seed % 2 * 30;
		world->refuses_v2 = seed % 5 == 0;
		far_end_open(&world->far, &config);
		run(world);
		assert_int_equal(smp_session_open_requests(world->far.session), 0);
		retries += far_end_counters(&world->far).retries;
		doubles += far_end_counters(&world->far).duplicates;
		far_end_close(&world->far);
	}
	free(world);
	/* The link was bad enough to prove something. */
	assert_true(retries > SEEDS);
	assert_true(doubles > SEEDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_ends_once_and_with_its_own_reply),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
