/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind an image: nothing, padding, a trailer, or what does not belong there. */
#include "image/trailer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/endian.h"
#include "tests/support/image_scene.h"

enum { IMAGE_SIZE = 100, FILE_SIZE = 1024, MAGIC_SIZE = 16 };

static const uint8_t default_magic[MAGIC_SIZE] = { 0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f,
	0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80 };
static const uint8_t aligned_magic[MAGIC_SIZE] = { 0, 0, 0x2d, 0xe1, 0x5d, 0x29, 0x41, 0x0b, 0x8d,
	0x77, 0x67, 0x9c, 0x11, 0x0f, 0x1f, 0x8a };

/* A file of `len` bytes, in a block of exactly that size, whose first IMAGE_SIZE are the image. */
static struct image_trailer read_behind(const uint8_t *tail, size_t len)
{
	uint8_t *file = calloc(1, IMAGE_SIZE + len);
	struct mcuboot_image image = { .size = IMAGE_SIZE };
	struct image_trailer trailer;

	assert_non_null(file);
	if (len > 0)
		memcpy(file + IMAGE_SIZE, tail, len);
	image.file = span_make(file, IMAGE_SIZE + len);
	trailer = image_trailer_read(&image);
	free(file);
	assert_int_equal(trailer.len, len);
	return trailer;
}

/* FILE_SIZE bytes of padding with the magic for this alignment at the end. */
static void put_padded(uint8_t *tail, uint8_t erased, unsigned alignment)
{
	uint8_t *magic = tail + FILE_SIZE - MAGIC_SIZE;

	memset(tail, erased, FILE_SIZE);
	memcpy(magic, alignment == 8 ? default_magic : aligned_magic, MAGIC_SIZE);
	if (alignment != 8)
		put_le16(magic, (uint16_t)alignment);
}

static void assert_described(const struct image_trailer *trailer, const char *words)
{
	char text[256];
	struct buf out = BUF_OVER(text);

	image_trailer_describe(trailer, &out);
	assert_false(out.overflow);
	if (strstr(buf_text(&out), words) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", buf_text(&out), words);
}

static void nothing_behind_the_image_is_none(void **state)
{
	struct image_trailer trailer = read_behind(NULL, 0);
	char text[16];
	struct buf out = BUF_OVER(text);

	(void)state;
	assert_int_equal(trailer.kind, IMAGE_TRAILER_NONE);
	image_trailer_describe(&trailer, &out);
	assert_int_equal(out.len, 0);
}

static void erased_bytes_alone_are_padding(void **state)
{
	uint8_t tail[FILE_SIZE];

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		uint8_t erased = i == 0 ? 0xff : 0x00;
		struct image_trailer trailer;

		memset(tail, erased, sizeof(tail));
		trailer = read_behind(tail, sizeof(tail));
		assert_int_equal(trailer.kind, IMAGE_TRAILER_PADDING);
		assert_int_equal(trailer.erased, erased);
		assert_int_equal(read_behind(tail, 1).kind, IMAGE_TRAILER_PADDING);
		assert_described(&trailer, "1024 bytes of padding");
		for (size_t at = 1; at < sizeof(tail); at += 93) {
			tail[at] ^= 1;
			assert_int_equal(
				read_behind(tail, sizeof(tail)).kind, IMAGE_TRAILER_UNKNOWN);
			tail[at] ^= 1;
		}
	}
}

static void other_bytes_are_unknown(void **state)
{
	static const uint8_t line_feed[] = { '\n' };
	struct image_trailer trailer = read_behind(line_feed, sizeof(line_feed));

	(void)state;
	assert_int_equal(trailer.kind, IMAGE_TRAILER_UNKNOWN);
	assert_described(&trailer, "do not belong to it");
}

/* protocol.md 6.5: where the flags lie for each alignment, counted from the end of the slot. */
static void the_flags_are_found_for_each_alignment(void **state)
{
	static const struct {
		unsigned alignment;
		size_t image_ok, copy_done, all;
	} rows[] = { { 8, 24, 32, 48 }, { 16, 32, 48, 80 }, { 32, 64, 96, 160 },
		{ 64, 128, 192, 320 } };
	uint8_t tail[FILE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image_trailer trailer;

		put_padded(tail, 0xff, rows[i].alignment);
		trailer = read_behind(tail, sizeof(tail));
		assert_int_equal(trailer.kind, IMAGE_TRAILER_FOUND);
		assert_int_equal(trailer.alignment, rows[i].alignment);
		assert_int_equal(trailer.fields_len, rows[i].all);
		assert_int_equal(trailer.image_ok, IMAGE_TRAILER_UNSET);
		assert_int_equal(trailer.copy_done, IMAGE_TRAILER_UNSET);
		assert_described(&trailer, "for a test");
		tail[FILE_SIZE - rows[i].image_ok] = 1;
		trailer = read_behind(tail, sizeof(tail));
		assert_int_equal(trailer.image_ok, IMAGE_TRAILER_SET);
		assert_int_equal(trailer.copy_done, IMAGE_TRAILER_UNSET);
		assert_described(&trailer, "confirmed");
		tail[FILE_SIZE - rows[i].image_ok] = 2;
		tail[FILE_SIZE - rows[i].copy_done] = 1;
		trailer = read_behind(tail, sizeof(tail));
		assert_int_equal(trailer.image_ok, IMAGE_TRAILER_BAD);
		assert_int_equal(trailer.copy_done, IMAGE_TRAILER_SET);
		assert_described(&trailer, "damaged");
	}
}

