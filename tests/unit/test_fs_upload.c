/* SPDX-License-Identifier: Apache-2.0 */
/* The upload of a file: every state with every reply, as the table in fs_upload.h has it. */
#include "smp/fs_upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fs_walk.h"

enum { BODY_MAX = 512 };

static void requests_say_where_they_belong(void **state)
{
	static const uint8_t first[] = { 0xa4, 0x64, 'n', 'a', 'm', 'e', 0x66, '/', 'l', 'f', 's',
		'/', 'a', 0x63, 'o', 'f', 'f', 0x00, 0x63, 'l', 'e', 'n', 0x03, 0x64, 'd', 'a', 't',
		'a', 0x43, 0, 0, 0 };
	struct smp_fs_upload_config config = fs_walk_config(3, 1);
	uint8_t storage[BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;
	struct smp_fs_upload upload;
	unsigned chunk;

	(void)state;
	assert_int_equal(smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_OK);
	assert_true(smp_fs_upload_next_request(&upload, &body, &request, &chunk));
	assert_int_equal(request.op, SMP_OP_WRITE);
	assert_int_equal(request.group, SMP_GROUP_FS);
	assert_int_equal(request.command, SMP_FS_FILE);
	assert_int_equal(request.timeout_ms, 10000);
	assert_int_equal(request.tries, 3);
	assert_true(span_equal(request.body, span_make(first, sizeof(first))));
}

static void a_message_is_filled_to_its_last_byte(void **state)
{
	struct smp_fs_upload upload;
	struct smp_request request;
	unsigned chunk;

	(void)state;
	fs_walk_start(&upload, FS_WALK_FILE_SIZE, 1);
	chunk = fs_walk_ask(&upload, &request);
	assert_int_equal(SMP_HEADER_SIZE + request.body.len, FS_WALK_MESSAGE_MAX);
	assert_int_equal(
		fs_walk_tell_offset(&upload, chunk, fs_walk_end_of(&upload, chunk)), STATUS_OK);
	chunk = fs_walk_ask(&upload, &request);
	assert_int_equal(SMP_HEADER_SIZE + request.body.len, FS_WALK_MESSAGE_MAX);
	assert_int_equal(fs_walk_end_of(&upload, chunk) - upload.offset,
		smp_fs_upload_data_max(&upload.config));
}

static void what_cannot_be_is_refused_at_once(void **state)
{
	static const char long_path[SMP_FS_PATH_MAX + 2] =
		"/lfs/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	struct smp_fs_upload_config config = fs_walk_config(FS_WALK_FILE_SIZE, 1);
	struct smp_fs_upload upload;

	(void)state;
	config.path = span_make(long_path, SMP_FS_PATH_MAX);
	assert_int_equal(smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_OK);
	config.path.len++;
	assert_int_equal(smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_USAGE);
	config = fs_walk_config(FS_WALK_FILE_SIZE, 1);
	config.message_max = 41;
	assert_int_equal(smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_USAGE);
}

static void there_are_never_more_chunks_in_flight_than_there_are_places(void **state)
{
	struct smp_fs_upload upload;

	(void)state;
	fs_walk_start(&upload, FS_WALK_FILE_SIZE, SMP_FS_REQUESTS_MAX + 1);
	assert_int_equal(upload.config.window, SMP_FS_REQUESTS_MAX);
	fs_walk_start(&upload, FS_WALK_FILE_SIZE, 0);
	assert_int_equal(upload.config.window, 1);
}

/* Where the first chunk has room for a byte of data, each later one has. */
static void a_device_with_the_smallest_buffer_gets_all_of_the_file(void **state)
{
	struct smp_fs_upload_config config = fs_walk_config(FS_WALK_FILE_SIZE, 1);
	struct smp_fs_upload upload;
	unsigned chunk;

	(void)state;
	config.message_max = SMP_HEADER_SIZE;
	while (smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED) != STATUS_OK)
		config.message_max++;
	while (!smp_fs_upload_has_ended(&upload)) {
		chunk = fs_walk_ask_next(&upload);
		assert_int_not_equal(chunk, FS_WALK_NO_CHUNK);
		assert_true(fs_walk_end_of(&upload, chunk) > upload.offset);
		assert_int_equal(
			fs_walk_tell_offset(&upload, chunk, fs_walk_end_of(&upload, chunk)),
			STATUS_OK);
	}
	assert_int_equal(upload.state, SMP_FS_UPLOAD_DONE);
}

static void an_empty_file_is_one_request(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk;

	(void)state;
	fs_walk_start(&upload, 0, 3);
	chunk = fs_walk_ask_next(&upload);
	assert_int_equal(fs_walk_ask_next(&upload), FS_WALK_NO_CHUNK);
	assert_int_equal(fs_walk_tell_offset(&upload, chunk, 0), STATUS_OK);
	assert_int_equal(upload.state, SMP_FS_UPLOAD_DONE);
}

