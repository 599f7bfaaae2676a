/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fake board loses because its buffers are few and its CPU stands still, and what it does
 * not (docs/protocol.md 5.3 and 5.4).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "smp/frame.h"
#include "tests/support/board.h"

enum {
	SECOND_US = 1000 * 1000,
	ERASE_PAGE_US = 85000, /* nRF52840 */
	PAGE_SIZE = 4096,
};

/* An echo of "x": one line of 27 bytes. */
static const uint8_t echo[] = { 0x0a, 0, 0, 5, 0, 0, 7, 0, 0xa1, 0x61, 'd', 0x61, 'x' };

static struct fakedev_counters counters_of(const struct host *host)
{
	struct fakedev_counters counters;

	fakedev_get_counters(host->board, &counters);
	return counters;
}

static void append_frame(struct buf *wire, struct span packet, size_t line_length)
{
	assert_true(smp_frame_encode(packet, SMP_FRAME_STREAM, line_length, wire));
}

static unsigned count_replies(struct host *host)
{
	uint8_t bytes[HOST_PACKET_MAX];
	unsigned count = 0;

	host_run(host, 20 * SECOND_US);
	for (;; count++) {
		struct buf out = BUF_OVER(bytes);

		if (!host_next_packet(host, &out))
			return count;
	}
}

/* Two empty lines and a request in one go. */
static unsigned send_three_short_lines(struct host *host)
{
	uint8_t bytes[64];
	struct buf wire = BUF_OVER(bytes);

	buf_append_text(&wire, "\n\n");
	append_frame(&wire, span_make(echo, sizeof(echo)), SMP_LINE_LENGTH);
	host_send(host, buf_span(&wire));
	return count_replies(host);
}

/* Observed: "many short lines sent faster than the line speed are lost; at 115200 they pass". */
static void third_short_line_in_one_usb_packet_is_lost_without_a_word(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(send_three_short_lines(host), 0);
	assert_int_equal(counters_of(host).lost_lines, 1);
	assert_int_equal(counters_of(host).lost_requests, 1);
	host_assert_no_complaint(host);
	assert_true(host_echo(host));
	host_free(host);
}

static void frame_in_short_lines_passes_on_a_slow_line_only(void **state)
{
	static const struct {
		const char *options;
		unsigned replies;
	} boards[] = { { "", 0 }, { "line-buffers=4", 1 }, { "baud=115200", 1 } };
	uint8_t packet[60] = { 0x0a, 0, 0, 52, 0, 0, 8, 0, 0xa1, 0x61, 'd', 0x78, 47 };

	(void)state;
	memset(packet + 13, 'x', 47);
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct host *host = host_new(boards[i].options);
		uint8_t bytes[256];
		struct buf wire = BUF_OVER(bytes);

		/* Three of these lines end within the first 64 bytes. */
		append_frame(&wire, span_make(packet, sizeof(packet)), 20);
		host_send(host, buf_span(&wire));
		assert_int_equal(count_replies(host), boards[i].replies);
		assert_int_equal(counters_of(host).lost_requests, 1 - boards[i].replies);
		host_assert_no_complaint(host);
		host_free(host);
	}
}

static void more_line_buffers_or_a_slow_line_save_it(void **state)
{
	static const char *const boards[] = { "line-buffers=3", "baud=115200" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct host *host = host_new(boards[i]);

		assert_int_equal(send_three_short_lines(host), 1);
		assert_int_equal(counters_of(host).lost_lines, 0);
		host_free(host);
	}
}

static void long_lines_pass_over_usb(void **state)
{
	struct host *host = host_new("buf-size=4096");
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text));
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "d");
	body_put_text_span(&host->body, span_make(text, sizeof(text)));
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_ECHO));
	assert_int_equal(counters_of(host).lost_lines, 0);
	host_free(host);
}

/* Its first line finds no net buffer; that one is free before its last does not help. */
static void net_buffer_is_needed_for_the_first_line(void **state)
{
	struct host *host = host_new("baud=9600,buf-count=2");
	uint8_t packet[100] = { 0x0a, 0, 0, 92, 0, 0, 8, 0, 0xa1, 0x61, 'd', 0x78, 87 };
	uint8_t bytes[512];
	struct buf wire = BUF_OVER(bytes);

	(void)state;
	memset(packet + 13, 'x', 87);
	append_frame(&wire, span_make(echo, sizeof(echo)), SMP_LINE_LENGTH);
	/* Lines of 23 ms; the reply to the echo takes 31. */
	append_frame(&wire, span_make(packet, sizeof(packet)), 23);
	host_send(host, buf_span(&wire));
	assert_int_equal(count_replies(host), 1);
	assert_int_equal(counters_of(host).requests, 1);
	assert_int_equal(counters_of(host).lost_requests, 1);
	host_assert_complaint(host, "2 requests in flight with 2 buffers: the last one is lost");
	host_free(host);
}

