/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads step by step, see upload_walk.h. */
#include "tests/support/upload_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum {
	REPLY_SIZE = 32,
	BODY_MAX = 2048,
	THE_CHUNK = 0, /* with a window of one it has always the same name */
};

static const uint8_t file_bytes[UPLOAD_WALK_FILE_SIZE] = { 0x3d, 0xb8, 0xf3, 0x96 };
static const uint8_t sha[SMP_UPLOAD_SHA_SIZE] = { 1, 2, 3 };

struct smp_upload_config upload_walk_config(void)
{
	return (struct smp_upload_config){
		.file = span_make(file_bytes, sizeof(file_bytes)),
		.sha = span_make(sha, sizeof(sha)),
		.message_max = UPLOAD_WALK_MESSAGE_MAX,
		.first_timeout_ms = 30000,
		.timeout_ms = 2500,
	};
}

void upload_walk_start(struct smp_upload *upload, const struct smp_upload_config *config)
{
	struct err err;

	if (smp_upload_init(upload, config, 0, &err) != STATUS_OK)
		fail_msg("%s", err.message);
}

void upload_walk_ask(struct smp_upload *upload)
{
	uint8_t storage[BODY_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;
	unsigned chunk;

	assert_true(smp_upload_next_request(upload, &body, &request, &chunk));
	assert_int_equal(chunk, THE_CHUNK);
	assert_false(body.overflow);
}

uint64_t upload_walk_end(const struct smp_upload *upload)
{
	return upload->chunks[THE_CHUNK].end;
}

enum status upload_walk_answer_body(
	struct smp_upload *upload, struct span body, unsigned try_number, struct err *reterr)
{
	const struct smp_reply reply = {
		.header = { .op = SMP_OP_WRITE_RESPONSE, .group = SMP_GROUP_IMAGE },
		.body = body,
	};

	for (; try_number > 1; try_number--)
		smp_upload_take_retry(upload, THE_CHUNK);
	return smp_upload_take_reply(upload, THE_CHUNK, &reply, 0, 0, reterr);
}

enum status upload_walk_answer(struct smp_upload *upload, uint64_t offset, unsigned try_number)
{
	uint8_t storage[REPLY_SIZE];
	struct buf body = BUF_OVER(storage);

	body_put_map(&body, 1);
	body_put_text(&body, "off");
	body_put_uint(&body, offset);
	return upload_walk_answer_body(upload, buf_span(&body), try_number, ERR_IGNORED);
}

void upload_walk_into(struct smp_upload *upload, enum upload_walk_situation situation)
{
	struct smp_upload_config config = upload_walk_config();

	config.restart = situation == UPLOAD_WALK_CLEAR;
	upload_walk_start(upload, &config);
	upload_walk_ask(upload);
	if (situation < UPLOAD_WALK_DATA)
		return;
	do {
		assert_int_equal(upload_walk_answer(upload, upload_walk_end(upload), 1), STATUS_OK);
		upload_walk_ask(upload);
	} while (situation == UPLOAD_WALK_LAST && upload_walk_end(upload) < UPLOAD_WALK_FILE_SIZE);
}
