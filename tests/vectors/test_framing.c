/* SPDX-License-Identifier: Apache-2.0 */
/*
 * framing.json, made by an independent encoder (gen_framing.py), byte for byte in both directions.
 * Client and fake board share our framing code and could share a mistake; these vectors could not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "smp/body.h"
#include "smp/crc16.h"
#include "smp/frame.h"
#include "smp/header.h"
#include "tests/support/vectors.h"

enum {
	VECTOR_COUNT = 143,
	BOTH_STYLES_COUNT = 23, /* vectors that have their lines in both styles */
	OPAQUE_COUNT = 25,
	RECEIVE_COUNT = 17,
	CRC_COUNT = 5,
	WIRE_MAX = 4096,
	PACKET_MAX = 2048,
};

/* Vectors whose payload is filler: only their framing matters. */
static const char opaque_prefix[] = "boundary_packet_";

/* The one vector that is a header without any body, which servers accept. */
static const char without_body[] = "img_list_req_no_payload";

static int load(void **state)
{
	*state = vectors_load("framing.json");
	return 0;
}

static int unload(void **state)
{
	json_decref(*state);
	return 0;
}

/* The array `name`, which must have exactly `count` members: a vector that is lost is noticed. */
static json_t *array_of(void **state, const char *name, size_t count)
{
	json_t *array = json_object_get(*state, name);

	assert_int_equal(json_array_size(array), count);
	return array;
}

/* On a difference, say which vector it is. */
static void assert_bytes(
	const json_t *vector, const char *what, struct span got, struct span wanted)
{
	if (!span_equal(got, wanted))
		fail_msg("%s: %s differs", vectors_text(vector, "name"), what);
}

static void assert_number(const json_t *vector, const char *what, long long got, long long wanted)
{
	if (got != wanted)
		fail_msg("%s: %s is %lld and not %lld", vectors_text(vector, "name"), what, got,
			wanted);
}

/* The lines of `raw` in `style` are those of `member`. False when the vector lacks that member. */
static bool compare_wire(const json_t *vector, const char *member, enum smp_frame_style style)
{
	struct span raw = vectors_bytes(vector, "raw_hex");
	struct span wanted = vectors_bytes(vector, member);
	uint8_t storage[WIRE_MAX];
	struct buf wire = BUF_OVER(storage);
	bool is_there = wanted.len > 0;

	assert_true(smp_frame_encode(raw, style, SMP_LINE_LENGTH, &wire));
	if (is_there)
		assert_bytes(vector, member, buf_span(&wire), wanted);
	if (is_there && style == SMP_FRAME_STREAM)
		assert_number(vector, "wire size", (long long)wanted.len,
			(long long)smp_frame_wire_size(raw.len, SMP_LINE_LENGTH));
	vectors_free(raw);
	vectors_free(wanted);
	return is_there;
}

static void every_vector_is_encoded_as_its_sender_does(void **state)
{
	json_t *vectors = array_of(state, "vectors", VECTOR_COUNT);
	size_t stream = 0, zephyr = 0;
	json_t *vector;
	size_t i;

	json_array_foreach (vectors, i, vector) {
		bool is_zephyr = strcmp(vectors_text(vector, "sent_by"), "zephyr") == 0;

		assert_true(compare_wire(
			vector, "wire_hex", is_zephyr ? SMP_FRAME_ZEPHYR : SMP_FRAME_STREAM));
		stream += compare_wire(vector, "wire_hex_stream", SMP_FRAME_STREAM);
		zephyr += compare_wire(vector, "wire_hex_zephyr_server", SMP_FRAME_ZEPHYR);
	}
	assert_int_equal(stream, BOTH_STYLES_COUNT);
	assert_int_equal(zephyr, BOTH_STYLES_COUNT);
}

static void compare_line_lengths(
	const json_t *vector, const char *lengths_member, const char *wire_member)
{
	json_t *lengths = json_object_get(vector, lengths_member);
	struct span wire = vectors_bytes(vector, wire_member);
	struct span rest = wire;
	json_t *length;
	size_t i;

	json_array_foreach (lengths, i, length) {
		const uint8_t *feed = memchr(rest.data, '\n', rest.len);

		assert_non_null(feed);
		assert_number(
			vector, lengths_member, feed - rest.data + 1, json_integer_value(length));
		rest = span_sub(rest, (size_t)(feed - rest.data) + 1, rest.len);
	}
	assert_number(vector, "rest of the wire", (long long)rest.len, 0);
	vectors_free(wire);
}

