/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session under a script of arbitrary steps: bytes fed, answers good and bad, time that passes,
 * requests, cancellations, changes of the framing, ports that take a few bytes at a time. Whatever comes, each request ends at
 * most once, every piece on the wire is whole, and the driver always gets to the end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smp/os_group.h"
#include "smp/session.h"

enum {
	TICKETS_MAX = 64,
	PIECE_SIZE = 1024,
	PACKET_SIZE = 512,
	ENDING_STEPS_MAX = 100000,
	TIME_UNIT_MS = 16,
	RAW_CHOICES = 0xc0, /* and above */
	FORGETS = 0x80,     /* rather than cancels */
	CHANGE_FRAMING = 0xff,
};

enum step {
	STEP_FEED,
	STEP_PASS_TIME,
	STEP_SUBMIT,
	STEP_CANCEL,
	STEP_WRITE,
	STEP_ANSWER,
	STEP_LOOK,
	STEP_LIMITS,
	STEP_COUNT,
};

struct world {
	struct span script;
	struct smp_session *session;
	uint64_t now_ms;
	uint64_t fed;
	uint32_t tickets[TICKETS_MAX];
	bool is_open[TICKETS_MAX];
	size_t submitted;
	uint8_t piece_storage[PIECE_SIZE];
	struct buf piece;         /* as far as it is written */
	struct smp_header latest; /* of the request that was written last */
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

/* The next byte of the script; 0 behind its end. */
static uint8_t take_byte(struct world *world)
{
	struct span byte = span_sub(world->script, 0, 1);

	world->script = span_sub(world->script, 1, world->script.len);
	return byte.len > 0 ? byte.data[0] : 0;
}

static void start(struct world *world)
{
	uint8_t choices = take_byte(world);
	struct smp_session_config config = {
		.framing = choices >= RAW_CHOICES ? SMP_FRAMING_RAW : SMP_FRAMING_CONSOLE,
		.message_max = 128,
		.line_length = choices & 1 ? 0 : 32,
		.window = 1 + (choices >> 1 & 3),
		.timeout_ms = 100,
		.tries = 1 + (choices >> 3 & 3),
		.version = (enum smp_version_choice)((choices >> 5) % 3),
		.first_sequence = take_byte(world),
	};

	world->piece = BUF_OVER(world->piece_storage);
	world->now_ms = 1;
	check(smp_session_create(&config, &world->session, ERR_IGNORED) == STATUS_OK);
}

static unsigned count_open(const struct world *world)
{
	unsigned open = 0;

	for (size_t i = 0; i < world->submitted; i++)
		open += world->is_open[i];
	return open;
}

static void submit(struct world *world)
{
	uint8_t storage[PACKET_SIZE], text[256] = { 0 };
	struct buf body = BUF_OVER(storage);
	struct span said = span_make(text, take_byte(world));
	struct smp_request request = smp_os_echo_request(&body, said);
	uint32_t ticket = 0;
	enum status status;

	if (world->submitted == TICKETS_MAX)
		return;
	request.tries = said.len % 4;
	status = smp_session_submit(world->session, &request, &ticket, ERR_IGNORED);
	if (SMP_HEADER_SIZE + request.body.len > smp_session_message_max(world->session)) {
		check(status == STATUS_USAGE);
		return;
	}
	/* Cancelled requests that are with the device take places too. */
	check(status == STATUS_OK ? count_open(world) < SMP_SESSION_REQUESTS_MAX
				  : count_open(world) + smp_session_in_flight(world->session) >=
					    SMP_SESSION_REQUESTS_MAX);
	if (status != STATUS_OK)
		return;
	world->tickets[world->submitted] = ticket;
	world->is_open[world->submitted++] = true;
}

/* Where nothing is in flight, and nothing is half written. */
static void change_framing(struct world *world)
{
	bool is_raw = smp_session_framing(world->session) == SMP_FRAMING_RAW;

	if (smp_session_in_flight(world->session) == 0 && world->piece.len == 0)
		smp_session_set_framing(
			world->session, is_raw ? SMP_FRAMING_CONSOLE : SMP_FRAMING_RAW);
}

static void cancel(struct world *world)
{
	uint8_t choices = take_byte(world);
	size_t i = choices % TICKETS_MAX;

	if (choices == CHANGE_FRAMING) {
		change_framing(world);
		return;
	}
	if (i >= world->submitted)
		return;
	if ((choices & FORGETS) != 0)
		smp_session_forget(world->session, world->tickets[i]);
	else
		smp_session_cancel(world->session, world->tickets[i]);
	world->is_open[i] = false;
}

/* A piece that is all written must be one sound frame, or in console framing a lone line feed. */
static void check_piece(struct world *world)
{
	enum smp_framing framing = smp_session_framing(world->session);
	uint8_t line[SMP_LINE_LENGTH], packet[PACKET_SIZE];
	struct span wire = buf_span(&world->piece);
	struct smp_framing_decoder decoder;
	struct smp_frame_result result;

	if (wire.len == 1) {
		check(framing == SMP_FRAMING_CONSOLE && wire.data[0] == '\n');
		return;
	}
	smp_framing_init(&decoder, framing, BUF_OVER(line), BUF_OVER(packet));
	smp_framing_accept_requests(&decoder);
	check(smp_framing_decode(&decoder, &wire, &result) == SMP_FRAME_PACKET);
	check(smp_header_decode(result.bytes, &world->latest));
	check(smp_framing_decode(&decoder, &wire, &result) == SMP_FRAME_MORE);
}

/* False when there was nothing to write. */
static bool write_some(struct world *world, size_t most)
{
	const uint8_t *data;
	size_t len = smp_session_peek_tx(world->session, world->now_ms, &data);
	size_t part = most < len ? most : len;

	check(buf_append(&world->piece, data, part));
	smp_session_consume_tx(world->session, part, world->now_ms);
	if (len == 0 || part < len)
		return len > 0;
	check_piece(world);
	buf_clear(&world->piece);
	return true;
}

static void feed(struct world *world, struct span bytes)
{
	size_t taken = smp_session_feed(world->session, bytes);

	check(taken <= bytes.len);
	world->fed += taken;
}

static void feed_script(struct world *world)
{
	size_t len = take_byte(world);

	feed(world, span_sub(world->script, 0, len));
	world->script = span_sub(world->script, len, world->script.len);
}

/* A sound reply to what was written last, or to a request a few numbers away, or a refusal. */
static void answer(struct world *world)
{
	static const uint8_t rcs[] = { 0, 8, 12, 13 };
	uint8_t choices = take_byte(world);
	uint8_t body[] = { 0xa1, 0x62, 'r', 'c', rcs[choices & 3] };
	uint8_t packet[SMP_HEADER_SIZE + sizeof(body)], storage[PIECE_SIZE];
	struct buf wire = BUF_OVER(storage);
	struct smp_header header = world->latest;

	header.op = (uint8_t)((header.op + 1) & 7);
	header.sequence = (uint8_t)(header.sequence - (choices >> 2 & 7));
	header.length = sizeof(body);
	smp_header_encode(&header, packet);
	memcpy(packet + SMP_HEADER_SIZE, body, sizeof(body));
	if (smp_session_framing(world->session) == SMP_FRAMING_RAW)
		check(buf_append(&wire, packet, sizeof(packet)));
	else
		check(smp_frame_encode(span_make(packet, sizeof(packet)), SMP_FRAME_ZEPHYR,
			SMP_LINE_LENGTH, &wire));
	feed(world, buf_span(&wire));
}

/* The place of an open request. */
static size_t find_open(const struct world *world, uint32_t ticket)
{
	size_t i = 0;

	while (i < world->submitted && world->tickets[i] != ticket)
		i++;
	check(i < world->submitted && world->is_open[i]);
	return i;
}

static void take_event(struct world *world, const struct smp_event *event)
{
	switch (event->kind) {
	case SMP_EVENT_REPLY:
	case SMP_EVENT_EXPIRED:
		check(event->try_number >= 1 && event->try_number <= SMP_SESSION_TRIES_MAX + 1);
		world->is_open[find_open(world, event->ticket)] = false;
		/* What was left of a frame that nobody takes is forgotten. */
		if (event->is_blocked)
			buf_clear(&world->piece);
		break;
	case SMP_EVENT_RETRY:
		find_open(world, event->ticket);
		break;
	case SMP_EVENT_STRAY:
		check(event->reply.body.len == event->reply.header.length);
		break;
	case SMP_EVENT_TEXT:
		check(event->text.len > 0 &&
			memchr(event->text.data, '\n', event->text.len) == NULL);
		break;
	case SMP_EVENT_DROPPED:
		check(event->drop < SMP_DROP_COUNT);
		break;
	}
}

static void look(struct world *world)
{
	struct smp_event event;

	while (smp_session_next_event(world->session, world->now_ms, &event))
		take_event(world, &event);
}

static void change_limits(struct world *world)
{
	uint8_t choices = take_byte(world);

	smp_session_set_window(world->session, choices & 15);
	smp_session_set_message_max(world->session, (size_t)(choices >> 4) * 16);
}

static void run_step(struct world *world, enum step step)
{
	switch (step) {
	case STEP_FEED:
		feed_script(world);
		break;
	case STEP_PASS_TIME:
		world->now_ms += (uint64_t)take_byte(world) * TIME_UNIT_MS;
		break;
	case STEP_SUBMIT:
		submit(world);
		break;
	case STEP_CANCEL:
		cancel(world);
		break;
	case STEP_WRITE:
		write_some(world, take_byte(world));
		break;
	case STEP_ANSWER:
		answer(world);
		break;
	case STEP_LOOK:
		look(world);
		break;
	default:
		change_limits(world);
		break;
	}
	check(smp_session_open_requests(world->session) == count_open(world));
}

/* Drive it as a poll loop would, with a device that has fallen silent: it must come to rest. */
static void run_to_the_end(struct world *world)
{
	for (unsigned steps = 0;; steps++) {
		uint64_t next_ms;

		check(steps < ENDING_STEPS_MAX);
		look(world);
		if (write_some(world, SIZE_MAX))
			continue;
		next_ms = smp_session_next_deadline_ms(world->session);
		if (next_ms == SMP_NEVER)
			break;
		check(next_ms > world->now_ms);
		world->now_ms = next_ms;
	}
	check(smp_session_open_requests(world->session) == 0 && count_open(world) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smp_session_counters counters;
	struct world world = { .script = span_make(data, size) };

	start(&world);
	while (world.script.len > 0)
		run_step(&world, (enum step)(take_byte(&world) % STEP_COUNT));
	run_to_the_end(&world);
	smp_session_get_counters(world.session, &counters);
	check(counters.bytes_received == world.fed);
	check(counters.retries <= counters.requests_sent);
	smp_session_free(world.session);
	return 0;
}
