/* SPDX-License-Identifier: Apache-2.0 */
/* Either way of laying packets on the line, see framing.h. */
#include "smp/framing.h"

size_t smp_framing_overhead(enum smp_framing framing)
{
	return framing == SMP_FRAMING_RAW ? 0 : SMP_FRAME_OVERHEAD;
}

size_t smp_framing_wire_size(enum smp_framing framing, size_t packet_len, size_t line_length)
{
	return framing == SMP_FRAMING_RAW ? packet_len
					  : smp_frame_wire_size(packet_len, line_length);
}

bool smp_framing_encode(
	enum smp_framing framing, struct span packet, size_t line_length, struct buf *out)
{
	if (framing == SMP_FRAMING_CONSOLE)
		return smp_frame_encode(packet, SMP_FRAME_STREAM, line_length, out);
	return packet.len <= SMP_PACKET_MAX && buf_append_span(out, packet);
}

void smp_framing_init(struct smp_framing_decoder *decoder, enum smp_framing framing,
	struct buf line, struct buf packet)
{
	decoder->framing = framing;
	if (framing == SMP_FRAMING_RAW)
		smp_raw_decoder_init(&decoder->as.raw, packet, false);
	else
		smp_frame_decoder_init(&decoder->as.console, line, packet);
}

void smp_framing_accept_requests(struct smp_framing_decoder *decoder)
{
	/* The markers of console framing tell a request from text as they do a reply. */
	if (decoder->framing == SMP_FRAMING_RAW)
		decoder->as.raw.accepts_requests = true;
}

enum smp_frame_event smp_framing_decode(struct smp_framing_decoder *decoder, struct span *input,
	struct smp_frame_result *ret_result)
{
	if (decoder->framing == SMP_FRAMING_RAW)
		return smp_raw_decode(&decoder->as.raw, input, ret_result);
	return smp_frame_decode(&decoder->as.console, input, ret_result);
}

bool smp_framing_borrows(const struct smp_framing_decoder *decoder)
{
	return decoder->framing == SMP_FRAMING_CONSOLE && decoder->as.console.segments.len > 0;
}

enum smp_frame_event smp_framing_give_up(
	struct smp_framing_decoder *decoder, struct smp_frame_result *ret_result)
{
	struct span text;

	if (decoder->framing == SMP_FRAMING_RAW)
		return smp_raw_give_up(&decoder->as.raw, ret_result);
	text = smp_frame_decoder_take_partial_text(&decoder->as.console);
	*ret_result = (struct smp_frame_result){ .bytes = text };
	return text.len > 0 ? SMP_FRAME_TEXT : SMP_FRAME_MORE;
}
