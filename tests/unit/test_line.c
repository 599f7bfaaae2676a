/* SPDX-License-Identifier: Apache-2.0 */
/* One direction of a paced line (fakedev/line.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fakedev/line.h"

/* 1 byte takes 1 ms. */
enum { BAUD = 10000, BYTE_US = 1000 };

static struct span text(const char *s)
{
	return span_from_text(s);
}

static void unpaced_line_delivers_at_once(void **state)
{
	uint8_t storage[16];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), 0);
	assert_int_equal(line_put(&line, text("abc"), 5), 3);
	assert_int_equal(line_arrived(&line, 5).len, 3);
	assert_int_equal(line_next_us(&line), 0);
	line_take(&line, 3);
	assert_int_equal(line_next_us(&line), CLOCK_NEVER);
}

static void every_byte_takes_ten_bits(void **state)
{
	uint8_t storage[16];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), BAUD);
	line_put(&line, text("abc"), 100);
	assert_int_equal(line_arrived(&line, 100 + BYTE_US - 1).len, 0);
	assert_int_equal(line_arrived(&line, 100 + BYTE_US).len, 1);
	assert_int_equal(line_arrived(&line, 100 + 3 * BYTE_US).len, 3);
}

static void next_look_is_at_the_line_feed_and_then_at_the_end(void **state)
{
	uint8_t storage[16];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), BAUD);
	line_put(&line, text("ab\ncd"), 0);
	assert_int_equal(line_next_us(&line), 3 * BYTE_US);
	assert_int_equal(line_arrived(&line, line_next_us(&line)).len, 3);
	line_take(&line, 3);
	assert_int_equal(line_next_us(&line), 5 * BYTE_US);
	assert_int_equal(line_arrived(&line, 5 * BYTE_US - 1).len, 1);
	line_take(&line, 1);
	assert_int_equal(line_arrived(&line, 5 * BYTE_US).len, 1);
}

static void with_a_stride_line_feeds_mean_nothing(void **state)
{
	uint8_t storage[16];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), BAUD);
	line.stride = 4;
	line_put(&line, text("a\nbcde"), 0);
	assert_int_equal(line_next_us(&line), 4 * BYTE_US);
	line_arrived(&line, 4 * BYTE_US);
	line_take(&line, 4);
	/* Fewer than that: the last one. */
	assert_int_equal(line_next_us(&line), 6 * BYTE_US);
}

static void bytes_behind_others_wait_for_them(void **state)
{
	uint8_t storage[16];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), BAUD);
	line_put(&line, text("ab"), 0);
	line_put(&line, text("c"), 500);
	assert_int_equal(line_arrived(&line, 3 * BYTE_US - 1).len, 2);
	assert_int_equal(line_arrived(&line, 3 * BYTE_US).len, 3);
}

static void idle_time_is_not_made_up_for(void **state)
{
	uint8_t storage[16];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), BAUD);
	line_put(&line, text("a"), 0);
	/* Nobody takes the first byte, and the second one starts long after it. */
	line_put(&line, text("b"), 100 * BYTE_US);
	assert_int_equal(line_arrived(&line, 101 * BYTE_US - 1).len, 1);
	assert_int_equal(line_arrived(&line, 101 * BYTE_US).len, 2);
}

static void full_line_takes_no_more(void **state)
{
	uint8_t storage[4];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), BAUD);
	assert_int_equal(line_put(&line, text("abcdef"), 0), 4);
	assert_int_equal(line_put(&line, text("ef"), 0), 0);
	line_arrived(&line, BYTE_US);
	line_take(&line, 1);
	assert_int_equal(line_put(&line, text("ef"), BYTE_US), 1);
}

static void cut_line_keeps_what_has_arrived(void **state)
{
	uint8_t storage[8];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), BAUD);
	line_put(&line, text("abcd"), 0);
	line_cut(&line, 2 * BYTE_US);
	assert_int_equal(line_arrived(&line, 100 * BYTE_US).len, 2);
}

static void duration_is_that_of_the_last_stop_bit(void **state)
{
	struct line line;

	(void)state;
	line_init(&line, buf_over(NULL, 0), 115200);
	assert_int_equal(line_duration_us(&line, 1), 87);
	assert_int_equal(line_duration_us(&line, 11520), 1000000);
}

static void line_is_idle_when_its_last_byte_has_arrived(void **state)
{
	uint8_t storage[16];
	struct line line;

	(void)state;
	line_init(&line, BUF_OVER(storage), BAUD);
	assert_int_equal(line_idle_us(&line, 7), 7);
	line_put(&line, text("ab\ncd"), 100);
	assert_int_equal(line_idle_us(&line, 100), 100 + 5 * BYTE_US);
	/* What nobody has taken does not keep it busy. */
	line_arrived(&line, 100 + 2 * BYTE_US);
	assert_int_equal(line_idle_us(&line, 100 + 2 * BYTE_US), 100 + 5 * BYTE_US);
	line_arrived(&line, 100 + 6 * BYTE_US);
	assert_int_equal(line_idle_us(&line, 100 + 6 * BYTE_US), 100 + 6 * BYTE_US);
	line_init(&line, BUF_OVER(storage), 0);
	line_put(&line, text("ab"), 100);
	assert_int_equal(line_idle_us(&line, 100), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unpaced_line_delivers_at_once),
		cmocka_unit_test(every_byte_takes_ten_bits),
		cmocka_unit_test(next_look_is_at_the_line_feed_and_then_at_the_end),
		cmocka_unit_test(with_a_stride_line_feeds_mean_nothing),
		cmocka_unit_test(bytes_behind_others_wait_for_them),
		cmocka_unit_test(idle_time_is_not_made_up_for),
		cmocka_unit_test(full_line_takes_no_more),
		cmocka_unit_test(cut_line_keeps_what_has_arrived),
		cmocka_unit_test(duration_is_that_of_the_last_stop_bit),
		cmocka_unit_test(line_is_idle_when_its_last_byte_has_arrived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
