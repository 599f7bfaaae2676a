/* SPDX-License-Identifier: Apache-2.0 */
/* Spans: the arithmetic at their edges; and the integers of fixed byte order that lie in them. */
#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/endian.h"

static void spans_are_equal_by_content(void **state)
{
	(void)state;
	assert_true(span_equal(span_from_text("abc"), span_make("abcd", 3)));
	assert_false(span_equal(span_from_text("abc"), span_from_text("abd")));
	assert_false(span_equal(span_from_text("abc"), span_from_text("ab")));
	assert_true(span_equal(span_make(NULL, 0), span_from_text("")));
	assert_true(span_equal(span_make(NULL, 0), span_make(NULL, 0)));
}

static void a_part_is_cut_off_at_the_end(void **state)
{
	struct span s = span_from_text("abcdef");

	(void)state;
	assert_true(span_equal(span_sub(s, 1, 2), span_from_text("bc")));
	assert_true(span_equal(span_sub(s, 4, 2), span_from_text("ef")));
	assert_true(span_equal(span_sub(s, 4, SIZE_MAX), span_from_text("ef")));
	assert_true(span_equal(span_sub(s, 0, 6), s));
	assert_int_equal(span_sub(s, 6, 1).len, 0);
	assert_int_equal(span_sub(s, SIZE_MAX, SIZE_MAX).len, 0);
	assert_int_equal(span_sub(span_make(NULL, 0), 0, 1).len, 0);
}

static void a_range_is_held_only_when_all_of_it_is(void **state)
{
	struct span s = span_from_text("abcdef");

	(void)state;
	assert_true(span_holds(s, 0, 6));
	assert_true(span_holds(s, 6, 0));
	assert_true(span_holds(s, 5, 1));
	assert_false(span_holds(s, 5, 2));
	assert_false(span_holds(s, 7, 0));
	assert_false(span_holds(s, 1, SIZE_MAX));
	assert_false(span_holds(s, SIZE_MAX, 1));
}

static void integers_have_the_byte_order_of_their_name(void **state)
{
	static const uint8_t bytes[] = { 0xfe, 0xdc, 0xba, 0x98 };
	uint8_t out[4];

	(void)state;
	assert_int_equal(get_be16(bytes), 0xfedc);
	assert_int_equal(get_le16(bytes), 0xdcfe);
	assert_true(get_le32(bytes) == 0x98badcfeu);
	put_be16(out, 0xfedc);
	assert_memory_equal(out, bytes, 2);
	put_le16(out, 0xdcfe);
	assert_memory_equal(out, bytes, 2);
	put_le32(out, 0x98badcfeu);
	assert_memory_equal(out, bytes, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_are_equal_by_content),
		cmocka_unit_test(a_part_is_cut_off_at_the_end),
		cmocka_unit_test(a_range_is_held_only_when_all_of_it_is),
		cmocka_unit_test(integers_have_the_byte_order_of_their_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
