/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The upload's transition table (smp/upload.h), every state with every reply. How it gets through
 * whole uploads is in test_upload_course.c, what its chunks look like in test_upload_chunk.c.
 */
#include "smp/upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"
#include "tests/support/upload_walk.h"

enum {
	FILE_SIZE = UPLOAD_WALK_FILE_SIZE,
	FIRST_END = UPLOAD_WALK_FIRST_END,
	SECOND_END = FIRST_END + UPLOAD_WALK_NEXT_SIZE,
	LAST_BEGIN = FIRST_END + 4 * UPLOAD_WALK_NEXT_SIZE,
	REPLY_SIZE = 64,
};

enum answer {
	ZERO,
	ZERO_TO_A_REPEATED_CHUNK,
	THE_SAME,  /* the offset that the chunk began at */
	BACK,      /* below it */
	INSIDE,    /* within the chunk */
	CHUNK_END, /* the end of the chunk */
	FORWARD,   /* behind it */
	LEN,       /* the end of the file */
	BEYOND,    /* behind that */
	MATCH_YES, /* the end of the chunk, and "match": true */
	MATCH_NO,
	ERROR_V1,
	ERROR_V2,
	UNSUPPORTED,
	WITHOUT_OFFSET,
	OFFSET_NEGATIVE,
	OFFSET_TEXT,
	MATCH_TEXT,
	NOT_CBOR,
	EMPTY,
	ANSWERS,
};

static void put_offset(struct buf *body, uint64_t offset, size_t more_pairs)
{
	body_put_map(body, 1 + more_pairs);
	body_put_text(body, "off");
	body_put_uint(body, offset);
}

static void put_match(struct buf *body, uint64_t offset, bool matches)
{
	put_offset(body, offset, 1);
	body_put_text(body, "match");
	body_put_bool(body, matches);
}

static void put_numbered_answer(
	const struct smp_upload *upload, enum answer answer, struct buf *body)
{
	switch (answer) {
	case THE_SAME:
		put_offset(body, upload->offset, 0);
		break;
	case BACK:
		put_offset(body, upload->offset / 2, 0);
		break;
	case INSIDE:
		put_offset(body, upload_walk_end(upload) - 2, 0);
		break;
	case CHUNK_END:
		put_offset(body, upload_walk_end(upload), 0);
		break;
	case FORWARD:
		put_offset(body, upload_walk_end(upload) + 8, 0);
		break;
	case LEN:
		put_offset(body, FILE_SIZE, 0);
		break;
	case BEYOND:
		put_offset(body, FILE_SIZE + 1, 0);
		break;
	case MATCH_YES:
	case MATCH_NO:
		put_match(body, upload_walk_end(upload), answer == MATCH_YES);
		break;
	default:
		put_offset(body, 0, 0);
		break;
	}
}

static void put_answer(const struct smp_upload *upload, enum answer answer, struct buf *body)
{
	static const char *const others[ANSWERS] = {
		[ERROR_V1] = "{'rc': 6}",
		[ERROR_V2] = "{_ 'err': {_ 'group': 1, 'rc': 9}}",
		[UNSUPPORTED] = "{'rc': 8}",
		[WITHOUT_OFFSET] = "{}",
		[OFFSET_NEGATIVE] = "{'off': -1}",
		[OFFSET_TEXT] = "{'off': '1'}",
		[MATCH_TEXT] = "{'off': 1, 'match': 'yes'}",
	};

	if (answer == NOT_CBOR)
		buf_append_text(body, "\xff\xff");
	else if (others[answer] != NULL)
		cbor_append(body, others[answer]);
	else if (answer != EMPTY)
		put_numbered_answer(upload, answer, body);
}

enum {
	CLEAR = 1 << UPLOAD_WALK_CLEAR,
	START = 1 << UPLOAD_WALK_START,
	DATA = 1 << UPLOAD_WALK_DATA,
	LAST = 1 << UPLOAD_WALK_LAST,
	ALL_BUT_CLEAR = START | DATA | LAST,
	ANY_OFFSET = -1,
};

