/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw framing: SMP packets one behind the other and nothing around them (protocol.md 2.8). Encoding is
 * no work: the wire is the packet.
 *
 * There is no marker and no checksum, so the decoder goes by what a packet must be: its header has a
 * known operation and version, no flags and a length that can be, and its body is a CBOR map that ends
 * where the header says. Since a flags byte is 0, no text is ever taken for a header. What is no packet
 * is handed on as text; behind a packet that proves to be damaged, the decoder looks for the next one
 * from its second byte on, so that a lost byte does not cost the packet behind it.
 */
#ifndef SMP_RAW_FRAME_H
#define SMP_RAW_FRAME_H

#include "smp/frame.h"

struct smp_raw_decoder {
	struct buf held; /* what is not handed out yet, and in front of it what was */
	size_t from;     /* bytes in front that were handed out */
	size_t text_len; /* bytes behind them that are no packet */
	bool accepts_requests;
};

/*
 * `held` is the decoder's working memory, which must outlive it: its size is the longest packet. It
 * takes replies, and requests too where it is told so.
 */
void smp_raw_decoder_init(struct smp_raw_decoder *decoder, struct buf held, bool accepts_requests);

/* As smp_frame_decode; the bytes given are copied. */
enum smp_frame_event smp_raw_decode(
	struct smp_raw_decoder *decoder, struct span *input, struct smp_frame_result *ret_result);

/*
 * The line is silent, so what is half received will not be completed: SMP_FRAME_DROPPED for a packet,
 * behind whose first byte the next one may be found with smp_raw_decode; SMP_FRAME_TEXT for anything
 * else; SMP_FRAME_MORE when there is nothing.
 */
enum smp_frame_event smp_raw_give_up(
	struct smp_raw_decoder *decoder, struct smp_frame_result *ret_result);

#endif
