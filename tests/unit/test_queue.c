/* SPDX-License-Identifier: Apache-2.0 */
/* Packets that wait (fakedev/queue.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/queue.h"

enum { SLOTS = 3, PACKET_MAX = 4 };

static void assert_pop(struct queue *queue, const char *text)
{
	assert_true(span_equal(queue_pop(queue), span_from_text(text)));
}

static void packets_come_out_in_the_order_in_which_they_went_in(void **state)
{
	struct queue queue;

	(void)state;
	assert_true(queue_create(&queue, SLOTS, PACKET_MAX));
	/* Around the end of the ring, more than once. */
	for (unsigned round = 0; round < 2 * SLOTS; round++) {
		assert_true(queue_push(&queue, span_from_text("a")));
		assert_true(queue_push(&queue, span_from_text("bcde")));
		assert_int_equal(queue.count, 2);
		assert_pop(&queue, "a");
		assert_pop(&queue, "bcde");
	}
	assert_int_equal(queue_pop(&queue).len, 0);
	queue_destroy(&queue);
}

static void full_queue_and_long_packets_are_refused(void **state)
{
	struct queue queue;

	(void)state;
	assert_true(queue_create(&queue, SLOTS, PACKET_MAX));
	assert_false(queue_push(&queue, span_from_text("12345")));
	for (unsigned i = 0; i < SLOTS; i++)
		assert_true(queue_push(&queue, span_from_text("1")));
	assert_false(queue_push(&queue, span_from_text("2")));
	assert_pop(&queue, "1");
	assert_true(queue_push(&queue, span_from_text("2")));
	queue_clear(&queue);
	assert_int_equal(queue_pop(&queue).len, 0);
	queue_destroy(&queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_come_out_in_the_order_in_which_they_went_in),
		cmocka_unit_test(full_queue_and_long_packets_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