/* The first chunk of an image of two pages, so that one page or two are erased. */
static void append_first_chunk(struct buf *wire)
{
	static const uint8_t magic[32] = { 0x3d, 0xb8, 0xf3, 0x96 };
	uint8_t bytes[128] = { 0x0a, 0, 0, 0, 0, 1, 0, 1 };
	struct buf packet = BUF_OVER(bytes);

	packet.len = SMP_HEADER_SIZE;
	body_put_map(&packet, 3);
	body_put_text(&packet, "off");
	body_put_uint(&packet, 0);
	body_put_text(&packet, "len");
	body_put_uint(&packet, PAGE_SIZE + 1);
	body_put_text(&packet, "data");
	body_put_bytes(&packet, span_make(magic, sizeof(magic)));
	bytes[3] = (uint8_t)(packet.len - SMP_HEADER_SIZE);
	append_frame(wire, buf_span(&packet), SMP_LINE_LENGTH);
}

/* A chunk that erases one page, and echoes behind it that come meanwhile. Returns the replies. */
static unsigned send_echoes_into_an_erase(struct host *host, unsigned count)
{
	uint8_t bytes[512];
	struct buf wire = BUF_OVER(bytes);

	append_first_chunk(&wire);
	for (unsigned i = 0; i < count; i++)
		append_frame(&wire, span_make(echo, sizeof(echo)), SMP_LINE_LENGTH);
	host_send(host, buf_span(&wire));
	return count_replies(host);
}

#define STALLING "baud=115200,flash=nrf52840,erase-progressively,stall"

static void request_in_a_stall_loses_what_the_fifo_does_not_hold(void **state)
{
	struct host *host = host_new(STALLING);

	(void)state;
	assert_int_equal(send_echoes_into_an_erase(host, 1), 1);
	assert_int_equal(counters_of(host).lost_bytes, 27 - 6);
	assert_int_equal(counters_of(host).lost_lines, 1);
	assert_int_equal(counters_of(host).lost_requests, 1);
	/* Its line has no end, so it costs the next request too, and no more than that. */
	assert_false(host_echo(host));
	assert_int_equal(counters_of(host).lost_lines, 2);
	assert_int_equal(counters_of(host).lost_requests, 2);
	assert_true(host_echo(host));
	host_assert_no_complaint(host);
	host_free(host);
}

static void line_feed_before_the_next_request_ends_the_damaged_line(void **state)
{
	struct host *host = host_new(STALLING);

	(void)state;
	assert_int_equal(send_echoes_into_an_erase(host, 1), 1);
	host_send(host, span_from_text("\n"));
	assert_true(host_echo(host));
	host_free(host);
}

static void without_a_stall_the_same_request_waits(void **state)
{
	struct host *host = host_new("baud=115200,flash=nrf52840,erase-progressively");

	(void)state;
	assert_int_equal(send_echoes_into_an_erase(host, 2), 3);
	assert_int_equal(counters_of(host).lost_bytes, 0);
	host_assert_no_complaint(host);
	host_free(host);
}

/* External flash erases while the CPU goes on; RRAM has nothing to erase. */
static void only_internal_flash_stalls(void **state)
{
	static const char *const boards[] = {
		"baud=115200,flash=qspi,erase-progressively,stall",
		"baud=115200,flash=nrf54l15,erase-progressively,stall",
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct host *host = host_new(boards[i]);

		assert_int_equal(send_echoes_into_an_erase(host, 2), 3);
		assert_int_equal(counters_of(host).lost_bytes, 0);
		host_free(host);
	}
}

/* A receiver with DMA keeps all bytes, but they come in one burst. */
static void lines_of_a_burst_after_a_stall_need_line_buffers(void **state)
{
	struct host *host = host_new(STALLING ",fifo=4096");

	(void)state;
	assert_int_equal(send_echoes_into_an_erase(host, 3), 1 + 2);
	assert_int_equal(counters_of(host).lost_bytes, 0);
	assert_int_equal(counters_of(host).lost_lines, 1);
	assert_int_equal(counters_of(host).lost_requests, 1);
	host_assert_no_complaint(host);
	host_free(host);
}

static void lost_line_of_one_request_too_many_is_the_clients_fault(void **state)
{
	struct host *host = host_new(STALLING ",fifo=4096,line-buffers=8");

	(void)state;
	assert_int_equal(send_echoes_into_an_erase(host, 3), 1 + 2);
	assert_int_equal(counters_of(host).lost_lines, 0);
	assert_int_equal(counters_of(host).lost_requests, 1);
	host_assert_complaint(host, "4 requests in flight with 4 buffers: the last one is lost");
	host_free(host);
}

/* The line goes on when the CPU does: of 81 bytes in 85 ms all but the FIFO's are lost, no more. */
static void stall_ends_between_two_bytes(void **state)
{
	struct host *host = host_new("baud=9600,flash=nrf52840,erase-progressively,stall");
	uint8_t bytes[512];
	struct buf wire = BUF_OVER(bytes);

	(void)state;
	append_first_chunk(&wire);
	memset(buf_reserve(&wire, 120), 'x', 120);
	buf_commit(&wire, 120);
	buf_append_text(&wire, "\n");
	host_send(host, buf_span(&wire));
	assert_int_equal(count_replies(host), 1);
	assert_int_equal(counters_of(host).lost_bytes, 81 - 6);
	assert_int_equal(counters_of(host).lost_requests, 0);
	host_free(host);
}

