/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packets with nothing around them. Each case runs the decoder over a wire in every way of cutting it in
 * two, and byte by byte, and expects the same story each time: a line of words, in which P is a packet
 * (in hex), T text (with $ where a line feed stood behind it) and D a drop with its reason.
 */
#include "smp/raw_frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "smp/header.h"
#include "tests/support/vectors.h"

/* Two replies (protocol.md 2.7). */
#define ECHO                   \
	"\x0b\0\0\x0a\0\0\x01" \
	"\0\xbf\x61r\x65hello\xff"
#define ECHO_HEX   "0b00000a00000100bf61726568656c6c6fff"
#define UPLOAD     "\x0b\0\0\x08\0\x01\x1e\x01\xbf\x63off\x18\x20\xff"
#define UPLOAD_HEX "0b00000800011e01bf636f66661820ff"

enum { HELD_SIZE = 64, STORY_SIZE = 8192, WIRE_MAX = 4096 };

struct receiver {
	struct smp_raw_decoder decoder;
	uint8_t held[HELD_SIZE];
	uint8_t story_storage[STORY_SIZE];
	struct buf story;
};

static void receiver_init(struct receiver *receiver, bool accepts_requests)
{
	smp_raw_decoder_init(&receiver->decoder, BUF_OVER(receiver->held), accepts_requests);
	receiver->story = BUF_OVER(receiver->story_storage);
}

static void tell(
	struct buf *story, enum smp_frame_event event, const struct smp_frame_result *result)
{
	buf_append_text(story, story->len > 0 ? " " : "");
	switch (event) {
	case SMP_FRAME_PACKET:
		buf_append_text(story, "P:");
		text_append_hex(story, result->bytes);
		break;
	case SMP_FRAME_TEXT:
		buf_append_text(story, "T:");
		text_append_escaped(story, result->bytes);
		buf_append_text(story, result->ends_line ? "$" : "");
		break;
	case SMP_FRAME_DROPPED:
		buf_format(story, "D:%s", smp_frame_drop_name(result->drop));
		break;
	case SMP_FRAME_MORE:
		break;
	}
}

/* The piece is copied to memory of exactly its size: reading beyond it is found by the sanitizer. */
static void feed(struct receiver *receiver, struct span piece)
{
	uint8_t *copy = calloc(1, piece.len + 1);
	struct span rest = span_make(copy, piece.len);
	struct smp_frame_result result;
	enum smp_frame_event event;

	assert_non_null(copy);
	if (piece.len > 0)
		memcpy(copy, piece.data, piece.len);
	while ((event = smp_raw_decode(&receiver->decoder, &rest, &result)) != SMP_FRAME_MORE)
		tell(&receiver->story, event, &result);
	assert_int_equal(rest.len, 0);
	free(copy);
}

/* The line is silent for good. */
static void end(struct receiver *receiver)
{
	struct span nothing = span_make(NULL, 0);
	struct smp_frame_result result;
	enum smp_frame_event event;

	while ((event = smp_raw_give_up(&receiver->decoder, &result)) != SMP_FRAME_MORE) {
		tell(&receiver->story, event, &result);
		while ((event = smp_raw_decode(&receiver->decoder, &nothing, &result)) !=
			SMP_FRAME_MORE)
			tell(&receiver->story, event, &result);
	}
}

static void assert_story(struct receiver *receiver, const char *wanted)
{
	assert_false(receiver->story.overflow);
	assert_string_equal(buf_text(&receiver->story), wanted);
}

static void assert_received(struct span wire, bool accepts_requests, const char *wanted)
{
	struct receiver receiver;

	for (size_t at = 0; at <= wire.len; at++) {
		receiver_init(&receiver, accepts_requests);
		feed(&receiver, span_sub(wire, 0, at));
		feed(&receiver, span_sub(wire, at, wire.len));
		end(&receiver);
		assert_story(&receiver, wanted);
	}
	receiver_init(&receiver, accepts_requests);
	for (size_t at = 0; at < wire.len; at++)
		feed(&receiver, span_sub(wire, at, 1));
	end(&receiver);
	assert_story(&receiver, wanted);
}

#define RECEIVED(wire, wanted) assert_received(span_make((wire), sizeof(wire) - 1), false, (wanted))

static void packets_arrive_one_behind_the_other(void **state)
{
	(void)state;
	RECEIVED(ECHO, "P:" ECHO_HEX);
	RECEIVED(ECHO UPLOAD ECHO, "P:" ECHO_HEX " P:" UPLOAD_HEX " P:" ECHO_HEX);
	RECEIVED("", "");
}

