/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arbitrary bytes from the wire. What the decoder makes of them must not depend on how they are cut
 * into pieces, and each packet that it accepts must survive being sent and received again.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smp/crc16.h"
#include "smp/frame.h"

/* Small, so that the limits are met often. */
enum { LINE_SIZE = 128, PACKET_SIZE = 256, WIRE_SIZE = 2048 };

/* Room that the story of one input byte can take at most: a marker alone is a drop. */
enum { STORY_PER_BYTE = 8, STORY_SPARE = 64 };

struct receiver {
	struct smp_frame_decoder decoder;
	uint8_t line[LINE_SIZE];
	uint8_t packet[PACKET_SIZE];
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

static void receiver_init(struct receiver *receiver, bool any_header)
{
	smp_frame_decoder_init(
		&receiver->decoder, BUF_OVER(receiver->line), BUF_OVER(receiver->packet));
	if (any_header)
		smp_frame_decoder_accept_any_header(&receiver->decoder);
}

static void send_and_receive(struct span packet, enum smp_frame_style style, size_t line_length)
{
	uint8_t storage[WIRE_SIZE];
	struct buf wire = BUF_OVER(storage);
	struct smp_frame_result result;
	struct receiver receiver;
	struct span rest;

	receiver_init(&receiver, true);
	check(smp_frame_encode(packet, style, line_length, &wire));
	if (style == SMP_FRAME_STREAM)
		check(wire.len == smp_frame_wire_size(packet.len, line_length));
	rest = buf_span(&wire);
	check(smp_frame_decode(&receiver.decoder, &rest, &result) == SMP_FRAME_PACKET);
	check(span_equal(result.bytes, packet));
	check(smp_frame_decode(&receiver.decoder, &rest, &result) == SMP_FRAME_MORE);
}

static void take_packet(struct span packet)
{
	size_t line_length =
		SMP_LINE_LENGTH_MIN + packet.data[0] % (LINE_SIZE - SMP_LINE_LENGTH_MIN);

	send_and_receive(packet, SMP_FRAME_STREAM, SMP_LINE_LENGTH);
	send_and_receive(packet, SMP_FRAME_ZEPHYR, SMP_LINE_LENGTH);
	send_and_receive(packet, SMP_FRAME_STREAM, line_length);
}

/* Decode a piece and write down all that happens: kind, reason, line end, length, bytes. */
static void decode(struct receiver *receiver, struct span piece, struct buf *story)
{
	struct smp_frame_result result;
	enum smp_frame_event event;

	while ((event = smp_frame_decode(&receiver->decoder, &piece, &result)) != SMP_FRAME_MORE) {
		buf_append_byte(story, (uint8_t)event);
		if (event == SMP_FRAME_DROPPED) {
			check(smp_frame_drop_name(result.drop) != NULL);
			buf_append_byte(story, (uint8_t)result.drop);
			continue;
		}
		check(result.bytes.len > 0);
		buf_append_byte(story, result.ends_line);
		buf_append_byte(story, (uint8_t)(result.bytes.len >> 8));
		buf_append_byte(story, (uint8_t)result.bytes.len);
		buf_append_span(story, result.bytes);
		if (event == SMP_FRAME_PACKET)
			take_packet(result.bytes);
	}
	check(piece.len == 0);
}

static void compare(struct span input, bool any_header, struct buf *whole, struct buf *pieces)
{
	/* Some place to cut, not the same one for all inputs. */
	size_t cut = smp_crc16(0, input) % (input.len + 1);
	struct receiver receiver;

	buf_clear(whole);
	receiver_init(&receiver, any_header);
	decode(&receiver, input, whole);
	buf_clear(pieces);
	receiver_init(&receiver, any_header);
	decode(&receiver, span_sub(input, 0, cut), pieces);
	decode(&receiver, span_sub(input, cut, input.len), pieces);
	check(!whole->overflow);
	check(span_equal(buf_span(whole), buf_span(pieces)));
}

/* Taking prompts out at any moment may change what is text, and must never harm. */
static void take_prompts(struct span input)
{
	struct receiver receiver;
	uint8_t storage[STORY_SPARE];

	receiver_init(&receiver, false);
	for (size_t at = 0; at < input.len; at += 3) {
		struct buf story = BUF_OVER(storage);

		decode(&receiver, span_sub(input, at, 3), &story);
		check(smp_frame_decoder_take_partial_text(&receiver.decoder).len <= LINE_SIZE);
	}
	smp_frame_decoder_reset(&receiver.decoder);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t story_size = size * STORY_PER_BYTE + STORY_SPARE;
	uint8_t *storage = malloc(2 * story_size);
	struct buf whole = buf_over(storage, story_size);
	struct buf pieces = buf_over(storage + story_size, story_size);
	struct span input = span_make(data, size);

	check(storage != NULL);
	compare(input, false, &whole, &pieces);
	compare(input, true, &whole, &pieces);
	take_prompts(input);
	free(storage);
	return 0;
}
