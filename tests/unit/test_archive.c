/* SPDX-License-Identifier: Apache-2.0 */
/* ZIP archives that are as they should be, damaged ones, and ones that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image/archive.h"
#include "tests/support/zip_maker.h"

enum { ZIP_MAX = 256 * 1024, SIZE_MAX_DEFAULT = 128 * 1024 };

struct scene {
	uint8_t storage[ZIP_MAX];
	struct buf zip;
	struct archive *archive;
	struct err err;
};

static struct scene *scene_new(const struct zip_item *items, size_t count)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	scene->zip = BUF_OVER(scene->storage);
	zip_make(&scene->zip, items, count);
	return scene;
}

/* Of `count` items, opened. */
static struct scene *scene_open(const struct zip_item *items, size_t count)
{
	struct scene *scene = scene_new(items, count);

	if (archive_open(buf_span(&scene->zip), &scene->archive, &scene->err) != STATUS_OK)
		fail_msg("%s", scene->err.message);
	return scene;
}

static void scene_free(struct scene *scene)
{
	archive_close(scene->archive);
	free(scene);
}

static enum status read_file(struct scene *scene, const char *name, uint64_t size_max,
	uint8_t **ret_bytes, size_t *ret_len)
{
	return archive_read(scene->archive, name, size_max, ret_bytes, ret_len, &scene->err);
}

static void assert_read(struct scene *scene, const char *name, struct span expected)
{
	uint8_t *bytes;
	size_t len;

	if (read_file(scene, name, expected.len, &bytes, &len) != STATUS_OK)
		fail_msg("%s", scene->err.message);
	assert_true(span_equal(span_make(bytes, len), expected));
	free(bytes);
}