static void every_wire_has_the_line_lengths_that_are_noted(void **state)
{
	json_t *vectors = array_of(state, "vectors", VECTOR_COUNT);
	json_t *vector;
	size_t i;

	json_array_foreach (vectors, i, vector) {
		assert_true(json_array_size(json_object_get(vector, "wire_line_lengths")) > 0);
		compare_line_lengths(vector, "wire_line_lengths", "wire_hex");
		compare_line_lengths(vector, "zephyr_line_lengths", "wire_hex_zephyr_server");
	}
}

static long long header_member(const json_t *vector, const char *name)
{
	json_t *member = json_object_get(json_object_get(vector, "header"), name);

	assert_true(json_is_integer(member));
	return json_integer_value(member);
}

static void every_header_has_the_fields_that_are_noted(void **state)
{
	json_t *vectors = array_of(state, "vectors", VECTOR_COUNT);
	json_t *vector;
	size_t i;

	json_array_foreach (vectors, i, vector) {
		struct span raw = vectors_bytes(vector, "raw_hex");
		uint8_t encoded[SMP_HEADER_SIZE];
		struct smp_header header;

		assert_true(smp_header_decode(raw, &header));
		assert_number(vector, "op", header.op, header_member(vector, "op"));
		assert_number(vector, "version", header.version, header_member(vector, "version"));
		assert_number(vector, "flags", header.flags, header_member(vector, "flags"));
		assert_number(vector, "length", header.length, header_member(vector, "len"));
		assert_number(vector, "group", header.group, header_member(vector, "group"));
		assert_number(vector, "sequence", header.sequence, header_member(vector, "seq"));
		assert_number(vector, "command", header.command, header_member(vector, "id"));
		assert_number(vector, "size", (long long)raw.len, SMP_HEADER_SIZE + header.length);
		smp_header_encode(&header, encoded);
		assert_bytes(vector, "header", span_make(encoded, sizeof(encoded)),
			span_sub(raw, 0, SMP_HEADER_SIZE));
		vectors_free(raw);
	}
}

static void compare_crcs(json_t *vectors, const char *data_member, const char *crc_member)
{
	json_t *vector;
	size_t i;

	json_array_foreach (vectors, i, vector) {
		struct span data = vectors_bytes(vector, data_member);
		long long wanted = strtol(vectors_text(vector, crc_member), NULL, 16);

		assert_number(vector, "crc", smp_crc16(0, data), wanted);
		vectors_free(data);
	}
}

static void every_crc_is_the_one_that_is_noted(void **state)
{
	compare_crcs(array_of(state, "crc16", CRC_COUNT), "data_hex", "crc");
	compare_crcs(array_of(state, "vectors", VECTOR_COUNT), "raw_hex", "crc16");
}

/* The wire holds exactly one packet, `raw`, and neither text nor damage. */
static void decode_wire(const json_t *vector, const char *member)
{
	struct span raw = vectors_bytes(vector, "raw_hex");
	struct span wire = vectors_bytes(vector, member);
	uint8_t line[SMP_LINE_LENGTH], packet[PACKET_MAX];
	struct smp_frame_decoder decoder;
	struct smp_frame_result result;
	struct span rest = wire;

	smp_frame_decoder_init(&decoder, BUF_OVER(line), BUF_OVER(packet));
	if (wire.len > 0) {
		assert_number(vector, "event", smp_frame_decode(&decoder, &rest, &result),
			SMP_FRAME_PACKET);
		assert_bytes(vector, member, result.bytes, raw);
	}
	assert_number(vector, "event", smp_frame_decode(&decoder, &rest, &result), SMP_FRAME_MORE);
	vectors_free(raw);
	vectors_free(wire);
}

