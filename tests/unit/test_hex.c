/* SPDX-License-Identifier: Apache-2.0 */
/* Intel HEX: every record type, and everything that can be wrong with one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "image/hex.h"

#define END ":00000001FF\n"

/* Read a copy in a block of exactly its size, so that a read beyond it is caught. */
static enum status read_text(const char *text, struct hex_memory *ret_memory, struct err *reterr)
{
	size_t len = strlen(text);
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum status status;

	assert_non_null(copy);
	memcpy(copy, text, len);
	status = hex_read(span_make(copy, len), ret_memory, reterr);
	free(copy);
	return status;
}

static void assert_memory(const char *text, uint32_t address, const void *bytes, size_t len)
{
	struct hex_memory memory;
	struct err err = { 0 };

	if (read_text(text, &memory, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	assert_int_equal(memory.address, address);
	assert_int_equal(memory.len, len);
	assert_memory_equal(memory.bytes, bytes, len);
	free(memory.bytes);
}

static void assert_refused(const char *text, const char *message)
{
	struct hex_memory memory;
	struct err err = { 0 };

	assert_int_equal(read_text(text, &memory, &err), STATUS_BAD_FILE);
	assert_string_equal(err.message, message);
	assert_true(strlen(err.hint) > 0);
}

static void data_are_read_with_any_line_end_and_in_any_case(void **state)
{
	static const char *const texts[] = {
		":02C00000ABCDC6"
		"\n" END,
		":02C00000ABCDC6"
		"\r\n:00000001FF\r\n",
		":02c00000abcdc6"
		"\n:00000001ff",
		":02C00000aBcDC6"
		"\n\n\n" END "\n\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_memory(texts[i], 0xc000, "\xab\xcd", 2);
}

static void gaps_are_filled_as_erased_flash(void **state)
{
	(void)state;
	assert_memory(":01000000AA55\n:01000400BB40\n" END, 0, "\xaa\xff\xff\xff\xbb", 5);
}

static void records_may_come_in_any_order(void **state)
{
	(void)state;
	assert_memory(":01000200CC31\n:01000000AA55\n:01000100BB43\n" END, 0, "\xaa\xbb\xcc", 3);
}

static void linear_addresses_have_32_bits(void **state)
{
	(void)state;
	assert_memory(":020000041000EA\n:01FFFF00AA57\n:020000041001E9\n:01000000BB44\n" END,
		0x1000ffff, "\xaa\xbb", 2);
	assert_memory(":02000004FFFFFC\n:01FFFF00AA57\n" END, 0xffffffff, "\xaa", 1);
	/* A record may go over the 64 KiB of its upper half. */
	assert_memory(":020000040001F9\n:02FFFF00AABB9B\n" END, 0x1ffff, "\xaa\xbb", 2);
}

static void segments_are_paragraphs(void **state)
{
	(void)state;
	assert_memory(":020000021234B6\n:01000100AA54\n" END, 0x12341, "\xaa", 1);
	/* A linear address puts an end to segments, and back. */
	assert_memory(":020000021000EC\n:020000040001F9\n:01000000AA55\n" END, 0x10000, "\xaa", 1);
}

static void start_addresses_and_empty_records_are_of_no_account(void **state)
{
	(void)state;
	assert_memory(":0400000300003800C1\n:01000000AA55\n:04000005000000CD2A\n:00123400BA\n" END,
		0, "\xaa", 1);
}

static void a_wrong_checksum_names_its_line(void **state)
{
	(void)state;
	assert_refused(":01000000AA55\r\n:01000100BB44\r\n:00000001FF\r\n",
		"line 2: the checksum is 44, the record adds up to 43");
	assert_refused(":01000000AA55\n:00000001FE\n",
		"line 2: the checksum is FE, the record adds up to FF");
}

static void records_that_are_cut_short_or_too_long_are_refused(void **state)
{
	(void)state;
	assert_refused(":02000000AA54\n" END, "line 1: the record is cut short");
	assert_refused(":01000000AA5\n" END, "line 1: the record is cut short");
	assert_refused(":01000000AA", "line 1: the record is cut short");
	assert_refused(":", "line 1: the record is cut short");
	assert_refused(":01000000AA5500\n" END, "line 1: the record is longer than it says");
	assert_refused(":01000000AA55 \n" END, "line 1: the record is longer than it says");
}

static void what_is_no_record_is_refused(void **state)
{
	(void)state;
	assert_refused(":01000000AA55\n; comment\n" END, "line 2: does not begin with a colon");
	assert_refused(":0100000GAA55\n" END, "line 1: byte 0x47 where a hex digit should be");
	assert_refused(":01000000@A55\n" END, "line 1: byte 0x40 where a hex digit should be");
	assert_refused(":00000006FA\n" END, "line 1: unknown record type 06");
	assert_refused(":010000040100FA\n" END, "line 1: the record is longer than it says");
	assert_refused(":0100000401FA\n" END, "line 1: a record of type 04 has 1 bytes, not 2");
	assert_refused(":0100000100FE\n" END, "line 1: a record of type 01 has 1 bytes, not 0");
}

static void the_end_record_must_be_there_and_the_last(void **state)
{
	(void)state;
	assert_refused(":01000000AA55\n", "cut short: the end record is missing behind line 2");
	assert_refused("", "cut short: the end record is missing behind line 1");
	assert_refused(":01000000AA55\n" END ":01000100BB43\n",
		"line 3: something stands behind the end record");
	assert_refused(
		":01000000AA55\n" END "\n\nx", "line 5: something stands behind the end record");
}

static void no_byte_may_be_given_twice(void **state)
{
	(void)state;
	assert_refused(":01000000AA55\n:01000000AA55\n" END,
		"line 2: address 0x00000000 was given before");
	assert_refused(":02000200AABB97\n:0400000001020304F2\n" END,
		"line 2: address 0x00000002 was given before");
}

static void data_past_the_end_of_memory_are_refused(void **state)
{
	(void)state;
	assert_refused(":02000004FFFFFC\n:02FFFF00AABB9B\n" END,
		"line 2: its data run past the end of the address space");
	assert_refused(":02000002F0000C\n:02FFFF00AABB9B\n" END,
		"line 2: its data run past the end of the segment");
}

static void a_file_without_data_is_refused(void **state)
{
	(void)state;
	assert_refused(END, "Intel HEX text without any data");
	assert_refused(":020000040000FA\n" END, "Intel HEX text without any data");
}

/* Program at 0, UICR of an nRF52 at 0x10001208: what merged.hex looks like. */
static void settings_far_away_from_the_program_mean_merged_hex(void **state)
{
	struct hex_memory memory;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(
		read_text(":01000000AA55\n:020000041000EA\n:01120800FEE7\n" END, &memory, &err),
		STATUS_BAD_FILE);
	assert_string_equal(
		err.message, "its data spread over 256 MiB, from 0x00000000 to 0x10001208");
	assert_non_null(strstr(err.hint, "merged.hex"));
	assert_non_null(strstr(err.hint, "zephyr.signed.hex"));
}

static void the_start_of_a_file_tells_hex(void **state)
{
	(void)state;
	assert_true(hex_is_text(span_from_text(":020000040000FA\n")));
	assert_true(hex_is_text(span_from_text(":02000004")));
	assert_false(hex_is_text(span_from_text(":0200000")));
	assert_false(hex_is_text(span_from_text(":0200000x")));
	assert_false(hex_is_text(span_from_text("020000040000FA\n")));
	assert_false(hex_is_text(span_make(NULL, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(data_are_read_with_any_line_end_and_in_any_case),
		cmocka_unit_test(gaps_are_filled_as_erased_flash),
		cmocka_unit_test(records_may_come_in_any_order),
		cmocka_unit_test(linear_addresses_have_32_bits),
		cmocka_unit_test(segments_are_paragraphs),
		cmocka_unit_test(start_addresses_and_empty_records_are_of_no_account),
		cmocka_unit_test(a_wrong_checksum_names_its_line),
		cmocka_unit_test(records_that_are_cut_short_or_too_long_are_refused),
		cmocka_unit_test(what_is_no_record_is_refused),
		cmocka_unit_test(the_end_record_must_be_there_and_the_last),
		cmocka_unit_test(no_byte_may_be_given_twice),
		cmocka_unit_test(data_past_the_end_of_memory_are_refused),
		cmocka_unit_test(a_file_without_data_is_refused),
		cmocka_unit_test(settings_far_away_from_the_program_mean_merged_hex),
		cmocka_unit_test(the_start_of_a_file_tells_hex),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
