/* SPDX-License-Identifier: Apache-2.0 */
/* The states in which a new board can start: those of protocol.md 6.7, for each bootloader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "image/digest.h"
#include "tests/support/board.h"
#include "tests/support/flow_image.h"

enum { SECOND_IMAGE_SIZE = 9000, OPTIONS_MAX = 256, CHUNK = 256 };

/* An image of version 2 (or another) in a file. */
struct second {
	struct flow_image image;
	char path[32];
};

static void make_second(struct second *second, unsigned major)
{
	int fd;

	strcpy(second->path, "/tmp/fakedev-second-XXXXXX");
	fd = mkstemp(second->path);
	assert_true(fd >= 0);
	flow_image_make(&second->image, SECOND_IMAGE_SIZE, major);
	assert_int_equal(
		write(fd, second->image.file.data, second->image.file.len), second->image.file.len);
	close(fd);
}

static void free_second(struct second *second)
{
	unlink(second->path);
	flow_image_free(&second->image);
}

static struct host *board_with(const struct second *second, const char *options)
{
	char text[OPTIONS_MAX];

	snprintf(text, sizeof(text), "%s,second=%s", options, second->path);
	return host_new(text);
}

static unsigned boots(const struct host *host)
{
	struct fakedev_counters counters;

	fakedev_get_counters(host->board, &counters);
	return counters.boots;
}

struct start_row {
	const char *start;
	const char *list;
	const char *after_reset;
};

static void check_rows(const char *bootloader, const struct start_row *rows, size_t count)
{
	struct second second;

	make_second(&second, 2);
	for (size_t i = 0; i < count; i++) {
		char options[OPTIONS_MAX];
		struct host *host;

		print_message("%s %s\n", bootloader, rows[i].start);
		snprintf(options, sizeof(options), "bootloader=%s,start=%s", bootloader,
			rows[i].start);
		host = board_with(&second, options);
		assert_string_equal(host_list(host), rows[i].list);
		assert_int_equal(boots(host), 1);
		host_reset(host);
		assert_string_equal(host_list(host), rows[i].after_reset);
		host_assert_no_complaint(host);
		host_free(host);
	}
	free_second(&second);
}

#define CHECK_ROWS(bootloader, rows) check_rows(bootloader, rows, sizeof(rows) / sizeof((rows)[0]))

static void swapping_board_starts_in_each_state(void **state)
{
	static const struct start_row rows[] = {
		{ "uploaded", "0/0 1.0.0 ac, 0/1 2.0.0 ", "0/0 1.0.0 ac, 0/1 2.0.0 " },
		{ "test", "0/0 1.0.0 ac, 0/1 2.0.0 p", "0/0 2.0.0 a, 0/1 1.0.0 c" },
		{ "permanent", "0/0 1.0.0 ac, 0/1 2.0.0 pP", "0/0 2.0.0 ac, 0/1 1.0.0 " },
		{ "testing", "0/0 2.0.0 a, 0/1 1.0.0 c", "0/0 1.0.0 ac, 0/1 2.0.0 " },
		{ "confirmed", "0/0 2.0.0 ac, 0/1 1.0.0 ", "0/0 2.0.0 ac, 0/1 1.0.0 " },
		{ "reverted", "0/0 1.0.0 ac, 0/1 2.0.0 ", "0/0 1.0.0 ac, 0/1 2.0.0 " },
		{ "half", "0/0 1.0.0 ac", "0/0 1.0.0 ac" },
		{ "recovery", "0/0 1.0.0 ac, 0/1 2.0.0 ", "0/0 1.0.0 ac, 0/1 2.0.0 " },
	};

	(void)state;
	CHECK_ROWS("swap", rows);
}

