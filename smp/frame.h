/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Console framing: SMP packets as lines of base64 (protocol.md chapter 2).
 *
 * A packet of n bytes becomes be16(n + 2) | packet | be16(crc), cut into lines. The first line begins
 * with 06 09, each further one with 04 14; each ends with a line feed.
 *
 * The decoder is incremental and resynchronises at each marker, wherever in a line it stands: real
 * devices put prompts, escape sequences and log text before it. What is no frame is handed on as
 * text; what is a damaged frame is dropped with a reason, and never costs the packet behind it.
 */
#ifndef SMP_FRAME_H
#define SMP_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	SMP_LINE_LENGTH = 127,   /* bytes of a full line, line feed included */
	SMP_LINE_LENGTH_MIN = 7, /* marker, one group of base64, line feed */
	SMP_LINE_LENGTH_MAX = 8192,
	SMP_PACKET_MAX = 65533, /* the length field counts packet and CRC in 16 bits */
	SMP_FRAME_OVERHEAD = 4, /* length field and CRC; both sit in a server's buffer too */
};

/* Where a sender cuts its lines; receivers must accept both. */
enum smp_frame_style {
	SMP_FRAME_STREAM, /* clients and MCUboot: every line is full */
	SMP_FRAME_ZEPHYR, /* a Zephyr server: later lines are 4 shorter, the CRC is never split */
};

/* Bytes on the wire for a packet in SMP_FRAME_STREAM style (protocol.md 2.2). */
size_t smp_frame_wire_size(size_t packet_len, size_t line_length);

/*
 * Append the lines of `packet` to `out`. `line_length` counts the line feed. False (and `out` as it
 * was) when the packet is longer than SMP_PACKET_MAX or `out` has no room.
 */
bool smp_frame_encode(
	struct span packet, enum smp_frame_style style, size_t line_length, struct buf *out);

enum smp_frame_event {
	SMP_FRAME_MORE,    /* nothing yet: all input is used up */
	SMP_FRAME_PACKET,  /* a packet with a right CRC and a right header length */
	SMP_FRAME_TEXT,    /* bytes that are no frame */
	SMP_FRAME_DROPPED, /* a damaged packet */
};

enum smp_frame_drop {
	SMP_DROP_BASE64,  /* a character that is not base64, or a wrong number of them */
	SMP_DROP_LENGTH,  /* the announced length cannot be */
	SMP_DROP_OVERRUN, /* more bytes than announced */
	SMP_DROP_CRC,
	SMP_DROP_HEADER,       /* the header's length is not the packet's */
	SMP_DROP_RESTARTED,    /* a new packet began before this one was complete */
	SMP_DROP_CONTINUATION, /* a continuation line without a start */
	SMP_DROP_LINE,         /* a line longer than the decoder holds */
	/* in raw framing (raw_frame.h), which has no checksum */
	SMP_DROP_BODY, /* the body is no map that ends where the header says */
	SMP_DROP_CUT,  /* the rest never came */
};

#define SMP_DROP_COUNT (SMP_DROP_CUT + 1)

const char *smp_frame_drop_name(enum smp_frame_drop drop);

struct smp_frame_decoder {
	struct buf line;      /* a line of which only the front has arrived */
	struct buf packet;    /* length field, packet and CRC, as far as decoded */
	struct span segments; /* what is left of the line being taken apart */
	bool line_ends;       /* that line ended with a line feed */
	bool line_in_buf;     /* that line lies in `line`, which is free again afterwards */
	bool in_packet;
	bool skips_line; /* the rest of an overlong line is thrown away */
	bool checks_header;
};

struct smp_frame_result {
	struct span bytes; /* packet or text; valid until the next call */
	bool ends_line;    /* text: a line feed stood behind it */
	enum smp_frame_drop drop;
};

/*
 * `line` and `packet` are the decoder's working memory, they must outlive it. The size of `line` is
 * the longest line it understands, the size of `packet` (less SMP_FRAME_OVERHEAD) the longest packet.
 */
void smp_frame_decoder_init(struct smp_frame_decoder *decoder, struct buf line, struct buf packet);

/* Take packets whose header length differs from their own too, as a server does (rc 9). */
void smp_frame_decoder_accept_any_header(struct smp_frame_decoder *decoder);

/* Forget what is half received. */
void smp_frame_decoder_reset(struct smp_frame_decoder *decoder);

/*
 * Take bytes from the front of *input until something happens. Call again with the rest until it
 * says SMP_FRAME_MORE; until then the bytes given must stay where they are, since a line is not
 * copied when all of it is there.
 */
enum smp_frame_event smp_frame_decode(
	struct smp_frame_decoder *decoder, struct span *input, struct smp_frame_result *ret_result);

/*
 * The text of an unfinished line that holds no marker, for example a prompt: hands it out once and
 * forgets it. Empty when there is none.
 */
struct span smp_frame_decoder_take_partial_text(struct smp_frame_decoder *decoder);

#endif
