/* SPDX-License-Identifier: Apache-2.0 */
/* Either framing through one door. */
#include "smp/framing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t request[] = { 0x08, 0, 0, 1, 0, 0, 5, 6, 0xa0 };
static const enum smp_framing framings[] = { SMP_FRAMING_CONSOLE, SMP_FRAMING_RAW };

enum { FRAMINGS = sizeof(framings) / sizeof(framings[0]), STORAGE = 256 };

struct receiver {
	struct smp_framing_decoder decoder;
	uint8_t line[STORAGE], packet[STORAGE];
};

static void receiver_init(struct receiver *receiver, enum smp_framing framing)
{
	smp_framing_init(
		&receiver->decoder, framing, BUF_OVER(receiver->line), BUF_OVER(receiver->packet));
	smp_framing_accept_requests(&receiver->decoder);
}

static void what_one_end_encodes_the_other_decodes(void **state)
{
	struct span packet = span_make(request, sizeof(request));

	(void)state;
	for (size_t i = 0; i < FRAMINGS; i++) {
		uint8_t storage[STORAGE];
		struct buf wire = BUF_OVER(storage);
		struct smp_frame_result result;
		struct receiver receiver;
		struct span input;

		receiver_init(&receiver, framings[i]);
		assert_true(smp_framing_encode(framings[i], packet, SMP_LINE_LENGTH, &wire));
		assert_int_equal(
			wire.len, smp_framing_wire_size(framings[i], packet.len, SMP_LINE_LENGTH));
		input = buf_span(&wire);
		assert_int_equal(
			smp_framing_decode(&receiver.decoder, &input, &result), SMP_FRAME_PACKET);
		assert_true(span_equal(result.bytes, packet));
		assert_int_equal(
			smp_framing_decode(&receiver.decoder, &input, &result), SMP_FRAME_MORE);
		assert_int_equal(smp_framing_give_up(&receiver.decoder, &result), SMP_FRAME_MORE);
	}
}

static void raw_packets_cost_nothing_but_themselves(void **state)
{
	(void)state;
	assert_int_equal(smp_framing_wire_size(SMP_FRAMING_RAW, 384, SMP_LINE_LENGTH), 384);
	assert_int_equal(smp_framing_overhead(SMP_FRAMING_RAW), 0);
	assert_int_equal(smp_framing_wire_size(SMP_FRAMING_CONSOLE, 380, SMP_LINE_LENGTH), 527);
	assert_int_equal(smp_framing_overhead(SMP_FRAMING_CONSOLE), SMP_FRAME_OVERHEAD);
}

static void a_packet_that_does_not_fit_is_refused(void **state)
{
	struct span packet = span_make(request, sizeof(request));

	(void)state;
	for (size_t i = 0; i < FRAMINGS; i++) {
		uint8_t storage[sizeof(request) - 1];
		struct buf wire = BUF_OVER(storage);

		assert_false(smp_framing_encode(framings[i], packet, SMP_LINE_LENGTH, &wire));
		assert_int_equal(wire.len, 0);
	}
}

static void a_prompt_is_handed_out_in_silence(void **state)
{
	(void)state;
	for (size_t i = 0; i < FRAMINGS; i++) {
		struct span input = span_from_text("uart:~$ ");
		struct smp_frame_result result;
		struct receiver receiver;

		receiver_init(&receiver, framings[i]);
		assert_int_equal(
			smp_framing_decode(&receiver.decoder, &input, &result), SMP_FRAME_MORE);
		assert_int_equal(smp_framing_give_up(&receiver.decoder, &result), SMP_FRAME_TEXT);
		assert_true(span_equal(result.bytes, span_from_text("uart:~$ ")));
		assert_false(result.ends_line);
		assert_int_equal(smp_framing_give_up(&receiver.decoder, &result), SMP_FRAME_MORE);
	}
}

/* A console line is taken apart where it lies; raw bytes are copied. */
static void only_console_lines_are_borrowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < FRAMINGS; i++) {
		struct span input = span_from_text("text\x06\x09"
						   "AAsIAAABAAEUAKAwog==\n");
		struct smp_frame_result result;
		struct receiver receiver;

		receiver_init(&receiver, framings[i]);
		smp_framing_decode(&receiver.decoder, &input, &result);
		assert_int_equal(
			smp_framing_borrows(&receiver.decoder), framings[i] == SMP_FRAMING_CONSOLE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_one_end_encodes_the_other_decodes),
		cmocka_unit_test(raw_packets_cost_nothing_but_themselves),
		cmocka_unit_test(a_packet_that_does_not_fit_is_refused),
		cmocka_unit_test(a_prompt_is_handed_out_in_silence),
		cmocka_unit_test(only_console_lines_are_borrowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
