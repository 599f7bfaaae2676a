/* SPDX-License-Identifier: Apache-2.0 */
/* A sender without latency, see ideal.h. */
#include "bench/ideal.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "image/digest.h"
#include "smp/frame.h"
#include "smp/message.h"
#include "smp/upload_chunk.h"

enum { READ_SIZE = 4096, REPLY_MAX = 1024 };

struct ideal {
	struct fakedev *board;
	const struct ideal_setup *setup;
	struct smp_upload_config config; /* for the encoding of chunks */
	uint64_t next, acknowledged;     /* bytes of the image */
	unsigned in_flight;
	uint8_t sequence;
	struct buf packet; /* the request that is being built */
	struct buf lines;  /* what the line has not taken of it */
	struct smp_frame_decoder decoder;
	uint8_t line[SMP_LINE_LENGTH], reply[REPLY_MAX];
};

static enum status build_request(struct ideal *ideal, struct err *reterr)
{
	size_t len = smp_upload_chunk_size(&ideal->config, ideal->next, ideal->setup->message_max);
	struct smp_header header = {
		.op = SMP_OP_WRITE,
		.version = SMP_VERSION_2,
		.group = SMP_GROUP_IMAGE,
		.command = SMP_IMAGE_UPLOAD,
		.sequence = ideal->sequence++,
	};
	uint8_t bytes[SMP_HEADER_SIZE] = { 0 };

	buf_clear(&ideal->packet);
	buf_append(&ideal->packet, bytes, sizeof(bytes));
	smp_upload_put_chunk(&ideal->config, ideal->next, len, &ideal->packet);
	header.length = (uint16_t)(ideal->packet.len - SMP_HEADER_SIZE);
	smp_header_encode(&header, ideal->packet.data);
	buf_clear(&ideal->lines);
	if (len == 0 || ideal->packet.overflow ||
		!smp_frame_encode(
			buf_span(&ideal->packet), SMP_FRAME_STREAM, SMP_LINE_LENGTH, &ideal->lines))
		return err_set(reterr, STATUS_INTERNAL, "no request at %" PRIu64, ideal->next);
	ideal->next += len;
	ideal->in_flight++;
	return STATUS_OK;
}

static bool may_send(const struct ideal *ideal)
{
	if (ideal->next == ideal->config.file.len || ideal->lines.len > 0)
		return false;
	if (ideal->setup->sends_first_alone && ideal->next > 0 && ideal->acknowledged == 0)
		return false;
	return ideal->in_flight < ideal->setup->window;
}

static enum status send(struct ideal *ideal, uint64_t now_us, struct err *reterr)
{
	do {
		if (may_send(ideal) && build_request(ideal, reterr) != STATUS_OK)
			return reterr->status;
		buf_consume(
			&ideal->lines, fakedev_rx(ideal->board, buf_span(&ideal->lines), now_us));
	} while (may_send(ideal));
	return STATUS_OK;
}

/* Replies come in the order of the requests, so each must lead forward. */
static enum status take_reply(struct ideal *ideal, struct span packet, struct err *reterr)
{
	struct smp_reply reply = { .body = span_sub(packet, SMP_HEADER_SIZE, packet.len) };
	struct body_value map;
	uint64_t offset = 0;

	if (!smp_header_decode(packet, &reply.header))
		return err_set(reterr, STATUS_INTERNAL, "a reply without a header");
	if (smp_reply_open(&reply, &map, reterr) != STATUS_OK)
		return reterr->status;
	if (body_get_uint(&map, "off", UINT64_MAX, &offset) != BODY_FOUND ||
		offset <= ideal->acknowledged || ideal->in_flight == 0)
		return err_set(reterr, STATUS_INTERNAL,
			"the board lost a chunk behind %" PRIu64 " of the ideal sender",
			ideal->acknowledged);
	ideal->acknowledged = offset;
	ideal->in_flight--;
	return STATUS_OK;
}

static enum status receive(struct ideal *ideal, uint64_t now_us, struct err *reterr)
{
	uint8_t bytes[READ_SIZE];
	struct span input =
		span_make(bytes, fakedev_tx(ideal->board, bytes, sizeof(bytes), now_us));
	struct smp_frame_result found;
	enum smp_frame_event event;

	while ((event = smp_frame_decode(&ideal->decoder, &input, &found)) != SMP_FRAME_MORE) {
		if (event == SMP_FRAME_PACKET &&
			take_reply(ideal, found.bytes, reterr) != STATUS_OK)
			return reterr->status;
	}
	return STATUS_OK;
}

static enum status run(struct ideal *ideal, uint64_t *now_us, struct err *reterr)
{
	while (ideal->acknowledged < ideal->config.file.len) {
		uint64_t next_us;

		if (send(ideal, *now_us, reterr) != STATUS_OK ||
			receive(ideal, *now_us, reterr) != STATUS_OK)
			return reterr->status;
		if (may_send(ideal) || ideal->acknowledged == ideal->config.file.len)
			continue;
		next_us = fakedev_next_wakeup_us(ideal->board, *now_us);
		if (next_us == CLOCK_NEVER)
			return err_set(reterr, STATUS_INTERNAL,
				"the board fell silent at %" PRIu64 " of the ideal sender",
				ideal->acknowledged);
		*now_us = next_us > *now_us ? next_us : *now_us;
	}
	return STATUS_OK;
}

enum status ideal_upload(struct fakedev *board, struct span image, const struct ideal_setup *setup,
	uint64_t *now_us, struct err *reterr)
{
	size_t wire_size = smp_frame_wire_size(setup->message_max, SMP_LINE_LENGTH);
	uint8_t *memory = malloc(setup->message_max + wire_size);
	struct ideal ideal = {
		.board = board,
		.setup = setup,
		.config = { .file = image },
	};
	uint8_t sha[DIGEST_SIZE_MAX];
	enum status status;

	if (memory == NULL || !digest_compute(DIGEST_SHA256, image, sha)) {
		free(memory);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	ideal.config.sha = span_make(sha, DIGEST_SHA256_SIZE);
	ideal.packet = buf_over(memory, setup->message_max);
	ideal.lines = buf_over(memory + setup->message_max, wire_size);
	smp_frame_decoder_init(&ideal.decoder, BUF_OVER(ideal.line), BUF_OVER(ideal.reply));
	status = run(&ideal, now_us, reterr);
	free(memory);
	return status;
}
