/* SPDX-License-Identifier: Apache-2.0 */
/* Whole uploads: devices that resume, forget, stand still or go round in circles. */
#include "smp/upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/cbor.h"
#include "tests/support/upload_walk.h"

enum {
	FILE_SIZE = UPLOAD_WALK_FILE_SIZE,
	FIRST_END = UPLOAD_WALK_FIRST_END,
	SECOND_END = FIRST_END + UPLOAD_WALK_NEXT_SIZE,
	THIRD_END = SECOND_END + UPLOAD_WALK_NEXT_SIZE,
	SEEDS = 200,
	SMALL_FILE_SIZE = 200,
	STEPS_MAX = 5 * SMALL_FILE_SIZE * SMALL_FILE_SIZE,
};

static void what_the_device_has_already_is_told(void **state)
{
	const struct {
		uint64_t offset;
		bool is_resumed;
	} rows[] = {
		{ FIRST_END, false },
		{ FIRST_END - 6, false }, /* rounded down to a flash write block */
		{ FIRST_END + 1, true },
		{ FILE_SIZE - 1, true },
		{ FILE_SIZE, true },
	};
	struct smp_upload upload;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		upload_walk_into(&upload, UPLOAD_WALK_START);
		upload_walk_answer(&upload, rows[i].offset, 1);
		assert_int_equal(upload.is_resumed, rows[i].is_resumed);
		assert_int_equal(upload.resumed_at, rows[i].is_resumed ? rows[i].offset : 0);
		assert_int_equal(upload.bytes_sent, FIRST_END);
	}
	/* A jump later on is none. */
	upload_walk_into(&upload, UPLOAD_WALK_DATA);
	upload_walk_answer(&upload, FILE_SIZE - 1, 1);
	assert_false(upload.is_resumed);
}

