/* SPDX-License-Identifier: Apache-2.0 */
/* Replies as bytes of the line, good ones and bad ones, see wire.h. */
#include "fakedev/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "smp/base64.h"
#include "smp/header.h"

enum {
	LOG_LINE_MAX = 80,
	MARKER_SIZE = 2,
	GROUP_RAW = 3,
	GROUP_TEXT = 4,
	FRAMES_MAX = 3, /* stale, the reply itself, the reply again */
};

bool wire_create(struct wire *wire, const struct fakedev_config *config, size_t packet_max)
{
	*wire = (struct wire){
		.config = config,
		.random = (uint64_t)config->seed + 1,
		.scratch = malloc(packet_max),
		.scratch_cap = packet_max,
	};
	return wire->scratch != NULL;
}

void wire_destroy(struct wire *wire)
{
	free(wire->scratch);
	wire->scratch = NULL;
}

size_t wire_reply_max(size_t packet_max)
{
	/* A Zephyr server's later lines are shorter, which costs less than one line in twenty. */
	size_t frame = smp_frame_wire_size(packet_max, SMP_LINE_LENGTH) * 21 / 20 +
		       SMP_LINE_LENGTH + LOG_LINE_MAX;

	return FRAMES_MAX * frame + FRAMES_MAX * LOG_LINE_MAX;
}

/* xorshift64*: small, and the same everywhere. */
static uint32_t next_random(struct wire *wire)
{
	wire->random ^= wire->random >> 12;
	wire->random ^= wire->random << 25;
	wire->random ^= wire->random >> 27;
	return (uint32_t)(wire->random * UINT64_C(2685821657736338717) >> 32);
}

static bool has_fault(const struct wire *wire, enum fakedev_fault_kind kind, uint32_t number)
{
	return fakedev_config_fault(wire->config, kind, number) != NULL;
}

static void put_log_line(struct wire *wire, uint64_t now_us, struct buf *out)
{
	static const char *const texts[] = {
		"<inf> app: tick",
		"<dbg> sensor: sample taken",
		"<wrn> bt_hci: rx queue is nearly full",
		"<inf> main: still alive",
	};
	uint64_t uptime_us = now_us - wire->booted_us;

	buf_format(out, "[00:%02u:%02u.%03u,%03u] %s\r\n", (unsigned)(uptime_us / 60000000 % 60),
		(unsigned)(uptime_us / 1000000 % 60), (unsigned)(uptime_us / 1000 % 1000),
		(unsigned)(uptime_us % 1000),
		texts[next_random(wire) % (sizeof(texts) / sizeof(texts[0]))]);
}

static void put_noise(struct wire *wire, uint64_t now_us, struct buf *out)
{
	if (wire->config->text_noise && next_random(wire) % 2 == 0)
		put_log_line(wire, now_us, out);
}

void wire_put_shell_text(struct buf *out)
{
	buf_append_text(out, "uart:~$ \x1b[1;31msmp: command not found\x1b[m\r\nuart:~$ \r\n");
}

static void replace_body(struct buf *packet, const char *body, size_t len)
{
	packet->len = SMP_HEADER_SIZE;
	if (buf_append(packet, body, len))
		put_be16(packet->data + 2, (uint16_t)len);
}

/* Bend the packet before it is framed. */
static void spoil_packet(const struct wire *wire, uint32_t number, struct buf *packet)
{
	static const char far_too_many[] = { '\xba', '\x0f', '\xff', '\xff', '\xff' };
	static const char text[] = { '\x63', 'm', 'a', 'p' };

	if (has_fault(wire, FAULT_BAD_CBOR, number))
		replace_body(packet, far_too_many, sizeof(far_too_many));
	if (has_fault(wire, FAULT_NO_CBOR, number))
		replace_body(packet, text, sizeof(text));
	if (has_fault(wire, FAULT_BAD_HEADER, number))
		put_be16(packet->data + 2, (uint16_t)(get_be16(packet->data + 2) + 1));
}

/* The length field and the first byte of the packet share the first group of the first line. */
static void shorten_length(uint8_t *line)
{
	uint8_t raw[GROUP_RAW];
	struct buf out = BUF_OVER(raw);

	if (!smp_base64_decode(span_make(line + MARKER_SIZE, GROUP_TEXT), &out))
		return;
	put_be16(raw, (uint16_t)(get_be16(raw) - 2));
	smp_base64_encode(buf_span(&out), line + MARKER_SIZE);
}

/* Change a digit of the packet, which its checksum does not know of. */
static void break_checksum(uint8_t *line)
{
	uint8_t *digit = line + MARKER_SIZE + 2 * GROUP_TEXT;

	*digit = *digit == 'A' ? 'B' : 'A';
}

static void insert_log(struct wire *wire, size_t at, uint64_t now_us, struct buf *out)
{
	uint8_t storage[LOG_LINE_MAX];
	struct buf log = BUF_OVER(storage);
	size_t tail = out->len - at;

	put_log_line(wire, now_us, &log);
	if (buf_reserve(out, log.len) == NULL)
		return;
	memmove(out->data + at + log.len, out->data + at, tail);
	memcpy(out->data + at, log.data, log.len);
	buf_commit(out, log.len);
}

static void put_raw(
	struct wire *wire, uint32_t number, struct span packet, uint64_t now_us, struct buf *out)
{
	size_t at = out->len;

	if (buf_append_span(out, packet) && has_fault(wire, FAULT_LOG_INSIDE, number))
		insert_log(wire, at + SMP_HEADER_SIZE, now_us, out);
}

static void put_frame(
	struct wire *wire, uint32_t number, struct span packet, uint64_t now_us, struct buf *out)
{
	size_t at;

	put_noise(wire, now_us, out);
	at = out->len;
	if (wire->config->framing == FAKEDEV_RAW) {
		put_raw(wire, number, packet, now_us, out);
		return;
	}
	if (!smp_frame_encode(packet, wire->style, SMP_LINE_LENGTH, out))
		return;
	if (has_fault(wire, FAULT_BAD_LENGTH, number))
		shorten_length(out->data + at);
	if (has_fault(wire, FAULT_BAD_CRC, number))
		break_checksum(out->data + at);
	if (has_fault(wire, FAULT_LOG_INSIDE, number))
		insert_log(wire, at + MARKER_SIZE + 2 * GROUP_TEXT + 1, now_us, out);
}

void wire_put_reply(struct wire *wire, uint32_t request_number, struct span packet, uint64_t now_us,
	struct buf *out)
{
	struct buf bent = buf_over(wire->scratch, wire->scratch_cap);
	uint8_t *sequence = wire->scratch + 6;

	if (!buf_append_span(&bent, packet))
		return;
	if (has_fault(wire, FAULT_STALE_REPLY, request_number)) {
		--*sequence;
		put_frame(wire, request_number, buf_span(&bent), now_us, out);
		++*sequence;
	}
	spoil_packet(wire, request_number, &bent);
	put_frame(wire, request_number, buf_span(&bent), now_us, out);
	if (has_fault(wire, FAULT_DUPLICATE_REPLY, request_number))
		put_frame(wire, request_number, buf_span(&bent), now_us, out);
	put_noise(wire, now_us, out);
}
