/* SPDX-License-Identifier: Apache-2.0 */
/* Sending frames: where lines are cut in both styles, and what does not fit. */
#include "smp/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "smp/base64.h"
#include "smp/crc16.h"

enum { PACKET_MAX = 600, WIRE_MAX = 8 * PACKET_MAX, ZEPHYR_LINE_MIN = 15 };

static struct span make_packet(uint8_t *storage, size_t len)
{
	for (size_t i = 0; i < len; i++)
		storage[i] = (uint8_t)(i * 151 + len);
	return span_make(storage, len);
}

/* Length field, packet and CRC, written down a second time. */
static void make_raw(struct span packet, struct buf *out)
{
	uint16_t crc = smp_crc16(0, packet);

	buf_append_byte(out, (uint8_t)((packet.len + 2) >> 8));
	buf_append_byte(out, (uint8_t)(packet.len + 2));
	buf_append_span(out, packet);
	buf_append_byte(out, (uint8_t)(crc >> 8));
	buf_append_byte(out, (uint8_t)crc);
}

/*
 * Take the first line off *wire: its marker is checked, its base64 text decoded behind *raw.
 * Returns the line's length, line feed included.
 */
static size_t take_line(struct span *wire, bool is_first, struct buf *raw)
{
	const uint8_t *feed = memchr(wire->data, '\n', wire->len);
	size_t len;

	assert_non_null(feed);
	len = (size_t)(feed - wire->data) + 1;
	assert_true(len > 3);
	assert_memory_equal(wire->data, is_first ? "\x06\x09" : "\x04\x14", 2);
	assert_true(smp_base64_decode(span_sub(*wire, 2, len - 3), raw));
	*wire = span_sub(*wire, len, wire->len);
	return len;
}

static void an_empty_packet_still_has_length_and_crc(void **state)
{
	uint8_t wire[32];
	struct buf out = BUF_OVER(wire);

	(void)state;
	assert_true(smp_frame_encode(span_make(NULL, 0), SMP_FRAME_STREAM, SMP_LINE_LENGTH, &out));
	assert_true(span_equal(buf_span(&out), span_from_text("\x06\x09"
							      "AAIAAA==\n")));
}

static void stream_lines_are_full_but_for_the_last(void **state)
{
	uint8_t storage[PACKET_MAX], wire_storage[WIRE_MAX], raw[PACKET_MAX + 4],
		wanted[PACKET_MAX + 4];

	(void)state;
	for (size_t len = 0; len <= PACKET_MAX; len++) {
		struct span packet = make_packet(storage, len);
		struct buf wire = BUF_OVER(wire_storage), got = BUF_OVER(raw),
			   want = BUF_OVER(wanted);
		struct span rest;

		assert_true(smp_frame_encode(packet, SMP_FRAME_STREAM, SMP_LINE_LENGTH, &wire));
		make_raw(packet, &want);
		rest = buf_span(&wire);
		for (bool is_first = true; rest.len > 0; is_first = false) {
			size_t line_len = take_line(&rest, is_first, &got);

			assert_true(line_len == SMP_LINE_LENGTH ||
				    (line_len < SMP_LINE_LENGTH && rest.len == 0));
		}
		assert_true(span_equal(buf_span(&got), buf_span(&want)));
	}
}

static void the_wire_size_is_what_encoding_needs_at_every_line_length(void **state)
{
	static const size_t line_lengths[] = { 7, 8, 10, 11, 15, 64, 126, 127, 128, 131, 1024,
		8192 };
	uint8_t storage[PACKET_MAX], wire[WIRE_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(line_lengths) / sizeof(line_lengths[0]); i++) {
		for (size_t len = 0; len <= PACKET_MAX; len += 1 + len / 40) {
			struct span packet = make_packet(storage, len);
			size_t size = smp_frame_wire_size(len, line_lengths[i]);
			struct buf out = BUF_OVER(wire);

			assert_true(
				smp_frame_encode(packet, SMP_FRAME_STREAM, line_lengths[i], &out));
			assert_int_equal(out.len, size);
		}
	}
}

static void the_wire_size_is_that_of_the_protocol_page(void **state)
{
	(void)state;
	/* protocol.md 2.2: a packet of 380 bytes is 512 characters on 5 lines. */
	assert_int_equal(smp_frame_wire_size(380, SMP_LINE_LENGTH), 527);
	assert_int_equal(smp_frame_wire_size(17, SMP_LINE_LENGTH), 31);
}

/* protocol.md 2.3: later lines hold 3 bytes less, the CRC is whole, cuts are at whole groups. */
static void zephyr_lines_are_shorter_and_never_split_the_crc(void **state)
{
	static const size_t line_lengths[] = { ZEPHYR_LINE_MIN, 19, 64, SMP_LINE_LENGTH, 515 };
	uint8_t storage[PACKET_MAX], wire_storage[WIRE_MAX], raw[PACKET_MAX + 4],
		wanted[PACKET_MAX + 4];

	(void)state;
	for (size_t i = 0; i < sizeof(line_lengths) / sizeof(line_lengths[0]); i++) {
		size_t per_line = (line_lengths[i] - 3) / 4 * 3;

		for (size_t len = 0; len <= PACKET_MAX; len++) {
			struct span packet = make_packet(storage, len);
			struct buf wire = BUF_OVER(wire_storage), got = BUF_OVER(raw),
				   want = BUF_OVER(wanted);
			struct span rest;

			assert_true(
				smp_frame_encode(packet, SMP_FRAME_ZEPHYR, line_lengths[i], &wire));
			make_raw(packet, &want);
			rest = buf_span(&wire);
			for (bool is_first = true; rest.len > 0; is_first = false) {
				size_t before = got.len;

				take_line(&rest, is_first, &got);
				assert_true(
					got.len - before <= (is_first ? per_line : per_line - 3));
				/* The CRC's first byte never ends a line. */
				assert_int_not_equal(got.len, want.len - 1);
				if (rest.len > 0)
					assert_int_equal((got.len - before) % 3, 0);
			}
			assert_true(span_equal(buf_span(&got), buf_span(&want)));
		}
	}
}