static void what_the_device_says_of_the_result_is_kept(void **state)
{
	static const struct {
		const char *reply;
		enum status status;
		enum smp_upload_match match;
	} rows[] = {
		{ "{'off': 2000}", STATUS_OK, SMP_UPLOAD_MATCH_UNKNOWN },
		{ "{'off': 2000, 'match': true}", STATUS_OK, SMP_UPLOAD_MATCH_YES },
		{ "{'off': 2000, 'match': false}", STATUS_DEVICE, SMP_UPLOAD_MATCH_NO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t storage[64];
		struct buf body = BUF_OVER(storage);
		struct smp_upload upload;

		upload_walk_into(&upload, UPLOAD_WALK_LAST);
		cbor_append(&body, rows[i].reply);
		assert_int_equal(upload_walk_answer_body(&upload, buf_span(&body), 1, ERR_IGNORED),
			rows[i].status);
		assert_int_equal(upload.match, rows[i].match);
	}
}

/* Answer with the same offset; returns how many replies it took. */
static unsigned answer_until_failed(struct smp_upload *upload, uint64_t offset)
{
	unsigned replies = 0;

	while (!smp_upload_has_ended(upload)) {
		assert_true(replies < 100);
		upload_walk_answer(upload, offset, 1);
		replies++;
		if (!smp_upload_has_ended(upload))
			upload_walk_ask(upload);
	}
	assert_int_equal(upload->state, SMP_UPLOAD_FAILED);
	return replies;
}

static void a_device_that_does_not_move_on_is_given_up(void **state)
{
	struct smp_upload upload;

	(void)state;
	upload_walk_into(&upload, UPLOAD_WALK_START);
	assert_int_equal(answer_until_failed(&upload, 0), SMP_UPLOAD_STUCK_MAX);
	upload_walk_into(&upload, UPLOAD_WALK_DATA);
	assert_int_equal(answer_until_failed(&upload, FIRST_END), SMP_UPLOAD_STUCK_MAX);
}

static void progress_forgives_what_was_before(void **state)
{
	struct smp_upload upload;

	(void)state;
	upload_walk_into(&upload, UPLOAD_WALK_DATA);
	for (int i = 1; i < SMP_UPLOAD_STUCK_MAX; i++) {
		assert_int_equal(upload_walk_answer(&upload, FIRST_END, 1), STATUS_OK);
		upload_walk_ask(&upload);
	}
	assert_int_equal(upload_walk_answer(&upload, SECOND_END, 1), STATUS_OK);
	upload_walk_ask(&upload);
	assert_int_equal(answer_until_failed(&upload, SECOND_END), SMP_UPLOAD_STUCK_MAX);
}

static void a_device_that_goes_round_in_circles_is_given_up(void **state)
{
	struct smp_upload upload;
	unsigned replies = 0;

	(void)state;
	upload_walk_into(&upload, UPLOAD_WALK_START);
	while (!smp_upload_has_ended(&upload)) {
		assert_true(replies < 4 * SMP_UPLOAD_STUCK_MAX);
		upload_walk_answer(&upload, replies % 2 == 0 ? FIRST_END : 0, 1);
		replies++;
		if (!smp_upload_has_ended(&upload))
			upload_walk_ask(&upload);
	}
	assert_int_equal(upload.state, SMP_UPLOAD_FAILED);
}

static void a_device_that_lost_the_upload_gets_all_of_it_again(void **state)
{
	struct smp_upload upload;
	unsigned replies = 0;

	(void)state;
	upload_walk_into(&upload, UPLOAD_WALK_LAST);
	/* It has started anew meanwhile, most of the way had been gone. */
	assert_int_equal(upload_walk_answer(&upload, 0, 1), STATUS_OK);
	assert_int_equal(upload.state, SMP_UPLOAD_START);
	while (!smp_upload_has_ended(&upload)) {
		upload_walk_ask(&upload);
		assert_int_equal(
			upload_walk_answer(&upload, upload_walk_end(&upload), 1), STATUS_OK);
		replies++;
	}
	assert_int_equal(upload.state, SMP_UPLOAD_DONE);
	assert_int_equal(replies, 6);
	assert_int_equal(upload.bytes_sent, 2 * FILE_SIZE);
}

static void a_lost_chunk_is_sent_again_from_where_the_device_is(void **state)
{
	struct smp_upload upload;

	(void)state;
	upload_walk_into(&upload, UPLOAD_WALK_DATA);
	upload_walk_answer(&upload, THIRD_END, 1);
	upload_walk_ask(&upload);
	upload_walk_answer(&upload, SECOND_END, 1);
	upload_walk_ask(&upload);
	assert_int_equal(upload.offset, SECOND_END);
	assert_int_equal(upload_walk_end(&upload), THIRD_END);
	assert_int_equal(upload_walk_answer(&upload, THIRD_END, 1), STATUS_OK);
	assert_int_equal(upload.state, SMP_UPLOAD_DATA);
}

static void a_lost_last_answer_is_no_reason_to_start_over(void **state)
{
	struct smp_upload upload;

	(void)state;
	upload_walk_into(&upload, UPLOAD_WALK_LAST);
	assert_int_equal(upload_walk_answer(&upload, 0, 2), STATUS_OK);
	assert_int_equal(upload.state, SMP_UPLOAD_DONE);
	assert_true(upload.must_be_looked_at);
}

static uint32_t draw(uint32_t *random, uint32_t below)
{
	*random ^= *random << 13;
	*random ^= *random >> 17;
	*random ^= *random << 5;
	return *random % below;
}

static void whatever_offsets_come_the_upload_ends(void **state)
{
	struct smp_upload_config config = upload_walk_config();

	(void)state;
	config.file.len = SMALL_FILE_SIZE;
	config.message_max = 140;
	for (uint32_t seed = 1; seed <= SEEDS; seed++) {
		uint32_t random = seed;
		struct smp_upload upload;
		unsigned steps = 0;

		upload_walk_start(&upload, &config);
		for (; !smp_upload_has_ended(&upload); steps++) {
			assert_true(steps < STEPS_MAX);
			upload_walk_ask(&upload);
			assert_true(upload_walk_end(&upload) <= SMALL_FILE_SIZE);
			upload_walk_answer(
				&upload, draw(&random, SMALL_FILE_SIZE), 1 + draw(&random, 2));
		}
	}
}

static void what_cannot_be_sent_is_refused_at_once(void **state)
{
	struct smp_upload_config config = upload_walk_config();
	uint8_t long_sha[SMP_UPLOAD_SHA_SIZE + 1] = { 0 };
	struct smp_upload upload;

	(void)state;
	config.file.len = 0;
	assert_int_equal(smp_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_BAD_FILE);
	config = upload_walk_config();
	config.message_max = 64;
	assert_int_equal(smp_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_USAGE);
	config = upload_walk_config();
	config.sha = span_make(long_sha, sizeof(long_sha));
	assert_int_equal(smp_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_device_has_already_is_told),
		cmocka_unit_test(what_the_device_says_of_the_result_is_kept),
		cmocka_unit_test(a_device_that_does_not_move_on_is_given_up),
		cmocka_unit_test(progress_forgives_what_was_before),
		cmocka_unit_test(a_device_that_goes_round_in_circles_is_given_up),
		cmocka_unit_test(a_device_that_lost_the_upload_gets_all_of_it_again),
		cmocka_unit_test(a_lost_chunk_is_sent_again_from_where_the_device_is),
		cmocka_unit_test(a_lost_last_answer_is_no_reason_to_start_over),
		cmocka_unit_test(whatever_offsets_come_the_upload_ends),
		cmocka_unit_test(what_cannot_be_sent_is_refused_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
