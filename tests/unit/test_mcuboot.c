/* SPDX-License-Identifier: Apache-2.0 */
/* The layout of images: those of tests/vectors, and small ones made here to be wrong in one way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/endian.h"
#include "base/file.h"
#include "base/text.h"
#include "image/mcuboot.h"
#include "tests/support/vectors.h"

enum { PAYLOAD_SIZE = 16, SMALL_MAX = 1024, VECTOR_MAX = 65536, HASH_TLV_SIZE = 4 + 32 };

/* Parse a copy in a block of exactly its size, so that a read beyond it is caught. */
static enum status parse_exact(struct span bytes, struct err *reterr)
{
	struct mcuboot_image image;
	uint8_t *copy = malloc(bytes.len > 0 ? bytes.len : 1);
	enum status status;

	assert_non_null(copy);
	if (bytes.len > 0)
		memcpy(copy, bytes.data, bytes.len);
	status = mcuboot_parse(span_make(copy, bytes.len), &image, reterr);
	free(copy);
	return status;
}

static void assert_refused(struct span bytes, const char *message)
{
	struct err err = { 0 };

	assert_int_equal(parse_exact(bytes, &err), STATUS_BAD_FILE);
	if (strstr(err.message, message) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", err.message, message);
	assert_true(strlen(err.hint) > 0);
}

static void put_u16(struct buf *out, unsigned value)
{
	uint8_t bytes[2];

	put_le16(bytes, (uint16_t)value);
	buf_append(out, bytes, sizeof(bytes));
}

static void put_header(struct buf *out, unsigned header_size, unsigned protected_size)
{
	uint8_t header[MCUBOOT_HEADER_SIZE] = { 0 };
	uint8_t payload[PAYLOAD_SIZE] = { 0xab };

	put_le32(header, MCUBOOT_MAGIC);
	put_le16(header + 8, (uint16_t)header_size);
	put_le16(header + 10, (uint16_t)protected_size);
	put_le32(header + 12, PAYLOAD_SIZE);
	buf_append(out, header, sizeof(header));
	buf_append(out, payload, sizeof(payload));
}

static void put_tlv(struct buf *out, unsigned type, size_t len)
{
	static const uint8_t value[256] = { 0x5a };

	put_u16(out, type);
	put_u16(out, (unsigned)len);
	buf_append(out, value, len);
}

/* An image with an area of one hash TLV; `protected_size` is what the header says. */
static void put_small_image(struct buf *out, unsigned protected_size)
{
	put_header(out, MCUBOOT_HEADER_SIZE, protected_size);
	put_u16(out, 0x6907);
	put_u16(out, 4 + HASH_TLV_SIZE);
	put_tlv(out, MCUBOOT_TLV_SHA256, 32);
}

static void load_vector(const char *name, struct file_map *ret_map)
{
	char path[4096];
	struct err err = { 0 };

	snprintf(path, sizeof(path), "%s/images/%s", TEST_VECTORS_DIR, name);
	if (file_map(path, VECTOR_MAX, ret_map, &err) != STATUS_OK)
		fail_msg("%s", err.message);
}

static void assert_hex(const json_t *entry, const char *member, struct span bytes)
{
	struct span expected = vectors_bytes(entry, member);

	assert_true(span_equal(bytes, expected));
	vectors_free(expected);
}

static void assert_number(const json_t *entry, const char *member, uint64_t value)
{
	assert_int_equal(json_integer_value(json_object_get(entry, member)), value);
}

static void assert_sound_vector(const json_t *entry, struct span file)
{
	struct mcuboot_image image;
	struct span hash;
	const struct mcuboot_tlv *keyhash;
	char text[MCUBOOT_VERSION_TEXT_MAX];
	struct buf version = BUF_OVER(text);

	assert_int_equal(mcuboot_parse(file, &image, ERR_IGNORED), STATUS_OK);
	mcuboot_version_text(&image.version, &version);
	assert_string_equal(buf_text(&version), vectors_text(entry, "version"));
	assert_number(entry, "hdr_size", image.header_size);
	assert_number(entry, "img_size", image.payload_size);
	assert_number(entry, "flags", image.flags);
	assert_number(entry, "region_len", image.covered.len);
	assert_ptr_equal(image.covered.data, file.data);
	assert_true(mcuboot_hash(&image, &hash));
	assert_hex(entry, "image_hash", hash);
	keyhash = mcuboot_find_tlv(&image, MCUBOOT_TLV_KEYHASH, 0);
	if (keyhash != NULL)
		assert_hex(entry, "keyhash", keyhash->value);
	assert_true(image.size == file.len || file.len == 8192);
	assert_true(image.size > image.covered.len && image.size <= 1600);
}

static void sound_vectors_are_read_as_their_json_says(void **state)
{
	json_t *root = vectors_load("images/images.json");
	const json_t *images = json_object_get(root, "images");
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < json_array_size(images); i++) {
		const json_t *entry = json_array_get(images, i);
		struct file_map map = { 0 };

		if (json_object_get(entry, "hdr_size") == NULL)
			continue;
		load_vector(vectors_text(entry, "file"), &map);
		assert_sound_vector(entry, map.bytes);
		file_unmap(&map);
		seen++;
	}
	assert_int_equal(seen, 18);
	json_decref(root);
}

