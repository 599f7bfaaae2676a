/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Receiving frames. Each case runs the decoder over a wire in every way of cutting it in two, and
 * byte by byte, and expects the same story each time: a line of words, in which P is a packet (in
 * hex), T text (with $ where a line feed stood behind it) and D a drop with its reason.
 */
#include "smp/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

/* Two packets (protocol.md 2.7): a complete line each, without the line feed. */
#define ECHO       \
	"\x06\x09" \
	"ABMKAAAJAAABAKFhZGVoZWxsb3o2"
#define ECHO_HEX "0a00000900000100a161646568656c6c6f"
#define LIST       \
	"\x06\x09" \
	"AAsIAAABAAEUAKAwog=="
#define LIST_HEX "0800000100011400a0"
/* The first one in three pieces. */
#define ECHO_1     \
	"\x06\x09" \
	"ABMKAAAJ"
#define ECHO_2     \
	"\x04\x14" \
	"AAABAKFh"
#define ECHO_3     \
	"\x04\x14" \
	"ZGVoZWxsb3o2"

enum { LINE_SIZE = 64, PACKET_SIZE = 64, STORY_SIZE = 4096 };

struct receiver {
	struct smp_frame_decoder decoder;
	uint8_t line[LINE_SIZE];
	uint8_t packet[PACKET_SIZE];
	uint8_t story_storage[STORY_SIZE];
	struct buf story;
};

static void receiver_init(struct receiver *receiver)
{
	smp_frame_decoder_init(
		&receiver->decoder, BUF_OVER(receiver->line), BUF_OVER(receiver->packet));
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
	while ((event = smp_frame_decode(&receiver->decoder, &rest, &result)) != SMP_FRAME_MORE)
		tell(&receiver->story, event, &result);
	assert_int_equal(rest.len, 0);
	free(copy);
}

static void assert_story(struct receiver *receiver, const char *wanted)
{
	assert_string_equal(buf_text(&receiver->story), wanted);
}

static void assert_received(struct span wire, const char *wanted)
{
	struct receiver receiver;

	for (size_t at = 0; at <= wire.len; at++) {
		receiver_init(&receiver);
		feed(&receiver, span_sub(wire, 0, at));
		feed(&receiver, span_sub(wire, at, wire.len));
		assert_story(&receiver, wanted);
	}
	receiver_init(&receiver);
	for (size_t at = 0; at < wire.len; at++)
		feed(&receiver, span_sub(wire, at, 1));
	assert_story(&receiver, wanted);
}

#define RECEIVED(wire, wanted) assert_received(span_make((wire), sizeof(wire) - 1), (wanted))

static void packets_arrive_one_after_the_other(void **state)
{
	(void)state;
	RECEIVED("", "");
	RECEIVED(ECHO "\n", "P:" ECHO_HEX);
	RECEIVED(ECHO "\n" LIST "\n", "P:" ECHO_HEX " P:" LIST_HEX);
	RECEIVED(ECHO_1 "\n" ECHO_2 "\n" ECHO_3 "\n", "P:" ECHO_HEX);
}

static void an_unfinished_line_says_nothing(void **state)
{
	(void)state;
	RECEIVED(ECHO, "");
	RECEIVED("uart:~$ ", "");
	RECEIVED(ECHO_1 "\n" ECHO_2 "\n", "");
}

static void carriage_returns_and_blanks_at_the_end_are_forgiven(void **state)
{
	(void)state;
	RECEIVED(ECHO "\r\n", "P:" ECHO_HEX);
	RECEIVED(ECHO " \t \r\n", "P:" ECHO_HEX);
	RECEIVED(ECHO_1 "\r\n" ECHO_2 "\r\n" ECHO_3 "\r\n", "P:" ECHO_HEX);
}

static void a_nul_at_the_end_of_a_line_is_no_blank(void **state)
{
	(void)state;
	RECEIVED(ECHO "\0\n", "D:base64");
	RECEIVED(ECHO "\0\r\n" LIST "\n", "D:base64 P:" LIST_HEX);
}

static void text_lines_are_handed_on(void **state)
{
	(void)state;
	RECEIVED("hello\n", "T:hello$");
	RECEIVED("*** Booting ***\r\n[00:00:01] <inf> x\r\n",
		"T:*** Booting ***\\r$ T:[00:00:01] <inf> x\\r$");
	RECEIVED("\n\n", "");
	RECEIVED("a\0b\n", "T:a\\x00b$");
}

