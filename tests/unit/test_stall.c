/* SPDX-License-Identifier: Apache-2.0 */
/* A CPU that stands still (fakedev/stall.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fakedev/stall.h"

enum { FIFO_SIZE = 6, PAGE_US = 85000 };

struct fixture {
	struct stall stall;
	uint8_t fifo[FIFO_SIZE];
};

static struct stall *stalled(struct fixture *f, uint64_t pages)
{
	stall_init(&f->stall, BUF_OVER(f->fifo));
	stall_begin(&f->stall, 1000, PAGE_US, pages);
	return &f->stall;
}

static void cpu_runs_until_a_page_is_erased_and_afterwards(void **state)
{
	struct fixture f;
	struct stall *stall = stalled(&f, 0);

	(void)state;
	assert_false(stall_is_on(stall));
	assert_int_equal(stall_end_us(stall), CLOCK_NEVER);
	stall_begin(stall, 1000, PAGE_US, 1);
	assert_true(stall_is_on(stall));
	assert_int_equal(stall->page_end_us, 1000 + PAGE_US);
	stall_end_page(stall);
	assert_false(stall_is_on(stall));
}

static void every_page_is_a_stall_of_its_own(void **state)
{
	struct fixture f;
	struct stall *stall = stalled(&f, 3);

	(void)state;
	assert_int_equal(stall_end_us(stall), 1000 + 3 * PAGE_US);
	stall_take(stall, span_from_text("0123456789"));
	stall_end_page(stall);
	assert_int_equal(stall->page_end_us, 1000 + 2 * PAGE_US);
	assert_int_equal(stall_end_us(stall), 1000 + 3 * PAGE_US);
	assert_false(stall_has_news(stall));
	stall_take(stall, span_from_text("ab"));
	assert_int_equal(stall->fifo.len, 2);
	assert_int_equal(stall->loss.bytes, 0);
}

static void fifo_keeps_the_first_bytes(void **state)
{
	struct fixture f;
	struct stall *stall = stalled(&f, 1);

	(void)state;
	assert_false(stall_has_news(stall));
	stall_take(stall, span_from_text("0123"));
	assert_true(stall_has_news(stall));
	assert_int_equal(stall->loss.bytes, 0);
	stall_take(stall, span_from_text("4567"));
	stall_take(stall, span_from_text("89"));
	assert_true(span_equal(buf_span(&stall->fifo), span_from_text("012345")));
	assert_int_equal(stall->loss.bytes, 4);
}

static void loss_is_told_in_lines_and_requests(void **state)
{
	struct fixture f;
	struct stall *stall = stalled(&f, 1);

	(void)state;
	stall_take(stall, span_from_text("\x06\x09zzzz"
					 "zzz\n\x04\x14yy\n"));
	assert_int_equal(stall->loss.lines, 2);
	assert_int_equal(stall->loss.requests, 0);
	assert_true(stall->loss.continues);
	assert_true(stall->loss.ends_line);
	stall_take(stall, span_from_text("\x06\x09xx\n\x04\x14ww"));
	assert_int_equal(stall->loss.lines, 3);
	assert_int_equal(stall->loss.requests, 1);
	assert_false(stall->loss.ends_line);
	stall_clear(stall);
	assert_false(stall_is_on(stall));
	assert_false(stall_has_news(stall));
}

static void lines_behind_a_lost_first_one_belong_to_it(void **state)
{
	struct fixture f;
	struct stall *stall = stalled(&f, 1);

	(void)state;
	stall_take(stall, span_from_text("000000\x06\x09xx\n\x04\x14ww\n"));
	assert_int_equal(stall->loss.requests, 1);
	assert_false(stall->loss.continues);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpu_runs_until_a_page_is_erased_and_afterwards),
		cmocka_unit_test(every_page_is_a_stall_of_its_own),
		cmocka_unit_test(fifo_keeps_the_first_bytes),
		cmocka_unit_test(loss_is_told_in_lines_and_requests),
		cmocka_unit_test(lines_behind_a_lost_first_one_belong_to_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