/* What the json expects of a file that is no image, and how our message says it. */
static const struct {
	const char *expect;
	const char *message;
} refusals[] = {
	{ "not an MCUboot image", "not an MCUboot image" },
	{ "not an MCUboot image (Intel HEX text)", "not an MCUboot image (Intel HEX text)" },
	{ "empty file", "the file is empty" },
	{ "header size smaller than 32", "8 bytes long, smaller than the 32 it must have" },
	{ "image size overflows", "4294967280 bytes, overflows" },
	{ "TLV length runs past the TLV area", "TLV 0x10 at byte 636 claims 400 bytes, past the" },
	{ "truncated: TLV total longer than the file",
		"the TLV area ends at byte 1262, the file at 1252 (10 bytes are missing)" },
	{ "truncated: TLV area missing",
		"the payload ends at byte 1112, the file at 700 (412 bytes are missing)" },
};

static const char *find_refusal(const char *expect)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (strcmp(refusals[i].expect, expect) == 0)
			return refusals[i].message;
	}
	return NULL;
}

static void broken_vectors_are_refused_as_their_json_says(void **state)
{
	json_t *root = vectors_load("images/images.json");
	const json_t *images = json_object_get(root, "images");
	size_t seen = 0;

	(void)state;
	for (size_t i = 0; i < json_array_size(images); i++) {
		const json_t *entry = json_array_get(images, i);
		const char *message = find_refusal(vectors_text(entry, "expect"));
		struct file_map map = { 0 };

		if (message == NULL)
			continue;
		load_vector(vectors_text(entry, "file"), &map);
		assert_refused(map.bytes, message);
		file_unmap(&map);
		seen++;
	}
	assert_int_equal(seen, 9);
	json_decref(root);
}

static void no_prefix_of_an_image_is_an_image(void **state)
{
	struct file_map map = { 0 };
	struct err err = { 0 };

	(void)state;
	load_vector("protected_tlvs.bin", &map);
	for (size_t len = 0; len < map.bytes.len; len++)
		assert_int_equal(parse_exact(span_sub(map.bytes, 0, len), &err), STATUS_BAD_FILE);
	assert_int_equal(parse_exact(map.bytes, &err), STATUS_OK);
	file_unmap(&map);
}

static void what_stands_behind_the_image_does_not_matter(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);
	struct mcuboot_image image;

	(void)state;
	put_small_image(&file, 0);
	memset(buf_reserve(&file, 100), 0xff, 100);
	buf_commit(&file, 100);
	assert_int_equal(mcuboot_parse(buf_span(&file), &image, ERR_IGNORED), STATUS_OK);
	assert_int_equal(image.size, file.len - 100);
	assert_int_equal(image.file.len, file.len);
}

static void the_wrong_file_is_called_by_its_name(void **state)
{
	(void)state;
	assert_refused(
		span_from_text("\177ELF and so on"), "not an MCUboot image (an ELF program)");
	assert_refused(span_from_text("P"), "not an MCUboot image (a raw binary)");
}

static void an_outdated_magic_is_told_from_noise(void **state)
{
	(void)state;
	assert_refused(span_from_text("\x3c\xb8\xf3\x96"), "outdated format (magic 0x96f3b83c)");
}

static void a_header_that_is_not_all_there_is_cut_short(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);

	(void)state;
	put_header(&file, 512, 0);
	assert_refused(span_sub(buf_span(&file), 0, 31),
		"the header ends at byte 32, the file at 31 (1 byte is missing)");
	assert_refused(buf_span(&file),
		"the header ends at byte 512, the file at 48 (464 bytes are missing)");
}

