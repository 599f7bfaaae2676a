/* SPDX-License-Identifier: Apache-2.0 */
/* A line that loses frames, see loss.h. */
#include "bench/loss.h"

#include <string.h>

enum {
	FIRST_LINE = 0x06, /* the first byte of the markers (protocol.md 2.1) */
	LATER_LINE = 0x04,
	PIECE_SIZE = 4096,
};

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* A frame is lost with all of its lines, so only its first byte decides. */
static bool is_lost(struct loss_direction *direction, uint8_t byte)
{
	if (!direction->is_inside_line && byte == FIRST_LINE) {
		direction->frames++;
		direction->is_losing =
			next_random(&direction->random) % LOSS_CERTAIN < direction->per_10000;
		direction->lost += direction->is_losing;
	} else if (!direction->is_inside_line && byte != LATER_LINE) {
		direction->is_losing = false;
	}
	direction->is_inside_line = byte != '\n';
	return direction->is_losing;
}

static void blank_out(struct loss_direction *direction, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_lost(direction, bytes[i]) && bytes[i] != '\n')
			bytes[i] = ' ';
	}
}

static size_t loss_rx(void *device, struct span bytes, uint64_t now_us)
{
	struct loss *loss = device;
	struct loss_direction before = loss->to_board;
	uint8_t piece[PIECE_SIZE];
	size_t len = bytes.len < sizeof(piece) ? bytes.len : sizeof(piece);
	size_t taken;

	if (len == 0)
		return 0;
	memcpy(piece, bytes.data, len);
	blank_out(&loss->to_board, piece, len);
	taken = loss->inner.rx(loss->inner.device, span_make(piece, len), now_us);
	if (taken < len) {
		/* The rest will be offered again: as if it had not been looked at. */
		memcpy(piece, bytes.data, taken);
		loss->to_board = before;
		blank_out(&loss->to_board, piece, taken);
	}
	return taken;
}

static size_t loss_tx(void *device, uint8_t *data, size_t cap, uint64_t now_us)
{
	struct loss *loss = device;
	size_t len = loss->inner.tx(loss->inner.device, data, cap, now_us), kept = 0;

	for (size_t i = 0; i < len; i++) {
		if (!is_lost(&loss->to_host, data[i]))
			data[kept++] = data[i];
	}
	return kept;
}

static bool loss_is_present(void *device, uint64_t now_us)
{
	const struct loss *loss = device;

	return loss->inner.is_present(loss->inner.device, now_us);
}

static uint64_t loss_next_wakeup_us(void *device, uint64_t now_us)
{
	const struct loss *loss = device;

	return loss->inner.next_wakeup_us(loss->inner.device, now_us);
}

static void loss_close(void *device)
{
	const struct loss *loss = device;

	loss->inner.close(loss->inner.device);
}

/* Neighbouring seeds must not begin alike, and the generator must not begin with 0. */
static uint32_t spread(uint32_t seed)
{
	return (seed * UINT32_C(2654435761)) | 1;
}

struct loopback_peer loss_wrap(
	struct loss *loss, const struct loopback_peer *inner, uint32_t per_10000, uint32_t seed)
{
	*loss = (struct loss){
		.inner = *inner,
		.to_board = { .random = spread(2 * seed + 1), .per_10000 = per_10000 },
		.to_host = { .random = spread(2 * seed + 2), .per_10000 = per_10000 },
	};
	return (struct loopback_peer){
		.rx = loss_rx,
		.tx = loss_tx,
		.is_present = loss_is_present,
		.next_wakeup_us = loss_next_wakeup_us,
		.close = loss_close,
		.device = loss,
	};
}
