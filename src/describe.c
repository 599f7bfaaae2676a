/* SPDX-License-Identifier: Apache-2.0 */
/* The wire in words, see describe.h. */
#include "src/describe.h"

#include <stdlib.h>

#include "smp/body.h"
#include "smp/frame.h"
#include "smp/header.h"

enum { LINE_SIZE = SMP_LINE_LENGTH_MAX, BYTES_SHOWN_MAX = 32 };

/* One direction of the wire. */
struct listener {
	struct smp_frame_decoder decoder;
	uint8_t line[LINE_SIZE];
	uint8_t packet[SMP_PACKET_MAX + SMP_FRAME_OVERHEAD];
};

struct describer {
	struct listener to_device, from_device;
};

static const char *op_name(uint8_t op)
{
	static const char *const names[] = { "read", "read reply", "write", "write reply" };

	return op < sizeof(names) / sizeof(names[0]) ? names[op] : "unknown operation";
}

void describe_packet(struct span packet, struct buf *out)
{
	struct smp_header header;
	struct body_value body;
	struct span payload = span_sub(packet, SMP_HEADER_SIZE, packet.len);

	if (!smp_header_decode(packet, &header))
		return;
	buf_format(out, "v%u %s ", header.version + 1u, op_name(header.op));
	smp_describe_command(header.group, header.command, out);
	buf_format(out, ", sequence %u: ", header.sequence);
	if (body_open_any(payload, &body, ERR_IGNORED) == STATUS_OK)
		body_describe(&body, BYTES_SHOWN_MAX, out);
	else
		buf_format(out, "%zu bytes that are not sound CBOR", payload.len);
	buf_append_text(out, "\n");
}

static void describe_bytes(void *ctx, bool is_to_device, struct span bytes, struct buf *out)
{
	struct describer *describer = ctx;
	struct listener *listener = is_to_device ? &describer->to_device : &describer->from_device;
	struct smp_frame_result result;
	enum smp_frame_event event;

	while ((event = smp_frame_decode(&listener->decoder, &bytes, &result)) != SMP_FRAME_MORE) {
		if (event == SMP_FRAME_PACKET)
			describe_packet(result.bytes, out);
		else if (event == SMP_FRAME_DROPPED)
			buf_format(out, "damaged frame: %s\n", smp_frame_drop_name(result.drop));
	}
}

static void close_describer(void *ctx)
{
	free(ctx);
}

static void init_listener(struct listener *listener)
{
	smp_frame_decoder_init(
		&listener->decoder, BUF_OVER(listener->line), BUF_OVER(listener->packet));
}

enum status describe_open(struct trace_describer *ret_describer, struct err *reterr)
{
	struct describer *describer = calloc(1, sizeof(*describer));

	if (describer == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	init_listener(&describer->to_device);
	init_listener(&describer->from_device);
	*ret_describer = (struct trace_describer){
		.describe = describe_bytes,
		.close = close_describer,
		.ctx = describer,
	};
	return STATUS_OK;
}
