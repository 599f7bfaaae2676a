/* SPDX-License-Identifier: Apache-2.0 */
/* What TLVs are called and what is read from them. */
#include "image/tlv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* protocol.md 6.1, and who may stand outside the protected area when the allow-list is on. */
static const struct {
	uint16_t type;
	const char *name;
	bool is_allowed;
} types[] = {
	{ 0x01, "KEYHASH", true },
	{ 0x02, "PUBKEY", true },
	{ 0x10, "SHA256", true },
	{ 0x11, "SHA384", true },
	{ 0x12, "SHA512", true },
	{ 0x20, "RSA2048_PSS", true },
	{ 0x21, "ECDSA224", true },
	{ 0x22, "ECDSA_SIG", true },
	{ 0x23, "RSA3072_PSS", true },
	{ 0x24, "ED25519", true },
	{ 0x25, "SIG_PURE", true },
	{ 0x30, "ENC_RSA2048", true },
	{ 0x31, "ENC_KW", true },
	{ 0x32, "ENC_EC256", true },
	{ 0x33, "ENC_X25519", true },
	{ 0x34, "ENC_X25519_SHA512", true },
	{ 0x40, "DEPENDENCY", false },
	{ 0x50, "SEC_CNT", false },
	{ 0x60, "BOOT_RECORD", false },
	{ 0x70, "DECOMP_SIZE", false },
	{ 0x71, "DECOMP_SHA", false },
	{ 0x72, "DECOMP_SIGNATURE", false },
	{ 0x73, "COMP_DEC_SIZE", false },
	{ 0x74, "UUID_VID", false },
	{ 0x75, "UUID_CID", false },
};

enum { TYPES = sizeof(types) / sizeof(types[0]), VALUE_MAX = 512 };

/* As image/tlv.c would read it, its value in a buffer of exactly that size. */
static struct mcuboot_tlv make_tlv(uint16_t type, const char *value, size_t len)
{
	return (struct mcuboot_tlv){ .type = type, .value = span_make(value, len) };
}

static void every_type_of_the_protocol_has_its_name_and_place(void **state)
{
	size_t found = 0;

	(void)state;
	for (unsigned type = 0; type <= UINT16_MAX; type++) {
		bool is_listed = found < TYPES && types[found].type == type;

		if (!is_listed) {
			assert_null(tlv_name((uint16_t)type));
			assert_false(tlv_is_allowed_unprotected((uint16_t)type));
			continue;
		}
		assert_string_equal(tlv_name((uint16_t)type), types[found].name);
		assert_int_equal(
			tlv_is_allowed_unprotected((uint16_t)type), types[found].is_allowed);
		assert_true(strlen(types[found].name) < TLV_NAME_MAX);
		found++;
	}
	assert_int_equal(found, TYPES);
}

static void assert_called(uint16_t type, const char *expected)
{
	char text[TLV_NAME_MAX];
	struct buf name = BUF_OVER(text);

	tlv_append_name(type, &name);
	assert_false(name.overflow);
	assert_string_equal(buf_text(&name), expected);
}

static void types_without_a_name_are_shown_by_number(void **state)
{
	(void)state;
	assert_called(0x22, "ECDSA_SIG");
	assert_called(0x00a0, "vendor 0x00a0");
	assert_called(0x12fe, "vendor 0x12fe");
	assert_called(0x009f, "unknown 0x009f");
	assert_called(0x12ff, "unknown 0x12ff");
	assert_called(0x0122, "unknown 0x0122");
}

static void a_signature_is_no_encryption_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		uint16_t type = types[i].type;

		assert_int_equal(tlv_is_signature(type), type >= 0x20 && type <= 0x24);
		assert_int_equal(tlv_is_encryption(type), type >= 0x30 && type <= 0x34);
	}
	assert_false(tlv_is_signature(0x26));
	assert_false(tlv_is_encryption(0x35));
}

static void each_digest_has_its_tlv(void **state)
{
	(void)state;
	assert_int_equal(tlv_of_digest(DIGEST_SHA256), 0x10);
	assert_int_equal(tlv_of_digest(DIGEST_SHA384), 0x11);
	assert_int_equal(tlv_of_digest(DIGEST_SHA512), 0x12);
	for (int kind = 0; kind < TLV_DIGEST_KINDS; kind++) {
		size_t size = digest_size((enum digest_kind)kind);
		uint16_t type = tlv_of_digest((enum digest_kind)kind);
		static const char zeros[DIGEST_SIZE_MAX + 1];
		struct mcuboot_tlv right = make_tlv(type, zeros, size);
		struct mcuboot_tlv longer = make_tlv(type, zeros, size + 1);

		assert_true(tlv_has_right_length(&right));
		assert_false(tlv_has_right_length(&longer));
	}
}