static void every_wire_decodes_to_its_packet(void **state)
{
	json_t *vectors = array_of(state, "vectors", VECTOR_COUNT);
	json_t *vector;
	size_t i;

	json_array_foreach (vectors, i, vector) {
		assert_true(strlen(vectors_text(vector, "wire_hex")) > 0);
		decode_wire(vector, "wire_hex");
		decode_wire(vector, "wire_hex_stream");
		decode_wire(vector, "wire_hex_zephyr_server");
	}
}

static void every_body_is_a_sound_map_unless_it_is_filler(void **state)
{
	json_t *vectors = array_of(state, "vectors", VECTOR_COUNT);
	size_t opaque = 0;
	json_t *vector;
	size_t i;

	json_array_foreach (vectors, i, vector) {
		const char *name = vectors_text(vector, "name");
		struct span raw = vectors_bytes(vector, "raw_hex");
		struct body_value body;

		if (strncmp(name, opaque_prefix, strlen(opaque_prefix)) == 0)
			opaque++;
		else if (strcmp(name, without_body) == 0)
			assert_int_equal(raw.len, SMP_HEADER_SIZE);
		else
			assert_number(vector, "status of the body",
				body_open(span_sub(raw, SMP_HEADER_SIZE, raw.len), &body, NULL),
				STATUS_OK);
		vectors_free(raw);
	}
	assert_int_equal(opaque, OPAQUE_COUNT);
}

/*
 * Feed one of the "receive" cases in pieces of `piece_max` bytes and compare what comes out with
 * the packets and drops that the independent receiver saw.
 */
static void receive(const json_t *receive_case, size_t piece_max)
{
	json_t *packets = json_object_get(receive_case, "expect_packets_hex");
	json_t *drops = json_object_get(receive_case, "expect_drops");
	struct span wire = vectors_bytes(receive_case, "wire_hex");
	uint8_t line[SMP_LINE_LENGTH_MAX], packet[PACKET_MAX], hex_storage[2 * PACKET_MAX];
	size_t packet_count = 0, drop_count = 0;
	struct smp_frame_decoder decoder;

	smp_frame_decoder_init(&decoder, BUF_OVER(line), BUF_OVER(packet));
	for (size_t at = 0; at < wire.len; at += piece_max) {
		struct span piece = span_sub(wire, at, piece_max);
		struct smp_frame_result result;
		enum smp_frame_event event;

		while ((event = smp_frame_decode(&decoder, &piece, &result)) != SMP_FRAME_MORE) {
			struct buf hex = BUF_OVER(hex_storage);

			if (event == SMP_FRAME_PACKET) {
				text_append_hex(&hex, result.bytes);
				assert_string_equal(buf_text(&hex),
					json_string_value(json_array_get(packets, packet_count++)));
			} else if (event == SMP_FRAME_DROPPED) {
				assert_string_equal(smp_frame_drop_name(result.drop),
					json_string_value(json_array_get(drops, drop_count++)));
			}
		}
	}
	assert_number(receive_case, "packets", (long long)packet_count,
		(long long)json_array_size(packets));
	assert_number(
		receive_case, "drops", (long long)drop_count, (long long)json_array_size(drops));
	vectors_free(wire);
}

static void noisy_and_damaged_wires_give_the_packets_and_drops_that_are_noted(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, SIZE_MAX / 2 };
	json_t *cases = array_of(state, "receive", RECEIVE_COUNT);
	json_t *receive_case;
	size_t i;

	json_array_foreach (cases, i, receive_case) {
		for (size_t p = 0; p < sizeof(pieces) / sizeof(pieces[0]); p++)
			receive(receive_case, pieces[p]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_is_encoded_as_its_sender_does),
		cmocka_unit_test(every_wire_has_the_line_lengths_that_are_noted),
		cmocka_unit_test(every_header_has_the_fields_that_are_noted),
		cmocka_unit_test(every_crc_is_the_one_that_is_noted),
		cmocka_unit_test(every_wire_decodes_to_its_packet),
		cmocka_unit_test(every_body_is_a_sound_map_unless_it_is_filler),
		cmocka_unit_test(noisy_and_damaged_wires_give_the_packets_and_drops_that_are_noted),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