static void text_before_a_marker_on_the_same_line_is_split_off(void **state)
{
	(void)state;
	RECEIVED("uart:~$ " ECHO "\n", "T:uart:~$  P:" ECHO_HEX);
	RECEIVED("\x1b[1;32muart:~$ \x1b[m" ECHO "\n", "T:\\x1b[1;32muart:~$ \\x1b[m P:" ECHO_HEX);
	RECEIVED(ECHO_1 "\nlog" ECHO_2 "\n" ECHO_3 "\n", "T:log P:" ECHO_HEX);
}

static void text_lines_between_do_not_disturb_a_packet(void **state)
{
	(void)state;
	RECEIVED(ECHO_1 "\nlog one\n\n" ECHO_2 "\nlog two\n" ECHO_3 "\n",
		"T:log one$ T:log two$ P:" ECHO_HEX);
}

static void two_markers_in_one_line_are_two_fragments(void **state)
{
	(void)state;
	RECEIVED(ECHO LIST "\n", "P:" ECHO_HEX " P:" LIST_HEX);
	RECEIVED(ECHO_1 ECHO_2 ECHO_3 "\n", "P:" ECHO_HEX);
	RECEIVED("a" ECHO_1 ECHO_2 "\n" ECHO_3 LIST "\n", "T:a P:" ECHO_HEX " P:" LIST_HEX);
	RECEIVED("\x06\x09" LIST "\n", "D:restarted P:" LIST_HEX);
}

static void half_a_marker_is_text(void **state)
{
	(void)state;
	RECEIVED("\x06\n", "T:\\x06$");
	RECEIVED("\x06" ECHO "\n", "T:\\x06 P:" ECHO_HEX);
	RECEIVED("\x04\x04\x06\n", "T:\\x04\\x04\\x06$");
	/* Not even a line feed may stand in the middle of a marker. */
	RECEIVED("\x06\n\x09"
		 "AAAA\n",
		"T:\\x06$ T:\\tAAAA$");
}

static void a_marker_with_nothing_behind_it_begins_a_packet(void **state)
{
	(void)state;
	RECEIVED("\x06\x09\n"
		 "\x04\x14"
		 "ABMKAAAJ"
		 "\n" ECHO_2 "\n" ECHO_3 "\n",
		"P:" ECHO_HEX);
}

static void damage_costs_its_own_packet_only(void **state)
{
	(void)state;
	RECEIVED("\x06\x09"
		 "ABMKAAAJAAABAKFhZGVoZWxsb3o3\n" LIST "\n",
		"D:crc P:" LIST_HEX);
	RECEIVED("\x06\x09"
		 "ABMKAAAJ*AABAKFhZGVoZWxsb3o2\n" LIST "\n",
		"D:base64 P:" LIST_HEX);
	RECEIVED("\x06\x09"
		 "ABMKAAAJAAABAKFhZGVoZWxsb3o\n" LIST "\n",
		"D:base64 P:" LIST_HEX);
	RECEIVED(ECHO_1 "\n" LIST "\n", "D:restarted P:" LIST_HEX);
	RECEIVED(ECHO_3 "\n" LIST "\n", "D:continuation without start P:" LIST_HEX);
	RECEIVED(ECHO_1 "\n\x04\x14***\n" ECHO_3 "\n" LIST "\n",
		"D:base64 D:continuation without start P:" LIST_HEX);
}

static void an_announced_length_that_cannot_be_is_refused_at_once(void **state)
{
	(void)state;
	RECEIVED("\x06\x09"
		 "AAAA\n",
		"D:length"); /* 0 */
	RECEIVED("\x06\x09"
		 "AAkA\n",
		"D:length"); /* 9: no room for a header and a CRC */
	RECEIVED("\x06\x09"
		 "AAoA\n",
		""); /* 10: a packet without a body */
	RECEIVED("\x06\x09"
		 "AD4A\n",
		""); /* 62: what the decoder holds */
	RECEIVED("\x06\x09"
		 "AD8A\n",
		"D:length"); /* 63: more */
	RECEIVED("\x06\x09"
		 "//8A\n",
		"D:length");
	RECEIVED("\x06\x09"
		 "AA==\n",
		""); /* half a length field */
	RECEIVED("\x06\x09"
		 "AA==\n\x04\x14"
		 "EwoA\n",
		"");
}

static void more_bytes_than_announced_are_an_overrun(void **state)
{
	(void)state;
	RECEIVED("\x06\x09"
		 "ABIKAAAJAAABAKFhZGVoZWxsb3o2\n" LIST "\n",
		"D:overrun P:" LIST_HEX);
	RECEIVED(ECHO_1 "\n" ECHO_2 "\n" ECHO_3 "AAAA\n", "D:overrun");
	/* What stands behind a complete packet is nobody's continuation. */
	RECEIVED(ECHO "\n" ECHO_3 "\n", "P:" ECHO_HEX " D:continuation without start");
}

