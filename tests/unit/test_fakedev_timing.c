/* SPDX-License-Identifier: Apache-2.0 */
/* When the fake board answers, when it is away, and what it complains of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/support/board.h"

enum { SECOND_US = 1000 * 1000 };

static void reset_is_answered_then_served_for_250_ms_then_off_the_bus(void **state)
{
	struct host *host = host_new("");
	uint64_t answered_us;

	(void)state;
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	answered_us = host->now_us;
	host_run(host, 200 * 1000);
	assert_true(host_echo(host));
	assert_true(fakedev_is_present(host->board, answered_us + 249 * 1000));
	assert_false(fakedev_is_present(host->board, answered_us + 250 * 1000));
	assert_int_equal(fakedev_departures(host->board, answered_us + 250 * 1000), 1);
	assert_false(fakedev_is_present(host->board, answered_us + 449 * 1000));
	assert_true(fakedev_is_present(host->board, answered_us + 451 * 1000));
	host->now_us = answered_us + 451 * 1000;
	assert_true(host_echo(host));
	host_assert_no_complaint(host);
	host_free(host);
}

static void swap_takes_the_time_of_its_flash(void **state)
{
	struct host *host = host_new("flash=nrf52840");
	uint64_t since_us;

	(void)state;
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	assert_int_equal(host_mark_last(host, false), 0);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	since_us = host->now_us + 450 * 1000;
	/* Five pages of the old image, two erases of 85 ms each. */
	assert_false(fakedev_is_present(host->board, since_us + 10 * 85 * 1000));
	assert_true(fakedev_is_present(host->board, since_us + 3 * SECOND_US));
	host_free(host);
}

static void request_while_rebooting_is_lost_and_judged(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	host_run(host, 300 * 1000);
	host_send(host, span_from_text("\n"));
	host_assert_no_complaint(host);
	host_send(host, span_from_text("\x06\x09"));
	host_assert_complaint(host, "while the board reboots");
	host_free(host);
}

/* Send `count` echoes in one go and count the replies. */
static unsigned burst(struct host *host, unsigned count)
{
	static const uint8_t packet[] = { 0x0a, 0, 0, 5, 0, 0, 7, 0, 0xa1, 0x61, 'd', 0x61, 'x' };
	uint8_t reply[64];
	unsigned replies = 0;

	host_forget(host);
	for (unsigned i = 0; i < count; i++)
		host_send_packet(host, span_make(packet, sizeof(packet)));
	host_run(host, SECOND_US);
	for (;;) {
		struct buf out = BUF_OVER(reply);

		if (!host_next_packet(host, &out))
			return replies;
		replies++;
	}
}

static void three_requests_in_flight_are_answered_with_four_buffers(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(burst(host, 3), 3);
	host_assert_no_complaint(host);
	host_free(host);
}

static void fourth_request_in_flight_is_lost_and_judged(void **state)
{
	struct host *host = host_new("");
	struct fakedev_counters counters;

	(void)state;
	assert_int_equal(burst(host, 4), 3);
	host_assert_complaint(host, "4 requests in flight with 4 buffers: the last one is lost");
	fakedev_get_counters(host->board, &counters);
	assert_int_equal(counters.requests, 3);
	assert_int_equal(counters.replies, 3);
	assert_int_equal(counters.lost_requests, 1);
	host_free(host);
}

static void two_buffers_take_one_request_at_a_time(void **state)
{
	struct host *host = host_new("buf-count=2");

	(void)state;
	assert_int_equal(burst(host, 2), 1);
	host_assert_complaint(host, "2 requests in flight with 2 buffers");
	host_free(host);
}

static void longest_packet_fits_its_buffer_with_length_and_checksum(void **state)
{
	static const struct {
		size_t text;
		bool is_answered;
	} cases[] = { { 380 - 8 - 6, true }, { 381 - 8 - 6, false } };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct host *host = host_new("");
		char text[512];

		memset(text, 'x', sizeof(text));
		body_put_map(&host->body, 1);
		body_put_text(&host->body, "d");
		body_put_text_span(&host->body, span_make(text, cases[i].text));
		assert_int_equal(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_ECHO),
			cases[i].is_answered);
		if (cases[i].is_answered)
			host_assert_no_complaint(host);
		else
			host_assert_complaint(host, "a packet of 381 bytes: the longest is 380");
		host_free(host);
	}
}

static void paced_line_takes_ten_bits_for_each_byte(void **state)
{
	struct host *host = host_new("baud=115200");
	uint64_t before_us = host->now_us;

	(void)state;
	assert_true(host_echo(host));
	/* 31 bytes there and 35 back (recorded lengths) are 5.73 ms, and 0.3 ms of work. */
	assert_in_range(host->now_us - before_us, 6000, 6100);
	host_free(host);
}

