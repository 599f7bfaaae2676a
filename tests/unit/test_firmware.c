/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware files of one image: binary and HEX, told apart by their content. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/endian.h"
#include "tests/support/firmware_scene.h"

/* ---- binaries ---- */

static void a_binary_is_one_part(void **state)
{
	struct firmware_scene *scene = *state;
	const struct firmware *firmware;

	firmware_scene_put_file(scene, scene->image_b.data, scene->image_b.len);
	firmware = firmware_scene_open_sound(scene);
	assert_int_equal(firmware->kind, FIRMWARE_BINARY);
	assert_int_equal(firmware->part_count, 1);
	assert_string_equal(firmware->parts[0].name, "");
	assert_true(span_equal(firmware->parts[0].bytes, scene->image_b));
	assert_int_equal(firmware->parts[0].image.version.major, 2);
	assert_ptr_equal(firmware->parts[0].image.file.data, firmware->parts[0].bytes.data);
	assert_false(firmware->parts[0].has_image_number);
	assert_false(firmware->parts[0].has_load_address);
	/* It was read: forgetting it would clear it. */
	assert_null(firmware->forget);
	assert_null(firmware->parts[0].image.forget);
}

static void a_large_binary_can_be_forgotten(void **state)
{
	struct firmware_scene *scene = *state;
	uint8_t *padded = test_malloc(FILE_READ_MAX + 1);
	FILE *file = fopen(scene->path, "w");

	assert_non_null(file);
	memset(padded, 0xff, FILE_READ_MAX + 1);
	memcpy(padded, scene->image_b.data, scene->image_b.len);
	assert_int_equal(fwrite(padded, 1, FILE_READ_MAX + 1, file), FILE_READ_MAX + 1);
	assert_int_equal(fclose(file), 0);
	test_free(padded);
	assert_int_equal(firmware_open(scene->path, &scene->firmware, &scene->err), STATUS_OK);
	assert_ptr_equal(scene->firmware->forget, file_forget);
	assert_ptr_equal(scene->firmware->parts[0].image.forget, file_forget);
}

static void a_file_that_is_no_image_says_what_it_is(void **state)
{
	struct firmware_scene *scene = *state;

	firmware_scene_put_file(scene, "\177ELF", 4);
	firmware_scene_expect_refused(
		scene, "not an MCUboot image (an ELF program)", "zephyr.signed.bin");
	firmware_scene_put_file(scene, scene->image_a.data, scene->image_a.len - 1);
	firmware_scene_expect_refused(scene, "cut short: the TLV area", "incomplete");
	firmware_scene_put_file(scene, "\x3c\xb8\xf3\x96", 4);
	firmware_scene_expect_refused(
		scene, "not an MCUboot image: its header has an outdated format", "imgtool");
	firmware_scene_put_file(scene, "", 0);
	firmware_scene_expect_refused(scene, "the file is empty", "incomplete");
}

static void a_missing_file_is_named_once(void **state)
{
	struct firmware_scene *scene = *state;
	char expected[FIRMWARE_SCENE_PATH_SIZE * 2];

	unlink(scene->path);
	assert_int_equal(
		firmware_open(scene->path, &scene->firmware, &scene->err), STATUS_BAD_FILE);
	snprintf(expected, sizeof(expected), "%s: No such file or directory", scene->path);
	assert_string_equal(scene->err.message, expected);
	assert_int_equal(
		firmware_open_raw(scene->path, &scene->firmware, &scene->err), STATUS_BAD_FILE);
}

/* ---- HEX ---- */

static void put_record(
	struct buf *out, unsigned type, uint32_t address, const uint8_t *data, size_t len)
{
	uint8_t sum = (uint8_t)(len + (address >> 8 & 0xff) + (address & 0xff) + type);

	buf_format(out, ":%02zX%04X%02X", len, (unsigned)(address & 0xffff), type);
	for (size_t i = 0; i < len; i++) {
		buf_format(out, "%02X", data[i]);
		sum = (uint8_t)(sum + data[i]);
	}
	buf_format(out, "%02X\r\n", (unsigned)(uint8_t)-sum);
}

static void put_hex(struct buf *out, uint32_t address, struct span bytes)
{
	for (size_t at = 0; at < bytes.len; at += 16) {
		struct span line = span_sub(bytes, at, 16);
		uint8_t upper[2];

		put_be16(upper, (uint16_t)((address + at) >> 16));
		put_record(out, 4, 0, upper, sizeof(upper));
		put_record(out, 0, address + (uint32_t)at, line.data, line.len);
	}
}

static void put_hex_end(struct buf *out)
{
	put_record(out, 1, 0, NULL, 0);
}

