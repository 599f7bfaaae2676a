/* SPDX-License-Identifier: Apache-2.0 */
/* Opening the device that the options name, see port.h. */
#include "src/port.h"

#include <stdlib.h>
#include <sys/random.h>

#include "base/text.h"
#include "src/board.h"
#include "src/describe.h"
#include "transport/trace.h"

static const struct transport_scheme schemes[] = {
	{ "loopback", "a fake board inside the program: loopback:NAME,key=value,...",
		board_open_loopback },
};

const struct transport_scheme *port_schemes(size_t *ret_count)
{
	*ret_count = sizeof(schemes) / sizeof(schemes[0]);
	return schemes;
}

/* Sequence numbers start at random, so that late answers to an earlier run are not taken for ours. */
static uint8_t random_sequence(void)
{
	uint8_t sequence = 0;

	/* A failure leaves 0, which is as good as any number now and then. */
	(void)!getrandom(&sequence, sizeof(sequence), GRND_NONBLOCK);
	return sequence;
}

static void show_device_text(void *ctx, struct span text, bool ends_line)
{
	uint8_t storage[512];
	struct buf line = BUF_OVER(storage);

	/* Lines end with CR LF; the CR is no part of what the device wanted to say. */
	if (ends_line && text.len > 0 && text.data[text.len - 1] == '\r')
		text.len--;
	text_append_escaped(&line, text);
	output_detail(ctx, "device: %s", buf_text(&line));
}

static void show_retry(void *ctx, unsigned try_number)
{
	output_detail(ctx, "no reply to try %u, trying again", try_number);
}

static enum status open_transport(
	const struct settings *settings, struct transport **ret_transport, struct err *reterr)
{
	struct transport_options options = {
		.baud = (uint32_t)settings->baud,
		.flow = (enum transport_flow)settings->flow,
		.dtr = (enum transport_line)settings->dtr,
		.rts = (enum transport_line)settings->rts,
	};
	struct trace_describer describer;
	enum status status;

	status = transport_open(settings->port, schemes, sizeof(schemes) / sizeof(schemes[0]),
		&options, ret_transport, reterr);
	if (status != STATUS_OK || settings->trace == NULL)
		return status;
	status = describe_open(&describer, reterr);
	if (status != STATUS_OK) {
		transport_close(*ret_transport);
		return status;
	}
	return trace_open(*ret_transport, settings->trace, &describer, ret_transport, reterr);
}

enum status port_open(const struct settings *settings, int interrupt_fd, struct output *output,
	struct client **ret_client, struct err *reterr)
{
	struct client_config config = {
		.session = {
			.message_max = (size_t)settings->mtu,
			.line_length = (size_t)settings->line_length,
			.timeout_ms = (uint32_t)settings->timeout_ms,
			.tries = (unsigned)settings->tries,
			.version = (enum smp_version_choice)settings->smp_version,
			.first_sequence = random_sequence(),
		},
		.clock = clock_monotonic(),
		.interrupt_fd = interrupt_fd,
		.listener = { show_device_text, show_retry, output },
	};
	enum status status;

	if (settings->port == NULL) {
		err_set(reterr, STATUS_USAGE, "no port was named");
		return err_hint(reterr, "say where the device is, for example -p /dev/ttyACM0; "
					"-p loopback is a fake board to try things on");
	}
	status = open_transport(settings, &config.transport, reterr);
	if (status != STATUS_OK)
		return status;
	config.session.bytes_per_second = config.transport->bytes_per_second;
	return client_open(&config, ret_client, reterr);
}
