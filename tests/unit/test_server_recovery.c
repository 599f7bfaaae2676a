/* SPDX-License-Identifier: Apache-2.0 */
/* MCUboot's serial recovery, beyond what the recorded conversation shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/factory.h"
#include "tests/support/board.h"

enum { FILE_MAX = 8192 };

static unsigned chunk(
	struct host *host, uint64_t image, uint64_t off, uint64_t len, struct span data)
{
	struct buf *body = &host->body;

	body_put_map(body, 4);
	body_put_text(body, "image");
	body_put_uint(body, image);
	body_put_text(body, "off");
	body_put_uint(body, off);
	body_put_text(body, "len");
	body_put_uint(body, len);
	body_put_text(body, "data");
	body_put_bytes(body, data);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD));
	return host_reply_error(host);
}

static void part_of_a_write_block_has_to_be_sent_again(void **state)
{
	struct host *host = host_new("mode=recovery");
	uint8_t data[203] = { 0 };

	(void)state;
	assert_int_equal(chunk(host, 0, 0, 406, span_make(data, 203)), 0);
	assert_int_equal(host_reply_uint(host, "off"), 200);
	assert_int_equal(chunk(host, 0, 200, 406, span_make(data, 3)), 0);
	assert_int_equal(host_reply_uint(host, "off"), 200);
	/* The last chunk may end anywhere. */
	assert_int_equal(chunk(host, 0, 200, 406, span_make(data, 203)), 0);
	assert_int_equal(host_reply_uint(host, "off"), 400);
	assert_int_equal(chunk(host, 0, 400, 406, span_make(data, 6)), 0);
	assert_int_equal(host_reply_uint(host, "off"), 406);
	host_free(host);
}

static void more_data_than_announced_is_invalid(void **state)
{
	struct host *host = host_new("mode=recovery");
	uint8_t data[64] = { 0 };

	(void)state;
	assert_int_equal(chunk(host, 0, 0, 100, span_make(data, 64)), 0);
	assert_int_equal(chunk(host, 0, 64, 100, span_make(data, 64)), 3);
	assert_int_equal(chunk(host, 3, 0, 100, span_make(data, 64)), 3);
	host_free(host);
}

static void upload_goes_to_the_primary_slot_and_runs_after_a_reset(void **state)
{
	static const struct mcuboot_version version = { 2, 0, 0, 0 };
	struct host *host = host_new("mode=recovery");
	uint8_t bytes[FILE_MAX];
	struct buf file = BUF_OVER(bytes);

	(void)state;
	assert_true(factory_image_build(&version, 3000, 5, &file));
	assert_int_equal(host_upload(host, 0, buf_span(&file), span_make(NULL, 0), 320), 0);
	assert_string_equal(host_list(host), "0/0 2.0.0 ac");
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	host_run(host, 1000 * 1000);
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host_reply_error(host), 0);
	host_free(host);
}

static void half_an_image_is_left_out_of_the_list(void **state)
{
	static const struct mcuboot_version version = { 2, 0, 0, 0 };
	struct host *host = host_new("mode=recovery");
	uint8_t bytes[FILE_MAX];
	struct buf file = BUF_OVER(bytes);

	(void)state;
	assert_true(factory_image_build(&version, 3000, 5, &file));
	assert_int_equal(chunk(host, 0, 0, file.len, span_sub(buf_span(&file), 0, 320)), 0);
	assert_string_equal(host_list(host), "");
	host_free(host);
}

/* A first chunk keeps the bootloader busy with the erase; then `count` lists in one go. */
static unsigned send_behind_an_erase(struct host *host, unsigned count)
{
	static const uint8_t list[] = { 0x08, 0, 0, 1, 0, 1, 2, 0, 0xa0 };
	static const uint8_t data[8] = { 0 };
	uint8_t bytes[HOST_PACKET_MAX] = { 0x0a, 0, 0, 0, 0, 1, 1, 1 };
	struct buf packet = BUF_OVER(bytes);
	unsigned replies = 0;

	packet.len = SMP_HEADER_SIZE;
	body_put_map(&packet, 3);
	body_put_text(&packet, "off");
	body_put_uint(&packet, 0);
	body_put_text(&packet, "len");
	body_put_uint(&packet, 100);
	body_put_text(&packet, "data");
	body_put_bytes(&packet, span_make(data, sizeof(data)));
	bytes[3] = (uint8_t)(packet.len - SMP_HEADER_SIZE);
	host_send_packet(host, buf_span(&packet));
	for (unsigned i = 0; i < count; i++)
		host_send_packet(host, span_make(list, sizeof(list)));
	host_run(host, 60 * 1000 * 1000);
	for (;; replies++) {
		buf_clear(&packet);
		if (!host_next_packet(host, &packet))
			return replies;
	}
}

static void request_behind_another_is_judged(void **state)
{
	struct host *host = host_new("mode=recovery,flash=nrf52840");

	(void)state;
	assert_int_equal(send_behind_an_erase(host, 0), 1);
	assert_null(fakedev_complaint(host->board, 0));
	assert_int_equal(send_behind_an_erase(host, 1), 2);
	assert_non_null(strstr(fakedev_complaint(host->board, 0), "takes one at a time"));
	host_free(host);
}

static void eight_lines_wait_and_the_ninth_is_lost(void **state)
{
	struct host *host = host_new("mode=recovery,flash=nrf52840");

	(void)state;
	assert_int_equal(send_behind_an_erase(host, 9), 1 + 8);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(part_of_a_write_block_has_to_be_sent_again),
		cmocka_unit_test(more_data_than_announced_is_invalid),
		cmocka_unit_test(upload_goes_to_the_primary_slot_and_runs_after_a_reset),
		cmocka_unit_test(half_an_image_is_left_out_of_the_list),
		cmocka_unit_test(request_behind_another_is_judged),
		cmocka_unit_test(eight_lines_wait_and_the_ninth_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
