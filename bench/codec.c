/* SPDX-License-Identifier: Apache-2.0 */
/* The speed of the framing, see codec.h. */
#include "bench/codec.h"

#include <stdlib.h>

#include "base/clock.h"
#include "smp/frame.h"
#include "smp/header.h"

enum {
	ROUND_US = 100 * 1000, /* long enough for the clock, short enough for a quiet moment */
	ROUNDS = 5,
	FRAMES = 64, /* between two looks at the clock */
};

struct codec {
	struct span message;
	struct buf frames; /* FRAMES times the message, as lines */
	struct buf line, packet;
};

/* Bytes of no pattern, behind a header that is right. */
static void fill_message(uint8_t *message, size_t len)
{
	struct smp_header header = {
		.op = SMP_OP_WRITE,
		.group = SMP_GROUP_IMAGE,
		.command = SMP_IMAGE_UPLOAD,
		.length = (uint16_t)(len - SMP_HEADER_SIZE),
	};
	uint32_t state = 1;

	for (size_t i = SMP_HEADER_SIZE; i < len; i++) {
		state = state * UINT32_C(1664525) + UINT32_C(1013904223);
		message[i] = (uint8_t)(state >> 24);
	}
	smp_header_encode(&header, message);
}

static bool encode_frames(struct codec *codec)
{
	bool is_right = true;

	buf_clear(&codec->frames);
	for (unsigned i = 0; i < FRAMES; i++)
		is_right = smp_frame_encode(codec->message, SMP_FRAME_STREAM, SMP_LINE_LENGTH,
				   &codec->frames) &&
			   is_right;
	return is_right;
}

static bool decode_frames(struct codec *codec)
{
	struct span input = buf_span(&codec->frames);
	struct smp_frame_decoder decoder;
	struct smp_frame_result found;
	unsigned count = 0;

	smp_frame_decoder_init(&decoder, codec->line, codec->packet);
	while (smp_frame_decode(&decoder, &input, &found) == SMP_FRAME_PACKET)
		count += found.bytes.len == codec->message.len;
	return count == FRAMES;
}

/* The best of several rounds: what else the machine does only makes them slower. 0: it is wrong. */
static double measure(struct codec *codec, bool (*work)(struct codec *codec))
{
	struct clock clock = clock_monotonic();
	double best = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t begin_us = clock_now_us(&clock), elapsed_us;
		double bytes = 0, rate;

		do {
			if (!work(codec))
				return 0;
			bytes += (double)codec->message.len * FRAMES;
			elapsed_us = clock_now_us(&clock) - begin_us;
		} while (elapsed_us < ROUND_US);
		rate = bytes * 1e6 / (double)elapsed_us;
		best = rate > best ? rate : best;
	}
	return best;
}

enum status codec_measure(struct codec_speed *speed, struct err *reterr)
{
	size_t len = speed->message_len;
	size_t frames_size = FRAMES * smp_frame_wire_size(len, SMP_LINE_LENGTH);
	size_t packet_size = len + SMP_FRAME_OVERHEAD;
	uint8_t *memory = malloc(len + frames_size + packet_size + SMP_LINE_LENGTH);
	struct codec codec;

	if (memory == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	fill_message(memory, len);
	codec = (struct codec){
		.message = span_make(memory, len),
		.frames = buf_over(memory + len, frames_size),
		.packet = buf_over(memory + len + frames_size, packet_size),
		.line = buf_over(memory + len + frames_size + packet_size, SMP_LINE_LENGTH),
	};
	speed->encode_bytes_per_s = measure(&codec, encode_frames);
	speed->decode_bytes_per_s = measure(&codec, decode_frames);
	free(memory);
	if (speed->encode_bytes_per_s == 0 || speed->decode_bytes_per_s == 0)
		return err_set(reterr, STATUS_INTERNAL, "frames of %zu bytes come out wrong", len);
	return STATUS_OK;
}
