/* SPDX-License-Identifier: Apache-2.0 */
/* Packets and wire bytes in words, as a trace shows them. */
#include "src/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smp/frame.h"
#include "smp/header.h"

enum { TEXT_MAX = 4096 };

/* The example of docs/trace.md: an echo of "hello". */
static const uint8_t echo_packet[] = { 0x0a, 0x00, 0x00, 0x09, 0x00, 0x00, 0x01, 0x00, 0xa1, 0x61,
	'd', 0x65, 'h', 'e', 'l', 'l', 'o' };

static void assert_described(struct span packet, const char *expected)
{
	uint8_t storage[TEXT_MAX];
	struct buf out = BUF_OVER(storage);

	describe_packet(packet, &out);
	assert_string_equal(buf_text(&out), expected);
}

static void a_packet_is_one_line(void **state)
{
	(void)state;
	assert_described(span_make(echo_packet, sizeof(echo_packet)),
		"v2 write os echo, sequence 1: {\"d\": \"hello\"}\n");
}

static void versions_operations_and_groups_are_named(void **state)
{
	static const struct {
		uint8_t first, group, command;
		const char *expected;
	} cases[] = {
		{ 0x00, 1, 0, "v1 read image state, sequence 255: {}\n" },
		{ 0x01, 1, 0, "v1 read reply image state, sequence 255: {}\n" },
		{ 0x0a, 1, 1, "v2 write image upload, sequence 255: {}\n" },
		{ 0x0b, 0, 5, "v2 write reply os reset, sequence 255: {}\n" },
		{ 0x0f, 64, 3, "v2 unknown operation group 64 command 3, sequence 255: {}\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t packet[] = { cases[i].first, 0, 0, 1, 0, cases[i].group, 255,
			cases[i].command, 0xa0 };

		assert_described(span_make(packet, sizeof(packet)), cases[i].expected);
	}
}

static void a_body_that_is_no_cbor_is_counted(void **state)
{
	const uint8_t packet[] = { 0x09, 0, 0, 2, 0, 1, 3, 0, 0xbf, 0x61 };
	const uint8_t no_body[] = { 0x09, 0, 0, 0, 0, 1, 3, 0 };

	(void)state;
	assert_described(span_make(packet, sizeof(packet)),
		"v2 read reply image state, sequence 3: 2 bytes that are not sound CBOR\n");
	assert_described(span_make(no_body, sizeof(no_body)),
		"v2 read reply image state, sequence 3: 0 bytes that are not sound CBOR\n");
}

static void less_than_a_header_is_nothing(void **state)
{
	(void)state;
	assert_described(span_make(echo_packet, SMP_HEADER_SIZE - 1), "");
	assert_described(span_make(NULL, 0), "");
}

/* Device text may try to play tricks on the terminal of who reads the trace. */
static void texts_are_escaped(void **state)
{
	const uint8_t packet[] = { 0x0b, 0, 0, 6, 0, 0, 1, 0, 0xa1, 0x61, 'r', 0x62, 0x1b, '\n' };

	(void)state;
	assert_described(span_make(packet, sizeof(packet)),
		"v2 write reply os echo, sequence 1: {\"r\": \"\\x1b\\n\"}\n");
}

static void long_bytes_are_cut(void **state)
{
	uint8_t packet[8 + 2 + 1 + 2 + 200] = { 0x0a, 0, 0, 205, 0, 1, 1, 1, 0xa1, 0x61, 'd', 0x58,
		200 };
	uint8_t storage[TEXT_MAX];
	struct buf out = BUF_OVER(storage);

	(void)state;
	describe_packet(span_make(packet, sizeof(packet)), &out);
	assert_in_range(out.len, 60, 160);
	assert_non_null(strstr(buf_text(&out), "200"));
}

struct wire {
	struct trace_describer describer;
	uint8_t storage[TEXT_MAX];
	struct buf out;
};

static void open_wire_of(struct wire *wire, bool may_be_console, bool may_be_raw)
{
	assert_int_equal(describe_open(may_be_console, may_be_raw, &wire->describer, ERR_IGNORED),
		STATUS_OK);
	wire->out = BUF_OVER(wire->storage);
}

static void open_wire(struct wire *wire)
{
	open_wire_of(wire, true, false);
}

static void pass(struct wire *wire, bool is_to_device, const char *bytes)
{
	buf_clear(&wire->out);
	wire->describer.describe(
		wire->describer.ctx, is_to_device, span_from_text(bytes), &wire->out);
}

