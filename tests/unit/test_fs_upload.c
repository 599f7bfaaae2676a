/* SPDX-License-Identifier: Apache-2.0 */
/* The upload of a file: every state with every reply, as the table in fs_upload.h has it. */
#include "smp/fs_upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum {
	FILE_SIZE = 2000,
	MESSAGE_MAX = 380,
	BODY_MAX = 512,
	NO_CHUNK = SMP_FS_REQUESTS_MAX,
	REPLY_AT_US = 1000,
};

static const uint8_t file_bytes[FILE_SIZE];

static struct smp_fs_upload_config config_for(size_t len, unsigned window)
{
	return (struct smp_fs_upload_config){
		.file = span_make(file_bytes, len),
		.path = span_from_text("/lfs/a"),
		.message_max = MESSAGE_MAX,
		.window = window,
		.first_timeout_ms = 10000,
		.timeout_ms = 2000,
		.tries = 3,
	};
}

static void start(struct smp_fs_upload *upload, size_t len, unsigned window)
{
	struct smp_fs_upload_config config = config_for(len, window);

	assert_int_equal(smp_fs_upload_init(upload, &config, 0, ERR_IGNORED), STATUS_OK);
}

/* Ask for a request; its place, or NO_CHUNK when there is none. */
static unsigned ask(struct smp_fs_upload *upload, struct smp_request *ret_request)
{
	uint8_t storage[BODY_MAX];
	struct buf body = BUF_OVER(storage);
	unsigned chunk = NO_CHUNK;

	if (!smp_fs_upload_next_request(upload, &body, ret_request, &chunk))
		return NO_CHUNK;
	assert_false(body.overflow);
	assert_true(SMP_HEADER_SIZE + body.len <= MESSAGE_MAX);
	return chunk;
}

static unsigned ask_next(struct smp_fs_upload *upload)
{
	struct smp_request request;

	return ask(upload, &request);
}