static void request_that_comes_while_a_reply_is_written_has_to_wait(void **state)
{
	static const uint8_t packet[] = { 0x0a, 0, 0, 5, 0, 0, 7, 0, 0xa1, 0x61, 'd', 0x61, 'x' };
	struct host *host = host_new("baud=9600,buf-count=2");

	(void)state;
	/* 27 bytes each: the second one is there 28 ms after the first, whose reply takes as long. */
	host_send_packet(host, span_make(packet, sizeof(packet)));
	host_send_packet(host, span_make(packet, sizeof(packet)));
	host_run(host, SECOND_US);
	host_assert_complaint(host, "2 requests in flight with 2 buffers");
	host_free(host);
}

static void first_chunk_again_while_it_erases_is_judged(void **state)
{
	struct host *host = host_new("flash=nrf52840");
	struct file_map file = host_vector("unsigned_v2.0.0.bin");
	uint8_t packet[512] = { 0x0a, 0, 0, 0, 0, 1, 0, 1 };
	struct buf out = buf_over(packet, sizeof(packet));

	(void)state;
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	out.len = 8;
	body_put_map(&out, 3);
	body_put_text(&out, "off");
	body_put_uint(&out, 0);
	body_put_text(&out, "len");
	body_put_uint(&out, file.bytes.len);
	body_put_text(&out, "data");
	body_put_bytes(&out, span_sub(file.bytes, 0, 64));
	packet[3] = (uint8_t)(out.len - 8);
	host_send_packet(host, buf_span(&out));
	host_run(host, 10 * 1000);
	host_assert_no_complaint(host);
	host_send_packet(host, buf_span(&out));
	host_assert_complaint(host, "the first chunk again while the erase");
	file_unmap(&file);
	host_free(host);
}

static void slow_flash_answers_later(void **state)
{
	static const struct {
		const char *options;
		uint64_t erase_page_us; /* protocol.md 5.5 */
	} models[] = {
		{ "flash=instant", 0 },
		{ "flash=nrf52840", 85000 },
		{ "flash=nrf5340", 87000 },
		{ "flash=nrf54l15", 4096 / 16 * 15 },
		{ "flash=qspi", 50000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		struct host *host = host_new(models[i].options);
		uint64_t before_us;

		host_upload_vector(host, "unsigned_v2.0.0.bin");
		before_us = host->now_us;
		assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_ERASE));
		/* The whole slot, and the 0.3 ms that every request costs. */
		assert_int_equal(host->now_us - before_us, 118 * models[i].erase_page_us + 300);
		host_free(host);
	}
}

static void idle_board_is_woken_by_bytes_only(void **state)
{
	struct host *host = host_new("baud=9600");

	(void)state;
	assert_int_equal(fakedev_next_wakeup_us(host->board, host->now_us), CLOCK_NEVER);
	assert_true(host_echo(host));
	host_run(host, SECOND_US);
	assert_int_equal(fakedev_next_wakeup_us(host->board, host->now_us), CLOCK_NEVER);
	host_free(host);
}

static void reply_that_has_left_the_board_can_be_read_after_it_is_gone(void **state)
{
	static const uint8_t packet[] = { 0x0a, 0, 0, 1, 0, 0, 7, 5, 0xa0 };
	struct host *host = host_new("");
	uint8_t wire[64];

	(void)state;
	host_send_packet(host, span_make(packet, sizeof(packet)));
	host->now_us += 300 * 1000;
	assert_false(fakedev_is_present(host->board, host->now_us));
	assert_int_equal(fakedev_tx(host->board, wire, sizeof(wire), host->now_us), 23);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reset_is_answered_then_served_for_250_ms_then_off_the_bus),
		cmocka_unit_test(swap_takes_the_time_of_its_flash),
		cmocka_unit_test(request_while_rebooting_is_lost_and_judged),
		cmocka_unit_test(three_requests_in_flight_are_answered_with_four_buffers),
		cmocka_unit_test(fourth_request_in_flight_is_lost_and_judged),
		cmocka_unit_test(two_buffers_take_one_request_at_a_time),
		cmocka_unit_test(longest_packet_fits_its_buffer_with_length_and_checksum),
		cmocka_unit_test(paced_line_takes_ten_bits_for_each_byte),
		cmocka_unit_test(request_that_comes_while_a_reply_is_written_has_to_wait),
		cmocka_unit_test(first_chunk_again_while_it_erases_is_judged),
		cmocka_unit_test(slow_flash_answers_later),
		cmocka_unit_test(idle_board_is_woken_by_bytes_only),
		cmocka_unit_test(reply_that_has_left_the_board_can_be_read_after_it_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