/* Of every type: the lengths that it may have are one run, and nothing reads beyond them. */
static void no_reader_takes_a_value_of_the_wrong_length(void **state)
{
	static const char zeros[VALUE_MAX];

	(void)state;
	for (size_t i = 0; i < TYPES; i++) {
		for (size_t len = 0; len < VALUE_MAX; len++) {
			struct mcuboot_tlv tlv = make_tlv(types[i].type, zeros, len);
			struct tlv_dependency dependency;
			char text[64];
			struct buf uuid = BUF_OVER(text);
			uint32_t number;
			uint16_t type = types[i].type;

			assert_int_equal(
				tlv_read_dependency(&tlv, &dependency), type == 0x40 && len == 12);
			assert_int_equal(
				tlv_read_security_counter(&tlv, &number), type == 0x50 && len == 4);
			assert_int_equal(tlv_read_size(&tlv, &number),
				(type == 0x70 || type == 0x73) && len == 4);
			assert_int_equal(tlv_append_uuid(&tlv, &uuid),
				(type == 0x74 || type == 0x75) && len == 16);
			if (len == 0)
				assert_false(tlv_has_right_length(&tlv));
		}
	}
}

static void lengths_of_signatures_and_wrapped_keys_are_known(void **state)
{
	static const char zeros[VALUE_MAX];
	static const struct {
		uint16_t type;
		size_t shortest, longest;
	} rows[] = { { 0x20, 256, 256 }, { 0x22, 8, 104 }, { 0x23, 384, 384 }, { 0x24, 64, 64 },
		{ 0x25, 1, 1 }, { 0x30, 256, 256 }, { 0x31, 24, 40 }, { 0x32, 113, 129 },
		{ 0x33, 80, 96 }, { 0x34, 112, 128 }, { 0x01, 32, 64 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t len = 0; len < VALUE_MAX; len++) {
			struct mcuboot_tlv tlv = make_tlv(rows[i].type, zeros, len);

			assert_int_equal(tlv_has_right_length(&tlv),
				len >= rows[i].shortest && len <= rows[i].longest);
		}
	}
}

static void a_dependency_names_an_image_and_a_version(void **state)
{
	struct mcuboot_tlv tlv =
		make_tlv(0x40, "\x02\x00\x00\x00\x01\xff\x34\x12\x78\x56\x34\x92", 12);
	struct tlv_dependency found;

	(void)state;
	assert_true(tlv_read_dependency(&tlv, &found));
	assert_int_equal(found.image_number, 2);
	assert_int_equal(found.min_version.major, 1);
	assert_int_equal(found.min_version.minor, 255);
	assert_int_equal(found.min_version.revision, 0x1234);
	assert_true(found.min_version.build == UINT32_C(0x92345678));
}

static void numbers_are_little_endian(void **state)
{
	struct mcuboot_tlv counter = make_tlv(0x50, "\x01\x02\x03\xf4", 4);
	struct mcuboot_tlv size = make_tlv(0x70, "\x04\x03\x02\xf1", 4);
	uint32_t found;

	(void)state;
	assert_true(tlv_read_security_counter(&counter, &found));
	assert_true(found == UINT32_C(0xf4030201));
	assert_true(tlv_read_size(&size, &found));
	assert_true(found == UINT32_C(0xf1020304));
}

static void a_uuid_is_written_in_groups(void **state)
{
	struct mcuboot_tlv tlv = make_tlv(
		0x75, "\x12\x34\x56\x78\x9a\xbc\xde\xf0\x01\x02\x03\x04\x05\x06\x07\x08", 16);
	char text[64];
	struct buf uuid = BUF_OVER(text);

	(void)state;
	assert_true(tlv_append_uuid(&tlv, &uuid));
	assert_string_equal(buf_text(&uuid), "12345678-9abc-def0-0102-030405060708");
}

static void the_allow_list_holds_outside_the_protected_area_only(void **state)
{
	struct mcuboot_image image = { .tlv_count = 5 };

	(void)state;
	image.tlvs[0] = (struct mcuboot_tlv){ .type = 0x50, .is_protected = true };
	image.tlvs[1] = (struct mcuboot_tlv){ .type = 0x10 };
	image.tlvs[2] = (struct mcuboot_tlv){ .type = 0x50 };
	image.tlvs[3] = (struct mcuboot_tlv){ .type = 0x22 };
	image.tlvs[4] = (struct mcuboot_tlv){ .type = 0xa0 };
	assert_ptr_equal(tlv_find_refused(&image, 0), &image.tlvs[2]);
	assert_ptr_equal(tlv_find_refused(&image, 3), &image.tlvs[4]);
	assert_null(tlv_find_refused(&image, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_of_the_protocol_has_its_name_and_place),
		cmocka_unit_test(types_without_a_name_are_shown_by_number),
		cmocka_unit_test(a_signature_is_no_encryption_key),
		cmocka_unit_test(each_digest_has_its_tlv),
		cmocka_unit_test(no_reader_takes_a_value_of_the_wrong_length),
		cmocka_unit_test(lengths_of_signatures_and_wrapped_keys_are_known),
		cmocka_unit_test(a_dependency_names_an_image_and_a_version),
		cmocka_unit_test(numbers_are_little_endian),
		cmocka_unit_test(a_uuid_is_written_in_groups),
		cmocka_unit_test(the_allow_list_holds_outside_the_protected_area_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
