/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware files as they come: binary, HEX and archive, told apart by their content. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/endian.h"
#include "base/file.h"
#include "image/firmware.h"
#include "tests/support/zip_maker.h"

enum { PATH_MAX_SIZE = 256, FILE_MAX = 64 * 1024, IMAGE_SIZE_MAX = 8192 };

struct scene {
	char path[PATH_MAX_SIZE]; /* of the file to open */
	struct span image_a, image_b;
	struct file_map map_a, map_b;
	uint8_t storage[FILE_MAX];
	struct buf file; /* what write_file writes */
	struct firmware *firmware;
	struct err err;
};

static struct file_map load_vector(const char *name)
{
	char path[4096];
	struct file_map map;
	struct err err = { 0 };

	snprintf(path, sizeof(path), "%s/images/%s", TEST_VECTORS_DIR, name);
	if (file_map(path, IMAGE_SIZE_MAX, &map, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return map;
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	int fd;

	if (scene == NULL)
		return -1;
	snprintf(scene->path, sizeof(scene->path), "/tmp/smpctl-test-firmware-XXXXXX");
	fd = mkstemp(scene->path);
	if (fd < 0)
		return -1;
	close(fd);
	scene->file = BUF_OVER(scene->storage);
	scene->map_a = load_vector("unsigned_v1.2.3.4.bin");
	scene->map_b = load_vector("unsigned_v2.0.0.bin");
	scene->image_a = scene->map_a.bytes;
	scene->image_b = scene->map_b.bytes;
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	firmware_close(scene->firmware);
	file_unmap(&scene->map_a);
	file_unmap(&scene->map_b);
	unlink(scene->path);
	free(scene);
	return 0;
}

static void write_file(const struct scene *scene)
{
	FILE *file = fopen(scene->path, "w");

	assert_non_null(file);
	assert_false(scene->file.overflow);
	assert_int_equal(fwrite(scene->storage, 1, scene->file.len, file), scene->file.len);
	assert_int_equal(fclose(file), 0);
}

/* Open what scene->file holds. */
static const struct firmware *open_sound(struct scene *scene)
{
	write_file(scene);
	if (firmware_open(scene->path, &scene->firmware, &scene->err) != STATUS_OK)
		fail_msg("%s", scene->err.message);
	return scene->firmware;
}

/* The message is the path, ": ", then this. */
static void assert_refused(struct scene *scene, const char *message, const char *hint)
{
	size_t path_len = strlen(scene->path);

	write_file(scene);
	assert_int_equal(
		firmware_open(scene->path, &scene->firmware, &scene->err), STATUS_BAD_FILE);
	assert_memory_equal(scene->err.message, scene->path, path_len);
	assert_memory_equal(scene->err.message + path_len, ": ", 2);
	if (strncmp(scene->err.message + path_len + 2, message, strlen(message)) != 0)
		fail_msg("\"%s\" does not say \"%s\"", scene->err.message, message);
	if (strstr(scene->err.hint, hint) == NULL)
		fail_msg("\"%s\" does not hint at \"%s\"", scene->err.hint, hint);
}

static void put_file(struct scene *scene, const void *bytes, size_t len)
{
	buf_clear(&scene->file);
	buf_append(&scene->file, bytes, len);
}

/* ---- binaries ---- */

static void a_binary_is_one_part(void **state)
{
	struct scene *scene = *state;
	const struct firmware *firmware;

	put_file(scene, scene->image_b.data, scene->image_b.len);
	firmware = open_sound(scene);
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
	struct scene *scene = *state;
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
	struct scene *scene = *state;

	put_file(scene, "\177ELF", 4);
	assert_refused(scene, "not an MCUboot image (an ELF program)", "zephyr.signed.bin");
	put_file(scene, scene->image_a.data, scene->image_a.len - 1);
	assert_refused(scene, "cut short: the TLV area", "incomplete");
	put_file(scene, "\x3c\xb8\xf3\x96", 4);
	assert_refused(scene, "not an MCUboot image: its header has an outdated format", "imgtool");
	put_file(scene, "", 0);
	assert_refused(scene, "the file is empty", "incomplete");
}

static void a_missing_file_is_named_once(void **state)
{
	struct scene *scene = *state;
	char expected[PATH_MAX_SIZE * 2];

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
	struct scene *scene = *state;
	const struct firmware *firmware;

	put_hex(&scene->file, 0x1000c000, scene->image_b);
	put_hex_end(&scene->file);
	firmware = open_sound(scene);
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
	struct scene *scene = *state;

	put_hex(&scene->file, 0xc000, scene->image_b);
	assert_refused(scene, "cut short: the end record is missing", "damaged");
	put_file(scene, ":020000040001F9\n:00000001FE\n", 28);
	assert_refused(scene, "line 2: the checksum is FE", "damaged");
}

/* A vector table of a program at 0, and the image behind it. */
static void a_merged_hex_is_told_from_a_signed_one(void **state)
{
	struct scene *scene = *state;
	uint8_t vectors[64];

	put_le32(vectors, 0x20010000);
	for (size_t i = 4; i < sizeof(vectors); i += 4)
		put_le32(vectors + i, 0x1001);
	put_hex(&scene->file, 0, span_make(vectors, sizeof(vectors)));
	put_hex(&scene->file, 0x4000, scene->image_a);
	put_hex_end(&scene->file);
	assert_refused(scene, "not an MCUboot image (a bootloader and a signed image in one",
		"zephyr.signed.bin");
}

static void a_hex_with_two_images_is_refused(void **state)
{
	struct scene *scene = *state;

	put_hex(&scene->file, 0x4000, scene->image_a);
	put_hex(&scene->file, 0x8000, scene->image_b);
	put_hex_end(&scene->file);
	assert_refused(scene, "several images in one file", "dfu_application.zip");
}

static void an_unsigned_hex_says_what_is_in_it(void **state)
{
	struct scene *scene = *state;
	uint8_t zeros[64] = { 0 };

	put_hex(&scene->file, 0, span_make(zeros, sizeof(zeros)));
	put_hex_end(&scene->file);
	assert_refused(scene, "not an MCUboot image (nothing but zero bytes)", "");
}

/* ---- archives ---- */

static void put_zip(struct scene *scene, const struct zip_item *items, size_t count)
{
	buf_clear(&scene->file);
	zip_make(&scene->file, items, count);
}

/* An archive of this manifest and both images, as a.bin and b.bin. */
static void put_package(struct scene *scene, const char *manifest)
{
	const struct zip_item items[] = {
		{ .name = "a.bin", .bytes = scene->image_a, .is_deflated = true },
		{ .name = "b.bin", .bytes = scene->image_b },
		{ .name = "manifest.json", .bytes = span_from_text(manifest) },
	};

	put_zip(scene, items, sizeof(items) / sizeof(items[0]));
}

static void all_images_of_a_package_are_parts(void **state)
{
	struct scene *scene = *state;
	const struct firmware *firmware;
	const struct firmware_part *part;
	char manifest[512];

	snprintf(manifest, sizeof(manifest),
		"{\"format-version\": 1, \"name\": \"blinky\", \"files\": ["
		"{\"type\": \"application\", \"file\": \"b.bin\", \"size\": %zu,"
		" \"image_index\": \"0\", \"load_address\": 0xc000},"
		"{\"type\": \"cache\", \"file\": \"none.bin\"},"
		"{\"type\": \"application\", \"file\": \"a.bin\", \"size\": %zu,"
		" \"image_index\": \"1\", \"slot\": \"3\"}]}",
		scene->image_b.len, scene->image_a.len);
	put_package(scene, manifest);
	firmware = open_sound(scene);
	assert_int_equal(firmware->kind, FIRMWARE_ZIP);
	assert_int_equal(firmware->part_count, 2);
	assert_int_equal(firmware->format_version, 1);
	assert_false(firmware->is_format_unknown);
	assert_string_equal(firmware->application, "blinky");
	assert_int_equal(firmware->skipped_count, 1);
	assert_null(firmware->forget);
	part = &firmware->parts[0];
	assert_string_equal(part->name, "b.bin");
	assert_true(span_equal(part->bytes, scene->image_b));
	assert_int_equal(part->image.version.major, 2);
	assert_true(part->has_image_number && part->image_number == 0);
	assert_true(part->has_load_address && part->load_address == 0xc000);
	assert_false(part->has_slot);
	part = &firmware->parts[1];
	assert_string_equal(part->name, "a.bin");
	assert_true(span_equal(part->bytes, scene->image_a));
	assert_int_equal(part->image.version.major, 1);
	assert_true(part->has_image_number && part->image_number == 1);
	assert_true(part->has_slot && part->slot == 1);
	assert_false(part->has_load_address);
	assert_null(part->image.forget);
}

static void an_unknown_format_is_opened_and_flagged(void **state)
{
	struct scene *scene = *state;

	put_package(scene, "{\"format-version\": 9, \"files\": [{\"file\": \"a.bin\"}]}");
	assert_true(open_sound(scene)->is_format_unknown);
	assert_int_equal(scene->firmware->format_version, 9);
}

static void a_manifest_that_does_not_fit_its_archive_is_refused(void **state)
{
	struct scene *scene = *state;

	put_package(scene, "{\"files\": [{\"file\": \"a.bin\"}, {\"file\": \"c.bin\"}]}");
	assert_refused(scene, "c.bin: not in the archive", "build the archive again");
	put_package(scene, "{\"files\": [{\"file\": \"a.bin\", \"size\": 100}]}");
	assert_refused(scene, "a.bin: has ", "exchanged without its manifest");
	assert_non_null(strstr(scene->err.message, "manifest.json says 100"));
	put_package(scene, "{\"files\": [{\"file\": \"../a.bin\"}]}");
	assert_refused(scene, "../a.bin: not in the archive", "");
}

static void a_broken_manifest_is_named(void **state)
{
	struct scene *scene = *state;

	put_package(scene, "{");
	assert_refused(scene, "manifest.json: no sound JSON at line 1", "");
	put_package(scene, "{\"manifest\": {\"application\": {}}}");
	assert_refused(scene, "manifest.json: a package for the bootloader of Nordic's nRF5 SDK",
		"nrfutil");
	put_package(scene, "{\"files\": [{\"type\": \"mcuboot\", \"file\": \"a.bin\"}]}");
	assert_refused(
		scene, "manifest.json: no image of an application in it", "dfu_application.zip");
}

static void an_unfit_image_in_a_package_is_named(void **state)
{
	struct scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "manifest.json",
			.bytes = span_from_text("{\"files\": [{\"file\": \"a\x1b.bin\"}]}") },
		{ .name = "a\x1b.bin", .bytes = span_from_text("\177ELF") },
	};
	const struct zip_item fitting[] = {
		{ .name = "manifest.json",
			.bytes = span_from_text("{\"files\": [{\"file\": \"a\\u001b.bin\"}]}") },
		items[1],
	};

