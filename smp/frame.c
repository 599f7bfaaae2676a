/* SPDX-License-Identifier: Apache-2.0 */
/* Console framing in both directions, see frame.h. */
#include "smp/frame.h"

#include <string.h>

#include "base/endian.h"
#include "smp/base64.h"
#include "smp/crc16.h"
#include "smp/header.h"

enum { MARKER_SIZE = 2, LENGTH_SIZE = 2, CRC_SIZE = 2, GROUP_RAW = 3, GROUP_TEXT = 4 };

static const uint8_t start_marker[MARKER_SIZE] = { 0x06, 0x09 };
static const uint8_t continuation_marker[MARKER_SIZE] = { 0x04, 0x14 };

/*
 * Zephyr's later lines hold a group less and must still take a byte of data beside the CRC, so its
 * style needs room for three groups.
 */
static size_t line_length_min(enum smp_frame_style style)
{
	return style == SMP_FRAME_ZEPHYR ? SMP_LINE_LENGTH_MIN + 2 * GROUP_TEXT
					 : SMP_LINE_LENGTH_MIN;
}

/* Raw bytes that a full line carries. */
static size_t line_raw_size(size_t line_length)
{
	return (line_length - MARKER_SIZE - 1) / GROUP_TEXT * GROUP_RAW;
}

size_t smp_frame_wire_size(size_t packet_len, size_t line_length)
{
	size_t raw = packet_len + SMP_FRAME_OVERHEAD;
	size_t per_line = line_raw_size(line_length);

	return smp_base64_encoded_size(raw) + (raw + per_line - 1) / per_line * (MARKER_SIZE + 1);
}

/*
 * How many of the `left` raw bytes (CRC included) go on the next line. Zephyr gives the three bytes
 * reserved on its first line never back, and keeps the CRC whole: when the data would fit but the
 * CRC would not, the line is cut to whole groups (protocol.md 2.3).
 */
static size_t next_line_raw(size_t left, bool is_first, enum smp_frame_style style, size_t per_line)
{
	size_t data = left - CRC_SIZE;

	if (style == SMP_FRAME_ZEPHYR && !is_first)
		per_line -= GROUP_RAW;
	if (left <= per_line)
		return left;
	if (style == SMP_FRAME_ZEPHYR && data <= per_line)
		return (data - 1) / GROUP_RAW * GROUP_RAW;
	return per_line;
}

/*
 * The raw bytes of a frame are three pieces: length field, packet, CRC. This copies the part from
 * `at` that a line needs. Only lines at the two ends touch more than one piece.
 */
static void copy_raw(struct span packet, const uint8_t *length_field, const uint8_t *crc, size_t at,
	uint8_t *to, size_t len)
{
	for (; len > 0 && at < LENGTH_SIZE; at++, len--)
		*to++ = length_field[at];
	if (len > 0 && at - LENGTH_SIZE < packet.len) {
		size_t from = at - LENGTH_SIZE;
		size_t part = len < packet.len - from ? len : packet.len - from;

		memcpy(to, packet.data + from, part);
		to += part;
		at += part;
		len -= part;
	}
	for (; len > 0; at++, len--)
		*to++ = crc[at - LENGTH_SIZE - packet.len];
}

bool smp_frame_encode(
	struct span packet, enum smp_frame_style style, size_t line_length, struct buf *out)
{
	uint8_t raw[SMP_LINE_LENGTH_MAX];
	uint8_t length_field[LENGTH_SIZE], crc[CRC_SIZE];
	size_t per_line = line_raw_size(line_length);
	size_t before = out->len;
	size_t total = packet.len + SMP_FRAME_OVERHEAD;

	if (packet.len > SMP_PACKET_MAX || line_length < line_length_min(style) ||
		line_length > SMP_LINE_LENGTH_MAX)
		return false;
	put_be16(length_field, (uint16_t)(packet.len + CRC_SIZE));
	put_be16(crc, smp_crc16(0, packet));
	for (size_t at = 0; at < total;) {
		bool is_first = at == 0;
		size_t len = next_line_raw(total - at, is_first, style, per_line);
		size_t text = smp_base64_encoded_size(len);
		uint8_t *line = buf_reserve(out, MARKER_SIZE + text + 1);

		if (line == NULL) {
			out->len = before;
			return false;
		}
		copy_raw(packet, length_field, crc, at, raw, len);
		memcpy(line, is_first ? start_marker : continuation_marker, MARKER_SIZE);
		smp_base64_encode(span_make(raw, len), line + MARKER_SIZE);
		line[MARKER_SIZE + text] = '\n';
		buf_commit(out, MARKER_SIZE + text + 1);
		at += len;
	}
	return true;
}

