/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files to the board and back as a whole: how fast, what is compared in the end, what is said when it is
 * broken off, and that nothing is left open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/device_fs.h"
#include "src/fs_fetch.h"
#include "src/fs_send.h"
#include "tests/support/flow_rig.h"

enum { FILE_SIZE = 100000 };

static const char path[] = "/lfs/file";

struct scene {
	struct flow_rig rig;
	struct fs_result result;
	struct progress progress;
	uint8_t content[FILE_SIZE];
	uint8_t got_bytes[FILE_SIZE];
	struct buf got;
	size_t put_max; /* the sink fails behind so many bytes; 0: never */
};

static struct scene *open_scene(const char *board)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	for (size_t i = 0; i < FILE_SIZE; i++)
		scene->content[i] = (uint8_t)(i * 31 + i / 256);
	scene->got = BUF_OVER(scene->got_bytes);
	progress_init(&scene->progress, NULL, true);
	flow_rig_open(&scene->rig, board);
	assert_int_equal(flow_rig_connect(&scene->rig), STATUS_OK);
	return scene;
}

static void close_scene(struct scene *scene)
{
	flow_rig_expect_no_complaints(&scene->rig);
	flow_rig_close(&scene->rig);
	free(scene);
}

static enum status keep(void *ctx, struct span bytes, struct err *reterr)
{
	struct scene *scene = ctx;

	if (scene->put_max > 0 && scene->got.len + bytes.len > scene->put_max)
		return err_set(reterr, STATUS_INTERNAL, "the disk is full");
	assert_true(buf_append_span(&scene->got, bytes));
	return STATUS_OK;
}

static enum status send(struct scene *scene, size_t len, unsigned window)
{
	const struct fs_options options = { .path = path, .window = window };

	return fs_send(scene->rig.client, &options, span_make(scene->content, len), NULL,
		&scene->progress, &scene->result, &scene->rig.err);
}

static enum status fetch(struct scene *scene, unsigned window)
{
	const struct fs_options options = { .path = path, .window = window };
	const struct fs_sink sink = { keep, scene };

	progress_init(&scene->progress, NULL, true);
	buf_clear(&scene->got);
	return fs_fetch(scene->rig.client, &options, &sink, &scene->progress, &scene->result,
		&scene->rig.err);
}

static void assert_on_board(struct scene *scene, size_t len)
{
	buf_clear(&scene->got);
	assert_true(fakedev_file(scene->rig.board, path, &scene->got));
	assert_true(span_equal(buf_span(&scene->got), span_make(scene->content, len)));
}

static void files_of_any_length_go_there_and_back(void **state)
{
	static const size_t lengths[] = { 0, 1, 23, 24, 330, 340, 341, 680, 65535, 65536,
		FILE_SIZE };

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct scene *scene = open_scene("slot-size=64K");

		assert_int_equal(send(scene, lengths[i], 0), STATUS_OK);
		assert_int_equal(scene->result.bytes, lengths[i]);
		assert_on_board(scene, lengths[i]);
		assert_int_equal(fetch(scene, 0), STATUS_OK);
		assert_int_equal(scene->result.bytes, lengths[i]);
		assert_true(
			span_equal(buf_span(&scene->got), span_make(scene->content, lengths[i])));
		assert_int_equal(scene->result.proof.kind,
			lengths[i] > 0 ? FS_PROOF_SHA256 : FS_PROOF_LENGTH);
		close_scene(scene);
	}
}

/* Bytes per second there and back. */
static void measure(const char *board, unsigned window, uint64_t ret_speeds[2])
{
	struct scene *scene = open_scene(board);

	assert_int_equal(send(scene, FILE_SIZE, window), STATUS_OK);
	ret_speeds[0] = UINT64_C(1000000) * FILE_SIZE / scene->result.duration_us;
	assert_int_equal(fetch(scene, window), STATUS_OK);
	ret_speeds[1] = UINT64_C(1000000) * FILE_SIZE / scene->result.duration_us;
	close_scene(scene);
}

static void several_requests_in_flight_are_faster(void **state)
{
	uint64_t one[2], several[2];

	(void)state;
	measure("baud=115200,flash=nrf52840", 1, one);
	measure("baud=115200,flash=nrf52840", 0, several);
	assert_true(several[0] * 100 > one[0] * 112);
	assert_true(several[1] * 100 > one[1] * 108);
	measure("baud=921600,flash=nrf52840", 1, one);
	measure("baud=921600,flash=nrf52840", 0, several);
	assert_true(several[0] * 100 > one[0] * 160);
}

static void a_line_that_loses_much_is_still_fast_enough(void **state)
{
	struct scene *scene = open_scene("baud=115200,flash=nrf52840,fault=drop-request@20-23,"
					 "fault=drop-reply@40-42,fault=bad-crc@60,"
					 "fault=silent@100-102");

	(void)state;
	assert_int_equal(send(scene, FILE_SIZE, 0), STATUS_OK);
	assert_on_board(scene, FILE_SIZE);
	/* Without a loss it takes 13.4 seconds. */
	assert_true(scene->result.duration_us < UINT64_C(17) * 1000 * 1000);
	close_scene(scene);
}

static void a_device_that_makes_no_hashes_is_compared_by_length(void **state)
{
	/* The second request asks for the hashes. */
	struct scene *scene = open_scene("slot-size=64K,fault=error=8@2");

	(void)state;
	assert_int_equal(send(scene, 1000, 0), STATUS_OK);
	assert_int_equal(scene->result.proof.kind, FS_PROOF_LENGTH);
	close_scene(scene);
}