static void overwriting_board_starts_in_the_states_that_it_has(void **state)
{
	static const struct start_row rows[] = {
		{ "uploaded", "0/0 1.0.0 ac, 0/1 2.0.0 ", "0/0 1.0.0 ac, 0/1 2.0.0 " },
		{ "test", "0/0 1.0.0 ac, 0/1 2.0.0 p", "0/0 2.0.0 ac" },
		{ "permanent", "0/0 1.0.0 ac, 0/1 2.0.0 pP", "0/0 2.0.0 ac" },
		{ "confirmed", "0/0 2.0.0 ac", "0/0 2.0.0 ac" },
		{ "half", "0/0 1.0.0 ac", "0/0 1.0.0 ac" },
	};

	(void)state;
	CHECK_ROWS("overwrite", rows);
}

static void direct_xip_board_starts_in_the_states_that_it_has(void **state)
{
	static const struct start_row rows[] = {
		{ "uploaded", "0/0 1.0.0 ac, 0/1 2.0.0 pP", "0/0 1.0.0 , 0/1 2.0.0 ac" },
		{ "confirmed", "0/0 1.0.0 , 0/1 2.0.0 ac", "0/0 1.0.0 , 0/1 2.0.0 ac" },
		{ "half", "0/0 1.0.0 ac", "0/0 1.0.0 ac" },
	};

	(void)state;
	CHECK_ROWS("direct-xip", rows);
}

static void direct_xip_board_with_revert_starts_in_each_state(void **state)
{
	static const struct start_row rows[] = {
		{ "uploaded", "0/0 1.0.0 ac, 0/1 2.0.0 ", "0/0 1.0.0 ac" },
		{ "test", "0/0 1.0.0 ac, 0/1 2.0.0 p", "0/0 1.0.0 c, 0/1 2.0.0 a" },
		{ "permanent", "0/0 1.0.0 ac, 0/1 2.0.0 pP", "0/0 1.0.0 , 0/1 2.0.0 ac" },
		{ "testing", "0/0 1.0.0 c, 0/1 2.0.0 a", "0/0 1.0.0 ac" },
		{ "confirmed", "0/0 1.0.0 , 0/1 2.0.0 ac", "0/0 1.0.0 , 0/1 2.0.0 ac" },
		{ "reverted", "0/0 1.0.0 ac", "0/0 1.0.0 ac" },
		{ "half", "0/0 1.0.0 ac", "0/0 1.0.0 ac" },
	};

	(void)state;
	CHECK_ROWS("direct-xip-revert", rows);
}

static void half_an_upload_goes_on_where_it_was_left(void **state)
{
	struct second second;
	struct host *host;
	uint8_t sha[DIGEST_SIZE_MAX];
	struct fakedev_counters counters;

	(void)state;
	make_second(&second, 2);
	host = board_with(&second, "start=half");
	assert_true(digest_compute(DIGEST_SHA256, second.image.file, sha));
	assert_int_equal(host_upload(host, 0, second.image.file, span_make(sha, 32), CHUNK), 0);
	fakedev_get_counters(host->board, &counters);
	assert_int_equal(counters.bytes_written, SECOND_IMAGE_SIZE / 2);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	host_free(host);
	free_second(&second);
}

static void start_in_recovery_needs_no_second_image_and_is_left_by_a_reset(void **state)
{
	struct host *host = host_new("start=recovery");

	(void)state;
	assert_true(fakedev_is_in_recovery(host->board));
	host_reset(host);
	assert_false(fakedev_is_in_recovery(host->board));
	host_free(host);
}

static void faults_do_not_concern_how_it_came_there(void **state)
{
	struct second second;
	struct host *host;

	(void)state;
	make_second(&second, 2);
	host = board_with(&second, "start=testing,fault=refuse-swap@1,fault=dead-after-swap@1");
	assert_string_equal(host_list(host), "0/0 2.0.0 a, 0/1 1.0.0 c");
	host_free(host);
	free_second(&second);
}

