/* SPDX-License-Identifier: Apache-2.0 */
/* The download of a file: every state with every reply, as the table in fs_download.h has it. */
#include "smp/fs_download.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_MAX = 256, NO_CHUNK = SMP_FS_REQUESTS_MAX };

/* What has been handed over, as text. */
struct walk {
	struct smp_fs_download download;
	uint8_t got_bytes[64];
	struct buf got;
};

static void start(struct walk *walk, unsigned window)
{
	walk->got = BUF_OVER(walk->got_bytes);
	assert_int_equal(smp_fs_download_init(
				 &walk->download, span_from_text("/lfs/a"), window, ERR_IGNORED),
		STATUS_OK);
}

/* Ask for a request; its place, or NO_CHUNK when there is none. */
static unsigned ask(struct walk *walk, uint64_t *ret_offset)
{
	uint8_t storage[SMP_FS_BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;
	struct body_value map;
	unsigned chunk = NO_CHUNK;

	if (!smp_fs_download_next_request(&walk->download, &body, &request, &chunk))
		return NO_CHUNK;
	assert_int_equal(request.op, SMP_OP_READ);
	assert_int_equal(request.group, SMP_GROUP_FS);
	assert_int_equal(request.command, SMP_FS_FILE);
	assert_int_equal(body_open(request.body, &map, ERR_IGNORED), STATUS_OK);
	assert_int_equal(body_get_uint(&map, "off", UINT64_MAX, ret_offset), BODY_FOUND);
	return chunk;
}

static unsigned ask_next(struct walk *walk)
{
	uint64_t offset;

	return ask(walk, &offset);
}

static enum status tell(struct walk *walk, unsigned chunk, const char *notation)
{
	uint8_t storage[BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_reply reply = { .header = { .group = SMP_GROUP_FS } };
	struct span data;
	enum status status;

	cbor_append(&body, notation);
	reply.body = buf_span(&body);
	status = smp_fs_download_take_reply(&walk->download, chunk, &reply, &data, ERR_IGNORED);
	buf_append_span(&walk->got, data);
	return status;
}

static void assert_got(struct walk *walk, const char *text)
{
	assert_true(span_equal(buf_span(&walk->got), span_from_text(text)));
}

/* Four bytes of nine are there, the next two requests are out. */
static void into_data(struct walk *walk, unsigned chunks[2])
{
	start(walk, 2);
	chunks[0] = ask_next(walk);
	assert_int_equal(ask_next(walk), NO_CHUNK);
	assert_int_equal(
		tell(walk, chunks[0], "{_ 'off': 0, 'data': h'61626364', 'len': 9}"), STATUS_OK);
	assert_int_equal(walk->download.state, SMP_FS_DOWNLOAD_DATA);
	chunks[0] = ask_next(walk);
	chunks[1] = ask_next(walk);
	assert_int_equal(ask_next(walk), NO_CHUNK);
}

static void a_file_comes_in_order_and_ends_where_it_was_announced(void **state)
{
	struct walk walk;
	unsigned chunks[2];

	(void)state;
	into_data(&walk, chunks);
	assert_int_equal(tell(&walk, chunks[0], "{_ 'off': 4, 'data': h'65666768'}"), STATUS_OK);
	assert_int_equal(tell(&walk, chunks[1], "{_ 'off': 8, 'data': h'69'}"), STATUS_OK);
	assert_int_equal(walk.download.state, SMP_FS_DOWNLOAD_DONE);
	assert_got(&walk, "abcdefghi");
	assert_int_equal(walk.download.flight.most, 2);
}

static void in_start_every_reply_leads_where_the_table_says(void **state)
{
	static const struct {
		const char *reply;
		enum status status;
		enum smp_fs_download_state state;
	} rows[] = {
		{ "{_ 'off': 0, 'data': h'61', 'len': 1}", STATUS_OK, SMP_FS_DOWNLOAD_DONE },
		{ "{_ 'off': 0, 'data': h'61', 'len': 2}", STATUS_OK, SMP_FS_DOWNLOAD_DATA },
		{ "{_ 'off': 0, 'data': h'', 'len': 0}", STATUS_OK, SMP_FS_DOWNLOAD_DONE },
		{ "{_ 'rc': 0, 'off': 0, 'data': h'', 'len': 0}", STATUS_OK, SMP_FS_DOWNLOAD_DONE },
		{ "{_ 'off': 0, 'data': h'', 'len': 2}", STATUS_PROTOCOL, SMP_FS_DOWNLOAD_FAILED },
		{ "{_ 'off': 0, 'data': h'6161', 'len': 1}", STATUS_PROTOCOL,
			SMP_FS_DOWNLOAD_FAILED },
		{ "{_ 'off': 1, 'data': h'61', 'len': 1}", STATUS_PROTOCOL,
			SMP_FS_DOWNLOAD_FAILED },
		{ "{_ 'off': 0, 'data': h'61'}", STATUS_PROTOCOL, SMP_FS_DOWNLOAD_FAILED },
		{ "{_ 'off': 0, 'len': 1}", STATUS_PROTOCOL, SMP_FS_DOWNLOAD_FAILED },
		{ "{_ 'data': h'61', 'len': 1}", STATUS_PROTOCOL, SMP_FS_DOWNLOAD_FAILED },
		{ "{_ 'err': {_ 'group': 8, 'rc': 3}}", STATUS_DEVICE, SMP_FS_DOWNLOAD_FAILED },
		{ "{_ 'rc': 8}", STATUS_UNSUPPORTED, SMP_FS_DOWNLOAD_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct walk walk;
		unsigned chunk;

		start(&walk, 2);
		chunk = ask_next(&walk);
		if (tell(&walk, chunk, rows[i].reply) != rows[i].status ||
			walk.download.state != rows[i].state)
			fail_msg("%s: state %d", rows[i].reply, walk.download.state);
		if (smp_fs_download_has_ended(&walk.download))
			assert_int_equal(ask_next(&walk), NO_CHUNK);
	}
}

static void in_data_every_wrong_reply_ends_it(void **state)
{
	static const struct {
		const char *reply;
		enum status status;
	} rows[] = {
		{ "{_ 'off': 0, 'data': h'65'}", STATUS_PROTOCOL },
		{ "{_ 'off': 4, 'data': h''}", STATUS_PROTOCOL },
		{ "{_ 'off': 4, 'data': h'656667686970'}", STATUS_PROTOCOL },
		{ "{_ 'off': 4, 'data': 'efgh'}", STATUS_PROTOCOL },
		{ "{_ 'off': 4}", STATUS_PROTOCOL },
		{ "{_ 'rc': 10}", STATUS_DEVICE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct walk walk;
		unsigned chunks[2];

		into_data(&walk, chunks);
		if (tell(&walk, chunks[0], rows[i].reply) != rows[i].status)
			fail_msg("%s", rows[i].reply);
		assert_int_equal(walk.download.state, SMP_FS_DOWNLOAD_FAILED);
		assert_got(&walk, "abcd");
	}
}

static void a_lost_piece_is_asked_for_again(void **state)
{
	struct walk walk;
	unsigned chunks[2], abandoned;
	uint64_t offset;
	bool is_overtaken;

	(void)state;
	into_data(&walk, chunks);
	assert_int_equal(tell(&walk, chunks[1], "{_ 'off': 8, 'data': h'69'}"), STATUS_OK);
	assert_got(&walk, "abcd");
	assert_true(smp_fs_flight_next_abandoned(&walk.download.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[0]);
	assert_true(is_overtaken);
	assert_int_not_equal(ask(&walk, &offset), NO_CHUNK);
	assert_int_equal(offset, 4);
}

/* A later answer hides the silence: two requests at a time would go round and round. */
static void a_piece_that_is_lost_each_time_is_asked_for_alone_until_it_comes(void **state)
{
	struct walk walk;
	unsigned chunks[2], unused;
	uint64_t offset;
	bool is_overtaken;

	(void)state;
	into_data(&walk, chunks);
	for (unsigned loss = 0; loss < 2; loss++) {
		assert_int_equal(tell(&walk, chunks[1], "{_ 'off': 8, 'data': h'69'}"), STATUS_OK);
		assert_true(smp_fs_flight_next_abandoned(
			&walk.download.flight, &unused, &is_overtaken));
		chunks[0] = ask(&walk, &offset);
		assert_int_equal(offset, 4);
		chunks[1] = ask_next(&walk);
		assert_int_equal(chunks[1] == NO_CHUNK, loss == 1);
	}
	assert_int_equal(tell(&walk, chunks[0], "{_ 'off': 4, 'data': h'6566'}"), STATUS_OK);
	assert_int_equal(tell(&walk, ask_next(&walk), "{_ 'off': 6, 'data': h'67'}"), STATUS_OK);
	/* And two at a time again. */
	assert_int_not_equal(ask(&walk, &offset), NO_CHUNK);
	assert_int_equal(offset, 7);
	assert_int_equal(walk.download.losses, 0);
}

static void a_device_that_sends_less_than_before_is_followed(void **state)
{
	struct walk walk;
	unsigned chunks[2], next;
	uint64_t offset;

	(void)state;
	into_data(&walk, chunks);
	assert_int_equal(tell(&walk, chunks[0], "{_ 'off': 4, 'data': h'6566'}"), STATUS_OK);
	next = ask(&walk, &offset);
	assert_int_equal(offset, 6);
	/* What was asked for before that is old news. */
	assert_int_equal(tell(&walk, chunks[1], "{_ 'off': 8, 'data': h'69'}"), STATUS_OK);
	assert_int_equal(ask_next(&walk), NO_CHUNK);
	assert_int_equal(tell(&walk, next, "{_ 'off': 6, 'data': h'676869'}"), STATUS_OK);
	assert_int_equal(walk.download.state, SMP_FS_DOWNLOAD_DONE);
	assert_got(&walk, "abcdefghi");
}

static void old_news_are_not_asked_for_again(void **state)
{
	struct walk walk;
	unsigned chunks[2], abandoned;
	bool is_overtaken;

	(void)state;
	into_data(&walk, chunks);
	assert_int_equal(tell(&walk, chunks[0], "{_ 'off': 4, 'data': h'6566'}"), STATUS_OK);
	assert_false(
		smp_fs_flight_next_abandoned(&walk.download.flight, &abandoned, &is_overtaken));
	smp_fs_download_take_retry(&walk.download, chunks[1]);
	assert_true(smp_fs_flight_next_abandoned(&walk.download.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[1]);
	assert_false(is_overtaken);
}

static void one_at_a_time_is_one_at_a_time(void **state)
{
	struct walk walk;
	unsigned chunk;

	(void)state;
	start(&walk, 0);
	chunk = ask_next(&walk);
	assert_int_equal(
		tell(&walk, chunk, "{_ 'off': 0, 'data': h'61626364', 'len': 9}"), STATUS_OK);
	assert_int_not_equal(ask_next(&walk), NO_CHUNK);
	assert_int_equal(ask_next(&walk), NO_CHUNK);
}

static void silence_ends_it(void **state)
{
	struct walk walk;
	unsigned chunks[2];

	(void)state;
	into_data(&walk, chunks);
	smp_fs_download_take_retry(&walk.download, chunks[0]);
	assert_int_equal(walk.download.state, SMP_FS_DOWNLOAD_DATA);
	smp_fs_download_take_silence(&walk.download, chunks[0]);
	assert_int_equal(walk.download.state, SMP_FS_DOWNLOAD_FAILED);
	assert_int_equal(tell(&walk, chunks[1], "{_ 'off': 8, 'data': h'69'}"), STATUS_INTERNAL);
}

static void at_the_end_nobody_waits_for_anything(void **state)
{
	struct walk walk;
	unsigned chunks[2], abandoned;
	bool is_overtaken;

	(void)state;
	into_data(&walk, chunks);
	smp_fs_download_take_silence(&walk.download, chunks[0]);
	assert_true(smp_fs_flight_next_abandoned(&walk.download.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[1]);
	assert_false(is_overtaken);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_comes_in_order_and_ends_where_it_was_announced),
		cmocka_unit_test(in_start_every_reply_leads_where_the_table_says),
		cmocka_unit_test(in_data_every_wrong_reply_ends_it),
		cmocka_unit_test(a_lost_piece_is_asked_for_again),
		cmocka_unit_test(a_piece_that_is_lost_each_time_is_asked_for_alone_until_it_comes),
		cmocka_unit_test(a_device_that_sends_less_than_before_is_followed),
		cmocka_unit_test(old_news_are_not_asked_for_again),
		cmocka_unit_test(one_at_a_time_is_one_at_a_time),
		cmocka_unit_test(silence_ends_it),
		cmocka_unit_test(at_the_end_nobody_waits_for_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