	/* A control character must be written as an escape in JSON. */
	put_zip(scene, items, 2);
	assert_refused(scene, "manifest.json: no sound JSON", "");
	put_zip(scene, fitting, 2);
	assert_refused(
		scene, "a\\x1b.bin: not an MCUboot image (an ELF program)", "zephyr.signed.bin");
}

static void an_archive_without_manifest_says_what_is_in_it(void **state)
{
	struct scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "README", .bytes = span_from_text("hello") },
		{ .name = "x/app_update.bin", .bytes = scene->image_a, .is_deflated = true },
		{ .name = "c", .bytes = span_from_text("c") },
		{ .name = "d", .bytes = span_from_text("d") },
		{ .name = "e", .bytes = span_from_text("e") },
		{ .name = "f", .bytes = span_from_text("f") },
	};

	put_zip(scene, items, 6);
	assert_refused(scene,
		"a ZIP archive without manifest.json (in it: README, x/app_update.bin, c, d "
		"and 2 more)",
		"\"x/app_update.bin\" in it is a signed image: unpack it");
	put_zip(scene, items, 1);
	assert_refused(scene, "a ZIP archive without manifest.json (in it: README)",
		"dfu_application.zip");
	put_zip(scene, items, 0);
	assert_refused(scene, "a ZIP archive without manifest.json (in it: nothing)",
		"dfu_application.zip");
}

