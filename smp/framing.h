/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How packets lie on the line: as lines of a console (frame.h), or raw (raw_frame.h). This is the seam
 * for those who speak either.
 */
#ifndef SMP_FRAMING_H
#define SMP_FRAMING_H

#include "smp/frame.h"
#include "smp/raw_frame.h"

enum smp_framing { SMP_FRAMING_CONSOLE, SMP_FRAMING_RAW };

enum {
	/*
	 * A server of raw packets forgets what it has half received when it is silent for so long
	 * (protocol.md 2.8: 3000 ms, and something for timers that are no better than that).
	 */
	SMP_RAW_REST_MS = 3100,
};

/* Bytes that framing takes in a server's buffer beside the packet. */
size_t smp_framing_overhead(enum smp_framing framing);

/* Bytes on the wire for a packet; `line_length` is that of console lines. */
size_t smp_framing_wire_size(enum smp_framing framing, size_t packet_len, size_t line_length);

/* As smp_frame_encode, in a client's style. */
bool smp_framing_encode(
	enum smp_framing framing, struct span packet, size_t line_length, struct buf *out);

struct smp_framing_decoder {
	enum smp_framing framing;
	union {
		struct smp_frame_decoder console;
		struct smp_raw_decoder raw;
	} as;
};

/*
 * `line` and `packet` as for smp_frame_decoder_init. In raw framing requests are no packets, unless
 * smp_framing_accept_requests says so.
 */
void smp_framing_init(struct smp_framing_decoder *decoder, enum smp_framing framing,
	struct buf line, struct buf packet);
void smp_framing_accept_requests(struct smp_framing_decoder *decoder);

enum smp_frame_event smp_framing_decode(struct smp_framing_decoder *decoder, struct span *input,
	struct smp_frame_result *ret_result);

/* Is the decoder still taking bytes apart that it was given, and has not copied? */
bool smp_framing_borrows(const struct smp_framing_decoder *decoder);

/*
 * The line is silent: hand out what may be looked at though more was expected, as
 * smp_frame_decoder_take_partial_text and smp_raw_give_up do. SMP_FRAME_MORE: nothing.
 */
enum smp_frame_event smp_framing_give_up(
	struct smp_framing_decoder *decoder, struct smp_frame_result *ret_result);

#endif