/* What a reply leads to: its status, the state, and where the next request begins. */
struct row {
	const char *reply;
	enum smp_version version;
	enum status status;
	enum smp_fs_upload_state state;
	uint64_t next;
};

static void walk(unsigned (*into)(struct smp_fs_upload *), const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct smp_fs_upload upload;
		unsigned chunk = into(&upload);
		enum status status = fs_walk_tell_as(
			&upload, chunk, rows[i].version, rows[i].reply, ERR_IGNORED);

		if (status != rows[i].status || upload.state != rows[i].state)
			fail_msg("%s: status %d, state %d", rows[i].reply, status, upload.state);
		if (!smp_fs_upload_has_ended(&upload))
			assert_int_equal(upload.next, rows[i].next);
		else
			assert_int_equal(fs_walk_ask_next(&upload), FS_WALK_NO_CHUNK);
	}
}

static unsigned into_start(struct smp_fs_upload *upload)
{
	fs_walk_start(upload, FS_WALK_FILE_SIZE, 1);
	return fs_walk_ask_next(upload);
}

#define REFUSED "{_ 'err': {_ 'group': 8, 'rc': 11}}"

static void in_start_every_reply_leads_where_the_table_says(void **state)
{
	static const struct row rows[] = {
		{ "{_ 'off': 2000}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_DONE, 0 },
		{ "{_ 'off': 340}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_DATA, 340 },
		{ "{_ 'off': 100}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_DATA, 100 },
		{ "{_ 'off': 0}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_START, 0 },
		{ "{_ 'off': 2001}", SMP_VERSION_2, STATUS_PROTOCOL, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_ 'rc': 3}", SMP_VERSION_2, STATUS_DEVICE, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_ 'rc': 1}", SMP_VERSION_1, STATUS_DEVICE, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_ 'rc': 8}", SMP_VERSION_2, STATUS_UNSUPPORTED, SMP_FS_UPLOAD_FAILED, 0 },
		{ REFUSED, SMP_VERSION_2, STATUS_DEVICE, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_}", SMP_VERSION_2, STATUS_PROTOCOL, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_ 'off': 'x'}", SMP_VERSION_2, STATUS_PROTOCOL, SMP_FS_UPLOAD_FAILED, 0 },
	};

	(void)state;
	walk(into_start, rows, sizeof(rows) / sizeof(rows[0]));
}

static void in_data_every_reply_leads_where_the_table_says(void **state)
{
	struct smp_fs_upload upload;
	uint64_t first = (fs_walk_into_data(&upload), upload.offset);
	const struct row rows[] = {
		{ "{_ 'off': 700}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_DATA, 700 },
		{ "{_ 'off': 2000}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_DONE, 0 },
		{ "{_ 'off': 1000}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_DATA, 1000 },
		{ "{_ 'off': 100}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_DATA, 100 },
		{ "{_ 'off': 0}", SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_START, 0 },
		{ "{_ 'err': {_ 'group': 8, 'rc': 11}, 'len': 100}", SMP_VERSION_2, STATUS_OK,
			SMP_FS_UPLOAD_DATA, 100 },
		{ "{_ 'err': {_ 'group': 8, 'rc': 11}, 'len': 2000}", SMP_VERSION_2, STATUS_OK,
			SMP_FS_UPLOAD_DONE, 0 },
		{ "{_ 'err': {_ 'group': 8, 'rc': 11}, 'len': 0}", SMP_VERSION_2, STATUS_OK,
			SMP_FS_UPLOAD_START, 0 },
		{ "{_ 'err': {_ 'group': 8, 'rc': 11}, 'len': 2001}", SMP_VERSION_2,
			STATUS_PROTOCOL, SMP_FS_UPLOAD_FAILED, 0 },
		{ REFUSED, SMP_VERSION_2, STATUS_OK, SMP_FS_UPLOAD_LOOK, first },
		{ "{_ 'rc': 1}", SMP_VERSION_1, STATUS_OK, SMP_FS_UPLOAD_LOOK, first },
		{ "{_ 'rc': 3}", SMP_VERSION_1, STATUS_OK, SMP_FS_UPLOAD_LOOK, first },
		{ "{'rc': 3, 'off': 100}", SMP_VERSION_1, STATUS_OK, SMP_FS_UPLOAD_DATA, 100 },
		{ "{'rc': 3, 'off': 2000}", SMP_VERSION_1, STATUS_OK, SMP_FS_UPLOAD_DONE, 0 },
		{ "{_ 'rc': 3}", SMP_VERSION_2, STATUS_DEVICE, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_ 'rc': 1}", SMP_VERSION_2, STATUS_DEVICE, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_ 'err': {_ 'group': 8, 'rc': 10}}", SMP_VERSION_2, STATUS_DEVICE,
			SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_ 'off': 2001}", SMP_VERSION_2, STATUS_PROTOCOL, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_}", SMP_VERSION_2, STATUS_PROTOCOL, SMP_FS_UPLOAD_FAILED, 0 },
	};

	(void)state;
	walk(fs_walk_into_data, rows, sizeof(rows) / sizeof(rows[0]));
}

static void in_look_every_reply_leads_where_the_table_says(void **state)
{
	static const struct row rows[] = {
		{ "{_ 'len': 100}", SMP_VERSION_1, STATUS_OK, SMP_FS_UPLOAD_DATA, 100 },
		{ "{_ 'len': 700}", SMP_VERSION_1, STATUS_OK, SMP_FS_UPLOAD_DATA, 700 },
		{ "{_ 'len': 2000}", SMP_VERSION_1, STATUS_OK, SMP_FS_UPLOAD_DONE, 0 },
		{ "{_ 'len': 0}", SMP_VERSION_1, STATUS_OK, SMP_FS_UPLOAD_START, 0 },
		{ "{_ 'len': 2001}", SMP_VERSION_1, STATUS_PROTOCOL, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_ 'rc': 5}", SMP_VERSION_1, STATUS_DEVICE, SMP_FS_UPLOAD_FAILED, 0 },
		{ "{_}", SMP_VERSION_1, STATUS_DEVICE, SMP_FS_UPLOAD_FAILED, 0 },
	};

	(void)state;
	walk(fs_walk_into_look, rows, sizeof(rows) / sizeof(rows[0]));
}

static void an_error_that_is_not_about_the_offset_is_told_as_it_was(void **state)
{
	struct smp_fs_upload upload;
	unsigned look = fs_walk_into_look(&upload);
	struct err err = { 0 };
	char text[64];
	struct buf notation = BUF_OVER(text);

	(void)state;
	/* The file ends where the chunk began: something else is wrong, the disk may be full. */
	buf_format(&notation, "{_ 'len': %u}", (unsigned)upload.offset);
	assert_int_equal(fs_walk_tell_as(&upload, look, SMP_VERSION_1, buf_text(&notation), &err),
		STATUS_DEVICE);
	assert_true(err.device.present);
	assert_int_equal(err.device.rc, 1);
	assert_string_equal(err.device.name, "MGMT_ERR_EUNKNOWN");
}

static void a_device_that_does_not_get_on_is_left(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = fs_walk_into_data(&upload);
	uint64_t offset = upload.offset;
	enum status status = STATUS_OK;
	unsigned replies = 0;

	(void)state;
	for (; status == STATUS_OK && replies < 100; replies++) {
		status = fs_walk_tell_refused(&upload, chunk, offset);
		chunk = fs_walk_ask_next(&upload);
	}
	assert_int_equal(status, STATUS_PROTOCOL);
	assert_int_equal(replies, SMP_FS_STUCK_MAX);
}

/* It takes a little, and loses a little, again and again. */
static void a_device_that_gets_on_is_not_left(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = fs_walk_into_data(&upload);

	(void)state;
	for (unsigned replies = 0; replies < 3 * SMP_FS_STUCK_MAX; replies++) {
		uint64_t end = upload.offset;

		if (replies % (SMP_FS_STUCK_MAX - 1) == 0)
			end += 10;
		assert_int_equal(fs_walk_tell_refused(&upload, chunk, end), STATUS_OK);
		chunk = fs_walk_ask_next(&upload);
	}
}

static void the_way_back_to_where_it_was_is_progress(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = fs_walk_into_data(&upload);

	(void)state;
	for (uint64_t offset = 1; offset < 4 * SMP_FS_STUCK_MAX; offset++) {
		assert_int_equal(fs_walk_tell_offset(&upload, chunk, offset), STATUS_OK);
		assert_int_equal(upload.stuck, 1);
		chunk = fs_walk_ask_next(&upload);
	}
}

static void ended_uploads_take_nothing_more(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = fs_walk_into_data(&upload);

	(void)state;
	smp_fs_upload_take_silence(&upload, chunk);
	assert_int_equal(upload.state, SMP_FS_UPLOAD_FAILED);
	assert_int_equal(fs_walk_ask_next(&upload), FS_WALK_NO_CHUNK);
	assert_int_equal(fs_walk_tell_offset(&upload, chunk, 700), STATUS_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_say_where_they_belong),
		cmocka_unit_test(a_message_is_filled_to_its_last_byte),
		cmocka_unit_test(what_cannot_be_is_refused_at_once),
		cmocka_unit_test(there_are_never_more_chunks_in_flight_than_there_are_places),
		cmocka_unit_test(a_device_with_the_smallest_buffer_gets_all_of_the_file),
		cmocka_unit_test(an_empty_file_is_one_request),
		cmocka_unit_test(in_start_every_reply_leads_where_the_table_says),
		cmocka_unit_test(in_data_every_reply_leads_where_the_table_says),
		cmocka_unit_test(in_look_every_reply_leads_where_the_table_says),
		cmocka_unit_test(an_error_that_is_not_about_the_offset_is_told_as_it_was),
		cmocka_unit_test(a_device_that_does_not_get_on_is_left),
		cmocka_unit_test(a_device_that_gets_on_is_not_left),
		cmocka_unit_test(the_way_back_to_where_it_was_is_progress),
		cmocka_unit_test(ended_uploads_take_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