static void a_package_within_a_folder_is_recognised(void **state)
{
	struct scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "dfu/" },
		{ .name = "dfu/manifest.json", .bytes = span_from_text("{}") },
		{ .name = "dfu/a.bin", .bytes = scene->image_a },
	};

	put_zip(scene, items, 3);
	assert_refused(scene,
		"a ZIP archive without manifest.json (in it: dfu/manifest.json, dfu/a.bin)",
		"\"dfu/manifest.json\" is in a folder");
}

static void an_archive_with_two_manifests_is_refused(void **state)
{
	struct scene *scene = *state;
	const struct zip_item manifest = {
		.name = "manifest.json",
		.bytes = span_from_text("{\"files\": [{\"file\": \"a.bin\"}]}"),
	};
	const struct zip_item items[] = { manifest, { .name = "a.bin", .bytes = scene->image_a },
		manifest };

	put_zip(scene, items, 3);
	assert_refused(scene, "manifest.json: more than once in the archive", "build");
}

/* Two files that are sound by themselves, of more than FIRMWARE_SIZE_MAX together. */
static void the_images_of_a_package_share_one_limit(void **state)
{
	struct scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "manifest.json",
			.bytes = span_from_text(
				"{\"files\": [{\"file\": \"a.bin\"}, {\"file\": \"b.bin\"}]}") },
		{ .name = "a.bin", .bytes = scene->image_a },
		{ .name = "b.bin", .bytes = scene->image_b, .claimed_size = FIRMWARE_SIZE_MAX },
	};

	put_zip(scene, items, 3);
	assert_refused(scene, "b.bin: too large (268435456 bytes unpacked, ", "do not trust it");
}

