/* SPDX-License-Identifier: Apache-2.0 */
/* A host on a fake clock, see board.h. */
#include "tests/support/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "smp/frame.h"

enum { REPLY_TIMEOUT_US = 60 * 1000 * 1000, VECTOR_CHUNK = 256, HASH_MAX = 64 };

void host_open(struct host *host, const struct fakedev_config *config)
{
	struct err err = { 0 };

	memset(host, 0, sizeof(*host));
	host->now_us = 1000;
	host->version = SMP_VERSION_2;
	host->wire = BUF_OVER(host->wire_bytes);
	host->body = BUF_OVER(host->body_bytes);
	if (fakedev_create(config, host->now_us, &host->board, &err) != STATUS_OK)
		fail_msg("no board: %s", err.message);
}

void host_close(struct host *host)
{
	fakedev_destroy(host->board);
	host->board = NULL;
}

struct host *host_new(const char *options)
{
	struct host *host = malloc(sizeof(*host));
	struct fakedev_config config;

	assert_non_null(host);
	fakedev_config_default(&config);
	assert_int_equal(fakedev_config_parse(&config, options, ERR_IGNORED), STATUS_OK);
	host_open(host, &config);
	return host;
}

void host_free(struct host *host)
{
	host_close(host);
	free(host);
}

static void collect(struct host *host)
{
	size_t len;

	do {
		size_t room = host->wire.cap - host->wire.len;

		len = fakedev_tx(host->board, host->wire.data + host->wire.len, room, host->now_us);
		buf_commit(&host->wire, len);
	} while (len > 0);
}

/* Go to the next moment at which the board says that something happens; false when beyond. */
static bool step(struct host *host, uint64_t until_us)
{
	uint64_t next_us;

	collect(host);
	next_us = fakedev_next_wakeup_us(host->board, host->now_us);
	if (next_us > until_us)
		return false;
	assert_true(next_us > host->now_us);
	host->now_us = next_us;
	return true;
}

void host_run(struct host *host, uint64_t us)
{
	uint64_t until_us = host->now_us + us;

	while (step(host, until_us))
		;
	host->now_us = until_us;
	collect(host);
}

void host_settle(struct host *host, uint64_t us)
{
	uint64_t until_us = host->now_us + us;

	while (step(host, until_us))
		;
}

void host_send(struct host *host, struct span wire)
{
	while (wire.len > 0) {
		size_t taken = fakedev_rx(host->board, wire, host->now_us);

		wire = span_sub(wire, taken, wire.len);
		if (wire.len > 0 && taken == 0)
			assert_true(step(host, CLOCK_NEVER - 1));
	}
}

void host_send_packet(struct host *host, struct span packet)
{
	uint8_t storage[2 * HOST_PACKET_MAX];
	struct buf wire = BUF_OVER(storage);

	assert_true(smp_frame_encode(packet, SMP_FRAME_STREAM, SMP_LINE_LENGTH, &wire));
	host_send(host, buf_span(&wire));
}

void host_forget(struct host *host)
{
	buf_clear(&host->wire);
}

bool host_next_packet(struct host *host, struct buf *out)
{
	uint8_t line[SMP_LINE_LENGTH_MAX], packet[HOST_PACKET_MAX];
	struct smp_frame_decoder decoder;
	struct smp_frame_result result;
	struct span input = buf_span(&host->wire);
	enum smp_frame_event event;

	smp_frame_decoder_init(&decoder, BUF_OVER(line), BUF_OVER(packet));
	do {
		event = smp_frame_decode(&decoder, &input, &result);
	} while (event != SMP_FRAME_PACKET && event != SMP_FRAME_MORE);
	if (event == SMP_FRAME_MORE)
		return false;
	assert_true(buf_append_span(out, result.bytes));
	buf_consume(&host->wire, host->wire.len - input.len);
	return true;
}

static void put_request(
	struct host *host, enum smp_op op, uint16_t group, uint8_t command, struct buf *packet)
{
	struct smp_header header = {
		.op = (uint8_t)op,
		.version = host->version,
		.length = (uint16_t)host->body.len,
		.group = group,
		.sequence = host->sequence++,
		.command = command,
	};
	uint8_t bytes[SMP_HEADER_SIZE];

	smp_header_encode(&header, bytes);
	buf_append(packet, bytes, sizeof(bytes));
	buf_append_span(packet, buf_span(&host->body));
	buf_clear(&host->body);
}

bool host_request(struct host *host, enum smp_op op, uint16_t group, uint8_t command)
{
	uint8_t storage[HOST_PACKET_MAX];
	struct buf packet = BUF_OVER(storage);
	struct buf reply = BUF_OVER(host->reply_bytes);
	uint64_t until_us = host->now_us + REPLY_TIMEOUT_US;

	if (host->body.len == 0)
		body_put_map(&host->body, 0);
	assert_false(host->body.overflow);
	put_request(host, op, group, command, &packet);
	host_forget(host);
	host_send_packet(host, buf_span(&packet));
	host->reply = span_make(NULL, 0);
	do {
		collect(host);
		if (!host_next_packet(host, &reply))
			continue;
		host->reply = buf_span(&reply);
		assert_int_equal(reply.data[6], packet.data[6]);
		assert_int_equal(body_open(span_sub(host->reply, SMP_HEADER_SIZE, reply.len),
					 &host->map, ERR_IGNORED),
			STATUS_OK);
		return true;
	} while (step(host, until_us));
	return false;
}

uint64_t host_reply_uint(struct host *host, const char *key)
{
	uint64_t value = 0;

	if (body_get_uint(&host->map, key, UINT64_MAX, &value) != BODY_FOUND)
		fail_msg("no '%s' in the reply", key);
	return value;
}

