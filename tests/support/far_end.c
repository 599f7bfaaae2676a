/* SPDX-License-Identifier: Apache-2.0 */
/* The far end of a session's wire, see far_end.h. */
#include "tests/support/far_end.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smp/os_group.h"

void far_end_open(struct far_end *far, const struct smp_session_config *config)
{
	struct err err;

	*far = (struct far_end){ .now_ms = 1000 };
	if (smp_session_create(config, &far->session, &err) != STATUS_OK)
		fail_msg("%s", err.message);
}

void far_end_close(struct far_end *far)
{
	smp_session_free(far->session);
	far->session = NULL;
}

uint32_t far_end_submit_request(struct far_end *far, const struct smp_request *request)
{
	uint32_t ticket = 0;
	struct err err;

	if (smp_session_submit(far->session, request, &ticket, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return ticket;
}

uint32_t far_end_submit(struct far_end *far, const char *text)
{
	uint8_t storage[FAR_END_PACKET_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_echo_request(&body, span_from_text(text));

	return far_end_submit_request(far, &request);
}

void far_end_write(struct far_end *far, size_t len, struct buf *out)
{
	const uint8_t *data = NULL;
	size_t there = smp_session_peek_tx(far->session, far->now_ms, &data);

	if (len > there)
		len = there;
	assert_true(buf_append(out, data, len));
	smp_session_consume_tx(far->session, len, far->now_ms);
}

static void decode(enum smp_framing framing, struct span wire, struct far_end_packet *ret_packet)
{
	uint8_t line[SMP_LINE_LENGTH_MAX], packet[FAR_END_PACKET_MAX];
	struct smp_framing_decoder decoder;
	struct smp_frame_result result;

	smp_framing_init(&decoder, framing, BUF_OVER(line), BUF_OVER(packet));
	smp_framing_accept_requests(&decoder);
	assert_int_equal(smp_framing_decode(&decoder, &wire, &result), SMP_FRAME_PACKET);
	ret_packet->len = result.bytes.len;
	memcpy(ret_packet->bytes, result.bytes.data, result.bytes.len);
	assert_true(smp_header_decode(result.bytes, &ret_packet->header));
	assert_int_equal(smp_framing_decode(&decoder, &wire, &result), SMP_FRAME_MORE);
}

void far_end_decode(struct span wire, struct far_end_packet *ret_packet)
{
	decode(SMP_FRAMING_CONSOLE, wire, ret_packet);
}

struct span far_end_body(const struct far_end_packet *packet)
{
	return span_sub(span_make(packet->bytes, packet->len), SMP_HEADER_SIZE, packet->len);
}

void far_end_take_frame(struct far_end *far, struct far_end_packet *ret_packet)
{
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);

	far_end_write(far, SIZE_MAX, &wire);
	decode(smp_session_framing(far->session), buf_span(&wire), ret_packet);
}

struct smp_header far_end_take_header(struct far_end *far)
{
	struct far_end_packet packet;

	far_end_take_frame(far, &packet);
	return packet.header;
}

struct smp_header far_end_take_echo(struct far_end *far, const char *text)
{
	struct far_end_packet packet;
	struct body_value map;
	struct span said;

	far_end_take_frame(far, &packet);
	assert_int_equal(body_open(far_end_body(&packet), &map, ERR_IGNORED), STATUS_OK);
	assert_int_equal(body_get_text(&map, "d", &said), BODY_FOUND);
	assert_int_equal(said.len, strlen(text));
	assert_memory_equal(said.data, text, said.len);
	return packet.header;
}

void far_end_take_line_feed(struct far_end *far)
{
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);

	far_end_write(far, SIZE_MAX, &wire);
	assert_string_equal(buf_text(&wire), "\n");
}

void far_end_take_nothing(struct far_end *far)
{
	const uint8_t *data;

	assert_int_equal(smp_session_peek_tx(far->session, far->now_ms, &data), 0);
}

static void append_packet(struct buf *packet, const struct smp_header *request, struct span body)
{
	uint8_t header_bytes[SMP_HEADER_SIZE];
	struct smp_header header = *request;

	header.op = (uint8_t)(request->op + 1);
	header.length = (uint16_t)body.len;
	smp_header_encode(&header, header_bytes);
	buf_append(packet, header_bytes, sizeof(header_bytes));
	assert_true(buf_append_span(packet, body));
}

void far_end_append_reply(struct buf *wire, const struct smp_header *request, struct span body)
{
	uint8_t storage[FAR_END_PACKET_MAX];
	struct buf packet = BUF_OVER(storage);

	append_packet(&packet, request, body);
	assert_true(smp_frame_encode(buf_span(&packet), SMP_FRAME_ZEPHYR, SMP_LINE_LENGTH, wire));
}

void far_end_append_rc(struct buf *wire, const struct smp_header *request, int64_t rc)
{
	uint8_t storage[32];
	struct buf body = BUF_OVER(storage);

	body_put_map(&body, 1);
	body_put_text(&body, "rc");
	body_put_int(&body, rc);
	far_end_append_reply(wire, request, buf_span(&body));
}

void far_end_feed(struct far_end *far, struct span bytes)
{
	assert_int_equal(smp_session_feed(far->session, bytes), bytes.len);
}

void far_end_feed_text(struct far_end *far, const char *text)
{
	far_end_feed(far, span_from_text(text));
}

void far_end_answer(struct far_end *far, const struct smp_header *request, const char *text)
{
	uint8_t storage[FAR_END_PACKET_MAX], wire_storage[FAR_END_WIRE_MAX];
	struct buf body = BUF_OVER(storage), wire = BUF_OVER(wire_storage);

	body_put_map(&body, 1);
	body_put_text(&body, "r");
	body_put_text(&body, text);
	if (smp_session_framing(far->session) == SMP_FRAMING_RAW)
		append_packet(&wire, request, buf_span(&body));
	else
		far_end_append_reply(&wire, request, buf_span(&body));
	far_end_feed(far, buf_span(&wire));
}

void far_end_answer_rc(struct far_end *far, const struct smp_header *request, int64_t rc)
{
	uint8_t storage[FAR_END_WIRE_MAX];
	struct buf wire = BUF_OVER(storage);

	far_end_append_rc(&wire, request, rc);
	far_end_feed(far, buf_span(&wire));
}

void far_end_expect(struct far_end *far, enum smp_event_kind kind)
{
	assert_true(smp_session_next_event(far->session, far->now_ms, &far->event));
	assert_int_equal(far->event.kind, kind);
}

void far_end_expect_of(
	struct far_end *far, enum smp_event_kind kind, uint32_t ticket, unsigned try_number)
{
	far_end_expect(far, kind);
	assert_int_equal(far->event.ticket, ticket);
	assert_int_equal(far->event.try_number, try_number);
}

void far_end_expect_nothing(struct far_end *far)
{
	assert_false(smp_session_next_event(far->session, far->now_ms, &far->event));
}

void far_end_wait(struct far_end *far)
{
	uint64_t deadline_ms = smp_session_next_deadline_ms(far->session);

	assert_true(deadline_ms != SMP_NEVER && deadline_ms > far->now_ms);
	far->now_ms = deadline_ms;
}

struct smp_session_counters far_end_counters(const struct far_end *far)
{
	struct smp_session_counters counters;

	smp_session_get_counters(far->session, &counters);
	return counters;
}
