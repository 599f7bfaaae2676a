/* SPDX-License-Identifier: Apache-2.0 */
/* The wire in words, see describe.h. */
#include "src/describe.h"

#include <stdlib.h>

#include "smp/body.h"
#include "smp/framing.h"
#include "smp/header.h"

enum { LINE_SIZE = SMP_LINE_LENGTH_MAX, BYTES_SHOWN_MAX = 32 };

/* One direction of the wire, in one framing. */
struct listener {
	struct smp_framing_decoder decoder;
	uint8_t line[LINE_SIZE];
	uint8_t packet[SMP_PACKET_MAX + SMP_FRAME_OVERHEAD];
};

enum { FRAMINGS = SMP_FRAMING_RAW + 1 };

struct describer {
	bool may_be[FRAMINGS];
	struct listener to_device[FRAMINGS], from_device[FRAMINGS];
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

static void listen(struct listener *listener, struct span bytes, bool shows_damage, struct buf *out)
{
	struct smp_frame_result result;
	enum smp_frame_event event;

	while ((event = smp_framing_decode(&listener->decoder, &bytes, &result)) !=
		SMP_FRAME_MORE) {
		if (event == SMP_FRAME_PACKET)
			describe_packet(result.bytes, out);
		else if (event == SMP_FRAME_DROPPED && shows_damage)
			buf_format(out, "damaged frame: %s\n", smp_frame_drop_name(result.drop));
	}
}

static void describe_bytes(void *ctx, bool is_to_device, struct span bytes, struct buf *out)
{
	struct describer *describer = ctx;
	/* What is damaged in one framing may be sound in the other. */
	bool shows_damage =
		!describer->may_be[SMP_FRAMING_CONSOLE] || !describer->may_be[SMP_FRAMING_RAW];

	for (size_t i = 0; i < FRAMINGS; i++) {
		if (describer->may_be[i])
			listen(is_to_device ? &describer->to_device[i] : &describer->from_device[i],
				bytes, shows_damage, out);
	}
}

static void close_describer(void *ctx)
{
	free(ctx);
}

static void init_listener(struct listener *listener, enum smp_framing framing)
{
	smp_framing_init(
		&listener->decoder, framing, BUF_OVER(listener->line), BUF_OVER(listener->packet));
	smp_framing_accept_requests(&listener->decoder);
}

enum status describe_open(bool may_be_console, bool may_be_raw,
	struct trace_describer *ret_describer, struct err *reterr)
{
	struct describer *describer = calloc(1, sizeof(*describer));

	if (describer == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	describer->may_be[SMP_FRAMING_CONSOLE] = may_be_console;
	describer->may_be[SMP_FRAMING_RAW] = may_be_raw;
	for (size_t i = 0; i < FRAMINGS; i++) {
		init_listener(&describer->to_device[i], (enum smp_framing)i);
		init_listener(&describer->from_device[i], (enum smp_framing)i);
	}
	*ret_describer = (struct trace_describer){
		.describe = describe_bytes,
		.close = close_describer,
		.ctx = describer,
	};
	return STATUS_OK;
}
