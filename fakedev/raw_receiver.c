/* SPDX-License-Identifier: Apache-2.0 */
/* From bytes without framing to packets, see raw_receiver.h. */
#include "fakedev/raw_receiver.h"

#include <stdio.h>
#include <stdlib.h>

#include "smp/header.h"

enum { INPUT_TIMEOUT_US = 3000 * 1000 }; /* both servers' default */

enum status raw_receiver_create(
	struct raw_receiver *receiver, size_t packet_max, struct err *reterr)
{
	*receiver = (struct raw_receiver){
		.memory = malloc(packet_max),
		.memory_cap = packet_max,
	};
	if (receiver->memory == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	return STATUS_OK;
}

void raw_receiver_destroy(struct raw_receiver *receiver)
{
	free(receiver->memory);
	receiver->memory = NULL;
}

void raw_receiver_restart(struct raw_receiver *receiver, const struct raw_receiver_setup *setup)
{
	receiver->setup = *setup;
	receiver->packet = buf_over(receiver->memory, receiver->memory_cap);
}

bool raw_receiver_is_busy(const struct raw_receiver *receiver)
{
	return receiver->packet.len > 0;
}

/* All of the packet, or of its header where that is not there yet. */
static size_t size_to_reach(const struct raw_receiver *receiver)
{
	struct smp_header header;

	if (!smp_header_decode(buf_span(&receiver->packet), &header))
		return SMP_HEADER_SIZE;
	return SMP_HEADER_SIZE + (size_t)header.length;
}

size_t raw_receiver_wanted(const struct raw_receiver *receiver)
{
	return size_to_reach(receiver) - receiver->packet.len;
}

static bool is_request(const struct raw_receiver *receiver, const struct smp_header *header)
{
	if (receiver->setup.is_recovery)
		return header->op == SMP_OP_READ || header->op == SMP_OP_WRITE;
	return header->op <= SMP_OP_WRITE_RESPONSE;
}

/* The header is there: can it be? */
static bool is_fit(const struct raw_receiver *receiver, char *complaint, size_t cap)
{
	struct smp_header header = { 0 };
	size_t size = size_to_reach(receiver);

	smp_header_decode(buf_span(&receiver->packet), &header);
	if (!is_request(receiver, &header))
		snprintf(complaint, cap, "bytes that are no request");
	else if (size > receiver->setup.packet_max)
		snprintf(complaint, cap, "a packet of %zu bytes: the longest is %zu", size,
			receiver->setup.packet_max);
	else
		return true;
	return false;
}

/* Is it too late for the packet that is half received? */
static bool is_over(const struct raw_receiver *receiver, uint64_t at_us)
{
	return receiver->setup.has_timeout && raw_receiver_is_busy(receiver) &&
	       at_us >= receiver->counts_us + INPUT_TIMEOUT_US;
}

enum receiver_event raw_receiver_take(struct raw_receiver *receiver, struct span *bytes,
	uint64_t at_us, struct receiver_result *ret_result)
{
	ret_result->complaint[0] = '\0';
	if (is_over(receiver, at_us)) {
		buf_clear(&receiver->packet);
		return RECEIVER_LOST;
	}
	while (bytes->len > 0) {
		struct span part = span_sub(*bytes, 0, raw_receiver_wanted(receiver));

		if (receiver->setup.is_recovery || !raw_receiver_is_busy(receiver))
			receiver->counts_us = at_us;
		buf_append_span(&receiver->packet, part);
		*bytes = span_sub(*bytes, part.len, bytes->len);
		if (receiver->packet.len < SMP_HEADER_SIZE)
			return RECEIVER_MORE;
		if (!is_fit(receiver, ret_result->complaint, sizeof(ret_result->complaint))) {
			buf_clear(&receiver->packet);
			if (receiver->setup.is_recovery)
				*bytes = span_make(NULL, 0);
			return RECEIVER_LOST;
		}
		if (raw_receiver_wanted(receiver) == 0) {
			ret_result->packet = buf_span(&receiver->packet);
			receiver->packet.len = 0;
			return RECEIVER_PACKET;
		}
	}
	return RECEIVER_MORE;
}