/* What comes of it: state, status and the offset asked for next. */
static const struct transition {
	enum answer answer;
	unsigned situations;
	enum smp_upload_state state;
	enum status status;
	int offset;
} transitions[] = {
	{ ZERO, ALL_BUT_CLEAR, SMP_UPLOAD_START, STATUS_OK, 0 },
	{ ZERO_TO_A_REPEATED_CHUNK, START | DATA, SMP_UPLOAD_START, STATUS_OK, 0 },
	{ ZERO_TO_A_REPEATED_CHUNK, LAST, SMP_UPLOAD_DONE, STATUS_OK, ANY_OFFSET },
	{ THE_SAME, START, SMP_UPLOAD_START, STATUS_OK, 0 },
	{ THE_SAME, DATA, SMP_UPLOAD_DATA, STATUS_OK, FIRST_END },
	{ THE_SAME, LAST, SMP_UPLOAD_DATA, STATUS_OK, LAST_BEGIN },
	{ BACK, START, SMP_UPLOAD_START, STATUS_OK, 0 },
	{ BACK, DATA, SMP_UPLOAD_DATA, STATUS_OK, FIRST_END / 2 },
	{ BACK, LAST, SMP_UPLOAD_DATA, STATUS_OK, LAST_BEGIN / 2 },
	{ INSIDE, START, SMP_UPLOAD_DATA, STATUS_OK, FIRST_END - 2 },
	{ INSIDE, DATA, SMP_UPLOAD_DATA, STATUS_OK, SECOND_END - 2 },
	{ INSIDE, LAST, SMP_UPLOAD_DATA, STATUS_OK, FILE_SIZE - 2 },
	{ CHUNK_END, START, SMP_UPLOAD_DATA, STATUS_OK, FIRST_END },
	{ CHUNK_END, DATA, SMP_UPLOAD_DATA, STATUS_OK, SECOND_END },
	{ CHUNK_END, LAST, SMP_UPLOAD_DONE, STATUS_OK, FILE_SIZE },
	{ FORWARD, START, SMP_UPLOAD_DATA, STATUS_OK, FIRST_END + 8 },
	{ FORWARD, DATA, SMP_UPLOAD_DATA, STATUS_OK, SECOND_END + 8 },
	{ FORWARD, LAST, SMP_UPLOAD_FAILED, STATUS_PROTOCOL, ANY_OFFSET },
	{ LEN, ALL_BUT_CLEAR, SMP_UPLOAD_DONE, STATUS_OK, FILE_SIZE },
	{ BEYOND, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_PROTOCOL, ANY_OFFSET },
	{ MATCH_YES, START, SMP_UPLOAD_DATA, STATUS_OK, FIRST_END },
	{ MATCH_YES, DATA, SMP_UPLOAD_DATA, STATUS_OK, SECOND_END },
	{ MATCH_YES, LAST, SMP_UPLOAD_DONE, STATUS_OK, FILE_SIZE },
	{ MATCH_NO, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_DEVICE, ANY_OFFSET },
	{ ERROR_V1, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_DEVICE, ANY_OFFSET },
	{ ERROR_V2, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_DEVICE, ANY_OFFSET },
	{ UNSUPPORTED, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_UNSUPPORTED, ANY_OFFSET },
	{ WITHOUT_OFFSET, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_PROTOCOL, ANY_OFFSET },
	{ OFFSET_NEGATIVE, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_PROTOCOL, ANY_OFFSET },
	{ OFFSET_TEXT, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_PROTOCOL, ANY_OFFSET },
	{ MATCH_TEXT, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_PROTOCOL, ANY_OFFSET },
	{ NOT_CBOR, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_PROTOCOL, ANY_OFFSET },
	{ EMPTY, ALL_BUT_CLEAR, SMP_UPLOAD_FAILED, STATUS_PROTOCOL, ANY_OFFSET },
};

