/* SPDX-License-Identifier: Apache-2.0 */
/* From lines to packets as a server sees them, see receiver.h. */
#include "fakedev/receiver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "smp/base64.h"

enum { MARKER_SIZE = 2, CRC_SIZE = 2 };

enum marker { MARKER_NONE, MARKER_START, MARKER_CONTINUATION };

enum status receiver_create(
	struct receiver *receiver, size_t line_max, size_t packet_max, struct err *reterr)
{
	size_t packet_cap = packet_max + SMP_FRAME_OVERHEAD;
	uint8_t *memory = malloc(line_max + packet_cap);

	if (memory == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	*receiver = (struct receiver){
		.memory = memory,
		.line_cap = line_max,
		.packet_cap = packet_cap,
	};
	return STATUS_OK;
}

void receiver_destroy(struct receiver *receiver)
{
	free(receiver->memory);
	receiver->memory = NULL;
}

void receiver_restart(struct receiver *receiver, const struct receiver_setup *setup)
{
	size_t packet_cap = setup->packet_max + SMP_FRAME_OVERHEAD;

	receiver->setup = *setup;
	smp_frame_decoder_init(&receiver->decoder, buf_over(receiver->memory, setup->line_length),
		buf_over(receiver->memory + receiver->line_cap, packet_cap));
	smp_frame_decoder_accept_any_header(&receiver->decoder);
}

static enum marker marker_at(const uint8_t *bytes)
{
	if (bytes[0] == 0x06 && bytes[1] == 0x09)
		return MARKER_START;
	if (bytes[0] == 0x04 && bytes[1] == 0x14)
		return MARKER_CONTINUATION;
	return MARKER_NONE;
}

bool receiver_is_start(struct span bytes)
{
	return bytes.len >= MARKER_SIZE && marker_at(bytes.data) == MARKER_START;
}

bool receiver_is_continuation(struct span bytes)
{
	return bytes.len >= MARKER_SIZE && marker_at(bytes.data) == MARKER_CONTINUATION;
}

/* Where the first marker at or behind `from` begins; bytes.len when there is none. */
static size_t find_marker(struct span bytes, size_t from)
{
	for (size_t i = from; i + 1 < bytes.len; i++) {
		if (marker_at(bytes.data + i) != MARKER_NONE)
			return i;
	}
	return bytes.len;
}

bool receiver_has_marker(struct span bytes)
{
	for (size_t i = 0; i + 1 < bytes.len; i++) {
		if (marker_at(bytes.data + i) == MARKER_START)
			return true;
	}
	return false;
}

/* The length that the first line of a frame announces; 0 when it cannot be read. */
static size_t announced_packet(struct span line)
{
	uint8_t raw[3];
	struct buf out = BUF_OVER(raw);
	struct span group = span_sub(line, MARKER_SIZE, 4);

	if (!smp_base64_decode(group, &out) || out.len < 2)
		return 0;
	return get_be16(raw) >= CRC_SIZE ? (size_t)get_be16(raw) - CRC_SIZE : 0;
}

bool receiver_is_busy(const struct receiver *receiver)
{
	return receiver->decoder.in_packet;
}

void receiver_interrupt(struct receiver *receiver)
{
	smp_frame_decoder_reset(&receiver->decoder);
}

static enum receiver_event lose(struct receiver *receiver, struct receiver_result *ret_result)
{
	receiver_interrupt(receiver);
	ret_result->packet = span_make(NULL, 0);
	return RECEIVER_LOST;
}

static enum receiver_event drop(
	struct receiver *receiver, enum smp_frame_drop why, struct receiver_result *ret_result)
{
	/* The rest of a frame whose loss is noted already. */
	if (why == SMP_DROP_CONTINUATION)
		return RECEIVER_MORE;
	snprintf(ret_result->complaint, sizeof(ret_result->complaint), "a damaged frame (%s)",
		smp_frame_drop_name(why));
	return lose(receiver, ret_result);
}

/* A whole line that begins with a marker, its line feed included. */
static enum receiver_event take_frame_line(
	struct receiver *receiver, struct span line, struct receiver_result *ret_result)
{
	struct smp_frame_result found;

	for (;;) {
		switch (smp_frame_decode(&receiver->decoder, &line, &found)) {
		case SMP_FRAME_MORE:
		case SMP_FRAME_TEXT:
			return RECEIVER_MORE;
		case SMP_FRAME_PACKET:
			ret_result->packet = found.bytes;
			return RECEIVER_PACKET;
		case SMP_FRAME_DROPPED:
			/* The new frame is still to be taken from the same line. */
			if (found.drop == SMP_DROP_RESTARTED)
				continue;
			return drop(receiver, found.drop, ret_result);
		}
	}
}

/* Is there a reason for which a server does not even decode this line? */
static bool is_line_fit(
	const struct receiver *receiver, struct span line, char *complaint, size_t cap)
{
	size_t packet = marker_at(line.data) == MARKER_START ? announced_packet(line) : 0;

	if (find_marker(line, MARKER_SIZE) < line.len)
		snprintf(complaint, cap, "a damaged frame (a marker within the line)");
	else if (receiver->setup.refuses_cr && line.len > 1 && line.data[line.len - 2] == '\r')
		snprintf(complaint, cap, "a line that ends with CR LF: MCUboot takes LF only");
	else if (packet > receiver->setup.packet_max)
		snprintf(complaint, cap, "a packet of %zu bytes: the longest is %zu", packet,
			receiver->setup.packet_max);
	else
		return true;
	return false;
}

enum receiver_event receiver_take(
	struct receiver *receiver, struct span line, struct receiver_result *ret_result)
{
	size_t cap = sizeof(ret_result->complaint);

	if (line.len < MARKER_SIZE || find_marker(line, 0) == line.len)
		return RECEIVER_MORE; /* text, or a lone line feed */
	if (marker_at(line.data) == MARKER_NONE) {
		snprintf(ret_result->complaint, cap, "a marker that does not begin its line");
		return lose(receiver, ret_result);
	}
	if (!is_line_fit(receiver, line, ret_result->complaint, cap))
		return lose(receiver, ret_result);
	return take_frame_line(receiver, line, ret_result);
}
