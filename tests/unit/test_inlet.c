/* SPDX-License-Identifier: Apache-2.0 */
/* Line buffers (fakedev/inlet.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/inlet.h"

enum { BUFFERS = 2, LINE_LENGTH = 8 };

struct fixture {
	struct inlet inlet;
	struct inlet_line line;
	uint8_t memory[BUFFERS * LINE_LENGTH];
};

static struct fixture *fresh(struct fixture *f)
{
	inlet_init(&f->inlet, f->memory, BUFFERS, LINE_LENGTH);
	return f;
}

/* The bytes of one line, or a part of it; all of them must be taken. */
static enum inlet_event put(struct fixture *f, const char *text)
{
	struct span input = span_from_text(text);
	enum inlet_event event = inlet_put(&f->inlet, &input);

	assert_int_equal(input.len, 0);
	return event;
}

static void assert_next(struct fixture *f, const char *text, bool follows_loss)
{
	assert_true(inlet_next(&f->inlet, &f->line));
	assert_true(span_equal(f->line.bytes, span_from_text(text)));
	assert_int_equal(f->line.follows_loss, follows_loss);
}

static void line_waits_when_its_line_feed_is_there(void **state)
{
	struct fixture fixture, *f = fresh(&fixture);

	(void)state;
	assert_int_equal(put(f, "ab"), INLET_MORE);
	assert_int_equal(put(f, ""), INLET_MORE);
	assert_false(inlet_next(&f->inlet, &f->line));
	assert_int_equal(put(f, "cd\n"), INLET_WAITING);
	assert_int_equal(f->inlet.len, 5);
	assert_next(f, "abcd\n", false);
	assert_false(inlet_next(&f->inlet, &f->line));
}

static void lines_of_one_burst_are_taken_one_by_one(void **state)
{
	struct fixture fixture, *f = fresh(&fixture);
	struct span burst = span_from_text("a\nbc");

	(void)state;
	assert_int_equal(inlet_put(&f->inlet, &burst), INLET_WAITING);
	assert_int_equal(burst.len, 2);
	assert_int_equal(inlet_put(&f->inlet, &burst), INLET_MORE);
	assert_int_equal(put(f, "\n"), INLET_WAITING);
	assert_next(f, "a\n", false);
	assert_next(f, "bc\n", false);
}

static void line_without_a_free_buffer_is_lost_and_the_next_one_knows(void **state)
{
	struct fixture fixture, *f = fresh(&fixture);

	(void)state;
	assert_int_equal(put(f, "1\n"), INLET_WAITING);
	assert_int_equal(put(f, "2\n"), INLET_WAITING);
	assert_int_equal(put(f, "345\n"), INLET_LOST);
	assert_memory_equal(f->inlet.front, "34", INLET_FRONT_SIZE);
	assert_next(f, "1\n", false);
	assert_int_equal(put(f, "4\n"), INLET_WAITING);
	assert_next(f, "2\n", false);
	assert_next(f, "4\n", true);
	assert_int_equal(put(f, "5\n"), INLET_WAITING);
	assert_next(f, "5\n", false);
}

/* As in the interrupt handler: who gets no buffer ignores the rest of the line. */
static void buffer_that_is_free_after_the_first_byte_is_too_late(void **state)
{
	struct fixture fixture, *f = fresh(&fixture);

	(void)state;
	put(f, "1\n");
	put(f, "2\n");
	assert_int_equal(put(f, "3"), INLET_MORE);
	assert_next(f, "1\n", false);
	assert_int_equal(put(f, "3\n"), INLET_LOST);
	assert_int_equal(put(f, "4\n"), INLET_WAITING);
	assert_next(f, "2\n", false);
	assert_next(f, "4\n", true);
}

static void longest_line_is_taken_and_one_byte_more_is_too_long(void **state)
{
	struct fixture fixture, *f = fresh(&fixture);

	(void)state;
	assert_int_equal(put(f, "1234567\n"), INLET_WAITING);
	assert_next(f, "1234567\n", false);
	assert_int_equal(put(f, "1234567"), INLET_MORE);
	assert_int_equal(put(f, "89ab"), INLET_MORE);
	assert_int_equal(put(f, "\n"), INLET_TOO_LONG);
	assert_int_equal(f->inlet.len, 12);
	assert_memory_equal(f->inlet.front, "12", INLET_FRONT_SIZE);
	assert_int_equal(put(f, "1\n"), INLET_WAITING);
	assert_next(f, "1\n", true);
}

static void line_that_misses_bytes_is_lost(void **state)
{
	struct fixture fixture, *f = fresh(&fixture);

	(void)state;
	put(f, "ab");
	inlet_lose(&f->inlet, false);
	assert_int_equal(put(f, "c\n"), INLET_LOST);
	inlet_lose(&f->inlet, false); /* the front of the next one */
	assert_int_equal(put(f, "d\n"), INLET_LOST);
	assert_int_equal(put(f, "e\n"), INLET_WAITING);
	assert_next(f, "e\n", true);
}

/* Its line feed is among what is missing, so the next line is glued to it. */
static void line_that_misses_its_end_costs_the_next_one_too(void **state)
{
	struct fixture fixture, *f = fresh(&fixture);

	(void)state;
	put(f, "ab");
	inlet_lose(&f->inlet, true);
	assert_int_equal(put(f, "c\n"), INLET_LOST);
	assert_int_equal(put(f, "d\n"), INLET_WAITING);
}

static void whole_lines_that_are_missing_damage_none(void **state)
{
	struct fixture fixture, *f = fresh(&fixture);

	(void)state;
	inlet_lose(&f->inlet, true);
	assert_int_equal(put(f, "a\n"), INLET_WAITING);
	assert_next(f, "a\n", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_waits_when_its_line_feed_is_there),
		cmocka_unit_test(lines_of_one_burst_are_taken_one_by_one),
		cmocka_unit_test(line_without_a_free_buffer_is_lost_and_the_next_one_knows),
		cmocka_unit_test(buffer_that_is_free_after_the_first_byte_is_too_late),
		cmocka_unit_test(longest_line_is_taken_and_one_byte_more_is_too_long),
		cmocka_unit_test(line_that_misses_bytes_is_lost),
		cmocka_unit_test(line_that_misses_its_end_costs_the_next_one_too),
		cmocka_unit_test(whole_lines_that_are_missing_damage_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