static enum status tell_as(struct smp_fs_upload *upload, unsigned chunk, enum smp_version version,
	const char *notation, struct err *reterr)
{
	uint8_t storage[BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_reply reply = { .header = { .group = SMP_GROUP_FS, .version = version } };

	cbor_append(&body, notation);
	reply.body = buf_span(&body);
	return smp_fs_upload_take_reply(upload, chunk, &reply, 1000, REPLY_AT_US, reterr);
}

static enum status tell(struct smp_fs_upload *upload, unsigned chunk, const char *notation)
{
	return tell_as(upload, chunk, SMP_VERSION_2, notation, ERR_IGNORED);
}

static enum status tell_offset(struct smp_fs_upload *upload, unsigned chunk, uint64_t offset)
{
	char text[64];
	struct buf notation = BUF_OVER(text);

	buf_format(&notation, "{_ 'off': %u}", (unsigned)offset);
	return tell(upload, chunk, buf_text(&notation));
}

static enum status tell_refused(struct smp_fs_upload *upload, unsigned chunk, uint64_t end)
{
	char text[96];
	struct buf notation = BUF_OVER(text);

	buf_format(&notation, "{_ 'err': {_ 'group': 8, 'rc': 11}, 'len': %u}", (unsigned)end);
	return tell(upload, chunk, buf_text(&notation));
}

static uint64_t end_of(const struct smp_fs_upload *upload, unsigned chunk)
{
	return upload->flight.chunks[chunk].end;
}

/* In DATA, with the second chunk asked for. */
static unsigned into_data(struct smp_fs_upload *upload)
{
	unsigned chunk;

	start(upload, FILE_SIZE, 1);
	chunk = ask_next(upload);
	assert_int_equal(tell_offset(upload, chunk, end_of(upload, chunk)), STATUS_OK);
	assert_int_equal(upload->state, SMP_FS_UPLOAD_DATA);
	return ask_next(upload);
}

/* In LOOK, with the size asked for. */
static unsigned into_look(struct smp_fs_upload *upload)
{
	unsigned chunk = into_data(upload);
	struct smp_request request;

	assert_int_equal(
		tell_as(upload, chunk, SMP_VERSION_1, "{_ 'rc': 1}", ERR_IGNORED), STATUS_OK);
	assert_int_equal(upload->state, SMP_FS_UPLOAD_LOOK);
	chunk = ask(upload, &request);
	assert_int_equal(request.op, SMP_OP_READ);
	assert_int_equal(request.command, SMP_FS_STATUS);
	return chunk;
}

static void requests_say_where_they_belong(void **state)
{
	static const uint8_t first[] = { 0xa4, 0x64, 'n', 'a', 'm', 'e', 0x66, '/', 'l', 'f', 's',
		'/', 'a', 0x63, 'o', 'f', 'f', 0x00, 0x63, 'l', 'e', 'n', 0x03, 0x64, 'd', 'a', 't',
		'a', 0x43, 0, 0, 0 };
	struct smp_fs_upload_config config = config_for(3, 1);
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
	start(&upload, FILE_SIZE, 1);
	chunk = ask(&upload, &request);
	assert_int_equal(SMP_HEADER_SIZE + request.body.len, MESSAGE_MAX);
	assert_int_equal(tell_offset(&upload, chunk, end_of(&upload, chunk)), STATUS_OK);
	chunk = ask(&upload, &request);
	assert_int_equal(SMP_HEADER_SIZE + request.body.len, MESSAGE_MAX);
	assert_int_equal(
		end_of(&upload, chunk) - upload.offset, smp_fs_upload_data_max(&upload.config));
}

static void what_cannot_be_is_refused_at_once(void **state)
{
	static const char long_path[SMP_FS_PATH_MAX + 2] =
		"/lfs/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	struct smp_fs_upload_config config = config_for(FILE_SIZE, 1);
	struct smp_fs_upload upload;

	(void)state;
	config.path = span_make(long_path, SMP_FS_PATH_MAX);
	assert_int_equal(smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_OK);
	config.path.len++;
	assert_int_equal(smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_USAGE);
	config = config_for(FILE_SIZE, 1);
	config.message_max = 41;
	assert_int_equal(smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_USAGE);
}

static void there_are_never_more_chunks_in_flight_than_there_are_places(void **state)
{
	struct smp_fs_upload upload;

	(void)state;
	start(&upload, FILE_SIZE, SMP_FS_REQUESTS_MAX + 1);
	assert_int_equal(upload.config.window, SMP_FS_REQUESTS_MAX);
	start(&upload, FILE_SIZE, 0);
	assert_int_equal(upload.config.window, 1);
}

/* Where the first chunk has room for a byte of data, each later one has. */
static void a_device_with_the_smallest_buffer_gets_all_of_the_file(void **state)
{
	struct smp_fs_upload_config config = config_for(FILE_SIZE, 1);
	struct smp_fs_upload upload;
	unsigned chunk;

	(void)state;
	config.message_max = SMP_HEADER_SIZE;
	while (smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED) != STATUS_OK)
		config.message_max++;
	while (!smp_fs_upload_has_ended(&upload)) {
		chunk = ask_next(&upload);
		assert_int_not_equal(chunk, NO_CHUNK);
		assert_true(end_of(&upload, chunk) > upload.offset);
		assert_int_equal(tell_offset(&upload, chunk, end_of(&upload, chunk)), STATUS_OK);
	}
	assert_int_equal(upload.state, SMP_FS_UPLOAD_DONE);
}

static void an_empty_file_is_one_request(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk;

	(void)state;
	start(&upload, 0, 3);
	chunk = ask_next(&upload);
	assert_int_equal(ask_next(&upload), NO_CHUNK);
	assert_int_equal(tell_offset(&upload, chunk, 0), STATUS_OK);
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
		enum status status =
			tell_as(&upload, chunk, rows[i].version, rows[i].reply, ERR_IGNORED);

		if (status != rows[i].status || upload.state != rows[i].state)
			fail_msg("%s: status %d, state %d", rows[i].reply, status, upload.state);
		if (!smp_fs_upload_has_ended(&upload))
			assert_int_equal(upload.next, rows[i].next);
		else
			assert_int_equal(ask_next(&upload), NO_CHUNK);
	}
}