static const char echo_line[] = "\x06\tABMKAAAJAAABAKFhZGVoZWxsb3o2\n";

static void a_frame_is_described_when_its_last_byte_passes(void **state)
{
	struct wire wire;

	(void)state;
	open_wire(&wire);
	pass(&wire, true, "\x06\tABMKAAAJAAAB");
	assert_int_equal(wire.out.len, 0);
	pass(&wire, true, "AKFhZGVoZWxsb3o2\n");
	assert_string_equal(
		buf_text(&wire.out), "v2 write os echo, sequence 1: {\"d\": \"hello\"}\n");
	wire.describer.close(wire.describer.ctx);
}

static void the_two_directions_are_kept_apart(void **state)
{
	struct wire wire;

	(void)state;
	open_wire(&wire);
	pass(&wire, true, "\x06\tABMKAAAJAAAB");
	pass(&wire, false, echo_line);
	assert_string_equal(
		buf_text(&wire.out), "v2 write os echo, sequence 1: {\"d\": \"hello\"}\n");
	pass(&wire, true, "AKFhZGVoZWxsb3o2\n");
	assert_true(wire.out.len > 0);
	wire.describer.close(wire.describer.ctx);
}

static void a_damaged_frame_is_named(void **state)
{
	struct wire wire;
	char expected[80];

	(void)state;
	open_wire(&wire);
	pass(&wire, false, "\x06\tABMKAAAJAAABAKFhZGVoZWxsb3o3\n");
	snprintf(expected, sizeof(expected), "damaged frame: %s\n",
		smp_frame_drop_name(SMP_DROP_CRC));
	assert_string_equal(buf_text(&wire.out), expected);
	wire.describer.close(wire.describer.ctx);
}

static void text_is_not_repeated(void **state)
{
	struct wire wire;

	(void)state;
	open_wire(&wire);
	pass(&wire, false, "uart:~$ hello\n");
	assert_int_equal(wire.out.len, 0);
	wire.describer.close(wire.describer.ctx);
}

static const uint8_t raw_echo[] = { 0x0a, 0, 0, 9, 0, 0, 1, 0, 0xa1, 0x61, 'd', 0x65, 'h', 'e', 'l',
	'l', 'o' };

static void pass_raw(struct wire *wire)
{
	buf_clear(&wire->out);
	wire->describer.describe(
		wire->describer.ctx, true, span_make(raw_echo, sizeof(raw_echo)), &wire->out);
}

static void a_raw_packet_is_described_where_it_may_come(void **state)
{
	static const char wanted[] = "v2 write os echo, sequence 1: {\"d\": \"hello\"}\n";
	struct wire wire;

	(void)state;
	open_wire_of(&wire, false, true);
	pass_raw(&wire);
	assert_string_equal(buf_text(&wire.out), wanted);
	pass(&wire, true, echo_line);
	assert_int_equal(wire.out.len, 0);
	wire.describer.close(wire.describer.ctx);
	open_wire(&wire);
	pass_raw(&wire);
	assert_int_equal(wire.out.len, 0);
	wire.describer.close(wire.describer.ctx);
}

static void where_either_may_come_each_is_described_once(void **state)
{
	static const char wanted[] = "v2 write os echo, sequence 1: {\"d\": \"hello\"}\n";
	struct wire wire;

	(void)state;
	open_wire_of(&wire, true, true);
	pass(&wire, true, echo_line);
	assert_string_equal(buf_text(&wire.out), wanted);
	/* The console's line is still to end. */
	pass_raw(&wire);
	assert_string_equal(buf_text(&wire.out), wanted);
	pass(&wire, true, "\n");
	assert_int_equal(wire.out.len, 0);
	pass(&wire, true, echo_line);
	assert_string_equal(buf_text(&wire.out), wanted);
	wire.describer.close(wire.describer.ctx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_is_one_line),
		cmocka_unit_test(versions_operations_and_groups_are_named),
		cmocka_unit_test(a_body_that_is_no_cbor_is_counted),
		cmocka_unit_test(less_than_a_header_is_nothing),
		cmocka_unit_test(texts_are_escaped),
		cmocka_unit_test(long_bytes_are_cut),
		cmocka_unit_test(a_frame_is_described_when_its_last_byte_passes),
		cmocka_unit_test(the_two_directions_are_kept_apart),
		cmocka_unit_test(a_damaged_frame_is_named),
		cmocka_unit_test(text_is_not_repeated),
		cmocka_unit_test(a_raw_packet_is_described_where_it_may_come),
		cmocka_unit_test(where_either_may_come_each_is_described_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