static void erased_flash_may_read_as_zero(void **state)
{
	uint8_t tail[FILE_SIZE];
	struct image_trailer trailer;

	(void)state;
	put_padded(tail, 0, 8);
	trailer = read_behind(tail, sizeof(tail));
	assert_int_equal(trailer.kind, IMAGE_TRAILER_FOUND);
	assert_int_equal(trailer.image_ok, IMAGE_TRAILER_UNSET);
	tail[FILE_SIZE - 24] = 0xff;
	assert_int_equal(read_behind(tail, sizeof(tail)).image_ok, IMAGE_TRAILER_BAD);
}

static void an_alignment_that_cannot_be_is_no_trailer(void **state)
{
	static const unsigned wrong[] = { 0, 1, 4, 7, 12, 24, 8192, 65535 };
	uint8_t tail[FILE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		put_padded(tail, 0xff, wrong[i]);
		assert_int_equal(read_behind(tail, sizeof(tail)).kind, IMAGE_TRAILER_UNKNOWN);
	}
}

/* Magic right behind the image: the flags would lie in the image, and are not looked for there. */
static void a_trailer_without_room_for_its_flags_is_damaged(void **state)
{
	uint8_t tail[FILE_SIZE];

	(void)state;
	put_padded(tail, 0xff, 64);
	for (size_t len = 0; len <= FILE_SIZE; len++) {
		struct image_trailer trailer = read_behind(tail + FILE_SIZE - len, len);

		if (len < MAGIC_SIZE) {
			assert_int_not_equal(trailer.kind, IMAGE_TRAILER_FOUND);
			continue;
		}
		assert_int_equal(trailer.kind, IMAGE_TRAILER_FOUND);
		if (len < 128)
			assert_int_equal(trailer.image_ok, IMAGE_TRAILER_BAD);
		if (len < 192)
			assert_int_equal(trailer.copy_done, IMAGE_TRAILER_BAD);
	}
}

static void padded_images_of_imgtool_are_told_apart(void **state)
{
	static const struct {
		const char *file;
		enum image_trailer_kind kind;
		enum image_trailer_flag image_ok;
	} rows[] = { { "padded_pending.bin", IMAGE_TRAILER_FOUND, IMAGE_TRAILER_UNSET },
		{ "padded_confirmed.bin", IMAGE_TRAILER_FOUND, IMAGE_TRAILER_SET },
		{ "signed_root-rsa-2048.bin", IMAGE_TRAILER_NONE, IMAGE_TRAILER_UNSET } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct image_scene scene;
		struct image_trailer trailer;

		image_scene_open(&scene, rows[i].file);
		trailer = image_trailer_read(&scene.image);
		assert_int_equal(trailer.kind, rows[i].kind);
		assert_int_equal(trailer.image_ok, rows[i].image_ok);
		image_scene_close(&scene);
	}
}

static void every_kind_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(image_trailer_name(IMAGE_TRAILER_NONE), "none");
	assert_string_equal(image_trailer_name(IMAGE_TRAILER_PADDING), "padding");
	assert_string_equal(image_trailer_name(IMAGE_TRAILER_FOUND), "trailer");
	assert_string_equal(image_trailer_name(IMAGE_TRAILER_UNKNOWN), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_behind_the_image_is_none),
		cmocka_unit_test(erased_bytes_alone_are_padding),
		cmocka_unit_test(other_bytes_are_unknown),
		cmocka_unit_test(the_flags_are_found_for_each_alignment),
		cmocka_unit_test(erased_flash_may_read_as_zero),
		cmocka_unit_test(an_alignment_that_cannot_be_is_no_trailer),
		cmocka_unit_test(a_trailer_without_room_for_its_flags_is_damaged),
		cmocka_unit_test(padded_images_of_imgtool_are_told_apart),
		cmocka_unit_test(every_kind_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