static void a_signed_hex_is_its_image_and_tells_its_address(void **state)
{
	struct firmware_scene *scene = *state;
	const struct firmware *firmware;

	put_hex(&scene->file, 0x1000c000, scene->image_b);
	put_hex_end(&scene->file);
	firmware = firmware_scene_open_sound(scene);
	assert_int_equal(firmware->kind, FIRMWARE_HEX);
	assert_int_equal(firmware->part_count, 1);
	assert_true(span_equal(firmware->parts[0].bytes, scene->image_b));
	assert_int_equal(firmware->parts[0].image.version.major, 2);
	assert_true(firmware->parts[0].has_load_address);
	assert_int_equal(firmware->parts[0].load_address, 0x1000c000);
	assert_null(firmware->forget);
	assert_null(firmware->parts[0].image.forget);
}

static void errors_in_a_hex_come_with_path_and_line(void **state)
{
	struct firmware_scene *scene = *state;

	put_hex(&scene->file, 0xc000, scene->image_b);
	firmware_scene_expect_refused(scene, "cut short: the end record is missing", "damaged");
	firmware_scene_put_file(scene, ":020000040001F9\n:00000001FE\n", 28);
	firmware_scene_expect_refused(scene, "line 2: the checksum is FE", "damaged");
}

/* A vector table of a program at 0, and the image behind it. */
static void a_merged_hex_is_told_from_a_signed_one(void **state)
{
	struct firmware_scene *scene = *state;
	uint8_t vectors[64];

	put_le32(vectors, 0x20010000);
	for (size_t i = 4; i < sizeof(vectors); i += 4)
		put_le32(vectors + i, 0x1001);
	put_hex(&scene->file, 0, span_make(vectors, sizeof(vectors)));
	put_hex(&scene->file, 0x4000, scene->image_a);
	put_hex_end(&scene->file);
	firmware_scene_expect_refused(scene,
		"not an MCUboot image (a bootloader and a signed image in one",
		"zephyr.signed.bin");
}

static void a_hex_with_two_images_is_refused(void **state)
{
	struct firmware_scene *scene = *state;

	put_hex(&scene->file, 0x4000, scene->image_a);
	put_hex(&scene->file, 0x8000, scene->image_b);
	put_hex_end(&scene->file);
	firmware_scene_expect_refused(scene, "several images in one file", "dfu_application.zip");
}

static void an_unsigned_hex_says_what_is_in_it(void **state)
{
	struct firmware_scene *scene = *state;
	uint8_t zeros[64] = { 0 };

	put_hex(&scene->file, 0, span_make(zeros, sizeof(zeros)));
	put_hex_end(&scene->file);
	firmware_scene_expect_refused(scene, "not an MCUboot image (nothing but zero bytes)", "");
}

/* ---- raw ---- */

static void anything_but_nothing_opens_raw(void **state)
{
	struct firmware_scene *scene = *state;

	firmware_scene_put_file(scene, "\177ELF", 4);
	firmware_scene_open_raw(scene);
	assert_int_equal(scene->firmware->part_count, 1);
	assert_true(span_equal(scene->firmware->parts[0].bytes, span_from_text("\177ELF")));
	assert_int_equal(scene->firmware->parts[0].image.file.len, 0);
	assert_null(scene->firmware->forget);
	firmware_close(scene->firmware);
	scene->firmware = NULL;
	firmware_scene_put_file(scene, "", 0);
	firmware_scene_write_file(scene);
	assert_int_equal(
		firmware_open_raw(scene->path, &scene->firmware, &scene->err), STATUS_BAD_FILE);
	assert_non_null(strstr(scene->err.message, ": the file is empty"));
}

static void raw_hex_is_what_its_records_say(void **state)
{
	struct firmware_scene *scene = *state;

	put_hex(&scene->file, 0xc000, span_from_text("no image"));
	put_hex_end(&scene->file);
	firmware_scene_open_raw(scene);
	assert_int_equal(scene->firmware->kind, FIRMWARE_HEX);
	assert_true(span_equal(scene->firmware->parts[0].bytes, span_from_text("no image")));
	assert_int_equal(scene->firmware->parts[0].load_address, 0xc000);
}

static void closing_nothing_is_fine(void **state)
{
	(void)state;
	firmware_close(NULL);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, firmware_scene_set_up, firmware_scene_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_binary_is_one_part),
		TEST(a_large_binary_can_be_forgotten),
		TEST(a_file_that_is_no_image_says_what_it_is),
		TEST(a_missing_file_is_named_once),
		TEST(a_signed_hex_is_its_image_and_tells_its_address),
		TEST(errors_in_a_hex_come_with_path_and_line),
		TEST(a_merged_hex_is_told_from_a_signed_one),
		TEST(a_hex_with_two_images_is_refused),
		TEST(an_unsigned_hex_says_what_is_in_it),
		TEST(anything_but_nothing_opens_raw),
		TEST(raw_hex_is_what_its_records_say),
		cmocka_unit_test(closing_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