static void assert_not_read(struct scene *scene, const char *name, const char *message)
{
	uint8_t *bytes;
	size_t len;

	assert_int_equal(read_file(scene, name, SIZE_MAX_DEFAULT, &bytes, &len), STATUS_BAD_FILE);
	if (strstr(scene->err.message, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", scene->err.message, message);
	assert_true(strlen(scene->err.hint) > 0);
}

/* An archive of this one item in which the item does not unpack. */
static void assert_item_refused(struct zip_item item, const char *message)
{
	struct scene *scene = scene_open(&item, 1);

	assert_not_read(scene, item.name, message);
	scene_free(scene);
}

static void assert_archive_refused(struct span zip, const char *message)
{
	struct archive *archive;
	struct err err = { 0 };

	assert_int_equal(archive_open(zip, &archive, &err), STATUS_BAD_FILE);
	if (strstr(err.message, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.message, message);
	assert_true(strlen(err.hint) > 0);
}

static void files_are_unpacked_stored_or_deflated(void **state)
{
	static uint8_t large[100000];
	const struct zip_item items[] = {
		{ .name = "stored", .bytes = span_from_text("hello") },
		{ .name = "folder/" },
		{ .name = "folder/deflated",
			.bytes = span_make(large, sizeof(large)),
			.is_deflated = true },
		{ .name = "empty" },
	};
	struct scene *scene = scene_open(items, 4);

	(void)state;
	assert_int_equal(archive_count(scene->archive), 3);
	assert_string_equal(archive_name(scene->archive, 1), "folder/deflated");
	assert_true(archive_has(scene->archive, "stored"));
	assert_false(archive_has(scene->archive, "Stored"));
	assert_read(scene, "stored", items[0].bytes);
	assert_read(scene, "folder/deflated", items[2].bytes);
	assert_read(scene, "empty", span_make(NULL, 0));
	scene_free(scene);
}

static void the_front_of_a_file_can_be_peeked_at(void **state)
{
	const struct zip_item items[] = {
		{ .name = "a", .bytes = span_from_text("hello"), .is_deflated = true },
		{ .name = "b", .bytes = span_from_text("hi") },
		{ .name = "c", .bytes = span_from_text("locked"), .is_locked = true },
	};
	struct scene *scene = scene_open(items, 3);
	uint8_t storage[4];

	(void)state;
	assert_true(span_equal(
		archive_peek(scene->archive, 0, storage, sizeof(storage)), span_from_text("hell")));
	assert_true(span_equal(
		archive_peek(scene->archive, 1, storage, sizeof(storage)), span_from_text("hi")));
	assert_int_equal(archive_peek(scene->archive, 2, storage, sizeof(storage)).len, 0);
	scene_free(scene);
}

static void a_missing_file_is_named(void **state)
{
	const struct zip_item item = { .name = "a", .bytes = span_from_text("hello") };
	struct scene *scene = scene_open(&item, 1);

	(void)state;
	assert_not_read(scene, "app\033.bin", "app\\x1b.bin: not in the archive");
	scene_free(scene);
}

static void a_file_that_is_there_twice_is_refused(void **state)
{
	const struct zip_item items[] = {
		{ .name = "a", .bytes = span_from_text("one") },
		{ .name = "a", .bytes = span_from_text("two") },
	};
	struct scene *scene = scene_open(items, 2);

	(void)state;
	assert_not_read(scene, "a", "a: more than once in the archive");
	scene_free(scene);
}

/* 4 GiB are claimed: nothing is unpacked, nothing allocated. */
static void a_bomb_is_refused_by_its_size(void **state)
{
	(void)state;
	assert_item_refused((struct zip_item){ .name = "a",
				    .bytes = span_from_text("hello"),
				    .is_deflated = true,
				    .claimed_size = 0xfffffff0 },
		"a: too large (4294967280 bytes unpacked, 131072 at most)");
}

static void a_file_of_the_largest_size_is_read_and_no_larger_one(void **state)
{
	const struct zip_item item = { .name = "a", .bytes = span_from_text("hello") };
	struct scene *scene = scene_open(&item, 1);
	uint8_t *bytes;
	size_t len;

	(void)state;
	assert_read(scene, "a", item.bytes);
	assert_int_equal(read_file(scene, "a", 4, &bytes, &len), STATUS_BAD_FILE);
	scene_free(scene);
}

static void a_bomb_that_lies_about_its_size_is_refused(void **state)
{
	static uint8_t large[100000];

	(void)state;
	assert_item_refused((struct zip_item){ .name = "a",
				    .bytes = span_make(large, sizeof(large)),
				    .is_deflated = true,
				    .claimed_size = 10 },
		"a: does not unpack (");
	assert_item_refused((struct zip_item){ .name = "a",
				    .bytes = span_make(large, sizeof(large)),
				    .is_deflated = true,
				    .claimed_size = sizeof(large) + 1 },
		"a: does not unpack (");
}

static void a_wrong_checksum_is_noticed(void **state)
{
	(void)state;
	assert_item_refused(
		(struct zip_item){
			.name = "a", .bytes = span_from_text("hello"), .is_crc_wrong = true },
		"a: does not unpack (CRC error)");
	assert_item_refused((struct zip_item){ .name = "a",
				    .bytes = span_from_text("hello"),
				    .is_deflated = true,
				    .is_crc_wrong = true },
		"a: does not unpack (CRC error)");
}

static void a_file_with_a_password_is_refused(void **state)
{
	(void)state;
	assert_item_refused((struct zip_item){ .name = "a",
				    .bytes = span_from_text("hello, this is locked"),
				    .is_locked = true },
		"a: locked with a password");
}

static void names_that_lead_out_of_the_archive_are_refused(void **state)
{
	static const char *const names[] = { "../a", "a/../../b", "..", "/a", "\\a", "..\\a",
		"a\\..\\..\\b", "C:\\a", "c:a" };
	static const char *const harmless[] = { "..a", "a..", "a/..b/c", "...", "a/b" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zip_item item = { .name = names[i], .bytes = span_from_text("x") };
		struct scene *scene = scene_new(&item, 1);

		assert_archive_refused(
			buf_span(&scene->zip), "a ZIP archive with a name that leads out of it");
		scene_free(scene);
	}
	for (size_t i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++) {
		struct zip_item item = { .name = harmless[i], .bytes = span_from_text("x") };

		scene_free(scene_open(&item, 1));
	}
}

static void no_archive_that_is_cut_short_opens(void **state)
{
	const struct zip_item items[] = {
		{ .name = "a", .bytes = span_from_text("hello") },
		{ .name = "b", .bytes = span_from_text("world"), .is_deflated = true },
	};
	struct scene *scene = scene_new(items, 2);

	(void)state;
	for (size_t len = 4; len < scene->zip.len; len++) {
		uint8_t *copy = malloc(len);

		assert_non_null(copy);
		memcpy(copy, scene->storage, len);
		assert_archive_refused(span_make(copy, len), "a ZIP archive that does not open (");
		free(copy);
	}
	scene_free(scene);
}

static void no_archive_with_a_flipped_byte_does_harm(void **state)
{
	const struct zip_item items[] = {
		{ .name = "a", .bytes = span_from_text("hello") },
		{ .name = "b", .bytes = span_from_text("world"), .is_deflated = true },
	};
	struct scene *scene = scene_new(items, 2);

	(void)state;
	for (size_t at = 0; at < scene->zip.len; at++) {
		uint8_t *bytes;
		size_t len;

		scene->storage[at] ^= 0xff;
		if (archive_open(buf_span(&scene->zip), &scene->archive, &scene->err) ==
			STATUS_OK) {
			if (read_file(scene, "b", SIZE_MAX_DEFAULT, &bytes, &len) == STATUS_OK) {
				assert_true(span_equal(span_make(bytes, len), items[1].bytes));
				free(bytes);
			}
			archive_close(scene->archive);
		}
		scene->archive = NULL;
		scene->storage[at] ^= 0xff;
	}
	scene_free(scene);
}

static void the_start_of_a_file_tells_zip(void **state)
{
	(void)state;
	assert_true(archive_is_zip(span_from_text("PK\x03\x04")));
	assert_true(archive_is_zip(span_from_text("PK\x05\x06")));
	assert_false(archive_is_zip(span_from_text("PK")));
	assert_false(archive_is_zip(span_from_text("PKzip")));
	assert_false(archive_is_zip(span_make(NULL, 0)));
}

static void an_empty_archive_has_no_files(void **state)
{
	struct scene *scene = scene_open(NULL, 0);

	(void)state;
	assert_int_equal(archive_count(scene->archive), 0);
	scene_free(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_unpacked_stored_or_deflated),
		cmocka_unit_test(the_front_of_a_file_can_be_peeked_at),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(a_file_that_is_there_twice_is_refused),
		cmocka_unit_test(a_bomb_is_refused_by_its_size),
		cmocka_unit_test(a_file_of_the_largest_size_is_read_and_no_larger_one),
		cmocka_unit_test(a_bomb_that_lies_about_its_size_is_refused),
		cmocka_unit_test(a_wrong_checksum_is_noticed),
		cmocka_unit_test(a_file_with_a_password_is_refused),
		cmocka_unit_test(names_that_lead_out_of_the_archive_are_refused),
		cmocka_unit_test(no_archive_that_is_cut_short_opens),
		cmocka_unit_test(no_archive_with_a_flipped_byte_does_harm),
		cmocka_unit_test(the_start_of_a_file_tells_zip),
		cmocka_unit_test(an_empty_archive_has_no_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