static void board_that_has_a_state_keeps_it(void **state)
{
	char path[] = "/tmp/fakedev-start-XXXXXX", options[OPTIONS_MAX];
	int fd = mkstemp(path);
	struct second second;
	struct host *host;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	make_second(&second, 2);
	snprintf(options, sizeof(options), "start=test,state=%s", path);
	host_free(board_with(&second, options));
	snprintf(options, sizeof(options), "start=permanent,state=%s", path);
	host = board_with(&second, options);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 p");
	host_free(host);
	unlink(path);
	free_second(&second);
}

static void assert_refused(const char *options, enum status status, const char *message)
{
	struct fakedev_config config;
	struct fakedev *board;
	struct err err = { 0 };

	fakedev_config_default(&config);
	assert_int_equal(fakedev_config_parse(&config, options, &err), STATUS_OK);
	assert_int_equal(fakedev_create(&config, 0, &board, &err), status);
	if (strstr(err.message, message) == NULL)
		fail_msg("'%s': '%s'", options, err.message);
}

static void what_does_not_go_together_is_refused(void **state)
{
	(void)state;
	assert_refused("start=test", STATUS_USAGE, "second=FILE");
	assert_refused("second=f.bin", STATUS_USAGE, "say with start");
	assert_refused("start=uploaded,second=f,bootloader=single", STATUS_USAGE, "no slot");
	assert_refused("start=testing,second=f,bootloader=overwrite", STATUS_USAGE, "no way back");
	assert_refused(
		"start=reverted,second=f,bootloader=direct-xip", STATUS_USAGE, "no way back");
	assert_refused("start=test,second=/nonexistent", STATUS_BAD_FILE, "nonexistent");
}

static void second_image_that_cannot_come_there_is_refused(void **state)
{
	struct second second;
	char options[OPTIONS_MAX];

	(void)state;
	make_second(&second, 0);
	snprintf(options, sizeof(options), "bootloader=direct-xip,start=confirmed,second=%s",
		second.path);
	assert_refused(options, STATUS_BAD_FILE, "prefers the factory image");
	snprintf(options, sizeof(options), "start=uploaded,second=%s", second.path);
	assert_int_equal(truncate(second.path, 512 * 1024), 0);
	assert_refused(options, STATUS_BAD_FILE, "");
	free_second(&second);
	snprintf(options, sizeof(options), "start=testing,second=%s/images/bad_hash.bin",
		TEST_VECTORS_DIR);
	assert_refused(options, STATUS_BAD_FILE, "the bootloader refuses it: ");
}

static void board_that_could_not_be_made_is_made_at_the_next_try(void **state)
{
	char path[] = "/tmp/fakedev-start-XXXXXX", options[OPTIONS_MAX];
	int fd = mkstemp(path);
	struct host *host;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(options, sizeof(options), "state=%s,start=testing,second=%s/images/bad_hash.bin",
		path, TEST_VECTORS_DIR);
	assert_refused(options, STATUS_BAD_FILE, "refuses");
	snprintf(options, sizeof(options), "state=%s", path);
	host = host_new(options);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac");
	assert_int_equal(boots(host), 1);
	host_free(host);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(swapping_board_starts_in_each_state),
		cmocka_unit_test(overwriting_board_starts_in_the_states_that_it_has),
		cmocka_unit_test(direct_xip_board_starts_in_the_states_that_it_has),
		cmocka_unit_test(direct_xip_board_with_revert_starts_in_each_state),
		cmocka_unit_test(half_an_upload_goes_on_where_it_was_left),
		cmocka_unit_test(start_in_recovery_needs_no_second_image_and_is_left_by_a_reset),
		cmocka_unit_test(faults_do_not_concern_how_it_came_there),
		cmocka_unit_test(board_that_has_a_state_keeps_it),
		cmocka_unit_test(what_does_not_go_together_is_refused),
		cmocka_unit_test(second_image_that_cannot_come_there_is_refused),
		cmocka_unit_test(board_that_could_not_be_made_is_made_at_the_next_try),
	};

	return cmocka_run_group_tests_name("fakedev_start", tests, NULL, NULL);
}
