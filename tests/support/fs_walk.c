/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of an upload, see fs_walk.h. */
#include "tests/support/fs_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_MAX = 512, REPLY_AT_US = 1000 };

static const uint8_t file_bytes[FS_WALK_FILE_SIZE];

struct smp_fs_upload_config fs_walk_config(size_t len, unsigned window)
{
	return (struct smp_fs_upload_config){
		.file = span_make(file_bytes, len),
		.path = span_from_text("/lfs/a"),
		.message_max = FS_WALK_MESSAGE_MAX,
		.window = window,
		.first_timeout_ms = 10000,
		.timeout_ms = 2000,
		.tries = 3,
	};
}

void fs_walk_start(struct smp_fs_upload *upload, size_t len, unsigned window)
{
	struct smp_fs_upload_config config = fs_walk_config(len, window);

	assert_int_equal(smp_fs_upload_init(upload, &config, 0, ERR_IGNORED), STATUS_OK);
}

unsigned fs_walk_ask(struct smp_fs_upload *upload, struct smp_request *ret_request)
{
	uint8_t storage[BODY_MAX];
	struct buf body = BUF_OVER(storage);
	unsigned chunk = FS_WALK_NO_CHUNK;

	if (!smp_fs_upload_next_request(upload, &body, ret_request, &chunk))
		return FS_WALK_NO_CHUNK;
	assert_false(body.overflow);
	assert_true(SMP_HEADER_SIZE + body.len <= FS_WALK_MESSAGE_MAX);
	return chunk;
}

unsigned fs_walk_ask_next(struct smp_fs_upload *upload)
{
	struct smp_request request;

	return fs_walk_ask(upload, &request);
}

enum status fs_walk_tell_as(struct smp_fs_upload *upload, unsigned chunk, enum smp_version version,
	const char *notation, struct err *reterr)
{
	uint8_t storage[BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_reply reply = { .header = { .group = SMP_GROUP_FS, .version = version } };

	cbor_append(&body, notation);
	reply.body = buf_span(&body);
	return smp_fs_upload_take_reply(upload, chunk, &reply, 1000, REPLY_AT_US, reterr);
}

enum status fs_walk_tell(struct smp_fs_upload *upload, unsigned chunk, const char *notation)
{
	return fs_walk_tell_as(upload, chunk, SMP_VERSION_2, notation, ERR_IGNORED);
}

enum status fs_walk_tell_offset(struct smp_fs_upload *upload, unsigned chunk, uint64_t offset)
{
	char text[64];
	struct buf notation = BUF_OVER(text);

	buf_format(&notation, "{_ 'off': %u}", (unsigned)offset);
	return fs_walk_tell(upload, chunk, buf_text(&notation));
}

enum status fs_walk_tell_refused(struct smp_fs_upload *upload, unsigned chunk, uint64_t end)
{
	char text[96];
	struct buf notation = BUF_OVER(text);

	buf_format(&notation, "{_ 'err': {_ 'group': 8, 'rc': 11}, 'len': %u}", (unsigned)end);
	return fs_walk_tell(upload, chunk, buf_text(&notation));
}

uint64_t fs_walk_end_of(const struct smp_fs_upload *upload, unsigned chunk)
{
	return upload->flight.chunks[chunk].end;
}

unsigned fs_walk_into_data(struct smp_fs_upload *upload)
{
	unsigned chunk;

	fs_walk_start(upload, FS_WALK_FILE_SIZE, 1);
	chunk = fs_walk_ask_next(upload);
	assert_int_equal(
		fs_walk_tell_offset(upload, chunk, fs_walk_end_of(upload, chunk)), STATUS_OK);
	assert_int_equal(upload->state, SMP_FS_UPLOAD_DATA);
	return fs_walk_ask_next(upload);
}

unsigned fs_walk_into_look(struct smp_fs_upload *upload)
{
	unsigned chunk = fs_walk_into_data(upload);
	struct smp_request request;

	assert_int_equal(fs_walk_tell_as(upload, chunk, SMP_VERSION_1, "{_ 'rc': 1}", ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(upload->state, SMP_FS_UPLOAD_LOOK);
	chunk = fs_walk_ask(upload, &request);
	assert_int_equal(request.op, SMP_OP_READ);
	assert_int_equal(request.command, SMP_FS_STATUS);
	return chunk;
}
