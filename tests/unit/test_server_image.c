/* SPDX-License-Identifier: Apache-2.0 */
/* Image group of the fake board: the state table, upload errors, erase, slot info. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/factory.h"
#include "image/digest.h"
#include "tests/support/board.h"

enum { PAYLOAD = 3000, FILE_MAX = 8192, SLOT_SIZE = 64 * 1024 };

/* Image B, which the tests upload, with its hash; image A is the board's own. */
struct fixture {
	struct host host;
	uint8_t file_bytes[FILE_MAX];
	struct buf file;
	struct span hash_b;
	uint8_t hash_a_bytes[32];
	struct span hash_a;
};

static struct span hash_of(struct span file)
{
	struct mcuboot_image image;
	struct span hash;

	assert_int_equal(mcuboot_parse(file, &image, ERR_IGNORED), STATUS_OK);
	assert_true(mcuboot_hash(&image, &hash));
	return hash;
}

static struct fixture *open_board(const char *options)
{
	static const struct mcuboot_version version = { 2, 0, 0, 0 };
	struct fixture *f = malloc(sizeof(*f));
	struct fakedev_config config;

	assert_non_null(f);
	fakedev_config_default(&config);
	config.slot_size = SLOT_SIZE;
	assert_int_equal(fakedev_config_parse(&config, options, ERR_IGNORED), STATUS_OK);
	host_open(&f->host, &config);
	f->file = BUF_OVER(f->file_bytes);
	assert_true(factory_image_build(&version, PAYLOAD, 77, &f->file));
	f->hash_b = hash_of(buf_span(&f->file));
	memcpy(f->hash_a_bytes, hash_of(fakedev_slot_bytes(f->host.board, 0, 0)).data, 32);
	f->hash_a = span_make(f->hash_a_bytes, 32);
	return f;
}

static void close_board(struct fixture *f)
{
	host_close(&f->host);
	free(f);
}

static unsigned upload(struct fixture *f, struct span sha)
{
	return host_upload(&f->host, 0, buf_span(&f->file), sha, 256);
}

static void reset(struct fixture *f)
{
	assert_true(host_request(&f->host, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_RESET));
	host_run(&f->host, 1000 * 1000);
}

/* The states of protocol.md 6.7. */
enum state { S1_UPLOADED, S2_TEST, S3_PERMANENT, S4_TESTING, STATES };

/* After S4 the images have changed places: `active` is the hash of the running one. */
static struct fixture *board_in_state(
	enum state state, struct span *ret_active, struct span *ret_other)
{
	struct fixture *f = open_board("");

	assert_int_equal(upload(f, span_make(NULL, 0)), 0);
	if (state == S2_TEST || state == S4_TESTING)
		assert_int_equal(host_mark(&f->host, f->hash_b, false), 0);
	if (state == S3_PERMANENT)
		assert_int_equal(host_mark(&f->host, f->hash_b, true), 0);
	if (state == S4_TESTING)
		reset(f);
	*ret_active = state == S4_TESTING ? f->hash_b : f->hash_a;
	*ret_other = state == S4_TESTING ? f->hash_a : f->hash_b;
	return f;
}

static void state_write_follows_the_table(void **state)
{
	/* Rows as in protocol.md 3.2.3; group 1 errors as 1000 + n. */
	static const struct {
		unsigned test_active, confirm_active, confirm, test_other, confirm_other;
	} table[STATES] = {
		[S1_UPLOADED] = { 1033, 0, 0, 0, 0 },
		[S2_TEST] = { 1033, 1028, 1028, 0, 1028 },
		[S3_PERMANENT] = { 1033, 1028, 1028, 1028, 0 },
		[S4_TESTING] = { 1033, 0, 0, 1028, 0 },
	};
	struct span active, other;

	(void)state;
	for (int s = 0; s < STATES; s++) {
		for (int what = 0; what < 5; what++) {
			struct fixture *f = board_in_state((enum state)s, &active, &other);
			struct span hashes[] = { active, active, span_make(NULL, 0), other, other };
			unsigned wanted[] = { table[s].test_active, table[s].confirm_active,
				table[s].confirm, table[s].test_other, table[s].confirm_other };
			bool confirm = what == 1 || what == 2 || what == 4;

			assert_int_equal(host_mark(&f->host, hashes[what], confirm), wanted[what]);
			close_board(f);
		}
	}
}

static void slot_in_use_is_neither_written_nor_erased(void **state)
{
	struct span active, other;

	(void)state;
	for (int s = S2_TEST; s < STATES; s++) {
		struct fixture *f = board_in_state((enum state)s, &active, &other);

		assert_int_equal(upload(f, span_make(NULL, 0)), 1009);
		assert_true(host_request(&f->host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_ERASE));
		assert_int_equal(host_reply_error(&f->host), 1009);
		close_board(f);
	}
}