static void text_between_packets_is_text(void **state)
{
	(void)state;
	RECEIVED("[00:01] tick\r\n" ECHO, "T:[00:01] tick\\r$ P:" ECHO_HEX);
	RECEIVED("\n\nab\n" ECHO "uart:~$ ", "T:ab$ P:" ECHO_HEX " T:uart:~$ ");
	RECEIVED("abc" ECHO "def" UPLOAD, "T:abc P:" ECHO_HEX " T:def P:" UPLOAD_HEX);
	/* A tab begins a header of version 2, but none goes on with text. */
	RECEIVED("\tindented\n\t", "T:\\tindented$ T:\\t");
}

static void text_is_handed_out_before_it_fills_the_memory(void **state)
{
	(void)state;
	RECEIVED("0123456789012345678901234567890123456789012345678901234567890123456789\n" ECHO,
		"T:012345678901234567890123456789012345678901234567890123456 "
		"T:7890123456789$ P:" ECHO_HEX);
}

static void requests_are_no_packets_unless_they_are_wanted(void **state)
{
	(void)state;
	assert_received(span_make("\x0a\0\0\x01\0\0\x07\x06\xa0", 9), true, "P:0a00000100000706a0");
	RECEIVED("\x0a\0\0\x01\0\0\x07\x06\xa0" ECHO,
		"T:\\x00\\x00 D:body T:\\x01\\x00\\x00\\x07\\x06\\xa0 P:" ECHO_HEX);
}

/* The length eats the front of the next packet, but the body shows it. */
static void a_lost_byte_does_not_cost_the_next_packet(void **state)
{
	struct span wire = span_make(ECHO ECHO, 2 * (sizeof(ECHO) - 1));

	(void)state;
	for (size_t lost = 0; lost < wire.len / 2; lost++) {
		uint8_t storage[2 * sizeof(ECHO)];
		struct buf damaged = BUF_OVER(storage);
		struct receiver receiver;
		const char *story;

		buf_append_span(&damaged, span_sub(wire, 0, lost));
		buf_append_span(&damaged, span_sub(wire, lost + 1, wire.len));
		receiver_init(&receiver, false);
		feed(&receiver, buf_span(&damaged));
		end(&receiver);
		story = buf_text(&receiver.story);
		if (strstr(story, "P:" ECHO_HEX) == NULL)
			fail_msg("without byte %zu: %s", lost, story);
	}
}

static void a_body_that_is_no_map_of_that_length_is_damage(void **state)
{
	(void)state;
	RECEIVED("\x0b\0\0\x04\0\0\x01\0\x63map",
		"D:body T:\\x0b\\x00\\x00\\x04\\x00\\x00\\x01\\x00cmap");
	RECEIVED("\x0b\0\0\x02\0\0\x01\0\xa0\xa0",
		"D:body T:\\x0b\\x00\\x00\\x02\\x00\\x00\\x01\\x00\\xa0\\xa0");
	RECEIVED("\x0b\0\0\0\0\0\x01\0" ECHO,
		"D:body T:\\x0b\\x00\\x00\\x00\\x00\\x00\\x01\\x00 P:" ECHO_HEX);
}

static void headers_that_cannot_be_are_text(void **state)
{
	(void)state;
	/* reserved bits, version 3, flags, and longer than the memory */
	RECEIVED("\x2b\0\0\x01\0\0\x01\0\xa0", "T:+\\x00\\x00\\x01\\x00\\x00\\x01\\x00\\xa0");
	RECEIVED("\x13\0\0\x01\0\0\x01\0\xa0", "T:\\x13\\x00\\x00\\x01\\x00\\x00\\x01\\x00\\xa0");
	RECEIVED("\x0b\x01\0\x01\0\0\x01\0\xa0", "T:\\x0b\\x01\\x00\\x01\\x00\\x00\\x01\\x00\\xa0");
	RECEIVED("\x0b\0\0\x39\0\0\x01\0\xa0", "T:\\x0b\\x00\\x009\\x00\\x00\\x01\\x00\\xa0");
}

static void a_packet_of_all_the_memory_is_taken(void **state)
{
	uint8_t packet[HELD_SIZE] = { 0x0b, 0, 0, HELD_SIZE - 8, 0, 0, 1, 0, 0xa1, 0x61, 'd', 0x58,
		HELD_SIZE - 13 };
	char story[2 * HELD_SIZE + 3] = "P:";
	struct buf hex = buf_over(story + 2, sizeof(story) - 2);

	(void)state;
	text_append_hex(&hex, span_make(packet, sizeof(packet)));
	buf_text(&hex);
	assert_received(span_make(packet, sizeof(packet)), false, story);
}