static unsigned into_start(struct smp_fs_upload *upload)
{
	start(upload, FILE_SIZE, 1);
	return ask_next(upload);
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
	uint64_t first = (into_data(&upload), upload.offset);
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
	walk(into_data, rows, sizeof(rows) / sizeof(rows[0]));
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
	walk(into_look, rows, sizeof(rows) / sizeof(rows[0]));
}

static void an_error_that_is_not_about_the_offset_is_told_as_it_was(void **state)
{
	struct smp_fs_upload upload;
	unsigned look = into_look(&upload);
	struct err err = { 0 };
	char text[64];
	struct buf notation = BUF_OVER(text);

	(void)state;
	/* The file ends where the chunk began: something else is wrong, the disk may be full. */
	buf_format(&notation, "{_ 'len': %u}", (unsigned)upload.offset);
	assert_int_equal(
		tell_as(&upload, look, SMP_VERSION_1, buf_text(&notation), &err), STATUS_DEVICE);
	assert_true(err.device.present);
	assert_int_equal(err.device.rc, 1);
	assert_string_equal(err.device.name, "MGMT_ERR_EUNKNOWN");
}

static void a_device_that_does_not_get_on_is_left(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = into_data(&upload);
	uint64_t offset = upload.offset;
	enum status status = STATUS_OK;
	unsigned replies = 0;

	(void)state;
	for (; status == STATUS_OK && replies < 100; replies++) {
		status = tell_refused(&upload, chunk, offset);
		chunk = ask_next(&upload);
	}
	assert_int_equal(status, STATUS_PROTOCOL);
	assert_int_equal(replies, SMP_FS_STUCK_MAX);
}

/* It takes a little, and loses a little, again and again. */
static void a_device_that_gets_on_is_not_left(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = into_data(&upload);

	(void)state;
	for (unsigned replies = 0; replies < 3 * SMP_FS_STUCK_MAX; replies++) {
		uint64_t end = upload.offset;

		if (replies % (SMP_FS_STUCK_MAX - 1) == 0)
			end += 10;
		assert_int_equal(tell_refused(&upload, chunk, end), STATUS_OK);
		chunk = ask_next(&upload);
	}
}

static void the_way_back_to_where_it_was_is_progress(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = into_data(&upload);

	(void)state;
	for (uint64_t offset = 1; offset < 4 * SMP_FS_STUCK_MAX; offset++) {
		assert_int_equal(tell_offset(&upload, chunk, offset), STATUS_OK);
		assert_int_equal(upload.stuck, 1);
		chunk = ask_next(&upload);
	}
}

static void ended_uploads_take_nothing_more(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = into_data(&upload);

	(void)state;
	smp_fs_upload_take_silence(&upload, chunk);
	assert_int_equal(upload.state, SMP_FS_UPLOAD_FAILED);
	assert_int_equal(ask_next(&upload), NO_CHUNK);
	assert_int_equal(tell_offset(&upload, chunk, 700), STATUS_INTERNAL);
}

/* Three chunks behind the first, whose places are in `chunks`. */
static void into_flight(struct smp_fs_upload *upload, unsigned chunks[3])
{
	unsigned first;

	start(upload, FILE_SIZE, 3);
	first = ask_next(upload);
	assert_int_equal(ask_next(upload), NO_CHUNK);
	assert_int_equal(tell_offset(upload, first, end_of(upload, first)), STATUS_OK);
	/* The window opens one by one. */
	upload->window.size = 3;
	for (unsigned i = 0; i < 3; i++)
		chunks[i] = ask_next(upload);
	assert_int_equal(ask_next(upload), NO_CHUNK);
	assert_int_equal(upload->flight.most, 3);
}

