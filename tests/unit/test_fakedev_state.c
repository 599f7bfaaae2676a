/* SPDX-License-Identifier: Apache-2.0 */
/* What lasts of a fake board: from process to process, and from application to recovery. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/board.h"

enum { CHUNK = 256 };

#define HASH(array) span_make(array, sizeof(array))
#define NO_SHA      span_make(NULL, 0)

static void state_lasts_from_one_process_to_the_next(void **state)
{
	char path[] = "/tmp/fakedev-state-XXXXXX";
	char options[128];
	int fd = mkstemp(path);
	struct host *host;
	struct fakedev_counters counters;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	snprintf(options, sizeof(options), "state=%s", path);
	host = host_new(options);
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	host_free(host);

	host = host_new(options);
	assert_int_equal(host_mark_last(host, false), 0);
	/* This process ends as soon as the reset is answered: the next one sees the boot. */
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	host_free(host);

	host = host_new(options);
	assert_string_equal(host_list(host), "0/0 2.0.0 a, 0/1 1.0.0 c");
	host_free(host);

	/* No reset, no boot: it is still the same run. */
	host = host_new(options);
	assert_string_equal(host_list(host), "0/0 2.0.0 a, 0/1 1.0.0 c");
	fakedev_get_counters(host->board, &counters);
	assert_int_equal(counters.boots, 2);
	host_free(host);
	unlink(path);
}

/* The first two hundred bytes in two chunks, with this sha. */
static void upload_front(struct host *host, struct span file, struct span sha)
{
	struct buf *body = &host->body;

	body_put_map(body, 4);
	body_put_text(body, "off");
	body_put_uint(body, 0);
	body_put_text(body, "data");
	body_put_bytes(body, span_sub(file, 0, 100));
	body_put_text(body, "len");
	body_put_uint(body, file.len);
	body_put_text(body, "sha");
	body_put_bytes(body, sha);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD));
	body_put_map(body, 2);
	body_put_text(body, "off");
	body_put_uint(body, 100);
	body_put_text(body, "data");
	body_put_bytes(body, span_sub(file, 100, 100));
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD));
	assert_int_equal(host_reply_uint(host, "off"), 200);
}

static uint64_t bytes_written(const struct host *host)
{
	struct fakedev_counters counters;

	fakedev_get_counters(host->board, &counters);
	return counters.bytes_written;
}

static void interrupted_upload_goes_on_in_the_next_process(void **state)
{
	static const uint8_t sha[32] = { 1, 2, 3 };
	struct file_map file = host_vector("unsigned_v2.0.0.bin");
	char path[] = "/tmp/fakedev-state-XXXXXX";
	char options[128];
	int fd = mkstemp(path);
	struct host *host;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	snprintf(options, sizeof(options), "state=%s", path);
	host = host_new(options);
	upload_front(host, file.bytes, HASH(sha));
	host_free(host);
	host = host_new(options);
	assert_int_equal(host_upload(host, 0, file.bytes, HASH(sha), 100), 0);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	/* The first chunk was only a question, answered with 200. */
	assert_int_equal(bytes_written(host), file.bytes.len - 200);
	host_free(host);
	unlink(path);
	file_unmap(&file);
}

static void interrupted_upload_starts_anew_after_a_boot(void **state)
{
	static const uint8_t sha[32] = { 1, 2, 3 };
	struct file_map file = host_vector("unsigned_v2.0.0.bin");
	struct host *host = host_new("");

	(void)state;
	upload_front(host, file.bytes, HASH(sha));
	host_reset(host);
	assert_int_equal(host_upload(host, 0, file.bytes, HASH(sha), 100), 0);
	assert_int_equal(bytes_written(host), 200 + file.bytes.len);
	host_free(host);
	file_unmap(&file);
}

static void board_without_a_bootable_image_sits_in_recovery(void **state)
{
	struct host *host = host_new("mode=recovery");
	struct file_map bad = host_vector("bad_hash.bin"),
			good = host_vector("unsigned_v2.0.0.bin");

	(void)state;
	assert_int_equal(host_upload(host, 0, bad.bytes, NO_SHA, CHUNK), 0);
	host_reset(host);
	/* Only the bootloader answers os info with rc 8. */
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host_reply_error(host), 8);
	assert_int_equal(host_upload(host, 0, good.bytes, NO_SHA, CHUNK), 0);
	host_reset(host);
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host_reply_error(host), 0);
	assert_string_equal(host_list(host), "0/0 2.0.0 ac");
	file_unmap(&bad);
	file_unmap(&good);
	host_free(host);
}

static void reset_with_boot_mode_leads_into_recovery_and_the_next_one_out(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_false(fakedev_is_in_recovery(host->board));
	body_put_map(&host->body, 1);
	body_put_text(&host->body, "boot_mode");
	body_put_uint(&host->body, 1);
	host_reset(host);
	assert_true(fakedev_is_in_recovery(host->board));
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host_reply_error(host), 8);
	host_reset(host);
	assert_false(fakedev_is_in_recovery(host->board));
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host_reply_error(host), 0);
	host_free(host);
}

static void recovery_of_the_last_process_is_left_by_its_reset(void **state)
{
	char path[] = "/tmp/fakedev-state-XXXXXX";
	char options[128];
	int fd = mkstemp(path);
	struct host *host;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	snprintf(options, sizeof(options), "mode=recovery,state=%s", path);
	host = host_new(options);
	assert_true(host_request(host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	host_free(host);
	host = host_new(options);
	assert_true(host_request(host, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_INFO));
	assert_int_equal(host_reply_error(host), 0);
	host_free(host);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_lasts_from_one_process_to_the_next),
		cmocka_unit_test(interrupted_upload_goes_on_in_the_next_process),
		cmocka_unit_test(interrupted_upload_starts_anew_after_a_boot),
		cmocka_unit_test(board_without_a_bootable_image_sits_in_recovery),
		cmocka_unit_test(reset_with_boot_mode_leads_into_recovery_and_the_next_one_out),
		cmocka_unit_test(recovery_of_the_last_process_is_left_by_its_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
