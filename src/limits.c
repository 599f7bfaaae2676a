/* SPDX-License-Identifier: Apache-2.0 */
/* How much a device takes at a time, see limits.h. */
#include "src/limits.h"

#include <inttypes.h>

#include "smp/window.h"
#include "src/device.h"

enum {
	BUF_SIZE_MIN = 64, /* a device with less could not take a first chunk */
	RAW_SECONDS = 2,   /* of a line, for one message: a second less than the server waits */
};

/* The longest message for a buffer of that size. */
static size_t message_max_for(const struct client *client, size_t buf_size)
{
	size_t max = buf_size - smp_framing_overhead(client_framing(client));
	size_t in_time = (size_t)client_bytes_per_second(client) * RAW_SECONDS;

	/* A server forgets a raw packet that takes the line too long (protocol.md 2.8). */
	if (client_framing(client) == SMP_FRAMING_RAW && in_time > BUF_SIZE_MIN && in_time < max)
		max = in_time;
	return max < SMP_PACKET_MAX ? max : SMP_PACKET_MAX;
}

/* Real servers lose the request that comes when buf_count are with them (observed.md). */
static enum status ask_limits(struct client *client, struct limits *limits, struct err *reterr)
{
	struct smp_os_params params;
	enum status status = device_params(client, &params, reterr);

	*limits = (struct limits){
		.message_max = SMP_MESSAGE_MAX_DEFAULT,
		.is_guessed = true,
		.window = 1,
	};
	if (status == STATUS_UNSUPPORTED) {
		err_clear(reterr);
		return STATUS_OK;
	}
	if (status != STATUS_OK)
		return err_wrap(reterr, "asking for the buffer size (os params)");
	if (params.buf_size < BUF_SIZE_MIN)
		return err_set(reterr, STATUS_PROTOCOL,
			"the device says that its buffers have only %" PRIu32 " bytes",
			params.buf_size);
	limits->is_guessed = false;
	limits->buf_count = params.buf_count;
	limits->message_max = message_max_for(client, params.buf_size);
	if (params.buf_count > SMP_WINDOW_MAX)
		limits->window = SMP_WINDOW_MAX;
	else if (params.buf_count > 1)
		limits->window = params.buf_count - 1;
	return STATUS_OK;
}

enum status limits_find(struct client *client, uint64_t message_max, unsigned window,
	struct limits *ret_limits, struct err *reterr)
{
	enum status status = ask_limits(client, ret_limits, reterr);

	if (status != STATUS_OK)
		return status;
	if (message_max > 0) {
		ret_limits->message_max = (size_t)message_max;
		ret_limits->is_guessed = false;
		ret_limits->is_chosen = true;
	}
	if (window > 0 && window < ret_limits->window)
		ret_limits->window = window;
	/*
	 * Where a byte of a raw packet is lost, the first one of the next packet completes it, and both
	 * are spoilt: only silence behind each keeps them apart (protocol.md 2.8).
	 */
	if (window == 0 && client_framing(client) == SMP_FRAMING_RAW)
		ret_limits->window = 1;
	return STATUS_OK;
}
