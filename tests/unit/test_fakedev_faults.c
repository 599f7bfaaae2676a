/* SPDX-License-Identifier: Apache-2.0 */
/* Every fault of the fake board does what its name says, and only to the request it is for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/factory.h"
#include "smp/frame.h"
#include "tests/support/board.h"

enum { SECOND_US = 1000 * 1000 };

/* Send one echo, let two seconds pass, and see what a tolerant receiver makes of the answer. */
struct heard {
	unsigned packets;
	unsigned texts;
	unsigned drops;
	enum smp_frame_drop drop;
	uint8_t last[64]; /* the last packet */
	size_t last_len;
	uint8_t first_sequence;
};

static struct heard listen_to(struct host *host, bool checks_header)
{
	uint8_t line[SMP_LINE_LENGTH_MAX], packet[HOST_PACKET_MAX];
	struct span input = buf_span(&host->wire);
	struct smp_frame_decoder decoder;
	struct smp_frame_result result;
	struct heard heard = { 0 };
	enum smp_frame_event event;

	smp_frame_decoder_init(&decoder, BUF_OVER(line), BUF_OVER(packet));
	if (!checks_header)
		smp_frame_decoder_accept_any_header(&decoder);
	while ((event = smp_frame_decode(&decoder, &input, &result)) != SMP_FRAME_MORE) {
		heard.texts += event == SMP_FRAME_TEXT;
		heard.drops += event == SMP_FRAME_DROPPED;
		heard.drop = event == SMP_FRAME_DROPPED ? result.drop : heard.drop;
		if (event != SMP_FRAME_PACKET)
			continue;
		if (heard.packets++ == 0)
			heard.first_sequence = result.bytes.data[6];
		assert_true(result.bytes.len <= sizeof(heard.last));
		memcpy(heard.last, result.bytes.data, result.bytes.len);
		heard.last_len = result.bytes.len;
	}
	return heard;
}

static struct heard answer_to(const char *fault, bool checks_header)
{
	static const uint8_t packet[] = { 0x0a, 0, 0, 5, 0, 0, 7, 0, 0xa1, 0x61, 'd', 0x61, 'x' };
	char options[64];
	struct host *host;
	struct heard heard;

	snprintf(options, sizeof(options), "fault=%s@1", fault);
	host = host_new(options);
	host_send_packet(host, span_make(packet, sizeof(packet)));
	host_run(host, 2 * SECOND_US);
	heard = listen_to(host, checks_header);
	/* The fault was for the first request only. */
	assert_true(host_echo(host));
	host_free(host);
	return heard;
}

static void silent_and_dropped_answer_nothing(void **state)
{
	static const char *const faults[] = { "silent", "drop-request", "drop-reply" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct heard heard = answer_to(faults[i], true);

		assert_int_equal(heard.packets + heard.texts + heard.drops, 0);
	}
}

static void dropped_request_is_not_carried_out_but_a_dropped_reply_is(void **state)
{
	static const struct {
		const char *options;
		unsigned departures;
	} cases[] = { { "fault=drop-request", 0 }, { "fault=silent", 0 },
		{ "fault=drop-reply", 1 } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct host *host = host_new(cases[i].options);

		assert_false(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
		assert_int_equal(
			fakedev_departures(host->board, host->now_us), cases[i].departures);
		host_free(host);
	}
}

static void text_only_answers_without_a_frame(void **state)
{
	struct heard heard = answer_to("text-only", true);

	(void)state;
	assert_int_equal(heard.packets + heard.drops, 0);
	assert_true(heard.texts > 0);
}

static void duplicate_reply_comes_twice(void **state)
{
	(void)state;
	assert_int_equal(answer_to("duplicate-reply", true).packets, 2);
}

static void stale_reply_comes_before_the_right_one(void **state)
{
	struct heard heard = answer_to("stale-reply", true);

	(void)state;
	assert_int_equal(heard.packets, 2);
	assert_int_equal(heard.first_sequence, 6);
	assert_int_equal(heard.last[6], 7);
}

static void late_reply_comes_later_and_others_do_not_wait_for_it(void **state)
{
	struct host *host = host_new("fault=late-reply=700@1");
	uint64_t before_us = host->now_us;

	(void)state;
	assert_true(host_echo(host));
	assert_in_range(host->now_us - before_us, 700 * 1000, 701 * 1000);
	before_us = host->now_us;
	assert_true(host_echo(host));
	assert_in_range(host->now_us - before_us, 0, 1000);
	host_free(host);
}

static void frames_are_damaged_as_named(void **state)
{
	(void)state;
	assert_int_equal(answer_to("bad-crc", true).drop, SMP_DROP_CRC);
	assert_int_equal(answer_to("bad-length", true).drop, SMP_DROP_OVERRUN);
	assert_int_equal(answer_to("bad-header", true).drop, SMP_DROP_HEADER);
	assert_int_equal(answer_to("log-inside", true).drop, SMP_DROP_BASE64);
	assert_int_equal(answer_to("bad-crc", true).packets, 0);
}

static void bodies_are_damaged_as_named(void **state)
{
	struct body_value value;
	struct heard heard = answer_to("bad-cbor", true);

	(void)state;
	assert_int_equal(heard.packets, 1);
	assert_int_equal(
		body_open_any(span_make(heard.last + 8, heard.last_len - 8), &value, ERR_IGNORED),
		STATUS_PROTOCOL);
	heard = answer_to("no-cbor", true);
	assert_int_equal(heard.packets, 1);
	assert_int_equal(
		body_open(span_make(heard.last + 8, heard.last_len - 8), &value, ERR_IGNORED),
		STATUS_PROTOCOL);
}

static void error_takes_the_place_of_the_work(void **state)
{
	struct host *host = host_new("fault=error=6@1,fault=error=1:9@2");

	(void)state;
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	assert_int_equal(host_reply_error(host), 6);
	assert_true(host_echo(host));
	assert_int_equal(host_reply_error(host), 1009);
	assert_true(host_echo(host));
	assert_int_equal(host_reply_error(host), 0);
	assert_int_equal(fakedev_departures(host->board, host->now_us + SECOND_US), 0);
	host_free(host);
}

static void vanished_port_comes_back_without_a_boot(void **state)
{
	struct host *host = host_new("fault=vanish@1");
	struct fakedev_counters counters;

	(void)state;
	assert_false(host_echo(host));
	assert_int_equal(fakedev_departures(host->board, host->now_us), 1);
	assert_true(host_echo(host));
	fakedev_get_counters(host->board, &counters);
	assert_int_equal(counters.boots, 1);
	host_free(host);
}

static void reset_by_itself_boots_and_loses_the_reply(void **state)
{
	struct host *host = host_new("fault=reset@1");
	struct fakedev_counters counters;

	(void)state;
	assert_false(host_echo(host));
	assert_int_equal(fakedev_departures(host->board, host->now_us), 1);
	assert_true(host_echo(host));
	fakedev_get_counters(host->board, &counters);
	assert_int_equal(counters.boots, 2);
	host_free(host);
}

/* Send the first chunk of a made-up image of two chunks, then the second. */
static unsigned upload(struct host *host, struct buf *file)
{
	static const struct mcuboot_version version = { 2, 0, 0, 0 };

	assert_true(factory_image_build(&version, 1000, 5, file));
	return host_upload(host, 0, buf_span(file), span_make(NULL, 0), 300);
}

static void first_chunk(struct host *host)
{
	static const uint8_t magic[64] = { 0x3d, 0xb8, 0xf3, 0x96 };
	struct buf *body = &host->body;

	body_put_map(body, 3);
	body_put_text(body, "off");
	body_put_uint(body, 0);
	body_put_text(body, "len");
	body_put_uint(body, 1000);
	body_put_text(body, "data");
	body_put_bytes(body, span_make(magic, sizeof(magic)));
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD));
}