const char *smp_frame_drop_name(enum smp_frame_drop drop)
{
	static const char *const names[SMP_DROP_COUNT] = {
		[SMP_DROP_BASE64] = "base64",
		[SMP_DROP_LENGTH] = "length",
		[SMP_DROP_OVERRUN] = "overrun",
		[SMP_DROP_CRC] = "crc",
		[SMP_DROP_HEADER] = "header",
		[SMP_DROP_RESTARTED] = "restarted",
		[SMP_DROP_CONTINUATION] = "continuation without start",
		[SMP_DROP_LINE] = "line too long",
		[SMP_DROP_BODY] = "body",
		[SMP_DROP_CUT] = "cut short",
	};

	return names[drop];
}

void smp_frame_decoder_init(struct smp_frame_decoder *decoder, struct buf line, struct buf packet)
{
	*decoder = (struct smp_frame_decoder){
		.line = line,
		.packet = packet,
		.checks_header = true,
	};
}

void smp_frame_decoder_accept_any_header(struct smp_frame_decoder *decoder)
{
	decoder->checks_header = false;
}

void smp_frame_decoder_reset(struct smp_frame_decoder *decoder)
{
	buf_clear(&decoder->line);
	buf_clear(&decoder->packet);
	decoder->segments = span_make(NULL, 0);
	decoder->line_in_buf = false;
	decoder->in_packet = false;
	decoder->skips_line = false;
}

/* Where the first marker of either kind begins; bytes.len when there is none. */
static size_t find_marker(struct span bytes)
{
	for (size_t i = 0; i + 1 < bytes.len; i++) {
		if (memcmp(bytes.data + i, start_marker, MARKER_SIZE) == 0 ||
			memcmp(bytes.data + i, continuation_marker, MARKER_SIZE) == 0)
			return i;
	}
	return bytes.len;
}

/*
 * Where the next marker begins behind the one at the front. Base64 digits hold no marker bytes, so
 * most often there is none, and memchr sees that quicker than find_marker.
 */
static size_t find_next_marker(struct span bytes)
{
	const uint8_t *rest = bytes.data + MARKER_SIZE;
	size_t len = bytes.len - MARKER_SIZE;

	if (memchr(rest, start_marker[0], len) == NULL &&
		memchr(rest, continuation_marker[0], len) == NULL)
		return bytes.len;
	return MARKER_SIZE + find_marker(span_make(rest, len));
}

static enum smp_frame_event drop_packet(struct smp_frame_decoder *decoder, enum smp_frame_drop why,
	struct smp_frame_result *ret_result)
{
	decoder->in_packet = false;
	*ret_result = (struct smp_frame_result){ .drop = why };
	return SMP_FRAME_DROPPED;
}

/* Called when bytes were added: is the packet complete, or already impossible? */
static enum smp_frame_event check_packet(
	struct smp_frame_decoder *decoder, struct smp_frame_result *ret_result)
{
	struct span raw = buf_span(&decoder->packet);
	struct smp_header header;
	struct span packet;
	size_t announced;

	if (raw.len < LENGTH_SIZE)
		return SMP_FRAME_MORE;
	announced = get_be16(raw.data);
	if (announced < SMP_HEADER_SIZE + CRC_SIZE || announced + LENGTH_SIZE > decoder->packet.cap)
		return drop_packet(decoder, SMP_DROP_LENGTH, ret_result);
	if (raw.len - LENGTH_SIZE < announced)
		return SMP_FRAME_MORE;
	if (raw.len - LENGTH_SIZE > announced)
		return drop_packet(decoder, SMP_DROP_OVERRUN, ret_result);
	packet = span_sub(raw, LENGTH_SIZE, announced - CRC_SIZE);
	if (smp_crc16(0, packet) != get_be16(packet.data + packet.len))
		return drop_packet(decoder, SMP_DROP_CRC, ret_result);
	smp_header_decode(packet, &header);
	if (decoder->checks_header && packet.len != SMP_HEADER_SIZE + (size_t)header.length)
		return drop_packet(decoder, SMP_DROP_HEADER, ret_result);
	decoder->in_packet = false;
	*ret_result = (struct smp_frame_result){ .bytes = packet };
	return SMP_FRAME_PACKET;
}

static bool is_blank(uint8_t byte)
{
	return byte == '\r' || byte == ' ' || byte == '\t';
}