static void a_packet_that_outgrows_the_decoder_is_dropped_once(void **state)
{
	(void)state;
	/* 62 announced: fits, but three lines of 24 bytes do not. */
	RECEIVED("\x06\x09"
		 "AD4AAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
		 "\x04\x14"
		 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
		 "\x04\x14"
		 "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n" LIST "\n",
		"D:overrun P:" LIST_HEX);
}

/* The first line alone is larger than the packet that the decoder holds. */
static void a_first_line_that_announces_too_much_is_dropped_for_its_length(void **state)
{
	uint8_t line[256], packet[32], bytes[200] = { 0 }, wire_storage[512];
	struct smp_frame_decoder decoder;
	struct buf wire = BUF_OVER(wire_storage);
	struct smp_frame_result result;
	struct span rest;

	(void)state;
	assert_true(smp_frame_encode(
		span_make(bytes, sizeof(bytes)), SMP_FRAME_STREAM, SMP_LINE_LENGTH, &wire));
	smp_frame_decoder_init(&decoder, BUF_OVER(line), BUF_OVER(packet));
	rest = buf_span(&wire);
	assert_int_equal(smp_frame_decode(&decoder, &rest, &result), SMP_FRAME_DROPPED);
	assert_int_equal(result.drop, SMP_DROP_LENGTH);
}

static void the_header_must_know_the_length_of_its_packet(void **state)
{
	/* A header that announces 2 bytes of body, and one is there. */
	static const uint8_t bytes[] = { 0x0a, 0, 0, 2, 0, 0, 1, 0, 0xa0 };
	struct receiver receiver;
	uint8_t wire_storage[64];
	struct buf wire = BUF_OVER(wire_storage);

	(void)state;
	assert_true(smp_frame_encode(
		span_make(bytes, sizeof(bytes)), SMP_FRAME_STREAM, SMP_LINE_LENGTH, &wire));
	assert_received(buf_span(&wire), "D:header");
	receiver_init(&receiver);
	smp_frame_decoder_accept_any_header(&receiver.decoder);
	feed(&receiver, buf_span(&wire));
	assert_story(&receiver, "P:0a00000200000100a0");
}

static void a_line_as_long_as_the_decoder_holds_is_understood_and_a_longer_one_dropped(void **state)
{
	char wire[2 * LINE_SIZE];

	(void)state;
	memset(wire, 'x', sizeof(wire));
	wire[LINE_SIZE] = '\n';
	assert_received(span_make(wire, LINE_SIZE + 1),
		"T:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx$");
	wire[LINE_SIZE] = 'x';
	wire[LINE_SIZE + 1] = '\n';
	assert_received(span_make(wire, LINE_SIZE + 2), "D:line too long");
	wire[LINE_SIZE + 1] = 'x';
	wire[2 * LINE_SIZE - 1] = '\n';
	assert_received(span_make(wire, 2 * LINE_SIZE), "D:line too long");
}

static void a_line_that_is_too_long_costs_the_packet_in_hand_but_not_the_next(void **state)
{
	uint8_t storage[512];
	struct buf wire = BUF_OVER(storage);

	(void)state;
	buf_append_text(&wire, ECHO_1 "\n");
	for (int i = 0; i < 3 * LINE_SIZE; i++)
		buf_append_byte(&wire, 'x');
	/* A marker in the part that is thrown away does not count. */
	buf_append_text(&wire, LIST "\n" ECHO_2 "\n" ECHO "\n");
	assert_received(
		buf_span(&wire), "D:line too long D:continuation without start P:" ECHO_HEX);
}

static void an_empty_decoder_drops_everything_and_writes_nowhere(void **state)
{
	struct smp_frame_decoder decoder;
	struct span rest = span_from_text(ECHO "\nab");
	struct smp_frame_result result;
	uint8_t none[1];

	(void)state;
	smp_frame_decoder_init(&decoder, buf_over(none, 0), buf_over(none, 0));
	assert_int_equal(smp_frame_decode(&decoder, &rest, &result), SMP_FRAME_DROPPED);
	assert_int_equal(result.drop, SMP_DROP_LINE);
	assert_int_equal(smp_frame_decode(&decoder, &rest, &result), SMP_FRAME_DROPPED);
	assert_int_equal(smp_frame_decode(&decoder, &rest, &result), SMP_FRAME_MORE);
}

static void resetting_forgets_what_is_half_received(void **state)
{
	struct receiver receiver;

	(void)state;
	receiver_init(&receiver);
	feed(&receiver, span_from_text(ECHO_1 "\n"
					      "half a li"));
	smp_frame_decoder_reset(&receiver.decoder);
	feed(&receiver, span_from_text(ECHO_2 "\n" LIST "\n"));
	assert_story(&receiver, "D:continuation without start P:" LIST_HEX);
}

