/* SPDX-License-Identifier: Apache-2.0 */
/* The upload of a file with several chunks in flight: what is lost, repeated, overtaken and old news. */
#include "smp/fs_upload.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/fs_walk.h"

enum { REPLY_AT_US = 1000 };

/* Three chunks behind the first, whose places are in `chunks`. */
static void into_flight(struct smp_fs_upload *upload, unsigned chunks[3])
{
	unsigned first;

	fs_walk_start(upload, FS_WALK_FILE_SIZE, 3);
	first = fs_walk_ask_next(upload);
	assert_int_equal(fs_walk_ask_next(upload), FS_WALK_NO_CHUNK);
	assert_int_equal(
		fs_walk_tell_offset(upload, first, fs_walk_end_of(upload, first)), STATUS_OK);
	/* The window opens one by one. */
	upload->window.size = 3;
	for (unsigned i = 0; i < 3; i++)
		chunks[i] = fs_walk_ask_next(upload);
	assert_int_equal(fs_walk_ask_next(upload), FS_WALK_NO_CHUNK);
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
	assert_int_equal(fs_walk_tell_refused(&upload, chunks[1], lost), STATUS_OK);
	assert_int_equal(upload.next, lost);
	assert_true(smp_fs_flight_next_abandoned(&upload.flight, &abandoned, &is_overtaken));
	assert_int_equal(abandoned, chunks[0]);
	assert_true(is_overtaken);
	assert_int_not_equal(fs_walk_ask_next(&upload), FS_WALK_NO_CHUNK);
	assert_true(upload.next > lost);
	/* The third one says the same: that is old news. */
	assert_int_equal(fs_walk_tell_refused(&upload, chunks[2], lost), STATUS_OK);
	assert_true(upload.next > lost);
	assert_int_equal(upload.stuck, 1);
}

/* It may have waited for the blocks of an old file. */
static void the_time_of_the_first_chunk_is_not_that_of_the_others(void **state)
{
	struct smp_fs_upload upload;

	(void)state;
	fs_walk_into_data(&upload);
	assert_true(upload.window.last_us == REPLY_AT_US);
}

static void a_lost_answer_is_no_failure(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunk = fs_walk_into_data(&upload);
	uint64_t end = fs_walk_end_of(&upload, chunk);

	(void)state;
	/* The repetition meets the end of the file behind it. */
	smp_fs_upload_take_retry(&upload, chunk);
	assert_int_equal(fs_walk_tell_refused(&upload, chunk, end), STATUS_OK);
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
	assert_int_equal(fs_walk_tell_offset(&upload, chunks[0], second), STATUS_OK);
	assert_int_not_equal(fs_walk_ask_next(&upload), FS_WALK_NO_CHUNK);
	assert_true(upload.next > second);
}

static void what_was_sent_before_it_went_back_has_a_place_in_the_window(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(fs_walk_tell_refused(&upload, chunks[0], upload.offset), STATUS_OK);
	upload.window.size = 3;
	upload.window.is_repairing = false;
	assert_int_not_equal(fs_walk_ask_next(&upload), FS_WALK_NO_CHUNK);
	assert_int_equal(fs_walk_ask_next(&upload), FS_WALK_NO_CHUNK);
}

static void a_part_that_is_taken_is_no_loss(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3];

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(fs_walk_tell_offset(&upload, chunks[0], upload.offset + 1), STATUS_OK);
	assert_int_equal(upload.window.size, 3);
	assert_false(upload.window.is_repairing);
	into_flight(&upload, chunks);
	assert_int_equal(fs_walk_tell_offset(&upload, chunks[0], upload.offset), STATUS_OK);
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
	assert_int_equal(
		fs_walk_tell_offset(&upload, chunks[1], fs_walk_end_of(&upload, chunks[1])),
		STATUS_OK);
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
	assert_int_equal(fs_walk_tell_offset(&upload, chunks[0], FS_WALK_FILE_SIZE - 1), STATUS_OK);
	assert_int_equal(upload.next, FS_WALK_FILE_SIZE - 1);
}

static void old_news_are_not_repeated(void **state)
{
	struct smp_fs_upload upload;
	unsigned chunks[3], abandoned;
	bool is_overtaken;

	(void)state;
	into_flight(&upload, chunks);
	assert_int_equal(fs_walk_tell_refused(&upload, chunks[0], upload.offset), STATUS_OK);
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
	assert_int_equal(
		fs_walk_tell_offset(&upload, chunks[1], fs_walk_end_of(&upload, chunks[1])),
		STATUS_OK);
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
	assert_int_equal(fs_walk_tell_refused(&upload, chunks[2], end), STATUS_OK);
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
	end = fs_walk_end_of(&upload, chunks[2]);
	assert_int_equal(
		fs_walk_tell_refused(&upload, chunks[0], upload.flight.chunks[chunks[0]].offset),
		STATUS_OK);
	assert_int_equal(fs_walk_tell_offset(&upload, chunks[2], end), STATUS_OK);
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
		fs_walk_tell_as(&upload, chunks[0], SMP_VERSION_1, "{_ 'rc': 1}", ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(
		fs_walk_tell_as(&upload, chunks[1], SMP_VERSION_1, "{_ 'rc': 1}", ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(upload.state, SMP_FS_UPLOAD_LOOK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
