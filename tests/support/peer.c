/* SPDX-License-Identifier: Apache-2.0 */
/* A device that does what a test says, see peer.h. */
#include "tests/support/peer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "transport/loopback.h"

static void take_packet(struct peer *peer, struct span packet)
{
	struct smp_header header;

	assert_true(smp_header_decode(packet, &header));
	peer->requests++;
	peer->last = header;
	peer->out_at_us = peer->now_us + peer->delay_us;
	if (peer->answer != NULL)
		peer->answer(peer, &header, span_sub(packet, SMP_HEADER_SIZE, packet.len));
	peer->is_absent = peer->is_absent || peer->leaves_on_request;
}

static size_t peer_rx(void *device, struct span bytes, uint64_t now_us)
{
	struct peer *peer = device;
	struct smp_frame_result result;
	enum smp_frame_event event;
	struct span input = span_sub(bytes, 0, peer->room > 0 ? peer->room : bytes.len);
	size_t taken = input.len;

	peer->now_us = now_us;
	peer->room_at_us = taken < bytes.len ? now_us + 1000 : 0;
	peer->line_feeds += span_equal(bytes, span_from_text("\n"));
	while ((event = smp_framing_decode(&peer->decoder, &input, &result)) != SMP_FRAME_MORE) {
		if (event == SMP_FRAME_PACKET)
			take_packet(peer, result.bytes);
	}
	return taken;
}

static size_t peer_tx(void *device, uint8_t *data, size_t cap, uint64_t now_us)
{
	struct peer *peer = device;
	size_t len = peer->out.len < cap ? peer->out.len : cap;

	if (now_us < peer->out_at_us)
		return 0;
	memcpy(data, peer->out.data, len);
	buf_consume(&peer->out, len);
	return len;
}

static bool peer_is_present(void *device, uint64_t now_us)
{
	(void)now_us;
	return !((struct peer *)device)->is_absent;
}

static uint64_t peer_next_wakeup_us(void *device, uint64_t now_us)
{
	struct peer *peer = device;

	(void)now_us;
	if (peer->room_at_us != 0)
		return peer->room_at_us;
	return peer->out.len > 0 ? peer->out_at_us : CLOCK_NEVER;
}

static void peer_close(void *device)
{
	((struct peer *)device)->closed++;
}

struct transport *peer_open(struct peer *peer)
{
	struct loopback_peer loopback = {
		.rx = peer_rx,
		.tx = peer_tx,
		.is_present = peer_is_present,
		.next_wakeup_us = peer_next_wakeup_us,
		.close = peer_close,
		.device = peer,
	};
	struct transport *transport = NULL;

	memset(peer, 0, sizeof(*peer));
	peer->out = BUF_OVER(peer->out_bytes);
	peer_speak(peer, SMP_FRAMING_CONSOLE);
	assert_int_equal(loopback_open(&loopback, &transport, ERR_IGNORED), STATUS_OK);
	return transport;
}

void peer_speak(struct peer *peer, enum smp_framing framing)
{
	smp_framing_init(&peer->decoder, framing, BUF_OVER(peer->line), BUF_OVER(peer->packet));
	smp_framing_accept_requests(&peer->decoder);
}

void peer_reply(struct peer *peer, const struct smp_header *request, struct span body)
{
	uint8_t storage[PEER_PACKET_MAX];
	struct buf packet = BUF_OVER(storage);
	struct smp_header header = *request;

	header.op++;
	header.length = (uint16_t)body.len;
	smp_header_encode(&header, buf_reserve(&packet, SMP_HEADER_SIZE));
	buf_commit(&packet, SMP_HEADER_SIZE);
	assert_true(buf_append_span(&packet, body));
	if (peer->decoder.framing == SMP_FRAMING_RAW)
		peer_say(peer, buf_span(&packet));
	else
		assert_true(smp_frame_encode(
			buf_span(&packet), SMP_FRAME_ZEPHYR, SMP_LINE_LENGTH, &peer->out));
}

void peer_say(struct peer *peer, struct span bytes)
{
	assert_true(buf_append_span(&peer->out, bytes));
}
