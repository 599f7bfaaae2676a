/* SPDX-License-Identifier: Apache-2.0 */
/* Receiving packets that have nothing around them, see raw_frame.h. */
#include "smp/raw_frame.h"

#include "smp/body.h"
#include "smp/header.h"

void smp_raw_decoder_init(struct smp_raw_decoder *decoder, struct buf held, bool accepts_requests)
{
	*decoder = (struct smp_raw_decoder){ .held = held, .accepts_requests = accepts_requests };
	buf_clear(&decoder->held);
}

/* What may be a packet: all that is behind the text. */
static struct span candidate(const struct smp_raw_decoder *decoder)
{
	return span_sub(
		buf_span(&decoder->held), decoder->from + decoder->text_len, decoder->held.len);
}

/* May these bytes be the front of a packet, as far as they go? */
static bool may_be_packet(const struct smp_raw_decoder *decoder, struct span front)
{
	uint8_t padded[SMP_HEADER_SIZE] = { 0 };
	struct smp_header header;

	memcpy(padded, front.data, front.len < sizeof(padded) ? front.len : sizeof(padded));
	smp_header_decode(span_make(padded, sizeof(padded)), &header);
	if (header.op > SMP_OP_WRITE_RESPONSE || header.version > SMP_VERSION_2)
		return false;
	if (!decoder->accepts_requests && header.op != SMP_OP_READ_RESPONSE &&
		header.op != SMP_OP_WRITE_RESPONSE)
		return false;
	/* The upper three bits of the first byte are reserved. */
	return padded[0] >> 5 == 0 && header.flags == 0 &&
	       header.length <= decoder->held.cap - SMP_HEADER_SIZE;
}

static enum smp_frame_event give(struct smp_raw_decoder *decoder, enum smp_frame_event event,
	size_t len, bool ends_line, struct smp_frame_result *ret_result)
{
	*ret_result = (struct smp_frame_result){
		.bytes = span_sub(buf_span(&decoder->held), decoder->from, len),
		.ends_line = ends_line,
	};
	decoder->from += len + ends_line;
	decoder->text_len = 0;
	return event;
}

/*
 * The first byte of the candidate is text. A line is handed out when it ends, or when no header would
 * fit behind it any more.
 */
static enum smp_frame_event take_text_byte(
	struct smp_raw_decoder *decoder, struct smp_frame_result *ret_result)
{
	bool ends_line = decoder->held.data[decoder->from + decoder->text_len] == '\n';

	/* As in console framing, an empty line is nothing. */
	if (ends_line && decoder->text_len == 0) {
		decoder->from++;
		return SMP_FRAME_MORE;
	}
	if (ends_line)
		return give(decoder, SMP_FRAME_TEXT, decoder->text_len, true, ret_result);
	decoder->text_len++;
	if (decoder->text_len + SMP_HEADER_SIZE > decoder->held.cap)
		return give(decoder, SMP_FRAME_TEXT, decoder->text_len, false, ret_result);
	return SMP_FRAME_MORE;
}

/* All behind the first byte of the candidate is looked at anew. */
static enum smp_frame_event drop(struct smp_raw_decoder *decoder, enum smp_frame_drop why,
	struct smp_frame_result *ret_result)
{
	/* Nothing comes of it: the text before was handed out when the header was complete. */
	take_text_byte(decoder, ret_result);
	*ret_result = (struct smp_frame_result){ .drop = why };
	return SMP_FRAME_DROPPED;
}

/*
 * Look at the candidate: text, a packet, or SMP_FRAME_MORE and how many bytes it must have before
 * there is more to say.
 */
static enum smp_frame_event judge(
	struct smp_raw_decoder *decoder, size_t *ret_wanted, struct smp_frame_result *ret_result)
{
	struct span front = candidate(decoder);
	struct smp_header header;
	struct body_value map;

	*ret_wanted = SMP_HEADER_SIZE;
	if (front.len == 0)
		return SMP_FRAME_MORE;
	if (!may_be_packet(decoder, front)) {
		*ret_wanted = 0;
		return take_text_byte(decoder, ret_result);
	}
	if (!smp_header_decode(front, &header))
		return SMP_FRAME_MORE;
	if (decoder->text_len > 0)
		return give(decoder, SMP_FRAME_TEXT, decoder->text_len, false, ret_result);
	*ret_wanted = SMP_HEADER_SIZE + (size_t)header.length;
	if (front.len < *ret_wanted)
		return SMP_FRAME_MORE;
	if (body_open(span_sub(front, SMP_HEADER_SIZE, header.length), &map, ERR_IGNORED) !=
		STATUS_OK)
		return drop(decoder, SMP_DROP_BODY, ret_result);
	return give(decoder, SMP_FRAME_PACKET, *ret_wanted, false, ret_result);
}

/* Take so much that the candidate has `wanted` bytes, as far as they are there. */
static void take_input(struct smp_raw_decoder *decoder, size_t wanted, struct span *input)
{
	struct span part;

	buf_consume(&decoder->held, decoder->from);
	decoder->from = 0;
	part = span_sub(*input, 0, wanted - candidate(decoder).len);
	buf_append_span(&decoder->held, part);
	*input = span_sub(*input, part.len, input->len);
}

enum smp_frame_event smp_raw_decode(
	struct smp_raw_decoder *decoder, struct span *input, struct smp_frame_result *ret_result)
{
	for (;;) {
		size_t wanted;
		enum smp_frame_event event = judge(decoder, &wanted, ret_result);

		if (event != SMP_FRAME_MORE)
			return event;
		if (wanted == 0)
			continue;
		if (input->len == 0)
			return SMP_FRAME_MORE;
		take_input(decoder, wanted, input);
	}
}

enum smp_frame_event smp_raw_give_up(
	struct smp_raw_decoder *decoder, struct smp_frame_result *ret_result)
{
	enum smp_frame_event event = SMP_FRAME_MORE;

	if (candidate(decoder).len >= SMP_HEADER_SIZE)
		return drop(decoder, SMP_DROP_CUT, ret_result);
	while (event == SMP_FRAME_MORE && candidate(decoder).len > 0)
		event = take_text_byte(decoder, ret_result);
	if (event == SMP_FRAME_MORE && decoder->text_len > 0)
		event = give(decoder, SMP_FRAME_TEXT, decoder->text_len, false, ret_result);
	return event;
}