/* The base64 text of one line, its marker already taken off. */
static enum smp_frame_event take_fragment(
	struct smp_frame_decoder *decoder, struct span text, struct smp_frame_result *ret_result)
{
	while (text.len > 0 && is_blank(text.data[text.len - 1]))
		text.len--;
	if (smp_base64_decode(text, &decoder->packet))
		return check_packet(decoder, ret_result);
	if (!decoder->packet.overflow)
		return drop_packet(decoder, SMP_DROP_BASE64, ret_result);
	/* A first line that is too much by itself: the packet is larger than we can hold. */
	return drop_packet(decoder,
		decoder->packet.len < LENGTH_SIZE ? SMP_DROP_LENGTH : SMP_DROP_OVERRUN, ret_result);
}

static enum smp_frame_event give_text(
	struct smp_frame_decoder *decoder, size_t len, struct smp_frame_result *ret_result)
{
	struct span all = decoder->segments;

	decoder->segments = span_sub(all, len, all.len);
	*ret_result = (struct smp_frame_result){
		.bytes = span_sub(all, 0, len),
		.ends_line = decoder->segments.len == 0 && decoder->line_ends,
	};
	return SMP_FRAME_TEXT;
}

/* Take the next segment, text or fragment, off the line in hand. */
static enum smp_frame_event take_segment(
	struct smp_frame_decoder *decoder, struct smp_frame_result *ret_result)
{
	struct span all = decoder->segments;
	size_t at = find_marker(all);
	bool is_start, was_in_packet = decoder->in_packet;
	size_t end;

	if (at > 0)
		return give_text(decoder, at, ret_result);
	end = find_next_marker(all);
	is_start = memcmp(all.data, start_marker, MARKER_SIZE) == 0;
	if (is_start && was_in_packet)
		return drop_packet(decoder, SMP_DROP_RESTARTED, ret_result);
	decoder->segments = span_sub(all, end, all.len);
	if (is_start) {
		decoder->in_packet = true;
		buf_clear(&decoder->packet);
	} else if (!was_in_packet) {
		return drop_packet(decoder, SMP_DROP_CONTINUATION, ret_result);
	}
	return take_fragment(decoder, span_sub(all, MARKER_SIZE, end - MARKER_SIZE), ret_result);
}

/* Move on to the next complete line. False when the input ends first. */
static bool take_line(struct smp_frame_decoder *decoder, struct span *input,
	enum smp_frame_event *ret_event, struct smp_frame_result *ret_result)
{
	const uint8_t *feed = input->len > 0 ? memchr(input->data, '\n', input->len) : NULL;
	size_t len = feed != NULL ? (size_t)(feed - input->data) : input->len;
	struct span part = span_sub(*input, 0, len);

	*ret_event = SMP_FRAME_MORE;
	*input = span_sub(*input, len + 1, input->len);
	if (decoder->skips_line) {
		decoder->skips_line = feed == NULL;
		return feed != NULL;
	}
	/* The limit holds here too: what is understood must not depend on how the bytes arrive. */
	if (feed != NULL && decoder->line.len == 0 && part.len <= decoder->line.cap) {
		decoder->segments = part; /* the usual case: no copy */
		decoder->line_ends = true;
		return true;
	}
	if (!buf_append_span(&decoder->line, part)) {
		buf_clear(&decoder->line);
		decoder->skips_line = feed == NULL;
		*ret_event = drop_packet(decoder, SMP_DROP_LINE, ret_result);
		return true;
	}
	if (feed == NULL)
		return false;
	decoder->segments = buf_span(&decoder->line);
	decoder->line_ends = true;
	decoder->line_in_buf = true;
	return true;
}

enum smp_frame_event smp_frame_decode(
	struct smp_frame_decoder *decoder, struct span *input, struct smp_frame_result *ret_result)
{
	for (;;) {
		enum smp_frame_event event;

		while (decoder->segments.len > 0) {
			event = take_segment(decoder, ret_result);
			if (event != SMP_FRAME_MORE)
				return event;
		}
		if (decoder->line_in_buf) {
			decoder->line_in_buf = false;
			buf_clear(&decoder->line);
		}
		if (input->len == 0 || !take_line(decoder, input, &event, ret_result))
			return SMP_FRAME_MORE;
		if (event != SMP_FRAME_MORE)
			return event;
	}
}

struct span smp_frame_decoder_take_partial_text(struct smp_frame_decoder *decoder)
{
	struct span partial = buf_span(&decoder->line);

	/* A first marker byte at the very end may be half a marker. */
	if (decoder->line_in_buf || find_marker(partial) < partial.len)
		return span_make(NULL, 0);
	if (partial.len > 0 && (partial.data[partial.len - 1] == start_marker[0] ||
				       partial.data[partial.len - 1] == continuation_marker[0]))
		return span_make(NULL, 0);
	decoder->line.len = 0;
	return partial;
}
