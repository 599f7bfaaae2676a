/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an upload does besides sending: what it shows meanwhile, how long it lets the device erase,
 * which hint it gives, and how much of a mapped file it has in memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "tests/support/flow_update.h"
#include "tests/support/resident.h"

#define SECOND_US UINT64_C(1000000)

enum {
	IMAGE_SIZE = 32 * 1024, /* takes more than two seconds at 115200 baud */
	LARGE_SIZE = 4 * 1024 * 1024,
	RESIDENT_MAX = 1024 * 1024,
	FIRST_CHUNK_TRIES = 2,
	TEXT_MAX = 4096,
};

/* To a board of its own; *ret_took_us (may be NULL) is the time from the first request to the end. */
static enum status upload(const char *board, const struct upload_plan *plan,
	struct progress *progress, struct upload_result *ret_result, uint64_t *ret_took_us)
{
	struct flow_rig rig;
	uint64_t begin_us;
	enum status status;

	flow_rig_open(&rig, board);
	begin_us = rig.clock.now_us;
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	status = upload_run(rig.client, plan, progress, ret_result, &rig.err);
	if (ret_took_us != NULL)
		*ret_took_us = rig.clock.now_us - begin_us;
	if (status == STATUS_OK)
		assert_true(flow_rig_holds(&rig, 1, plan->file));
	flow_rig_close(&rig);
	return status;
}

/* How long a device may be silent after the first chunk before it is sent once more, the last time. */
static uint64_t patience_us(uint64_t slot_size)
{
	struct upload_result result;
	struct progress progress;
	struct flow_image image;
	struct upload_plan plan;
	uint64_t took_us;

	flow_image_make(&image, IMAGE_SIZE, 2);
	progress_init(&progress, NULL, true);
	plan = (struct upload_plan){ .file = image.file, .slot_size = slot_size };
	/* The first request is for the buffer size. */
	assert_int_equal(
		upload("slot-size=64K,fault=silent@2+", &plan, &progress, &result, &took_us),
		STATUS_TIMEOUT);
	flow_image_free(&image);
	return took_us / FIRST_CHUNK_TRIES;
}

static void the_erase_of_a_large_slot_is_given_its_time(void **state)
{
	(void)state;
	/* 1024 pages of at most 90 ms each. */
	assert_true(patience_us(LARGE_SIZE) > 93 * SECOND_US);
	assert_true(patience_us(LARGE_SIZE) < 120 * SECOND_US);
}

static void a_slot_of_unknown_size_is_given_time_too(void **state)
{
	(void)state;
	assert_true(patience_us(0) >= 40 * SECOND_US);
	assert_true(patience_us(0) < 60 * SECOND_US);
}

static void a_terminal_shows_that_the_device_erases_and_then_how_far_it_is(void **state)
{
	char text[TEXT_MAX] = "";
	struct upload_result result;
	struct progress progress;
	struct flow_image image;
	struct upload_plan plan;
	FILE *file = tmpfile();

	(void)state;
	flow_image_make(&image, IMAGE_SIZE, 2);
	progress_init(&progress, file, false);
	progress.is_terminal = true;
	plan = (struct upload_plan){ .file = image.file, .hash = image.hash };
	assert_int_equal(upload("slot-size=64K", &plan, &progress, &result, NULL), STATUS_OK);
	rewind(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	assert_ptr_equal(strstr(text, "erasing ..."), text + strlen("\r\033[K"));
	assert_non_null(strstr(text, "100 %"));
	fclose(file);
	flow_image_free(&image);
}

static void expect_hint(const char *board, uint64_t message_max, const char *expected)
{
	struct upload_result result;
	struct progress progress;
	struct flow_image image;
	struct upload_plan plan;

	flow_image_make(&image, IMAGE_SIZE, 2);
	progress_init(&progress, NULL, true);
	plan = (struct upload_plan){
		.file = image.file,
		.hash = image.hash,
		.message_max = message_max,
	};
	assert_int_equal(upload(board, &plan, &progress, &result, NULL), STATUS_OK);
	if (expected == NULL)
		assert_string_equal(result.hint, "");
	else
		assert_non_null(strstr(result.hint, expected));
	flow_image_free(&image);
}

static void a_device_that_limits_the_speed_is_told_what_to_change(void **state)
{
	(void)state;
	expect_hint("slot-size=64K,baud=115200", 0, "CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE");
	expect_hint(
		"slot-size=64K,baud=115200,buf-count=2", 0, "CONFIG_MCUMGR_TRANSPORT_NETBUF_COUNT");
	expect_hint("slot-size=64K,baud=115200,no-params", 0, "CONFIG_MCUMGR_GRP_OS_MCUMGR_PARAMS");
}

static void where_nothing_can_be_gained_there_is_no_hint(void **state)
{
	(void)state;
	expect_hint("slot-size=64K,baud=115200,buf-size=2048", 0, NULL);
	/* Over before anybody could wish that it were faster. */
	expect_hint("slot-size=64K", 0, NULL);
}

static void short_messages_that_the_user_chose_are_not_blamed_on_the_device(void **state)
{
	(void)state;
	expect_hint("slot-size=64K,baud=115200", 252, NULL);
	expect_hint(
		"slot-size=64K,baud=115200,no-params", 252, "CONFIG_MCUMGR_GRP_OS_MCUMGR_PARAMS");
}

/* `forget` of the plan is given no context. */
static struct {
	struct span file;
	size_t resident_max;
} seen;

static void look_and_forget(struct span bytes)
{
	size_t resident = resident_bytes(seen.file);

	seen.resident_max = resident > seen.resident_max ? resident : seen.resident_max;
	file_forget(bytes);
}

/* The image as a file of its own that is gone when it is unmapped. */
static void map_image(const struct flow_image *image, struct file_map *ret_map)
{
	char path[] = "/tmp/smpctl-test-upload-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, image->file.data, image->file.len), image->file.len);
	close(fd);
	assert_int_equal(file_map(path, image->file.len, ret_map, ERR_IGNORED), STATUS_OK);
	unlink(path);
}

static void what_was_hashed_and_what_was_sent_is_forgotten_on_the_way(void **state)
{
	struct upload_result result;
	struct progress progress;
	struct flow_image image;
	struct upload_plan plan;
	struct file_map map;

	(void)state;
	flow_image_make(&image, LARGE_SIZE, 2);
	map_image(&image, &map);
	seen.file = map.bytes;
	plan = (struct upload_plan){
		.file = map.bytes,
		.hash = image.hash,
		.forget = look_and_forget,
	};
	progress_init(&progress, NULL, true);
	assert_int_equal(
		upload("slot-size=8M,buf-size=4096", &plan, &progress, &result, NULL), STATUS_OK);
	assert_in_range(seen.resident_max, 1, RESIDENT_MAX);
	file_unmap(&map);
	flow_image_free(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_erase_of_a_large_slot_is_given_its_time),
		cmocka_unit_test(a_slot_of_unknown_size_is_given_time_too),
		cmocka_unit_test(a_terminal_shows_that_the_device_erases_and_then_how_far_it_is),
		cmocka_unit_test(a_device_that_limits_the_speed_is_told_what_to_change),
		cmocka_unit_test(where_nothing_can_be_gained_there_is_no_hint),
		cmocka_unit_test(short_messages_that_the_user_chose_are_not_blamed_on_the_device),
		cmocka_unit_test(what_was_hashed_and_what_was_sent_is_forgotten_on_the_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
