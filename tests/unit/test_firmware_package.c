/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware files of several images: archives with a manifest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/firmware_scene.h"
#include "tests/support/zip_maker.h"

static void put_zip(struct firmware_scene *scene, const struct zip_item *items, size_t count)
{
	buf_clear(&scene->file);
	zip_make(&scene->file, items, count);
}

/* An archive of this manifest and both images, as a.bin and b.bin. */
static void put_package(struct firmware_scene *scene, const char *manifest)
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
	struct firmware_scene *scene = *state;
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
	firmware = firmware_scene_open_sound(scene);
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
	struct firmware_scene *scene = *state;

	put_package(scene, "{\"format-version\": 9, \"files\": [{\"file\": \"a.bin\"}]}");
	assert_true(firmware_scene_open_sound(scene)->is_format_unknown);
	assert_int_equal(scene->firmware->format_version, 9);
}

static void a_manifest_that_does_not_fit_its_archive_is_refused(void **state)
{
	struct firmware_scene *scene = *state;

	put_package(scene, "{\"files\": [{\"file\": \"a.bin\"}, {\"file\": \"c.bin\"}]}");
	firmware_scene_expect_refused(
		scene, "c.bin: not in the archive", "build the archive again");
	put_package(scene, "{\"files\": [{\"file\": \"a.bin\", \"size\": 100}]}");
	firmware_scene_expect_refused(scene, "a.bin: has ", "exchanged without its manifest");
	assert_non_null(strstr(scene->err.message, "manifest.json says 100"));
	put_package(scene, "{\"files\": [{\"file\": \"../a.bin\"}]}");
	firmware_scene_expect_refused(scene, "../a.bin: not in the archive", "");
}

static void a_broken_manifest_is_named(void **state)
{
	struct firmware_scene *scene = *state;

	put_package(scene, "{");
	firmware_scene_expect_refused(scene, "manifest.json: no sound JSON at line 1", "");
	put_package(scene, "{\"manifest\": {\"application\": {}}}");
	firmware_scene_expect_refused(scene,
		"manifest.json: a package for the bootloader of Nordic's nRF5 SDK", "nrfutil");
	put_package(scene, "{\"files\": [{\"type\": \"mcuboot\", \"file\": \"a.bin\"}]}");
	firmware_scene_expect_refused(
		scene, "manifest.json: no image of an application in it", "dfu_application.zip");
}

static void an_unfit_image_in_a_package_is_named(void **state)
{
	struct firmware_scene *scene = *state;
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
	firmware_scene_expect_refused(scene, "manifest.json: no sound JSON", "");
	put_zip(scene, fitting, 2);
	firmware_scene_expect_refused(
		scene, "a\\x1b.bin: not an MCUboot image (an ELF program)", "zephyr.signed.bin");
}

static void an_archive_without_manifest_says_what_is_in_it(void **state)
{
	struct firmware_scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "README", .bytes = span_from_text("hello") },
		{ .name = "x/app_update.bin", .bytes = scene->image_a, .is_deflated = true },
		{ .name = "c", .bytes = span_from_text("c") },
		{ .name = "d", .bytes = span_from_text("d") },
		{ .name = "e", .bytes = span_from_text("e") },
		{ .name = "f", .bytes = span_from_text("f") },
	};

	put_zip(scene, items, 6);
	firmware_scene_expect_refused(scene,
		"a ZIP archive without manifest.json (in it: README, x/app_update.bin, c, d "
		"and 2 more)",
		"\"x/app_update.bin\" in it is a signed image: unpack it");
	put_zip(scene, items, 1);
	firmware_scene_expect_refused(scene, "a ZIP archive without manifest.json (in it: README)",
		"dfu_application.zip");
	put_zip(scene, items, 0);
	firmware_scene_expect_refused(scene, "a ZIP archive without manifest.json (in it: nothing)",
		"dfu_application.zip");
}