static void a_huge_manifest_is_refused(void **state)
{
	struct scene *scene = *state;
	const struct zip_item item = {
		.name = "manifest.json",
		.bytes = span_from_text("{}"),
		.claimed_size = 1024 * 1024,
	};

	put_zip(scene, &item, 1);
	assert_refused(scene, "manifest.json: too large (1048576 bytes", "");
}

static void an_archive_that_is_cut_short_is_refused(void **state)
{
	struct scene *scene = *state;

	put_package(scene, "{\"files\": [{\"file\": \"a.bin\"}]}");
	scene->file.len /= 2;
	assert_refused(scene, "a ZIP archive that does not open (", "incomplete or damaged");
}

/* ---- raw ---- */

static void open_raw(struct scene *scene)
{
	write_file(scene);
	if (firmware_open_raw(scene->path, &scene->firmware, &scene->err) != STATUS_OK)
		fail_msg("%s", scene->err.message);
}

static void anything_but_nothing_opens_raw(void **state)
{
	struct scene *scene = *state;

	put_file(scene, "\177ELF", 4);
	open_raw(scene);
	assert_int_equal(scene->firmware->part_count, 1);
	assert_true(span_equal(scene->firmware->parts[0].bytes, span_from_text("\177ELF")));
	assert_int_equal(scene->firmware->parts[0].image.file.len, 0);
	assert_null(scene->firmware->forget);
	firmware_close(scene->firmware);
	scene->firmware = NULL;
	put_file(scene, "", 0);
	write_file(scene);
	assert_int_equal(
		firmware_open_raw(scene->path, &scene->firmware, &scene->err), STATUS_BAD_FILE);
	assert_non_null(strstr(scene->err.message, ": the file is empty"));
}

static void raw_hex_is_what_its_records_say(void **state)
{
	struct scene *scene = *state;

	put_hex(&scene->file, 0xc000, span_from_text("no image"));
	put_hex_end(&scene->file);
	open_raw(scene);
	assert_int_equal(scene->firmware->kind, FIRMWARE_HEX);
	assert_true(span_equal(scene->firmware->parts[0].bytes, span_from_text("no image")));
	assert_int_equal(scene->firmware->parts[0].load_address, 0xc000);
}

static void an_archive_that_does_not_open_stays_an_error_when_raw(void **state)
{
	struct scene *scene = *state;

	put_file(scene, "PK\x03\x04", 4);
	write_file(scene);
	assert_int_equal(
		firmware_open_raw(scene->path, &scene->firmware, &scene->err), STATUS_BAD_FILE);
	assert_non_null(strstr(scene->err.message, "a ZIP archive that does not open"));
}

static void a_raw_package_has_the_bytes_of_its_files(void **state)
{
	struct scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "manifest.json",
			.bytes = span_from_text(
				"{\"files\": [{\"file\": \"x\", \"image_index\": 2}]}") },
		{ .name = "x", .bytes = span_from_text("no image") },
	};

	put_zip(scene, items, 2);
	open_raw(scene);
	assert_int_equal(scene->firmware->part_count, 1);
	assert_true(span_equal(scene->firmware->parts[0].bytes, span_from_text("no image")));
	assert_int_equal(scene->firmware->parts[0].image_number, 2);
	assert_int_equal(scene->firmware->parts[0].image.file.len, 0);
}

static void closing_nothing_is_fine(void **state)
{
	(void)state;
	firmware_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		TEST(all_images_of_a_package_are_parts),
		TEST(an_unknown_format_is_opened_and_flagged),
		TEST(a_manifest_that_does_not_fit_its_archive_is_refused),
		TEST(a_broken_manifest_is_named),
		TEST(an_unfit_image_in_a_package_is_named),
		TEST(an_archive_without_manifest_says_what_is_in_it),
		TEST(a_package_within_a_folder_is_recognised),
		TEST(an_archive_with_two_manifests_is_refused),
		TEST(the_images_of_a_package_share_one_limit),
		TEST(a_huge_manifest_is_refused),
		TEST(an_archive_that_is_cut_short_is_refused),
		TEST(anything_but_nothing_opens_raw),
		TEST(raw_hex_is_what_its_records_say),
		TEST(an_archive_that_does_not_open_stays_an_error_when_raw),
		TEST(a_raw_package_has_the_bytes_of_its_files),
		cmocka_unit_test(closing_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