static void a_missing_tlv_area_is_named(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);

	(void)state;
	put_header(&file, MCUBOOT_HEADER_SIZE, 0);
	assert_refused(buf_span(&file), "the TLV area is missing, the file ends at byte 48");
	put_u16(&file, 0x6907);
	assert_refused(buf_span(&file), "the TLV area ends at byte 52, the file at 50");
	buf_clear(&file);
	put_header(&file, MCUBOOT_HEADER_SIZE, 0);
	put_u16(&file, 0x1234);
	put_u16(&file, 4);
	assert_refused(buf_span(&file), "at byte 48 stands 0x1234 instead of its magic 0x6907");
}

static void an_area_smaller_than_its_head_is_refused(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);

	(void)state;
	put_header(&file, MCUBOOT_HEADER_SIZE, 0);
	put_u16(&file, 0x6907);
	put_u16(&file, 3);
	assert_refused(buf_span(&file), "claims to be 3 bytes long");
}

static void stray_bytes_at_the_end_of_an_area_are_refused(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);

	(void)state;
	put_header(&file, MCUBOOT_HEADER_SIZE, 0);
	put_u16(&file, 0x6907);
	put_u16(&file, 4 + HASH_TLV_SIZE + 3);
	put_tlv(&file, MCUBOOT_TLV_SHA256, 32);
	buf_append(&file, "\0\0\0", 3);
	assert_refused(buf_span(&file), "ends with 3 stray bytes at byte 88");
}

static void header_and_protected_area_must_agree(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);
	const unsigned announced[] = { 0, 8, 11, 13, 0xffff };

	(void)state;
	for (size_t i = 0; i < sizeof(announced) / sizeof(announced[0]); i++) {
		buf_clear(&file);
		put_header(&file, MCUBOOT_HEADER_SIZE, announced[i]);
		put_u16(&file, 0x6908);
		put_u16(&file, 4 + 8);
		put_tlv(&file, 0x50, 4);
		put_u16(&file, 0x6907);
		put_u16(&file, 4);
		assert_refused(buf_span(&file),
			"the protected TLV area at byte 48 has 12 bytes, the header says");
	}
	storage[10] = 12;
	storage[11] = 0;
	assert_int_equal(parse_exact(buf_span(&file), ERR_IGNORED), STATUS_OK);
}

static void an_announced_protected_area_must_be_there(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);

	(void)state;
	put_small_image(&file, 4 + HASH_TLV_SIZE);
	assert_refused(buf_span(&file), "the protected TLV area is missing: at byte 48");
}

static void an_image_has_a_bounded_number_of_tlvs(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);
	struct mcuboot_image image;

	(void)state;
	for (size_t count = MCUBOOT_TLVS_MAX; count <= MCUBOOT_TLVS_MAX + 1; count++) {
		buf_clear(&file);
		put_header(&file, MCUBOOT_HEADER_SIZE, 0);
		put_u16(&file, 0x6907);
		put_u16(&file, (unsigned)(4 + 5 * count));
		for (size_t i = 0; i < count; i++)
			put_tlv(&file, 0xa0, 1);
		if (count > MCUBOOT_TLVS_MAX) {
			assert_refused(buf_span(&file), "more than 64 TLVs");
			continue;
		}
		assert_int_equal(mcuboot_parse(buf_span(&file), &image, ERR_IGNORED), STATUS_OK);
		assert_int_equal(image.tlv_count, MCUBOOT_TLVS_MAX);
	}
}

static void tlvs_keep_order_place_and_protection(void **state)
{
	struct file_map map = { 0 };
	struct mcuboot_image image;
	const struct mcuboot_tlv *dependency;

	(void)state;
	load_vector("protected_tlvs.bin", &map);
	assert_int_equal(mcuboot_parse(map.bytes, &image, ERR_IGNORED), STATUS_OK);
	assert_int_equal(image.tlv_count, 5);
	assert_int_equal(image.tlvs[0].type, 0x50);
	assert_true(image.tlvs[0].is_protected);
	dependency = mcuboot_find_tlv(&image, 0x40, 0);
	assert_ptr_equal(dependency, &image.tlvs[1]);
	assert_true(dependency->is_protected);
	assert_int_equal(dependency->value.len, 12);
	assert_null(mcuboot_find_tlv(&image, 0x40, 2));
	assert_int_equal(image.tlvs[2].type, MCUBOOT_TLV_SHA256);
	assert_false(image.tlvs[2].is_protected);
	file_unmap(&map);
}