static void a_package_within_a_folder_is_recognised(void **state)
{
	struct firmware_scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "dfu/" },
		{ .name = "dfu/manifest.json", .bytes = span_from_text("{}") },
		{ .name = "dfu/a.bin", .bytes = scene->image_a },
	};

	put_zip(scene, items, 3);
	firmware_scene_expect_refused(scene,
		"a ZIP archive without manifest.json (in it: dfu/manifest.json, dfu/a.bin)",
		"\"dfu/manifest.json\" is in a folder");
}

static void an_archive_with_two_manifests_is_refused(void **state)
{
	struct firmware_scene *scene = *state;
	const struct zip_item manifest = {
		.name = "manifest.json",
		.bytes = span_from_text("{\"files\": [{\"file\": \"a.bin\"}]}"),
	};
	const struct zip_item items[] = { manifest, { .name = "a.bin", .bytes = scene->image_a },
		manifest };

	put_zip(scene, items, 3);
	firmware_scene_expect_refused(
		scene, "manifest.json: more than once in the archive", "build");
}

/* Two files that are sound by themselves, of more than FIRMWARE_SIZE_MAX together. */
static void the_images_of_a_package_share_one_limit(void **state)
{
	struct firmware_scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "manifest.json",
			.bytes = span_from_text(
				"{\"files\": [{\"file\": \"a.bin\"}, {\"file\": \"b.bin\"}]}") },
		{ .name = "a.bin", .bytes = scene->image_a },
		{ .name = "b.bin", .bytes = scene->image_b, .claimed_size = FIRMWARE_SIZE_MAX },
	};

	put_zip(scene, items, 3);
	firmware_scene_expect_refused(
		scene, "b.bin: too large (268435456 bytes unpacked, ", "do not trust it");
}

static void a_huge_manifest_is_refused(void **state)
{
	struct firmware_scene *scene = *state;
	const struct zip_item item = {
		.name = "manifest.json",
		.bytes = span_from_text("{}"),
		.claimed_size = 1024 * 1024,
	};

	put_zip(scene, &item, 1);
	firmware_scene_expect_refused(scene, "manifest.json: too large (1048576 bytes", "");
}

static void an_archive_that_is_cut_short_is_refused(void **state)
{
	struct firmware_scene *scene = *state;

	put_package(scene, "{\"files\": [{\"file\": \"a.bin\"}]}");
	scene->file.len /= 2;
	firmware_scene_expect_refused(
		scene, "a ZIP archive that does not open (", "incomplete or damaged");
}

static void an_archive_that_does_not_open_stays_an_error_when_raw(void **state)
{
	struct firmware_scene *scene = *state;

	firmware_scene_put_file(scene, "PK\x03\x04", 4);
	firmware_scene_write_file(scene);
	assert_int_equal(
		firmware_open_raw(scene->path, &scene->firmware, &scene->err), STATUS_BAD_FILE);
	assert_non_null(strstr(scene->err.message, "a ZIP archive that does not open"));
}

static void a_raw_package_has_the_bytes_of_its_files(void **state)
{
	struct firmware_scene *scene = *state;
	const struct zip_item items[] = {
		{ .name = "manifest.json",
			.bytes = span_from_text(
				"{\"files\": [{\"file\": \"x\", \"image_index\": 2}]}") },
		{ .name = "x", .bytes = span_from_text("no image") },
	};

	put_zip(scene, items, 2);
	firmware_scene_open_raw(scene);
	assert_int_equal(scene->firmware->part_count, 1);
	assert_true(span_equal(scene->firmware->parts[0].bytes, span_from_text("no image")));
	assert_int_equal(scene->firmware->parts[0].image_number, 2);
	assert_int_equal(scene->firmware->parts[0].image.file.len, 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, firmware_scene_set_up, firmware_scene_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		TEST(an_archive_that_does_not_open_stays_an_error_when_raw),
		TEST(a_raw_package_has_the_bytes_of_its_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