static void half_a_packet_is_given_up_in_silence(void **state)
{
	(void)state;
	RECEIVED("\x0b\0\0\x0a\0\0\x01\0\xbf\x61r",
		"D:cut short T:\\x0b\\x00\\x00$ T:\\x00\\x00\\x01\\x00\\xbfar");
	/* What is behind its first byte may be whole. */
	RECEIVED("\x0b\0\0\x30\0\0\x01\0" ECHO,
		"D:cut short T:\\x0b\\x00\\x000\\x00\\x00\\x01\\x00 P:" ECHO_HEX);
	/* Less than a header is nothing yet. */
	RECEIVED("\x0b\0\0", "T:\\x0b\\x00\\x00");
}

static uint32_t next_random(uint32_t *random)
{
	*random = *random * 1664525 + 1013904223;
	return *random >> 8;
}

/* Is it the same, but for line feeds of empty lines? */
static bool is_all_of(struct span out, struct span bytes)
{
	size_t at = 0;

	for (size_t i = 0; i < bytes.len; i++) {
		if (at < out.len && out.data[at] == bytes.data[i])
			at++;
		else if (bytes.data[i] != '\n')
			return false;
	}
	return at == out.len;
}

/* Nothing is lost or invented: what is handed out is what came. */
static void any_bytes_are_taken_apart_without_loss(void **state)
{
	static const uint8_t likely[] = { 0x0b, 0x01, 0, 0, 0, 8, 10, 0xa0, 0xbf, 0xff, '\n', 'x' };
	uint32_t random = 7;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		uint8_t bytes[300], out_storage[300];
		struct buf out = BUF_OVER(out_storage);
		struct span rest = span_make(bytes, next_random(&random) % sizeof(bytes));
		struct smp_frame_result result;
		struct receiver receiver;
		size_t len = rest.len;
		bool gives_up = false;

		for (size_t i = 0; i < len; i++)
			bytes[i] = likely[next_random(&random) % sizeof(likely)];
		receiver_init(&receiver, false);
		for (;;) {
			enum smp_frame_event event =
				gives_up ? smp_raw_give_up(&receiver.decoder, &result)
					 : smp_raw_decode(&receiver.decoder, &rest, &result);

			if (event == SMP_FRAME_MORE && gives_up)
				break;
			gives_up = event == SMP_FRAME_MORE;
			if (event == SMP_FRAME_TEXT || event == SMP_FRAME_PACKET)
				buf_append_span(&out, result.bytes);
			if (event == SMP_FRAME_TEXT && result.ends_line)
				buf_append_byte(&out, '\n');
		}
		assert_true(is_all_of(buf_span(&out), span_make(bytes, len)));
	}
}

/* The packets of the independent encoder, one behind the other, in small pieces. */
static void the_packets_of_the_vectors_are_received(void **state)
{
	json_t *file = vectors_load("framing.json"), *vector;
	size_t i, count = 0;

	(void)state;
	json_array_foreach (json_object_get(file, "vectors"), i, vector) {
		struct span packet = vectors_bytes(vector, "raw_hex"), rest = packet;
		uint8_t held[WIRE_MAX];
		struct smp_raw_decoder decoder;
		struct smp_frame_result result = { .ends_line = false };
		enum smp_frame_event event = SMP_FRAME_MORE;

		smp_raw_decoder_init(&decoder, BUF_OVER(held), true);
		for (size_t at = 0; at < packet.len && event == SMP_FRAME_MORE; at += 7) {
			rest = span_sub(packet, at, 7);
			event = smp_raw_decode(&decoder, &rest, &result);
		}
		/* Some carry filler in place of a body, or nothing. */
		if (packet.len == SMP_HEADER_SIZE ||
			strncmp(vectors_text(vector, "name"), "boundary_packet_", 16) == 0) {
			assert_int_not_equal(event, SMP_FRAME_PACKET);
		} else {
			assert_int_equal(event, SMP_FRAME_PACKET);
			assert_true(span_equal(result.bytes, packet));
			count++;
		}
		vectors_free(packet);
	}
	assert_true(count > 100);
	json_decref(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_arrive_one_behind_the_other),
		cmocka_unit_test(text_between_packets_is_text),
		cmocka_unit_test(text_is_handed_out_before_it_fills_the_memory),
		cmocka_unit_test(requests_are_no_packets_unless_they_are_wanted),
		cmocka_unit_test(a_lost_byte_does_not_cost_the_next_packet),
		cmocka_unit_test(a_body_that_is_no_map_of_that_length_is_damage),
		cmocka_unit_test(headers_that_cannot_be_are_text),
		cmocka_unit_test(a_packet_of_all_the_memory_is_taken),
		cmocka_unit_test(half_a_packet_is_given_up_in_silence),
		cmocka_unit_test(any_bytes_are_taken_apart_without_loss),
		cmocka_unit_test(the_packets_of_the_vectors_are_received),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