static void a_hash_of_the_wrong_length_is_no_hash(void **state)
{
	uint8_t storage[SMALL_MAX];
	struct buf file = BUF_OVER(storage);
	struct mcuboot_image image;
	struct span hash;

	(void)state;
	put_header(&file, MCUBOOT_HEADER_SIZE, 0);
	put_u16(&file, 0x6907);
	put_u16(&file, 4 + 4 + 200 + 4 + 64);
	put_tlv(&file, MCUBOOT_TLV_SHA256, 200);
	put_tlv(&file, 0xa1, 64);
	assert_int_equal(mcuboot_parse(buf_span(&file), &image, ERR_IGNORED), STATUS_OK);
	assert_false(mcuboot_hash(&image, &hash));
	put_le16(storage + file.len - 64 - 4, MCUBOOT_TLV_SHA512);
	assert_int_equal(mcuboot_parse(buf_span(&file), &image, ERR_IGNORED), STATUS_OK);
	assert_true(mcuboot_hash(&image, &hash));
	assert_ptr_equal(hash.data, image.tlvs[1].value.data);
}

/* protocol.md 6.1 */
static void every_flag_has_its_name(void **state)
{
	static const char *const names[32] = {
		[0] = "PIC",
		[2] = "ENCRYPTED_AES128",
		[3] = "ENCRYPTED_AES256",
		[4] = "NON_BOOTABLE",
		[5] = "RAM_LOAD",
		[8] = "ROM_FIXED",
		[9] = "COMPRESSED_LZMA1",
		[10] = "COMPRESSED_LZMA2",
		[11] = "COMPRESSED_ARM_THUMB",
	};

	(void)state;
	for (unsigned i = 0; i < 32; i++) {
		const char *name = mcuboot_flag_name(UINT32_C(1) << i);

		if (names[i] == NULL)
			assert_null(name);
		else
			assert_string_equal(name, names[i]);
	}
}

static void assert_version_text(struct mcuboot_version version, const char *expected)
{
	char text[MCUBOOT_VERSION_TEXT_MAX];
	struct buf out = BUF_OVER(text);

	mcuboot_version_text(&version, &out);
	assert_string_equal(buf_text(&out), expected);
	assert_false(out.overflow);
}

static void versions_are_written_as_devices_write_them(void **state)
{
	(void)state;
	assert_version_text((struct mcuboot_version){ 1, 2, 3, 0 }, "1.2.3");
	assert_version_text((struct mcuboot_version){ 1, 2, 3, 4 }, "1.2.3.4");
	assert_version_text((struct mcuboot_version){ 255, 255, 65535, UINT32_MAX },
		"255.255.65535.4294967295");
}

static void versions_are_compared_from_the_left(void **state)
{
	static const struct mcuboot_version rising[] = { { 0, 0, 0, 0 }, { 0, 0, 0, UINT32_MAX },
		{ 0, 0, 1, 0 }, { 0, 0, 65535, 7 }, { 0, 1, 0, 0 }, { 0, 255, 65535, 1 },
		{ 1, 0, 0, 0 }, { 255, 0, 0, 0 } };
	size_t count = sizeof(rising) / sizeof(rising[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			int order = mcuboot_version_compare(&rising[i], &rising[j]);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_vectors_are_read_as_their_json_says),
		cmocka_unit_test(broken_vectors_are_refused_as_their_json_says),
		cmocka_unit_test(no_prefix_of_an_image_is_an_image),
		cmocka_unit_test(what_stands_behind_the_image_does_not_matter),
		cmocka_unit_test(the_wrong_file_is_called_by_its_name),
		cmocka_unit_test(an_outdated_magic_is_told_from_noise),
		cmocka_unit_test(a_header_that_is_not_all_there_is_cut_short),
		cmocka_unit_test(a_missing_tlv_area_is_named),
		cmocka_unit_test(an_area_smaller_than_its_head_is_refused),
		cmocka_unit_test(stray_bytes_at_the_end_of_an_area_are_refused),
		cmocka_unit_test(header_and_protected_area_must_agree),
		cmocka_unit_test(an_announced_protected_area_must_be_there),
		cmocka_unit_test(an_image_has_a_bounded_number_of_tlvs),
		cmocka_unit_test(tlvs_keep_order_place_and_protection),
		cmocka_unit_test(a_hash_of_the_wrong_length_is_no_hash),
		cmocka_unit_test(every_flag_has_its_name),
		cmocka_unit_test(versions_are_written_as_devices_write_them),
		cmocka_unit_test(versions_are_compared_from_the_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