static void resetting_ends_the_skipping_of_a_line_and_keeps_the_settings(void **state)
{
	struct receiver receiver;
	char x[2 * LINE_SIZE];

	(void)state;
	memset(x, 'x', sizeof(x));
	receiver_init(&receiver);
	smp_frame_decoder_accept_any_header(&receiver.decoder);
	feed(&receiver, span_make(x, sizeof(x)));
	smp_frame_decoder_reset(&receiver.decoder);
	feed(&receiver, span_from_text("\x06\x09"
				       "AAsKAAACAAABAKDmAg==\n"));
	assert_story(&receiver, "D:line too long P:0a00000200000100a0");
}

static void a_prompt_is_handed_out_once(void **state)
{
	struct receiver receiver;

	(void)state;
	receiver_init(&receiver);
	assert_int_equal(smp_frame_decoder_take_partial_text(&receiver.decoder).len, 0);
	feed(&receiver, span_from_text("uart:~$ "));
	assert_true(span_equal(smp_frame_decoder_take_partial_text(&receiver.decoder),
		span_from_text("uart:~$ ")));
	assert_int_equal(smp_frame_decoder_take_partial_text(&receiver.decoder).len, 0);
	feed(&receiver, span_from_text(ECHO "\nx\n"));
	assert_story(&receiver, "P:" ECHO_HEX " T:x$");
}

static void partial_text_is_kept_back_when_a_frame_may_have_begun(void **state)
{
	static const char *const fronts[] = { ECHO_1, "uart:~$ " ECHO_1, "$ \x06", "$ \x04",
		"\x06" };

	(void)state;
	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++) {
		struct receiver receiver;

		receiver_init(&receiver);
		feed(&receiver, span_from_text(fronts[i]));
		assert_int_equal(smp_frame_decoder_take_partial_text(&receiver.decoder).len, 0);
	}
}

static void partial_text_is_kept_back_while_a_line_is_taken_apart(void **state)
{
	struct receiver receiver;
	struct span rest = span_from_text("b" ECHO "\n");
	struct smp_frame_result result;

	(void)state;
	receiver_init(&receiver);
	feed(&receiver, span_from_text("a"));
	assert_int_equal(smp_frame_decode(&receiver.decoder, &rest, &result), SMP_FRAME_TEXT);
	assert_true(span_equal(result.bytes, span_from_text("ab")));
	assert_int_equal(smp_frame_decoder_take_partial_text(&receiver.decoder).len, 0);
	assert_int_equal(smp_frame_decode(&receiver.decoder, &rest, &result), SMP_FRAME_PACKET);
	assert_int_equal(smp_frame_decode(&receiver.decoder, &rest, &result), SMP_FRAME_MORE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_arrive_one_after_the_other),
		cmocka_unit_test(an_unfinished_line_says_nothing),
		cmocka_unit_test(carriage_returns_and_blanks_at_the_end_are_forgiven),
		cmocka_unit_test(a_nul_at_the_end_of_a_line_is_no_blank),
		cmocka_unit_test(text_lines_are_handed_on),
		cmocka_unit_test(text_before_a_marker_on_the_same_line_is_split_off),
		cmocka_unit_test(text_lines_between_do_not_disturb_a_packet),
		cmocka_unit_test(two_markers_in_one_line_are_two_fragments),
		cmocka_unit_test(half_a_marker_is_text),
		cmocka_unit_test(a_marker_with_nothing_behind_it_begins_a_packet),
		cmocka_unit_test(damage_costs_its_own_packet_only),
		cmocka_unit_test(an_announced_length_that_cannot_be_is_refused_at_once),
		cmocka_unit_test(more_bytes_than_announced_are_an_overrun),
		cmocka_unit_test(a_packet_that_outgrows_the_decoder_is_dropped_once),
		cmocka_unit_test(a_first_line_that_announces_too_much_is_dropped_for_its_length),
		cmocka_unit_test(the_header_must_know_the_length_of_its_packet),
		cmocka_unit_test(
			a_line_as_long_as_the_decoder_holds_is_understood_and_a_longer_one_dropped),
		cmocka_unit_test(a_line_that_is_too_long_costs_the_packet_in_hand_but_not_the_next),
		cmocka_unit_test(an_empty_decoder_drops_everything_and_writes_nowhere),
		cmocka_unit_test(resetting_forgets_what_is_half_received),
		cmocka_unit_test(resetting_ends_the_skipping_of_a_line_and_keeps_the_settings),
		cmocka_unit_test(a_prompt_is_handed_out_once),
		cmocka_unit_test(partial_text_is_kept_back_when_a_frame_may_have_begun),
		cmocka_unit_test(partial_text_is_kept_back_while_a_line_is_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