static void a_frame_that_does_not_fit_leaves_the_buffer_as_it_was(void **state)
{
	uint8_t storage[200], wire[512];
	struct span packet = make_packet(storage, sizeof(storage));
	size_t size = smp_frame_wire_size(packet.len, SMP_LINE_LENGTH);

	(void)state;
	for (size_t cap = 0; cap < size; cap++) {
		struct buf out = buf_over(wire, cap + 1);

		buf_append_byte(&out, 'x');
		wire[cap + 1] = 0x7e;
		assert_false(smp_frame_encode(packet, SMP_FRAME_STREAM, SMP_LINE_LENGTH, &out));
		assert_int_equal(out.len, 1);
		assert_true(out.overflow);
		assert_int_equal(wire[0], 'x');
		assert_int_equal(wire[cap + 1], 0x7e);
	}
}

static void frames_follow_each_other_in_the_buffer(void **state)
{
	uint8_t wire[64];
	struct buf out = BUF_OVER(wire);
	struct span packet = span_from_text("\x0a");

	(void)state;
	assert_true(smp_frame_encode(packet, SMP_FRAME_STREAM, SMP_LINE_LENGTH, &out));
	assert_int_equal(out.len, smp_frame_wire_size(1, SMP_LINE_LENGTH));
	assert_true(smp_frame_encode(packet, SMP_FRAME_ZEPHYR, SMP_LINE_LENGTH, &out));
	assert_int_equal(out.len, 2 * smp_frame_wire_size(1, SMP_LINE_LENGTH));
	assert_memory_equal(wire, wire + out.len / 2, out.len / 2);
}

static void the_longest_packet_is_sent_and_a_longer_one_is_not(void **state)
{
	static const uint8_t packet[SMP_PACKET_MAX + 1];
	uint8_t wire[90000];
	struct buf out = BUF_OVER(wire);

	(void)state;
	assert_true(smp_frame_encode(
		span_make(packet, SMP_PACKET_MAX), SMP_FRAME_STREAM, SMP_LINE_LENGTH, &out));
	assert_int_equal(out.len, smp_frame_wire_size(SMP_PACKET_MAX, SMP_LINE_LENGTH));
	assert_memory_equal(wire + 2, "//", 2); /* be16(65535) */
	buf_clear(&out);
	assert_false(smp_frame_encode(
		span_make(packet, SMP_PACKET_MAX + 1), SMP_FRAME_STREAM, SMP_LINE_LENGTH, &out));
	assert_int_equal(out.len, 0);
}

static void line_lengths_that_hold_nothing_or_too_much_are_refused(void **state)
{
	static const size_t bad[] = { 0, 1, 3, 6, 8193, 100000, SIZE_MAX };
	uint8_t wire[WIRE_MAX];
	struct buf out = BUF_OVER(wire);
	struct span packet = span_from_text("a packet of some length");

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(smp_frame_encode(packet, SMP_FRAME_STREAM, bad[i], &out));
		assert_false(smp_frame_encode(packet, SMP_FRAME_ZEPHYR, bad[i], &out));
		assert_int_equal(out.len, 0);
	}
	/* Zephyr's later lines would be left with no room for data and CRC. */
	for (size_t line_length = SMP_LINE_LENGTH_MIN; line_length < ZEPHYR_LINE_MIN;
		line_length++) {
		assert_false(smp_frame_encode(packet, SMP_FRAME_ZEPHYR, line_length, &out));
		assert_int_equal(out.len, 0);
	}
	assert_false(out.overflow);
}

static void every_drop_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < SMP_DROP_COUNT; i++) {
		assert_non_null(smp_frame_drop_name((enum smp_frame_drop)i));
		for (int j = 0; j < i; j++)
			assert_string_not_equal(smp_frame_drop_name((enum smp_frame_drop)i),
				smp_frame_drop_name((enum smp_frame_drop)j));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_packet_still_has_length_and_crc),
		cmocka_unit_test(stream_lines_are_full_but_for_the_last),
		cmocka_unit_test(the_wire_size_is_what_encoding_needs_at_every_line_length),
		cmocka_unit_test(the_wire_size_is_that_of_the_protocol_page),
		cmocka_unit_test(zephyr_lines_are_shorter_and_never_split_the_crc),
		cmocka_unit_test(a_frame_that_does_not_fit_leaves_the_buffer_as_it_was),
		cmocka_unit_test(frames_follow_each_other_in_the_buffer),
		cmocka_unit_test(the_longest_packet_is_sent_and_a_longer_one_is_not),
		cmocka_unit_test(line_lengths_that_hold_nothing_or_too_much_are_refused),
		cmocka_unit_test(every_drop_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
