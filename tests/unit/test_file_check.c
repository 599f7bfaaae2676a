/* SPDX-License-Identifier: Apache-2.0 */
/* What a firmware file must be before anything is done with it. */
#include "src/file_check.h"

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
#include "tests/support/capture.h"
#include "tests/support/vectors.h"

#define EC_IMAGE  "signed_root-ec-p256.bin"
#define RSA_IMAGE "signed_root-rsa-2048.bin"

enum { IMAGE_MAX = 8192, FLAGS_AT = 16 };

struct fixture {
	struct capture notes;
	struct output output;
	struct firmware firmware; /* parts over `bytes` */
	uint8_t bytes[FIRMWARE_PARTS_MAX][IMAGE_MAX];
	struct file_parts parts;
	struct file_rules rules;
	char key_path[32];
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	capture_open(&fixture->notes);
	fixture->output.notes = fixture->notes.file;
	unsetenv("SMPCTL_KEY");
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (fixture->key_path[0] != '\0')
		unlink(fixture->key_path);
	file_rules_clear(&fixture->rules);
	capture_close(&fixture->notes);
	test_free(fixture);
	return 0;
}

static void parse_part(struct fixture *fixture, size_t index)
{
	struct firmware_part *part = &fixture->firmware.parts[index];

	assert_int_equal(mcuboot_parse(part->bytes, &part->image, &fixture->err), STATUS_OK);
}

/* One more part: an image of tests/vectors. */
static uint8_t *add_part(struct fixture *fixture, const char *image)
{
	size_t index = fixture->firmware.part_count++;
	struct file_map map;
	char path[4096];

	snprintf(path, sizeof(path), "%s/images/%s", TEST_VECTORS_DIR, image);
	assert_int_equal(file_map(path, IMAGE_MAX, &map, &fixture->err), STATUS_OK);
	memcpy(fixture->bytes[index], map.bytes.data, map.bytes.len);
	fixture->firmware.parts[index].bytes = span_make(fixture->bytes[index], map.bytes.len);
	file_unmap(&map);
	parse_part(fixture, index);
	fixture->parts = file_parts_of(&fixture->firmware, "FILE", SETTINGS_IMAGE_UNSET);
	return fixture->bytes[index];
}

/* The public key that the json gives for an image, as a file. */
static const char *write_key(struct fixture *fixture, const char *image)
{
	json_t *root = vectors_load("images/images.json");
	const json_t *images = json_object_get(root, "images");
	int fd;

	strcpy(fixture->key_path, "/tmp/smpctl-key-XXXXXX");
	fd = mkstemp(fixture->key_path);
	assert_true(fd >= 0);
	for (size_t i = 0; i < json_array_size(images); i++) {
		const json_t *entry = json_array_get(images, i);
		struct span der = vectors_bytes(entry, "public_key_der");

		if (strcmp(vectors_text(entry, "file"), image) == 0)
			assert_int_equal(write(fd, der.data, der.len), der.len);
		vectors_free(der);
	}
	close(fd);
	json_decref(root);
	return fixture->key_path;
}

static void use_key_of(struct fixture *fixture, const char *image)
{
	struct settings settings;

	settings_default(&settings);
	settings.key = write_key(fixture, image);
	assert_int_equal(file_rules_load(&settings, &fixture->rules, &fixture->err), STATUS_OK);
	assert_non_null(fixture->rules.key);
}

static enum status check(struct fixture *fixture)
{
	return file_check(&fixture->parts, &fixture->rules, &fixture->output, &fixture->err);
}

static size_t lines_noted(struct fixture *fixture)
{
	size_t count = 0;

	for (const char *c = capture_text(&fixture->notes); *c != '\0'; c++)
		count += *c == '\n';
	return count;
}

static void a_sound_image_passes_without_a_word(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, "unsigned_v2.0.0.bin");
	assert_int_equal(check(fixture), STATUS_OK);
	assert_true(fixture->parts.is_sound[0]);
	assert_string_equal(capture_text(&fixture->notes), "");
}

