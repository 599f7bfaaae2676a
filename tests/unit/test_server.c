/* SPDX-License-Identifier: Apache-2.0 */
/* Dispatch, versions and refusals of the fake board's server, and its OS group. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/board.h"

/* Send a raw packet and take the reply's; false when none comes. */
static bool exchange(struct host *host, const uint8_t *bytes, size_t len)
{
	struct buf reply = BUF_OVER(host->reply_bytes);

	host_forget(host);
	host_send_packet(host, span_make(bytes, len));
	host_settle(host, 1000 * 1000);
	if (!host_next_packet(host, &reply))
		return false;
	host->reply = buf_span(&reply);
	assert_int_equal(
		body_open(span_sub(host->reply, SMP_HEADER_SIZE, reply.len), &host->map, NULL),
		STATUS_OK);
	return true;
}

static void put_text(struct host *host, const char *key, const char *text)
{
	body_put_map(&host->body, 1);
	body_put_text(&host->body, key);
	body_put_text(&host->body, text);
}

/* The text under `key` in the last reply, as a C string in host->body_bytes. */
static const char *reply_text(struct host *host, const char *key)
{
	struct buf out = BUF_OVER(host->body_bytes);
	struct span text = span_from_text("(none)");

	(void)body_get_text(&host->map, key, &text);
	buf_append_span(&out, text);
	return buf_text(&out);
}

static void old_server_ignores_the_version_and_answers_in_version_1(void **state)
{
	struct host *host = host_new("smp-version=1");

	(void)state;
	put_text(host, "format", "Q");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host->reply.data[0], 0x01);
	assert_int_equal(host_reply_error(host), 3);
	host->version = 3;
	put_text(host, "d", "x");
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_ECHO));
	assert_int_equal(host->reply.data[0], 0x03);
	assert_int_equal(host_reply_error(host), 0);
	host_free(host);
}

static void group_errors_are_translated_for_version_1(void **state)
{
	struct host *host = host_new("");

	(void)state;
	put_text(host, "format", "Q");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host_reply_error(host), 0 * 1000 + 2);
	host->version = SMP_VERSION_1;
	put_text(host, "format", "Q");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host_reply_error(host), 3);
	host_free(host);
}

static void header_that_announces_too_much_is_corrupt(void **state)
{
	static const uint8_t packet[] = { 0x0a, 0, 0, 2, 0, 0, 5, 0, 0xa0 };
	struct host *host = host_new("");

	(void)state;
	assert_true(exchange(host, packet, sizeof(packet)));
	assert_int_equal(host_reply_error(host), 9);
	host_free(host);
}

/* Two echoes, "x" and "y", of which the first one may be spoilt. */
static unsigned send_two(struct host *host, uint8_t first_command)
{
	const uint8_t packet[] = { 0x0a, 0, 0, 5, 0, 0, 5, first_command, 0xa1, 0x61, 'd', 0x61,
		'x', 0x0a, 0, 0, 5, 0, 0, 6, 0, 0xa1, 0x61, 'd', 0x61, 'y' };
	uint8_t bytes[64];
	unsigned count = 0;

	host_forget(host);
	host_send_packet(host, span_make(packet, sizeof(packet)));
	host_settle(host, 1000 * 1000);
	for (;;) {
		struct buf reply = BUF_OVER(bytes);

		if (!host_next_packet(host, &reply))
			return count;
		assert_int_equal(bytes[6], 5 + count);
		count++;
	}
}

static void two_messages_in_a_packet_get_two_replies(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(send_two(host, SMP_OS_ECHO), 2);
	host_free(host);
}

static void first_message_that_fails_stops_the_rest(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_int_equal(send_two(host, 99), 1);
	host_free(host);
}

static void repeated_and_integer_keys_are_invalid(void **state)
{
	static const uint8_t repeated[] = { 0x0a, 0, 0, 9, 0, 0, 5, 0, 0xa2, 0x61, 'd', 0x61, 'x',
		0x61, 'd', 0x61, 'y' };
	static const uint8_t integer[] = { 0x0a, 0, 0, 8, 0, 0, 5, 0, 0xa2, 0x61, 'd', 0x61, 'x',
		0x01, 0x61, 'y' };
	struct host *host = host_new("");

	(void)state;
	assert_true(exchange(host, repeated, sizeof(repeated)));
	assert_int_equal(host_reply_error(host), 3);
	assert_true(exchange(host, integer, sizeof(integer)));
	assert_int_equal(host_reply_error(host), 3);
	host_free(host);
}

static void reply_that_does_not_fit_the_buffer_is_refused(void **state)
{
	struct host *host = host_new("images=4,buf-size=384,slot-size=64K");

	(void)state;
	/* Four images make a list of more than 384 bytes. */
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_IMAGE, SMP_IMAGE_STATE));
	assert_int_equal(host_reply_error(host), 7);
	host_free(host);
}

static void params_tell_the_buffers_or_are_not_built(void **state)
{
	struct host *host = host_new("buf-size=1024,buf-count=6");

	(void)state;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_PARAMS));
	assert_int_equal(host_reply_uint(host, "buf_size"), 1024);
	assert_int_equal(host_reply_uint(host, "buf_count"), 6);
	host_free(host);
	host = host_new("no-params");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_PARAMS));
	assert_int_equal(host_reply_error(host), 8);
	host_free(host);
}

static void info_prints_the_wanted_fields_in_its_own_order(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_string_equal(reply_text(host, "output"), "Zephyr");
	put_text(host, "format", "ips");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_string_equal(reply_text(host, "output"), "Zephyr cortex-m4 smpctl_fakedev");
	put_text(host, "format", "a");
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_string_equal(reply_text(host, "output"),
		"Zephyr unknown 4.1.0 4.1.0 Thu Jan  1 00:00:00 2026 arm cortex-m4 smpctl_fakedev "
		"Zephyr");
	host_free(host);
}

static void bootloader_mode_is_that_of_the_board(void **state)
{
	static const struct {
		const char *options;
		unsigned mode;
	} cases[] = { { "", 3 }, { "bootloader=overwrite", 2 }, { "bootloader=direct-xip", 4 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct host *host = host_new(cases[i].options);

		put_text(host, "query", "mode");
		assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_BOOTLOADER));
		assert_int_equal(host_reply_uint(host, "mode"), cases[i].mode);
		host_free(host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_server_ignores_the_version_and_answers_in_version_1),
		cmocka_unit_test(group_errors_are_translated_for_version_1),
		cmocka_unit_test(header_that_announces_too_much_is_corrupt),
		cmocka_unit_test(two_messages_in_a_packet_get_two_replies),
		cmocka_unit_test(first_message_that_fails_stops_the_rest),
		cmocka_unit_test(repeated_and_integer_keys_are_invalid),
		cmocka_unit_test(reply_that_does_not_fit_the_buffer_is_refused),
		cmocka_unit_test(params_tell_the_buffers_or_are_not_built),
		cmocka_unit_test(info_prints_the_wanted_fields_in_its_own_order),
		cmocka_unit_test(bootloader_mode_is_that_of_the_board),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