static void upload_offsets_lie_as_named(void **state)
{
	struct host *host = host_new("fault=wrong-offset,slot-size=64K");

	(void)state;
	first_chunk(host);
	assert_int_equal(host_reply_uint(host, "off"), 65537);
	host_free(host);
	host = host_new("fault=stuck-offset");
	first_chunk(host);
	assert_int_equal(host_reply_uint(host, "off"), 0);
	host_free(host);
}

static void upload_ends_without_a_match(void **state)
{
	struct host *host = host_new("fault=no-match");
	uint8_t bytes[4096];
	struct buf file = BUF_OVER(bytes);
	bool match = true;

	(void)state;
	assert_int_equal(upload(host, &file), 0);
	assert_int_equal(body_get_bool(&host->map, "match", &match), BODY_FOUND);
	assert_false(match);
	host_free(host);
}

static void one_bit_is_flipped_on_its_way_to_the_flash(void **state)
{
	struct host *host = host_new("fault=flip-bit@2");
	uint8_t bytes[4096];
	struct buf file = BUF_OVER(bytes);
	struct span slot;
	unsigned differing = 0;

	(void)state;
	assert_int_equal(upload(host, &file), 0);
	slot = fakedev_slot_bytes(host->board, 0, 1);
	for (size_t i = 0; i < file.len; i++) {
		if (slot.data[i] == bytes[i])
			continue;
		assert_int_equal(slot.data[i] ^ bytes[i], 1);
		differing++;
	}
	assert_int_equal(differing, 1);
	host_free(host);
}

static void noise_stands_between_frames_and_harms_none(void **state)
{
	struct host *host = host_new("text-noise");
	unsigned texts = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		static const uint8_t packet[] = { 0x0a, 0, 0, 5, 0, 0, 7, 0, 0xa1, 0x61, 'd', 0x61,
			'x' };
		struct heard heard;

		host_forget(host);
		host_send_packet(host, span_make(packet, sizeof(packet)));
		host_run(host, SECOND_US);
		heard = listen_to(host, true);
		assert_int_equal(heard.packets, 1);
		assert_int_equal(heard.drops, 0);
		texts += heard.texts;
	}
	assert_in_range(texts, 5, 38);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silent_and_dropped_answer_nothing),
		cmocka_unit_test(dropped_request_is_not_carried_out_but_a_dropped_reply_is),
		cmocka_unit_test(text_only_answers_without_a_frame),
		cmocka_unit_test(duplicate_reply_comes_twice),
		cmocka_unit_test(stale_reply_comes_before_the_right_one),
		cmocka_unit_test(late_reply_comes_later_and_others_do_not_wait_for_it),
		cmocka_unit_test(frames_are_damaged_as_named),
		cmocka_unit_test(bodies_are_damaged_as_named),
		cmocka_unit_test(error_takes_the_place_of_the_work),
		cmocka_unit_test(vanished_port_comes_back_without_a_boot),
		cmocka_unit_test(reset_by_itself_boots_and_loses_the_reply),
		cmocka_unit_test(upload_offsets_lie_as_named),
		cmocka_unit_test(upload_ends_without_a_match),
		cmocka_unit_test(one_bit_is_flipped_on_its_way_to_the_flash),
		cmocka_unit_test(noise_stands_between_frames_and_harms_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