/* The row of a pair; there must be one and no second. */
static const struct transition *find_transition(
	enum upload_walk_situation situation, enum answer answer)
{
	static const struct transition from_clear = { ZERO, CLEAR, SMP_UPLOAD_START, STATUS_OK, 0 };
	const struct transition *found = situation == UPLOAD_WALK_CLEAR ? &from_clear : NULL;

	for (size_t i = 0; i < sizeof(transitions) / sizeof(transitions[0]); i++) {
		if (transitions[i].answer != answer ||
			!(transitions[i].situations >> situation & 1))
			continue;
		assert_null(found);
		found = &transitions[i];
	}
	assert_non_null(found);
	return found;
}

static void check_transition(enum upload_walk_situation situation, enum answer answer)
{
	const struct transition *wanted = find_transition(situation, answer);
	unsigned try_number = answer == ZERO_TO_A_REPEATED_CHUNK ? 2 : 1;
	uint8_t storage[REPLY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_upload upload;
	struct err err;
	enum status status;

	upload_walk_into(&upload, situation);
	put_answer(&upload, answer, &body);
	status = upload_walk_answer_body(&upload, buf_span(&body), try_number, &err);
	if (status != wanted->status || upload.state != wanted->state ||
		(wanted->offset >= 0 && upload.offset != (uint64_t)wanted->offset))
		fail_msg("situation %d, answer %d: status %d, state %d, offset %d", situation,
			answer, status, upload.state, (int)upload.offset);
	if (status != STATUS_OK)
		assert_int_equal(err.status, status);
	assert_int_equal(upload.must_be_looked_at,
		situation == UPLOAD_WALK_LAST && answer == ZERO_TO_A_REPEATED_CHUNK);
	assert_int_equal(smp_upload_has_ended(&upload),
		wanted->state == SMP_UPLOAD_DONE || wanted->state == SMP_UPLOAD_FAILED);
}

static void every_state_answers_every_reply_as_the_table_says(void **state)
{
	(void)state;
	for (int situation = 0; situation < UPLOAD_WALK_SITUATIONS; situation++) {
		for (int answer = 0; answer < ANSWERS; answer++)
			check_transition(
				(enum upload_walk_situation)situation, (enum answer)answer);
	}
}

static void ended_states_ask_for_nothing_and_take_nothing(void **state)
{
	uint8_t storage[UPLOAD_WALK_MESSAGE_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;
	struct smp_upload upload;
	unsigned chunk;

	(void)state;
	for (int fails = 0; fails < 2; fails++) {
		enum smp_upload_state ended = fails ? SMP_UPLOAD_FAILED : SMP_UPLOAD_DONE;

		upload_walk_into(&upload, UPLOAD_WALK_START);
		upload_walk_answer(&upload, fails ? FILE_SIZE + 1 : FILE_SIZE, 1);
		assert_int_equal(upload.state, ended);
		assert_false(smp_upload_next_request(&upload, &body, &request, &chunk));
		assert_int_equal(body.len, 0);
		assert_int_equal(upload_walk_answer(&upload, FIRST_END, 1), STATUS_INTERNAL);
		assert_int_equal(upload.state, ended);
		assert_false(smp_upload_next_request(&upload, &body, &request, &chunk));
	}
}

static void the_devices_error_is_kept_in_the_record(void **state)
{
	uint8_t storage[REPLY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_upload upload;
	struct err err;

	(void)state;
	upload_walk_into(&upload, UPLOAD_WALK_START);
	put_answer(&upload, ERROR_V2, &body);
	assert_int_equal(upload_walk_answer_body(&upload, buf_span(&body), 1, &err), STATUS_DEVICE);
	assert_true(err.device.present);
	assert_int_equal(err.device.group, SMP_GROUP_IMAGE);
	assert_int_equal(err.device.rc, 9);
	assert_string_equal(err.device.name, "IMAGE_NO_FREE_SLOT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_state_answers_every_reply_as_the_table_says),
		cmocka_unit_test(ended_states_ask_for_nothing_and_take_nothing),
		cmocka_unit_test(the_devices_error_is_kept_in_the_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
