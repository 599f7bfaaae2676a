/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole board on a fake clock: update and revert under each bootloader. What it says byte for byte is
 * proven by tests/vectors/test_recorded_server.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/board.h"

enum { CHUNK = 256, SECOND_US = 1000 * 1000 };

/* Hashes of the images, from tests/vectors/images/images.json. */
static const uint8_t hash_v1234[] = { 0xa9, 0x17, 0xd7, 0xc3, 0x85, 0x56, 0x4c, 0x8c, 0x14, 0x92,
	0xdc, 0xdd, 0x20, 0x50, 0x0e, 0xbe, 0x58, 0xc6, 0x30, 0x41, 0xc3, 0x09, 0x14, 0x27, 0x6f,
	0x87, 0xdd, 0xa1, 0x0c, 0x0d, 0x3d, 0x0c };
static const uint8_t hash_v200[] = { 0xce, 0x1d, 0x74, 0xc5, 0x7f, 0xde, 0x8f, 0xf5, 0xa4, 0x87,
	0x56, 0x00, 0x54, 0xe2, 0xf9, 0xaa, 0x14, 0xd8, 0x30, 0xb8, 0xa0, 0x7a, 0x99, 0x99, 0x7b,
	0x19, 0xe8, 0xc0, 0x97, 0x93, 0x94, 0x09 };

#define HASH(array) span_make(array, sizeof(array))
#define NO_SHA      span_make(NULL, 0)

static void update_goes_through_test_revert_test_and_confirm(void **state)
{
	struct host *host = host_new("");

	(void)state;
	assert_string_equal(host_list(host), "0/0 1.0.0 ac");
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	assert_int_equal(host_mark(host, HASH(hash_v200), false), 0);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 p");
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 2.0.0 a, 0/1 1.0.0 c");
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 ");
	assert_int_equal(host_mark(host, HASH(hash_v200), false), 0);
	host_reset(host);
	assert_int_equal(host_mark(host, NO_SHA, true), 0);
	assert_string_equal(host_list(host), "0/0 2.0.0 ac, 0/1 1.0.0 ");
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 2.0.0 ac, 0/1 1.0.0 ");
	host_assert_no_complaint(host);
	host_free(host);
}

static void permanent_update_needs_no_confirmation(void **state)
{
	struct host *host = host_new("");

	(void)state;
	host_upload_vector(host, "unsigned_v1.2.3.4.bin");
	assert_int_equal(host_mark(host, HASH(hash_v1234), true), 0);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 1.2.3.4 pP");
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.2.3.4 ac, 0/1 1.0.0 ");
	host_free(host);
}

static void damaged_image_is_refused_at_boot_and_erased(void **state)
{
	struct host *host = host_new("");

	(void)state;
	host_upload_vector(host, "bad_hash.bin");
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 1.2.3.4 ");
	assert_int_equal(host_mark_last(host, true), 0);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac");
	host_free(host);
}

static void overwriting_bootloader_keeps_no_old_image(void **state)
{
	struct host *host = host_new("bootloader=overwrite");

	(void)state;
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	assert_int_equal(host_mark(host, HASH(hash_v200), false), 0);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 2.0.0 ac");
	host_free(host);
}

static void direct_xip_runs_the_higher_version_where_it_lies(void **state)
{
	struct host *host = host_new("bootloader=direct-xip");

	(void)state;
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 0/1 2.0.0 pP");
	assert_int_equal(host_mark(host, HASH(hash_v200), true), 8);
	host_reset(host);
	assert_string_equal(host_list(host), "0/0 1.0.0 , 0/1 2.0.0 ac");
	host_free(host);
}

static void pressed_reset_button_needs_no_request(void **state)
{
	struct host *host = host_new("");

	(void)state;
	host_upload_vector(host, "unsigned_v2.0.0.bin");
	assert_int_equal(host_mark(host, HASH(hash_v200), false), 0);
	fakedev_press_reset(host->board, host->now_us);
	assert_false(fakedev_is_present(host->board, host->now_us));
	host_run(host, SECOND_US);
	assert_string_equal(host_list(host), "0/0 2.0.0 a, 0/1 1.0.0 c");
	host_free(host);
}

static void sizes_that_cannot_be_are_refused(void **state)
{
	struct fakedev_config config, good;
	struct fakedev *board;

	(void)state;
	fakedev_config_default(&good);
	config = good;
	config.images = FAKEDEV_IMAGES_MAX + 1;
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_USAGE);
	config = good;
	config.buf_count = 1;
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_USAGE);
	config = good;
	config.buf_size = 8;
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_USAGE);
	config = good;
	config.line_length = 3;
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_USAGE);
	config = good;
	config.line_buffers = 0;
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_USAGE);
	config = good;
	config.fifo_size = 5000;
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_USAGE);
	config = good;
	config.write_block = 0;
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_USAGE);
	config = good;
	config.slot_size = 100;
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_USAGE);
}

static void unfit_factory_image_is_refused(void **state)
{
	struct fakedev_config config;
	struct fakedev *board;

	(void)state;
	fakedev_config_default(&config);
	snprintf(config.factory_path, sizeof(config.factory_path), "%s/images/bad_magic.bin",
		TEST_VECTORS_DIR);
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_BAD_FILE);
	snprintf(config.factory_path, sizeof(config.factory_path), "/nonexistent.bin");
	assert_int_equal(fakedev_create(&config, 0, &board, ERR_IGNORED), STATUS_BAD_FILE);
	fakedev_destroy(NULL);
}

static void slots_can_be_looked_at(void **state)
{
	struct host *host = host_new("images=2,slot-size=64K");
	struct file_map file = host_vector("unsigned_v2.0.0.bin");

	(void)state;
	assert_int_equal(host_upload(host, 1, file.bytes, NO_SHA, CHUNK), 0);
	assert_memory_equal(
		fakedev_slot_bytes(host->board, 1, 1).data, file.bytes.data, file.bytes.len);
	assert_int_equal(fakedev_slot_bytes(host->board, 1, 1).len, 65536);
	assert_int_equal(fakedev_slot_bytes(host->board, 2, 0).len, 0);
	assert_int_equal(fakedev_slot_bytes(host->board, 0, 2).len, 0);
	assert_string_equal(host_list(host), "0/0 1.0.0 ac, 1/0 1.0.0 ac, 1/1 2.0.0 ");
	file_unmap(&file);
	host_free(host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(update_goes_through_test_revert_test_and_confirm),
		cmocka_unit_test(permanent_update_needs_no_confirmation),
		cmocka_unit_test(damaged_image_is_refused_at_boot_and_erased),
		cmocka_unit_test(overwriting_bootloader_keeps_no_old_image),
		cmocka_unit_test(direct_xip_runs_the_higher_version_where_it_lies),
		cmocka_unit_test(pressed_reset_button_needs_no_request),
		cmocka_unit_test(sizes_that_cannot_be_are_refused),
		cmocka_unit_test(unfit_factory_image_is_refused),
		cmocka_unit_test(slots_can_be_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