static void a_wrong_hash_is_refused_and_can_be_forced(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, "unsigned_v2.0.0.bin")[100] ^= 1;
	assert_int_equal(check(fixture), STATUS_BAD_FILE);
	assert_string_equal(fixture->err.message, "FILE: the hash does not match the content");
	fixture->rules.is_forced = true;
	assert_int_equal(check(fixture), STATUS_OK);
	assert_false(fixture->parts.is_sound[0]);
	assert_non_null(strstr(capture_text(&fixture->notes), "sent all the same (--force)"));
}

static void one_line_warns_of_development_keys_however_many_there_are(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, EC_IMAGE);
	assert_int_equal(check(fixture), STATUS_OK);
	assert_int_equal(lines_noted(fixture), 1);
	assert_non_null(strstr(capture_text(&fixture->notes), "root-ec-p256.pem"));
	add_part(fixture, RSA_IMAGE);
	assert_int_equal(check(fixture), STATUS_OK);
	assert_int_equal(lines_noted(fixture), 2);
	assert_non_null(strstr(capture_text(&fixture->notes), "(and 1 more)"));
	assert_true(file_parts_have_dev_key(&fixture->parts));
}

static void strictness_refuses_development_keys_even_when_forced(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, "unsigned_v2.0.0.bin");
	fixture->rules.is_strict = fixture->rules.is_forced = true;
	assert_int_equal(check(fixture), STATUS_OK);
	add_part(fixture, EC_IMAGE);
	assert_int_equal(check(fixture), STATUS_BAD_FILE);
	assert_non_null(strstr(fixture->err.message, "root-ec-p256.pem"));
}

static void only_images_of_the_key_pass_even_when_forced(void **state)
{
	struct fixture *fixture = *state;

	use_key_of(fixture, EC_IMAGE);
	add_part(fixture, EC_IMAGE);
	assert_int_equal(check(fixture), STATUS_OK);
	fixture->rules.is_forced = true;
	add_part(fixture, RSA_IMAGE);
	assert_int_equal(check(fixture), STATUS_BAD_FILE);
	assert_non_null(strstr(fixture->err.message, fixture->key_path));
	fixture->firmware.part_count = 0;
	add_part(fixture, "unsigned_v2.0.0.bin");
	assert_int_equal(check(fixture), STATUS_BAD_FILE);
	fixture->firmware.part_count = 0;
	add_part(fixture, EC_IMAGE)[600] ^= 1;
	assert_int_equal(check(fixture), STATUS_BAD_FILE);
}

/* The flag alone makes the hash wrong, as encryption does. */
static void the_signature_of_an_encrypted_image_is_checked_over_its_hash(void **state)
{
	struct fixture *fixture = *state;
	const struct firmware_part *part = &fixture->firmware.parts[0];
	struct file_verdict verdict;

	add_part(fixture, EC_IMAGE)[FLAGS_AT] |= MCUBOOT_FLAG_ENCRYPTED_AES128;
	parse_part(fixture, 0);
	verdict = file_verify(part, NULL);
	assert_int_equal(verdict.verdict, IMAGE_ENCRYPTED);
	assert_false(verdict.is_signature_checked);
	assert_int_equal(check(fixture), STATUS_OK);
	assert_true(fixture->parts.is_sound[0]);
	use_key_of(fixture, EC_IMAGE);
	verdict = file_verify(part, fixture->rules.key);
	assert_int_equal(verdict.verdict, IMAGE_ENCRYPTED);
	assert_true(verdict.is_signature_checked);
	/* The last byte of the file belongs to the signature. */
	fixture->bytes[0][part->bytes.len - 1] ^= 1;
	verdict = file_verify(part, fixture->rules.key);
	assert_int_equal(verdict.verdict, IMAGE_WRONG_SIGNATURE);
	assert_int_equal(check(fixture), STATUS_BAD_FILE);
}