/* Something else that happens meanwhile is no reason to take them. */
static void bytes_over_usb_are_held_off_until_the_page_is_erased(void **state)
{
	struct host *host =
		host_new("flash=nrf52840,erase-progressively,stall,fault=late-reply=20@1");
	uint8_t bytes[256];
	struct buf wire = BUF_OVER(bytes);

	(void)state;
	host_send_packet(host, span_make(echo, sizeof(echo)));
	host_run(host, 1000);
	append_first_chunk(&wire);
	host_send(host, buf_span(&wire));
	host_send_packet(host, span_make(echo, sizeof(echo)));
	assert_int_equal(count_replies(host), 3);
	assert_int_equal(counters_of(host).lost_bytes, 0);
	host_free(host);
}

static void board_that_stalls_is_woken_for_its_reply_only(void **state)
{
	struct host *host = host_new("flash=nrf52840,erase-progressively,stall");
	uint8_t bytes[256];
	struct buf wire = BUF_OVER(bytes);
	uint64_t next_us;

	(void)state;
	append_first_chunk(&wire);
	host_send(host, buf_span(&wire));
	next_us = fakedev_next_wakeup_us(host->board, host->now_us);
	assert_in_range(next_us - host->now_us, ERASE_PAGE_US, ERASE_PAGE_US + 1000);
	/* USB holds the host off: it is asked again when the page is erased. */
	host_send_packet(host, span_make(echo, sizeof(echo)));
	assert_int_equal(
		fakedev_next_wakeup_us(host->board, host->now_us), host->now_us + ERASE_PAGE_US);
	assert_int_equal(count_replies(host), 2);
	assert_int_equal(counters_of(host).lost_bytes, 0);
	host_free(host);
}

/* Upload to a blank slot and count what is erased: every page of it, the trailer's included. */
static void progressive_erase_takes_each_page_when_it_is_reached(void **state)
{
	static const char *const boards[] = {
		"flash=nrf52840,erase-progressively",
		"flash=nrf52840,erase-progressively,mode=recovery",
	};
	struct file_map file = host_vector("unsigned_v2.0.0.bin");
	uint64_t pages = (file.bytes.len + PAGE_SIZE - 1) / PAGE_SIZE;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct host *host = host_new(boards[i]);
		uint64_t begin_us = host->now_us;

		assert_int_equal(host_upload(host, 0, file.bytes, span_make(NULL, 0), 256), 0);
		assert_int_equal(counters_of(host).pages_erased, pages + 1);
		assert_in_range(host->now_us - begin_us, (pages + 1) * ERASE_PAGE_US,
			(pages + 2) * ERASE_PAGE_US + file.bytes.len / 4 * 41);
		host_free(host);
	}
	file_unmap(&file);
}

static void progressive_erase_answers_the_first_chunk_after_one_page(void **state)
{
	struct host *host = host_new("flash=nrf52840,erase-progressively");
	uint64_t begin_us = host->now_us;
	uint8_t bytes[256];
	struct buf wire = BUF_OVER(bytes);

	(void)state;
	append_first_chunk(&wire);
	host_send(host, buf_span(&wire));
	host_settle(host, 20 * SECOND_US);
	assert_in_range(host->now_us - begin_us, ERASE_PAGE_US, ERASE_PAGE_US + 1000);
	assert_int_equal(counters_of(host).pages_erased, 1);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(third_short_line_in_one_usb_packet_is_lost_without_a_word),
		cmocka_unit_test(frame_in_short_lines_passes_on_a_slow_line_only),
		cmocka_unit_test(more_line_buffers_or_a_slow_line_save_it),
		cmocka_unit_test(long_lines_pass_over_usb),
		cmocka_unit_test(net_buffer_is_needed_for_the_first_line),
		cmocka_unit_test(request_in_a_stall_loses_what_the_fifo_does_not_hold),
		cmocka_unit_test(line_feed_before_the_next_request_ends_the_damaged_line),
		cmocka_unit_test(without_a_stall_the_same_request_waits),
		cmocka_unit_test(only_internal_flash_stalls),
		cmocka_unit_test(lines_of_a_burst_after_a_stall_need_line_buffers),
		cmocka_unit_test(lost_line_of_one_request_too_many_is_the_clients_fault),
		cmocka_unit_test(stall_ends_between_two_bytes),
		cmocka_unit_test(bytes_over_usb_are_held_off_until_the_page_is_erased),
		cmocka_unit_test(board_that_stalls_is_woken_for_its_reply_only),
		cmocka_unit_test(progressive_erase_takes_each_page_when_it_is_reached),
		cmocka_unit_test(progressive_erase_answers_the_first_chunk_after_one_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
