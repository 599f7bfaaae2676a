/* SPDX-License-Identifier: Apache-2.0 */
/* The SMP header, byte by byte, and the names of groups and commands. */
#include "smp/header.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_field_has_its_place(void **state)
{
	static const uint8_t bytes[] = { 0x0a, 0x5a, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc };
	struct smp_header header;
	uint8_t out[SMP_HEADER_SIZE];

	(void)state;
	assert_true(smp_header_decode(span_make(bytes, sizeof(bytes)), &header));
	assert_int_equal(header.op, SMP_OP_WRITE);
	assert_int_equal(header.version, SMP_VERSION_2);
	assert_int_equal(header.flags, 0x5a);
	assert_int_equal(header.length, 0x1234);
	assert_int_equal(header.group, 0x5678);
	assert_int_equal(header.sequence, 0x9a);
	assert_int_equal(header.command, 0xbc);
	smp_header_encode(&header, out);
	assert_memory_equal(out, bytes, sizeof(bytes));
}

static void all_first_bytes_survive_but_for_the_reserved_bits(void **state)
{
	uint8_t bytes[SMP_HEADER_SIZE] = { 0 };
	uint8_t out[SMP_HEADER_SIZE];
	struct smp_header header;

	(void)state;
	for (unsigned first = 0; first < 256; first++) {
		bytes[0] = (uint8_t)first;
		assert_true(smp_header_decode(span_make(bytes, sizeof(bytes)), &header));
		assert_int_equal(header.op, first & 7);
		assert_int_equal(header.version, first >> 3 & 3);
		smp_header_encode(&header, out);
		assert_int_equal(out[0], first & 0x1f);
	}
}

static void a_field_that_is_too_large_does_not_spill_into_its_neighbour(void **state)
{
	struct smp_header header = { .op = 0xff, .version = 0xfc };
	uint8_t out[SMP_HEADER_SIZE];

	(void)state;
	smp_header_encode(&header, out);
	assert_int_equal(out[0], 0x07);
}

static void fewer_than_eight_bytes_are_no_header(void **state)
{
	static const uint8_t bytes[SMP_HEADER_SIZE] = { 0 };
	struct smp_header header = { .group = 77 };

	(void)state;
	for (size_t len = 0; len < sizeof(bytes); len++)
		assert_false(smp_header_decode(span_make(bytes, len), &header));
	assert_int_equal(header.group, 77);
	assert_false(smp_header_decode(span_make(NULL, 0), &header));
}

static void groups_have_names_as_far_as_they_are_known(void **state)
{
	(void)state;
	assert_string_equal(smp_group_name(SMP_GROUP_OS), "os");
	assert_string_equal(smp_group_name(SMP_GROUP_ZEPHYR), "zephyr");
	assert_null(smp_group_name(12));
	assert_null(smp_group_name(62));
	assert_null(smp_group_name(SMP_GROUP_USER));
	assert_null(smp_group_name(65535));
}

static void assert_described(uint16_t group, uint8_t command, const char *wanted)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	smp_describe_command(group, command, &out);
	assert_string_equal(buf_text(&out), wanted);
}

static void commands_are_described_by_name_or_by_number(void **state)
{
	(void)state;
	assert_string_equal(smp_command_name(SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD), "upload");
	assert_null(smp_command_name(SMP_GROUP_IMAGE, 99));
	assert_null(smp_command_name(SMP_GROUP_USER, 0));
	assert_described(SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD, "image upload");
	assert_described(SMP_GROUP_OS, SMP_OS_RESET, "os reset");
	assert_described(SMP_GROUP_STAT, SMP_STAT_LIST, "stat list");
	assert_described(SMP_GROUP_SETTINGS, SMP_SETTINGS_STORE, "settings store");
	assert_described(SMP_GROUP_SPLIT, 1, "split command 1");
	assert_described(SMP_GROUP_SHELL, SMP_SHELL_EXEC, "shell exec");
	assert_described(SMP_GROUP_ENUM, SMP_ENUM_DETAILS, "enum details");
	assert_described(SMP_GROUP_ZEPHYR, SMP_ZEPHYR_ERASE_STORAGE, "zephyr erase-storage");
	assert_described(64, 3, "group 64 command 3");
	assert_described(65535, 255, "group 65535 command 255");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_its_place),
		cmocka_unit_test(all_first_bytes_survive_but_for_the_reserved_bits),
		cmocka_unit_test(a_field_that_is_too_large_does_not_spill_into_its_neighbour),
		cmocka_unit_test(fewer_than_eight_bytes_are_no_header),
		cmocka_unit_test(groups_have_names_as_far_as_they_are_known),
		cmocka_unit_test(commands_are_described_by_name_or_by_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