unsigned host_reply_error(struct host *host)
{
	struct body_value error;
	uint64_t group, rc = 0;

	if (body_get(&host->map, "err", &error)) {
		assert_int_equal(body_get_uint(&error, "group", UINT16_MAX, &group), BODY_FOUND);
		assert_int_equal(body_get_uint(&error, "rc", UINT16_MAX, &rc), BODY_FOUND);
		return (unsigned)(group * 1000 + rc);
	}
	if (body_get_uint(&host->map, "rc", UINT16_MAX, &rc) != BODY_FOUND)
		rc = 0;
	return (unsigned)rc;
}

bool host_echo(struct host *host)
{
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "d");
	body_put_text(&host->body, "hello");
	return host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_ECHO);
}

void host_reset(struct host *host)
{
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	assert_int_equal(host_reply_error(host), 0);
	host_run(host, 1000 * 1000);
}

static void put_chunk(struct host *host, uint64_t image, struct span file, struct span sha,
	size_t off, size_t chunk)
{
	struct buf *body = &host->body;
	bool is_first = off == 0;

	body_put_map(body, is_first ? (sha.len > 0 ? 5 : 4) : 2);
	if (is_first) {
		body_put_text(body, "image");
		body_put_uint(body, image);
		body_put_text(body, "len");
		body_put_uint(body, file.len);
	}
	body_put_text(body, "off");
	body_put_uint(body, off);
	if (is_first && sha.len > 0) {
		body_put_text(body, "sha");
		body_put_bytes(body, sha);
	}
	body_put_text(body, "data");
	body_put_bytes(body, span_sub(file, off, chunk));
}

unsigned host_upload(
	struct host *host, uint64_t image, struct span file, struct span sha, size_t chunk)
{
	for (size_t off = 0; off < file.len; off = (size_t)host_reply_uint(host, "off")) {
		put_chunk(host, image, file, sha, off, chunk);
		if (!host_request(host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD))
			fail_msg("no reply to the chunk at %zu", off);
		if (host_reply_error(host) != 0)
			return host_reply_error(host);
	}
	return 0;
}

unsigned host_mark(struct host *host, struct span hash, bool confirm)
{
	body_put_map(&host->body, hash.len > 0 ? 2 : 1);
	if (hash.len > 0) {
		body_put_text(&host->body, "hash");
		body_put_bytes(&host->body, hash);
	}
	body_put_text(&host->body, "confirm");
	body_put_bool(&host->body, confirm);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_STATE));
	return host_reply_error(host);
}

struct file_map host_vector(const char *name)
{
	char path[512];
	struct file_map map;

	snprintf(path, sizeof(path), "%s/images/%s", TEST_VECTORS_DIR, name);
	assert_int_equal(file_map(path, 1 << 20, &map, ERR_IGNORED), STATUS_OK);
	return map;
}

void host_upload_vector(struct host *host, const char *name)
{
	struct file_map file = host_vector(name);

	assert_int_equal(host_upload(host, 0, file.bytes, span_make(NULL, 0), VECTOR_CHUNK), 0);
	file_unmap(&file);
}

unsigned host_mark_last(struct host *host, bool confirm)
{
	struct body_value images, entry;
	struct span hash = span_make(NULL, 0);
	struct body_iter iter;
	uint8_t copy[HASH_MAX];

	host_list(host);
	assert_true(body_get(&host->map, "images", &images));
	iter = body_iterate(&images);
	while (body_next(&iter, &entry))
		assert_int_equal(body_get_bytes(&entry, "hash", &hash), BODY_FOUND);
	assert_in_range(hash.len, 1, sizeof(copy));
	memcpy(copy, hash.data, hash.len);
	return host_mark(host, span_make(copy, hash.len), confirm);
}

void host_assert_no_complaint(const struct host *host)
{
	if (fakedev_complaint(host->board, 0) != NULL)
		fail_msg("complaint: %s", fakedev_complaint(host->board, 0));
}

void host_assert_complaint(const struct host *host, const char *text)
{
	const char *complaint = fakedev_complaint(host->board, 0);

	if (complaint == NULL || strstr(complaint, text) == NULL)
		fail_msg("complaint: %s", complaint != NULL ? complaint : "none");
}

static void describe_slot(const struct body_value *entry, struct buf *out)
{
	static const struct {
		const char *key;
		char letter;
	} flags[] = { { "active", 'a' }, { "confirmed", 'c' }, { "pending", 'p' },
		{ "permanent", 'P' } };
	struct span version = span_from_text("?");
	uint64_t image = 0, slot = 99;

	(void)body_get_uint(entry, "image", UINT32_MAX, &image);
	(void)body_get_uint(entry, "slot", UINT32_MAX, &slot);
	(void)body_get_text(entry, "version", &version);
	buf_format(out, "%s%u/%u %.*s", out->len > 0 ? ", " : "", (unsigned)image, (unsigned)slot,
		(int)version.len, (const char *)version.data);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		bool is_set = false;

		(void)body_get_bool(entry, flags[i].key, &is_set);
		if (is_set)
			buf_format(out, "%s%c", i == 0 ? " " : "", flags[i].letter);
		else if (i == 0)
			buf_append_text(out, " ");
	}
}

const char *host_list(struct host *host)
{
	struct buf text = BUF_OVER(host->body_bytes);
	struct body_value images, entry;
	struct body_iter iter;

	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_IMAGE, SMP_IMAGE_STATE));
	assert_int_equal(host_reply_error(host), 0);
	assert_true(body_get(&host->map, "images", &images));
	iter = body_iterate(&images);
	while (body_next(&iter, &entry))
		describe_slot(&entry, &text);
	return buf_text(&text);
}
