/* SPDX-License-Identifier: Apache-2.0 */
/* How a server takes packets off its line (fakedev/receiver.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/receiver.h"

enum { PACKET_MAX = 380, LINE_MAX = 128 };

struct fixture {
	struct receiver receiver;
	struct receiver_result result;
	uint8_t packet[PACKET_MAX + 8];
	uint8_t wire_bytes[1024];
	struct buf wire;
};

static void setup(struct fixture *f, bool refuses_cr)
{
	struct receiver_setup how = {
		.line_length = LINE_MAX,
		.packet_max = PACKET_MAX,
		.refuses_cr = refuses_cr,
	};

	assert_int_equal(
		receiver_create(&f->receiver, LINE_MAX, PACKET_MAX, ERR_IGNORED), STATUS_OK);
	receiver_restart(&f->receiver, &how);
	memset(f->packet, 0x5a, sizeof(f->packet));
	f->wire = BUF_OVER(f->wire_bytes);
}

static void frame(struct fixture *f, size_t packet_len, size_t line_length)
{
	buf_clear(&f->wire);
	assert_true(smp_frame_encode(
		span_make(f->packet, packet_len), SMP_FRAME_STREAM, line_length, &f->wire));
}

/* Line by line, up to the first that does something. */
static enum receiver_event take(struct fixture *f, struct span bytes)
{
	while (bytes.len > 0) {
		const uint8_t *feed = memchr(bytes.data, '\n', bytes.len);
		size_t len = feed != NULL ? (size_t)(feed - bytes.data) + 1 : bytes.len;
		enum receiver_event event =
			receiver_take(&f->receiver, span_sub(bytes, 0, len), &f->result);

		if (event != RECEIVER_MORE)
			return event;
		bytes = span_sub(bytes, len, bytes.len);
	}
	return RECEIVER_MORE;
}

static void assert_packet(struct fixture *f, size_t len)
{
	assert_int_equal(take(f, buf_span(&f->wire)), RECEIVER_PACKET);
	assert_int_equal(f->result.packet.len, len);
	assert_memory_equal(f->result.packet.data, f->packet, len);
}

static void assert_lost(struct fixture *f, const char *why)
{
	assert_int_equal(take(f, buf_span(&f->wire)), RECEIVER_LOST);
	if (strstr(f->result.complaint, why) == NULL)
		fail_msg("complaint: %s", f->result.complaint);
	/* The next request always recovers. */
	frame(f, 20, SMP_LINE_LENGTH);
	assert_packet(f, 20);
}

static void whole_packet_is_taken(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	frame(&f, 300, SMP_LINE_LENGTH);
	assert_packet(&f, 300);
	receiver_destroy(&f.receiver);
}

static void longest_packet_is_taken_and_one_byte_more_is_lost(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	frame(&f, PACKET_MAX, SMP_LINE_LENGTH);
	assert_packet(&f, PACKET_MAX);
	frame(&f, PACKET_MAX + 1, SMP_LINE_LENGTH);
	assert_lost(&f, "a packet of 381 bytes: the longest is 380");
	receiver_destroy(&f.receiver);
}

static void carriage_return_before_the_line_feed_is_taken(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	frame(&f, 300, 127);
	/* It makes the first line 128 bytes long. */
	memmove(f.wire.data + 127, f.wire.data + 126, f.wire.len - 126);
	f.wire.data[126] = '\r';
	f.wire.len++;
	assert_packet(&f, 300);
	receiver_destroy(&f.receiver);
}

static void text_and_empty_lines_do_no_harm(void **state)
{
	static const char text[] = "uart:~$ \n\nsome log line\n";
	struct fixture f;
	struct span first, rest;

	(void)state;
	setup(&f, false);
	frame(&f, 200, SMP_LINE_LENGTH);
	first = span_sub(buf_span(&f.wire), 0, SMP_LINE_LENGTH);
	rest = span_sub(buf_span(&f.wire), SMP_LINE_LENGTH, f.wire.len);
	assert_int_equal(take(&f, span_from_text(text)), RECEIVER_MORE);
	assert_int_equal(take(&f, first), RECEIVER_MORE);
	assert_int_equal(take(&f, span_from_text(text)), RECEIVER_MORE);
	assert_int_equal(take(&f, rest), RECEIVER_PACKET);
	receiver_destroy(&f.receiver);
}

static void marker_behind_text_is_lost(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	frame(&f, 20, SMP_LINE_LENGTH);
	memmove(f.wire.data + 1, f.wire.data, f.wire.len++);
	f.wire.data[0] = 'x';
	assert_lost(&f, "does not begin its line");
	receiver_destroy(&f.receiver);
}

static void bootloader_refuses_cr_lf(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, true);
	frame(&f, 20, SMP_LINE_LENGTH);
	f.wire.data[f.wire.len - 1] = '\r';
	buf_append_byte(&f.wire, '\n');
	assert_lost(&f, "CR LF");
	receiver_destroy(&f.receiver);
}

static void damage_is_lost_with_a_reason(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	frame(&f, 20, SMP_LINE_LENGTH);
	f.wire.data[12] = f.wire.data[12] == 'A' ? 'B' : 'A';
	assert_lost(&f, "crc");
	frame(&f, 20, SMP_LINE_LENGTH);
	f.wire.data[12] = ' ';
	assert_lost(&f, "base64");
	receiver_destroy(&f.receiver);
}

static void abandoned_packet_does_not_spoil_the_next(void **state)
{
	struct fixture f;

	(void)state;
	setup(&f, false);
	frame(&f, 300, SMP_LINE_LENGTH);
	assert_int_equal(take(&f, span_make(f.wire.data, SMP_LINE_LENGTH)), RECEIVER_MORE);
	assert_packet(&f, 300);
	receiver_destroy(&f.receiver);
}

static void interrupted_packet_costs_no_complaint_and_no_other(void **state)
{
	struct fixture f;
	struct span rest;

	(void)state;
	setup(&f, false);
	frame(&f, 300, SMP_LINE_LENGTH);
	rest = span_sub(buf_span(&f.wire), SMP_LINE_LENGTH, f.wire.len);
	assert_int_equal(take(&f, span_make(f.wire.data, SMP_LINE_LENGTH)), RECEIVER_MORE);
	assert_true(receiver_is_busy(&f.receiver));
	receiver_interrupt(&f.receiver);
	assert_false(receiver_is_busy(&f.receiver));
	assert_int_equal(take(&f, rest), RECEIVER_MORE);
	assert_packet(&f, 300);
	assert_false(receiver_is_busy(&f.receiver));
	receiver_destroy(&f.receiver);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_packet_is_taken),
		cmocka_unit_test(longest_packet_is_taken_and_one_byte_more_is_lost),
		cmocka_unit_test(carriage_return_before_the_line_feed_is_taken),
		cmocka_unit_test(text_and_empty_lines_do_no_harm),
		cmocka_unit_test(marker_behind_text_is_lost),
		cmocka_unit_test(bootloader_refuses_cr_lf),
		cmocka_unit_test(damage_is_lost_with_a_reason),
		cmocka_unit_test(abandoned_packet_does_not_spoil_the_next),
		cmocka_unit_test(interrupted_packet_costs_no_complaint_and_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
