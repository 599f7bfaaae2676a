/* SPDX-License-Identifier: Apache-2.0 */
/* TLVs as a person reads them. */
#include "src/tlv_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { TEXT_MAX = 256 };

static void assert_reads(uint16_t type, struct span value, const char *expected)
{
	struct mcuboot_tlv tlv = { .type = type, .value = value };
	uint8_t storage[TEXT_MAX];
	struct buf text = BUF_OVER(storage);

	assert_true(tlv_append_text(&tlv, &text));
	assert_string_equal(buf_text(&text), expected);
}

static void assert_is_bytes(uint16_t type, struct span value)
{
	struct mcuboot_tlv tlv = { .type = type, .value = value };
	uint8_t storage[TEXT_MAX];
	struct buf text = BUF_OVER(storage);

	assert_false(tlv_append_text(&tlv, &text));
	assert_int_equal(text.len, 0);
}

static void a_dependency_names_image_and_version(void **state)
{
	static const uint8_t value[] = { 1, 0, 0, 0, 2, 3, 4, 0, 5, 0, 0, 0 };

	(void)state;
	assert_reads(MCUBOOT_TLV_DEPENDENCY, span_make(value, sizeof(value)),
		"image 1, version 2.3.4.5 or newer");
}

static void numbers_are_decimal(void **state)
{
	static const uint8_t value[] = { 0x2a, 1, 0, 0 };

	(void)state;
	assert_reads(MCUBOOT_TLV_SEC_CNT, span_make(value, sizeof(value)), "298");
	assert_reads(MCUBOOT_TLV_DECOMP_SIZE, span_make(value, sizeof(value)), "298 bytes");
}

static void an_uuid_has_its_usual_form(void **state)
{
	static const uint8_t value[] = { 0x12, 0x34, 0x56, 0x78, 0x12, 0x34, 0x56, 0x78, 0x12, 0x34,
		0x56, 0x78, 0x12, 0x34, 0x56, 0x78 };

	(void)state;
	assert_reads(MCUBOOT_TLV_UUID_VID, span_make(value, sizeof(value)),
		"12345678-1234-5678-1234-567812345678");
}

static void a_boot_record_is_decoded_and_its_texts_escaped(void **state)
{
	/* {1: "S\x1b", 2: "1.0"} */
	static const uint8_t value[] = { 0xa2, 0x01, 0x62, 'S', 0x1b, 0x02, 0x63, '1', '.', '0' };

	(void)state;
	assert_reads(MCUBOOT_TLV_BOOT_RECORD, span_make(value, sizeof(value)),
		"{1: \"S\\x1b\", 2: \"1.0\"}");
}

static void what_does_not_fit_its_type_is_bytes(void **state)
{
	static const uint8_t value[] = { 0xa2, 0x01, 0x62 };

	(void)state;
	assert_is_bytes(MCUBOOT_TLV_BOOT_RECORD, span_make(value, sizeof(value)));
	assert_is_bytes(MCUBOOT_TLV_SEC_CNT, span_make(value, sizeof(value)));
	assert_is_bytes(MCUBOOT_TLV_DEPENDENCY, span_make(value, sizeof(value)));
	assert_is_bytes(MCUBOOT_TLV_SHA256, span_make(value, sizeof(value)));
	assert_is_bytes(0x00a0, span_make(NULL, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dependency_names_image_and_version),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(an_uuid_has_its_usual_form),
		cmocka_unit_test(a_boot_record_is_decoded_and_its_texts_escaped),
		cmocka_unit_test(what_does_not_fit_its_type_is_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
