/* SPDX-License-Identifier: Apache-2.0 */
/* The CRC against its check value and against the definition, bit by bit. */
#include "smp/crc16.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { POLYNOMIAL = 0x1021 };

/* Long division by the polynomial: slow, and with no table to mistype. */
static uint16_t crc16_by_bits(uint16_t crc, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		for (int bit = 7; bit >= 0; bit--) {
			unsigned in = bytes.data[i] >> bit & 1u;
			unsigned out = crc >> 15 & 1u;

			crc = (uint16_t)(crc << 1 ^ (in ^ out ? POLYNOMIAL : 0));
		}
	}
	return crc;
}

static void the_check_value_is_right(void **state)
{
	(void)state;
	assert_int_equal(smp_crc16(0, span_from_text("123456789")), 0x31c3);
}

static void no_bytes_leave_the_crc_as_it_is(void **state)
{
	(void)state;
	assert_int_equal(smp_crc16(0, span_make(NULL, 0)), 0);
	assert_int_equal(smp_crc16(0xbeef, span_make(NULL, 0)), 0xbeef);
}

static void every_entry_of_the_first_table_follows_from_the_polynomial(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		uint8_t byte = (uint8_t)i;
		struct span one = span_make(&byte, 1);

		assert_int_equal(smp_crc16(0, one), crc16_by_bits(0, one));
	}
}

/* A byte before a zero is looked up in the second table alone, a single byte in the first. */
static void every_entry_of_the_second_table_follows_from_the_first(void **state)
{
	static const uint8_t zero = 0;

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		uint8_t two[] = { (uint8_t)i, zero };
		uint16_t first = smp_crc16(0, span_make(two, 1));

		assert_int_equal(
			smp_crc16(0, span_make(two, 2)), smp_crc16(first, span_make(&zero, 1)));
	}
}

static void every_remainder_goes_on_as_defined(void **state)
{
	static const uint8_t bytes[] = { 0xa5, 0x3c, 0x00 };

	(void)state;
	for (unsigned crc = 0; crc <= UINT16_MAX; crc++) {
		for (size_t len = 1; len <= sizeof(bytes); len++) {
			struct span some = span_make(bytes, len);

			assert_int_equal(
				smp_crc16((uint16_t)crc, some), crc16_by_bits((uint16_t)crc, some));
		}
	}
}

static void a_crc_can_be_taken_in_pieces(void **state)
{
	struct span all = span_from_text("123456789");

	(void)state;
	for (size_t at = 0; at <= all.len; at++) {
		uint16_t crc = smp_crc16(0, span_sub(all, 0, at));

		assert_int_equal(smp_crc16(crc, span_sub(all, at, all.len)), 0x31c3);
	}
}

static void a_message_with_its_crc_behind_it_gives_0(void **state)
{
	(void)state;
	assert_int_equal(smp_crc16(0, span_from_text("123456789\x31\xc3")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_check_value_is_right),
		cmocka_unit_test(no_bytes_leave_the_crc_as_it_is),
		cmocka_unit_test(every_entry_of_the_first_table_follows_from_the_polynomial),
		cmocka_unit_test(every_entry_of_the_second_table_follows_from_the_first),
		cmocka_unit_test(every_remainder_goes_on_as_defined),
		cmocka_unit_test(a_crc_can_be_taken_in_pieces),
		cmocka_unit_test(a_message_with_its_crc_behind_it_gives_0),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