static void a_file_that_became_another_is_an_error(void **state)
{
	struct scene *scene = open_scene("slot-size=64K,fault=flip-bit@5");

	(void)state;
	assert_int_equal(send(scene, 2000, 0), STATUS_DEVICE);
	assert_false(scene->rig.err.device.present);
	assert_non_null(strstr(scene->rig.err.message, "all 2000 bytes were sent"));
	assert_non_null(strstr(scene->rig.err.message, "sha256"));
	close_scene(scene);
}

static void a_full_file_system_is_named_in_both_versions(void **state)
{
	static const enum smp_version_choice versions[] = { SMP_FORCE_VERSION_2,
		SMP_FORCE_VERSION_1 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct scene *scene = open_scene("slot-size=64K");

		scene->rig.version = versions[i];
		/* Three files of 100,000 bytes are more than it holds. */
		for (int file = 0; file < 3; file++) {
			const char *paths[] = { "/lfs/1", "/lfs/2", "/lfs/3" };
			const struct fs_options options = { .path = paths[file] };
			enum status status;

			assert_int_equal(flow_rig_connect(&scene->rig), STATUS_OK);
			status = fs_send(scene->rig.client, &options,
				span_make(scene->content, FILE_SIZE), NULL, &scene->progress,
				&scene->result, &scene->rig.err);
			assert_int_equal(status, file < 2 ? STATUS_OK : STATUS_DEVICE);
		}
		assert_string_equal(scene->rig.err.device.name,
			i == 0 ? "FS_FILE_WRITE_FAILED" : "MGMT_ERR_EUNKNOWN");
		assert_non_null(strstr(scene->rig.err.message, "/lfs/3 has the first "));
		close_scene(scene);
	}
}

static void whoever_interrupts_is_told_what_the_device_has(void **state)
{
	struct scene *scene = open_scene("slot-size=64K,baud=115200");
	uint64_t size = 0;

	(void)state;
	flow_rig_interrupt_at(&scene->rig, 20);
	assert_int_equal(send(scene, FILE_SIZE, 0), STATUS_INTERRUPTED);
	assert_non_null(strstr(scene->rig.err.message, "/lfs/file has the first "));
	assert_non_null(strstr(scene->rig.err.message, " of 100000 bytes: interrupted"));
	flow_rig_clear_interrupt(&scene->rig);
	assert_int_equal(flow_rig_connect(&scene->rig), STATUS_OK);
	assert_int_equal(
		device_fs_stat(scene->rig.client, path, &size, &scene->rig.err), STATUS_OK);
	/* What was in flight may have come to it since. */
	assert_in_range(size, 1000, 10000);
	assert_int_equal(send(scene, FILE_SIZE, 0), STATUS_OK);
	assert_on_board(scene, FILE_SIZE);
	close_scene(scene);
}

static void an_interrupted_download_ends_at_once(void **state)
{
	struct scene *scene = open_scene("slot-size=64K,baud=115200");
	unsigned requests;

	(void)state;
	assert_int_equal(send(scene, FILE_SIZE, 0), STATUS_OK);
	requests = flow_rig_requests(&scene->rig);
	flow_rig_interrupt_at(&scene->rig, requests + 10);
	assert_int_equal(fetch(scene, 0), STATUS_INTERRUPTED);
	/* Behind it only what was in flight, and the close. */
	assert_in_range(flow_rig_requests(&scene->rig), requests + 10, requests + 13);
	flow_rig_clear_interrupt(&scene->rig);
	close_scene(scene);
}

static void a_sink_that_fails_ends_it(void **state)
{
	struct scene *scene = open_scene("slot-size=64K");

	(void)state;
	assert_int_equal(send(scene, 5000, 0), STATUS_OK);
	scene->put_max = 2000;
	assert_int_equal(fetch(scene, 0), STATUS_INTERNAL);
	assert_non_null(strstr(scene->rig.err.message, "the disk is full"));
	assert_in_range(scene->got.len, 1000, 2000);
	close_scene(scene);
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct scene *scene = open_scene("slot-size=64K");

	(void)state;
	assert_int_equal(fetch(scene, 0), STATUS_DEVICE);
	assert_string_equal(scene->rig.err.device.name, "FS_FILE_NOT_FOUND");
	assert_non_null(strstr(scene->rig.err.message, "/lfs/file: "));
	close_scene(scene);
}

static void a_board_without_files_says_so(void **state)
{
	struct scene *scene = open_scene("slot-size=64K,lacks=fs");

	(void)state;
	assert_int_equal(send(scene, 5000, 0), STATUS_UNSUPPORTED);
	assert_int_equal(fetch(scene, 0), STATUS_UNSUPPORTED);
	close_scene(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_of_any_length_go_there_and_back),
		cmocka_unit_test(several_requests_in_flight_are_faster),
		cmocka_unit_test(a_line_that_loses_much_is_still_fast_enough),
		cmocka_unit_test(a_device_that_makes_no_hashes_is_compared_by_length),
		cmocka_unit_test(a_file_that_became_another_is_an_error),
		cmocka_unit_test(a_full_file_system_is_named_in_both_versions),
		cmocka_unit_test(whoever_interrupts_is_told_what_the_device_has),
		cmocka_unit_test(an_interrupted_download_ends_at_once),
		cmocka_unit_test(a_sink_that_fails_ends_it),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(a_board_without_files_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
