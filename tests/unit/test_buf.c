/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded buffer: nothing is written beyond it, and overflow is remembered. */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void appending_up_to_the_last_byte_fits(void **state)
{
	uint8_t storage[4];
	struct buf buf = BUF_OVER(storage);

	(void)state;
	assert_int_equal(buf.cap, 4);
	assert_true(buf_append(&buf, "abc", 3));
	assert_true(buf_append_byte(&buf, 'd'));
	assert_true(buf_append(&buf, NULL, 0));
	assert_true(buf_append_text(&buf, ""));
	assert_int_equal(buf.len, 4);
	assert_false(buf.overflow);
	assert_memory_equal(storage, "abcd", 4);
}

static void appending_one_byte_too_many_changes_nothing_but_the_flag(void **state)
{
	uint8_t storage[5] = { 0, 0, 0, 0, 0x7e };
	struct buf buf = buf_over(storage, 4);

	(void)state;
	assert_true(buf_append(&buf, "abc", 3));
	assert_false(buf_append(&buf, "de", 2));
	assert_int_equal(buf.len, 3);
	assert_true(buf.overflow);
	assert_memory_equal(storage, "abc\0\x7e", 5);
}

static void overflow_stays_until_the_buffer_is_cleared(void **state)
{
	uint8_t storage[4];
	struct buf buf = BUF_OVER(storage);

	(void)state;
	assert_false(buf_append_text(&buf, "too long"));
	assert_false(buf_append_byte(&buf, 'a'));
	assert_false(buf_format(&buf, "b"));
	assert_false(buf_append_span(&buf, span_from_text("c")));
	assert_int_equal(buf.len, 0);
	buf_clear(&buf);
	assert_false(buf.overflow);
	assert_true(buf_append_byte(&buf, 'a'));
}

static void a_length_near_the_end_of_size_t_does_not_wrap_around(void **state)
{
	uint8_t storage[4];
	struct buf buf = BUF_OVER(storage);

	(void)state;
	buf_append_text(&buf, "ab");
	assert_null(buf_reserve(&buf, SIZE_MAX));
	assert_true(buf.overflow);
}

static void formatting_cuts_what_does_not_fit_and_keeps_a_byte_for_its_end(void **state)
{
	uint8_t storage[9];
	struct buf buf = buf_over(storage, 8);

	(void)state;
	storage[8] = 0x7e;
	assert_true(buf_format(&buf, "%d-%d", 12, 34));
	assert_int_equal(buf.len, 5);
	assert_false(buf_format(&buf, "%s", "xyz"));
	assert_true(buf.overflow);
	assert_int_equal(buf.len, 7);
	assert_memory_equal(storage, "12-34xy", 7);
	assert_int_equal(storage[8], 0x7e);
}

static void formatting_nothing_into_a_full_buffer_is_no_overflow(void **state)
{
	uint8_t storage[2];
	struct buf buf = BUF_OVER(storage);

	(void)state;
	assert_true(buf_append_text(&buf, "ab"));
	assert_true(buf_format(&buf, "%s", ""));
	assert_false(buf.overflow);
	assert_false(buf_format(&buf, "%s", "c"));
	assert_true(buf.overflow);
	assert_int_equal(buf.len, 2);
}

static void reserved_room_is_counted_when_it_is_committed(void **state)
{
	uint8_t storage[4];
	struct buf buf = BUF_OVER(storage);
	uint8_t *room;

	(void)state;
	buf_append_byte(&buf, 'a');
	room = buf_reserve(&buf, 3);
	assert_ptr_equal(room, storage + 1);
	assert_int_equal(buf.len, 1);
	memcpy(room, "bc", 2);
	buf_commit(&buf, 2);
	assert_int_equal(buf.len, 3);
	assert_null(buf_reserve(&buf, 2));
}

static void consuming_moves_the_rest_to_the_front(void **state)
{
	uint8_t storage[8];
	struct buf buf = BUF_OVER(storage);

	(void)state;
	buf_append_text(&buf, "abcdef");
	buf_consume(&buf, 0);
	assert_int_equal(buf.len, 6);
	buf_consume(&buf, 4);
	assert_true(span_equal(buf_span(&buf), span_from_text("ef")));
	buf_consume(&buf, 2);
	assert_int_equal(buf.len, 0);
}

static void the_text_of_a_buffer_ends_with_a_nul_that_is_not_counted(void **state)
{
	uint8_t storage[4];
	struct buf buf = BUF_OVER(storage);

	(void)state;
	assert_string_equal(buf_text(&buf), "");
	buf_append_text(&buf, "abc");
	assert_string_equal(buf_text(&buf), "abc");
	assert_int_equal(buf.len, 3);
}

static void the_text_of_a_full_buffer_loses_its_last_byte(void **state)
{
	uint8_t storage[4];
	struct buf buf = BUF_OVER(storage);

	(void)state;
	buf_append_text(&buf, "abcd");
	assert_string_equal(buf_text(&buf), "abc");
	assert_int_equal(buf.len, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appending_up_to_the_last_byte_fits),
		cmocka_unit_test(appending_one_byte_too_many_changes_nothing_but_the_flag),
		cmocka_unit_test(overflow_stays_until_the_buffer_is_cleared),
		cmocka_unit_test(a_length_near_the_end_of_size_t_does_not_wrap_around),
		cmocka_unit_test(formatting_cuts_what_does_not_fit_and_keeps_a_byte_for_its_end),
		cmocka_unit_test(formatting_nothing_into_a_full_buffer_is_no_overflow),
		cmocka_unit_test(reserved_room_is_counted_when_it_is_committed),
		cmocka_unit_test(consuming_moves_the_rest_to_the_front),
		cmocka_unit_test(the_text_of_a_buffer_ends_with_a_nul_that_is_not_counted),
		cmocka_unit_test(the_text_of_a_full_buffer_loses_its_last_byte),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