static void an_encrypted_image_of_another_key_or_none_is_refused(void **state)
{
	struct fixture *fixture = *state;

	use_key_of(fixture, RSA_IMAGE);
	add_part(fixture, EC_IMAGE)[FLAGS_AT] |= MCUBOOT_FLAG_ENCRYPTED_AES256;
	parse_part(fixture, 0);
	assert_int_equal(file_verify(&fixture->firmware.parts[0], fixture->rules.key).verdict,
		IMAGE_OTHER_KEY);
	add_part(fixture, "unsigned_v2.0.0.bin")[FLAGS_AT] |= MCUBOOT_FLAG_ENCRYPTED_AES256;
	parse_part(fixture, 1);
	assert_int_equal(file_verify(&fixture->firmware.parts[1], fixture->rules.key).verdict,
		IMAGE_NOT_SIGNED);
}

static void padding_is_warned_of(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, "padded_confirmed.bin");
	assert_int_equal(check(fixture), STATUS_OK);
	assert_non_null(strstr(capture_text(&fixture->notes), "padded"));
}

static void a_file_sent_in_the_raw_is_not_objected_to_again(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, "unsigned_v2.0.0.bin");
	fixture->firmware.parts[0].image = (struct mcuboot_image){ .header_size = 0 };
	assert_int_equal(check(fixture), STATUS_OK);
	assert_false(fixture->parts.is_sound[0]);
	assert_int_equal(file_verify(&fixture->firmware.parts[0], NULL).verdict, IMAGE_UNREADABLE);
}

static void the_key_comes_from_the_option_or_else_the_environment(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings;

	settings_default(&settings);
	assert_int_equal(file_rules_load(&settings, &fixture->rules, &fixture->err), STATUS_OK);
	assert_null(fixture->rules.key_path);
	setenv("SMPCTL_KEY", "/nowhere/key.pem", 1);
	assert_int_equal(
		file_rules_load(&settings, &fixture->rules, &fixture->err), STATUS_BAD_FILE);
	assert_non_null(strstr(fixture->err.message, "SMPCTL_KEY"));
	settings.key = "";
	assert_int_equal(file_rules_load(&settings, &fixture->rules, &fixture->err), STATUS_OK);
	assert_null(fixture->rules.key_path);
	settings.key = NULL;
	setenv("SMPCTL_KEY", write_key(fixture, EC_IMAGE), 1);
	assert_int_equal(file_rules_load(&settings, &fixture->rules, &fixture->err), STATUS_OK);
	assert_string_equal(fixture->rules.key_path, fixture->key_path);
	assert_non_null(fixture->rules.key);
	unsetenv("SMPCTL_KEY");
}

static void names_from_an_archive_are_shown_harmless(void **state)
{
	struct fixture *fixture = *state;
	struct firmware_part part = { .name = "a\x1b[31m.bin" };
	uint8_t storage[64];
	struct buf title = BUF_OVER(storage);

	(void)fixture;
	file_part_title("FILE", &part, &title);
	assert_string_equal(buf_text(&title), "FILE: a\\x1b[31m.bin");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sound_image_passes_without_a_word),
		TEST(a_wrong_hash_is_refused_and_can_be_forced),
		TEST(one_line_warns_of_development_keys_however_many_there_are),
		TEST(strictness_refuses_development_keys_even_when_forced),
		TEST(only_images_of_the_key_pass_even_when_forced),
		TEST(the_signature_of_an_encrypted_image_is_checked_over_its_hash),
		TEST(an_encrypted_image_of_another_key_or_none_is_refused),
		TEST(padding_is_warned_of),
		TEST(a_file_sent_in_the_raw_is_not_objected_to_again),
		TEST(the_key_comes_from_the_option_or_else_the_environment),
		TEST(names_from_an_archive_are_shown_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