static void list_shows_true_flags_only_when_frugal(void **state)
{
	struct fixture *f = open_board("frugal");
	struct body_value images, entry, value;
	struct body_iter iter;

	(void)state;
	assert_string_equal(host_list(&f->host), "0/0 1.0.0 ac");
	assert_false(body_get(&f->host.map, "splitStatus", &value));
	assert_true(body_get(&f->host.map, "images", &images));
	iter = body_iterate(&images);
	assert_true(body_next(&iter, &entry));
	assert_false(body_get(&entry, "pending", &value));
	close_board(f);
}

/* One upload request made of the parts that are not empty. */
static unsigned chunk(struct fixture *f, uint64_t off, uint64_t len, struct span data, bool upgrade)
{
	struct buf *body = &f->host.body;

	body_put_map(body, 2 + (len > 0) + upgrade);
	body_put_text(body, "off");
	body_put_uint(body, off);
	body_put_text(body, "data");
	body_put_bytes(body, data);
	if (len > 0) {
		body_put_text(body, "len");
		body_put_uint(body, len);
	}
	if (upgrade) {
		body_put_text(body, "upgrade");
		body_put_bool(body, true);
	}
	assert_true(host_request(&f->host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD));
	return host_reply_error(&f->host);
}

static void image_must_leave_room_for_trailer_and_spare_page(void **state)
{
	struct fixture *f = open_board("");
	struct span front = span_sub(buf_span(&f->file), 0, 64);

	(void)state;
	assert_int_equal(chunk(f, 0, SLOT_SIZE - 2 * 4096, front, false), 0);
	assert_int_equal(chunk(f, 0, SLOT_SIZE - 2 * 4096 + 1, front, false), 1030);
	close_board(f);
}

static void more_data_than_announced_is_refused_and_ends_the_upload(void **state)
{
	struct fixture *f = open_board("");
	struct span file = buf_span(&f->file);

	(void)state;
	assert_int_equal(chunk(f, 0, 100, span_sub(file, 0, 64), false), 0);
	assert_int_equal(chunk(f, 64, 0, span_sub(file, 64, 37), false), 1031);
	assert_int_equal(chunk(f, 64, 0, span_sub(file, 64, 36), false), 0);
	assert_int_equal(host_reply_uint(&f->host, "off"), 0);
	close_board(f);
}

static void chunk_at_another_offset_is_told_the_expected_one(void **state)
{
	struct fixture *f = open_board("");
	struct span file = buf_span(&f->file);

	(void)state;
	assert_int_equal(chunk(f, 0, file.len, span_sub(file, 0, 64), false), 0);
	assert_int_equal(chunk(f, 128, 0, span_sub(file, 128, 64), false), 0);
	assert_int_equal(host_reply_uint(&f->host, "off"), 64);
	close_board(f);
}

static void upgrade_wants_a_higher_version_than_the_running_one(void **state)
{
	struct fixture *f = open_board("");
	struct span file = buf_span(&f->file);

	(void)state;
	assert_int_equal(chunk(f, 0, file.len, span_sub(file, 0, 64), true), 0);
	f->file_bytes[20] = 1; /* 1.0.0, as the running one */
	assert_int_equal(chunk(f, 0, file.len, span_sub(file, 0, 64), true), 1027);
	f->file_bytes[24] = 9; /* the build number does not count */
	assert_int_equal(chunk(f, 0, file.len, span_sub(file, 0, 64), true), 1027);
	f->file_bytes[22] = 1; /* 1.0.1 */
	assert_int_equal(chunk(f, 0, file.len, span_sub(file, 0, 64), true), 0);
	close_board(f);
}

/* The last reply's `match`. */
static bool reply_match(struct fixture *f)
{
	bool match = false;

	assert_int_equal(body_get_bool(&f->host.map, "match", &match), BODY_FOUND);
	return match;
}

static void image_check_compares_the_flash_with_the_sha(void **state)
{
	struct fixture *f = open_board("image-check");
	uint8_t sha[DIGEST_SIZE_MAX];

	(void)state;
	assert_true(digest_compute(DIGEST_SHA256, buf_span(&f->file), sha));
	assert_int_equal(upload(f, span_make(sha, 32)), 0);
	assert_true(reply_match(f));
	/* What is there already is not sent again: one request, answered with the end. */
	assert_int_equal(upload(f, span_make(sha, 32)), 0);
	assert_true(reply_match(f));
	sha[0] ^= 1;
	assert_int_equal(upload(f, span_make(sha, 32)), 0);
	assert_false(reply_match(f));
	close_board(f);
}

static void without_image_check_there_is_no_match(void **state)
{
	struct fixture *f = open_board("");
	bool match;

	(void)state;
	assert_int_equal(upload(f, span_make(NULL, 0)), 0);
	assert_int_equal(body_get_bool(&f->host.map, "match", &match), BODY_ABSENT);
	close_board(f);
}