static void behind_a_lost_chunk_it_goes_back_once(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3], abandoned;
	uint64_t lost;
	bool is_overtaken;

	(void)state;
	into_flight(&upload, chunks);
	lost = upload.flight.chunks[chunks[0]].offset;
	assert_int_equal(tell_refused(&upload, chunks[1], lost), STATUS_OK);
	assert_int_equal(upload.next, lost);
	assert_true(smp_fs_flight_next_abandoned(&upload.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[0]);
	assert_true(is_overtaken);
	assert_int_not_equal(ask_next(&upload), NO_CHUNK);
	assert_true(upload.next > lost);
	/* The third one says the same: that is old news. */
	assert_int_equal(tell_refused(&upload, chunks[2], lost), STATUS_OK);
	assert_true(upload.next > lost);
	assert_int_equal(upload.stuck, 1);
}

/* It may have waited for the blocks of an old file. */
static void the_time_of_the_first_chunk_is_not_that_of_the_others(void **state)
{
	struct smp_fs_upload upload;

	(void)state;
	into_data(&upload);
	assert_true(upload.window.last_us == REPLY_AT_US);
}

static void a_lost_answer_is_no_failure(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = into_data(&upload);
	uint64_t end = end_of(&upload, chunk);

	(void)state;
	/* The repetition meets the end of the file behind it. */
	smp_fs_upload_take_retry(&upload, chunk);
	assert_int_equal(tell_refused(&upload, chunk, end), STATUS_OK);
	assert_int_equal(upload.offset, end);
	assert_int_equal(upload.stuck, 0);
}

static void behind_a_repeated_chunk_nothing_is_repeated(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3], abandoned;
	uint64_t second;
	bool is_overtaken;

	(void)state;
	into_flight(&upload, chunks);
	second = upload.flight.chunks[chunks[1]].offset;
	smp_fs_upload_take_retry(&upload, chunks[0]);
	smp_fs_upload_take_retry(&upload, chunks[1]);
	assert_true(smp_fs_flight_next_abandoned(&upload.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[1]);
	assert_false(is_overtaken);
	assert_int_equal(upload.next, second);
	assert_int_equal(tell_offset(&upload, chunks[0], second), STATUS_OK);
	assert_int_not_equal(ask_next(&upload), NO_CHUNK);
	assert_true(upload.next > second);
}

static void what_was_sent_before_it_went_back_has_a_place_in_the_window(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(tell_refused(&upload, chunks[0], upload.offset), STATUS_OK);
	upload.window.size = 3;
	upload.window.is_repairing = false;
	assert_int_not_equal(ask_next(&upload), NO_CHUNK);
	assert_int_equal(ask_next(&upload), NO_CHUNK);
}

static void a_part_that_is_taken_is_no_loss(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(tell_offset(&upload, chunks[0], upload.offset + 1), STATUS_OK);
	assert_int_equal(upload.window.size, 3);
	assert_false(upload.window.is_repairing);
	into_flight(&upload, chunks);
	assert_int_equal(tell_offset(&upload, chunks[0], upload.offset), STATUS_OK);
	assert_true(upload.window.is_repairing);
}

/* Its answer was lost, its data were not. */
static void silence_of_what_was_overtaken_says_nothing(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3], abandoned;
	bool is_overtaken;

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(tell_offset(&upload, chunks[1], end_of(&upload, chunks[1])), STATUS_OK);
	smp_fs_upload_take_retry(&upload, chunks[0]);
	assert_false(upload.window.is_repairing);
	assert_true(smp_fs_flight_next_abandoned(&upload.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[0]);
	assert_true(is_overtaken);
}

static void a_device_that_is_ahead_is_followed_though_more_is_in_flight(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(tell_offset(&upload, chunks[0], FILE_SIZE - 1), STATUS_OK);
	assert_int_equal(upload.next, FILE_SIZE - 1);
}

static void old_news_are_not_repeated(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3], abandoned;
	bool is_overtaken;

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(tell_refused(&upload, chunks[0], upload.offset), STATUS_OK);
	assert_false(smp_fs_flight_next_abandoned(&upload.flight, &abandoned, &is_overtaken));
	smp_fs_upload_take_retry(&upload, chunks[1]);
	assert_int_equal(upload.next, upload.offset);
	assert_true(smp_fs_flight_next_abandoned(&upload.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[1]);
	assert_false(is_overtaken);
}

static void a_repeated_chunk_may_be_with_the_device_though_a_later_one_is_answered(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3], abandoned;
	bool is_overtaken;

	(void)state;
	into_flight(&upload, chunks);
	smp_fs_upload_take_retry(&upload, chunks[0]);
	assert_true(upload.window.is_repairing);
	assert_int_equal(tell_offset(&upload, chunks[1], end_of(&upload, chunks[1])), STATUS_OK);
	assert_true(smp_fs_flight_next_abandoned(&upload.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[0]);
	assert_false(is_overtaken);
}

/* Nothing fresh is left of what was in flight: the end of the file comes next, not what is behind it. */
static void a_repeated_chunk_that_was_overtaken_is_sent_anew(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];
	uint64_t end;

	(void)state;
	into_flight(&upload, chunks);
	end = upload.offset;
	smp_fs_upload_take_retry(&upload, chunks[0]);
	smp_fs_upload_take_retry(&upload, chunks[1]);
	assert_true(upload.next > end);
	assert_int_equal(tell_refused(&upload, chunks[2], end), STATUS_OK);
	assert_int_equal(upload.next, end);
}

static void only_the_chunk_that_had_the_line_for_itself_tells_of_the_line(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];

	(void)state;
	into_flight(&upload, chunks);
	assert_true(upload.flight.chunks[chunks[0]].was_alone);
	assert_false(upload.flight.chunks[chunks[1]].was_alone);
}

static void old_news_that_lead_forward_count(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];
	uint64_t end;

	(void)state;
	into_flight(&upload, chunks);
	end = end_of(&upload, chunks[2]);
	assert_int_equal(tell_refused(&upload, chunks[0], upload.flight.chunks[chunks[0]].offset),
		STATUS_OK);
	assert_int_equal(tell_offset(&upload, chunks[2], end), STATUS_OK);
	assert_int_equal(upload.offset, end);
	assert_int_equal(upload.next, end);
}

static void old_errors_do_not_count(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(
		tell_as(&upload, chunks[0], SMP_VERSION_1, "{_ 'rc': 1}", ERR_IGNORED), STATUS_OK);
	assert_int_equal(
		tell_as(&upload, chunks[1], SMP_VERSION_1, "{_ 'rc': 1}", ERR_IGNORED), STATUS_OK);
	assert_int_equal(upload.state, SMP_FS_UPLOAD_LOOK);
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
		cmocka_unit_test(behind_a_lost_chunk_it_goes_back_once),
		cmocka_unit_test(the_time_of_the_first_chunk_is_not_that_of_the_others),
		cmocka_unit_test(a_lost_answer_is_no_failure),
		cmocka_unit_test(behind_a_repeated_chunk_nothing_is_repeated),
		cmocka_unit_test(what_was_sent_before_it_went_back_has_a_place_in_the_window),
		cmocka_unit_test(a_part_that_is_taken_is_no_loss),
		cmocka_unit_test(silence_of_what_was_overtaken_says_nothing),
		cmocka_unit_test(a_device_that_is_ahead_is_followed_though_more_is_in_flight),
		cmocka_unit_test(old_news_are_not_repeated),
		cmocka_unit_test(
			a_repeated_chunk_may_be_with_the_device_though_a_later_one_is_answered),
		cmocka_unit_test(a_repeated_chunk_that_was_overtaken_is_sent_anew),
		cmocka_unit_test(only_the_chunk_that_had_the_line_for_itself_tells_of_the_line),
		cmocka_unit_test(old_news_that_lead_forward_count),
		cmocka_unit_test(old_errors_do_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