static void slot_info_tells_sizes_and_where_to_upload(void **state)
{
	struct fixture *f = open_board("images=2");
	struct body_value images, image, slots, slot;
	struct body_iter iter, slot_iter;
	uint64_t value;

	(void)state;
	assert_true(host_request(&f->host, SMP_OP_READ, SMP_GROUP_IMAGE, SMP_IMAGE_SLOT_INFO));
	assert_true(body_get(&f->host.map, "images", &images));
	iter = body_iterate(&images);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(body_next(&iter, &image));
		assert_int_equal(
			body_get_uint(&image, "max_image_size", UINT32_MAX, &value), BODY_FOUND);
		assert_int_equal(value, SLOT_SIZE - 2 * 4096);
		assert_true(body_get(&image, "slots", &slots));
		slot_iter = body_iterate(&slots);
		assert_true(body_next(&slot_iter, &slot));
		assert_int_equal(body_get_uint(&slot, "upload_image_id", 9, &value), BODY_ABSENT);
		assert_true(body_next(&slot_iter, &slot));
		assert_int_equal(body_get_uint(&slot, "upload_image_id", 9, &value), BODY_FOUND);
		assert_int_equal(value, i);
		assert_int_equal(body_get_uint(&slot, "size", UINT32_MAX, &value), BODY_FOUND);
		assert_int_equal(value, SLOT_SIZE);
	}
	assert_false(body_next(&iter, &image));
	close_board(f);
}

static void second_image_goes_its_own_way(void **state)
{
	struct fixture *f = open_board("images=2");
	struct span file = buf_span(&f->file);

	(void)state;
	assert_int_equal(host_upload(&f->host, 1, file, span_make(NULL, 0), 256), 0);
	assert_int_equal(host_mark(&f->host, f->hash_b, false), 0);
	assert_string_equal(host_list(&f->host), "0/0 1.0.0 ac, 1/0 1.0.0 ac, 1/1 2.0.0 p");
	reset(f);
	assert_string_equal(host_list(&f->host), "0/0 1.0.0 ac, 1/0 2.0.0 a, 1/1 1.0.0 c");
	/* Its own code does not run, so it cannot vouch for itself. */
	assert_int_equal(host_mark(&f->host, f->hash_b, true), 1032);
	close_board(f);
}

static void erase_counts_slots_over_all_images(void **state)
{
	struct fixture *f = open_board("images=2");

	(void)state;
	assert_int_equal(host_upload(&f->host, 1, buf_span(&f->file), span_make(NULL, 0), 256), 0);
	body_put_map(&f->host.body, 1);
	body_put_text(&f->host.body, "slot");
	body_put_uint(&f->host.body, 3);
	assert_true(host_request(&f->host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_ERASE));
	assert_int_equal(host_reply_error(&f->host), 0);
	assert_string_equal(host_list(&f->host), "0/0 1.0.0 ac, 1/0 1.0.0 ac");
	body_put_map(&f->host.body, 1);
	body_put_text(&f->host.body, "slot");
	body_put_uint(&f->host.body, 4);
	assert_true(host_request(&f->host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_ERASE));
	assert_int_equal(host_reply_error(&f->host), 1010);
	close_board(f);
}

static void erase_ends_the_upload(void **state)
{
	struct fixture *f = open_board("");
	struct span file = buf_span(&f->file);

	(void)state;
	assert_int_equal(chunk(f, 0, file.len, span_sub(file, 0, 64), false), 0);
	assert_true(host_request(&f->host, SMP_OP_WRITE, SMP_GROUP_IMAGE, SMP_IMAGE_ERASE));
	assert_int_equal(host_reply_error(&f->host), 0);
	assert_int_equal(chunk(f, 64, 0, span_sub(file, 64, 64), false), 0);
	assert_int_equal(host_reply_uint(&f->host, "off"), 0);
	close_board(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(state_write_follows_the_table),
		cmocka_unit_test(slot_in_use_is_neither_written_nor_erased),
		cmocka_unit_test(list_shows_true_flags_only_when_frugal),
		cmocka_unit_test(image_must_leave_room_for_trailer_and_spare_page),
		cmocka_unit_test(more_data_than_announced_is_refused_and_ends_the_upload),
		cmocka_unit_test(chunk_at_another_offset_is_told_the_expected_one),
		cmocka_unit_test(upgrade_wants_a_higher_version_than_the_running_one),
		cmocka_unit_test(image_check_compares_the_flash_with_the_sha),
		cmocka_unit_test(without_image_check_there_is_no_match),
		cmocka_unit_test(slot_info_tells_sizes_and_where_to_upload),
		cmocka_unit_test(second_image_goes_its_own_way),
		cmocka_unit_test(erase_counts_slots_over_all_images),
		cmocka_unit_test(erase_ends_the_upload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
