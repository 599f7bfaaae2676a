/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an upload allocates does not depend on how long it is: nothing for a chunk, sent, answered,
 * lost or repeated.
 *
 * The linker sends our own libraries' calls of malloc, calloc and realloc here (--wrap, see
 * tests/CMakeLists.txt). Of shared libraries the upload itself only uses the stream coder of libcbor,
 * which allocates nothing. What the board allocates does not count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/support/flow_update.h"

enum { SHORT_IMAGE = 64 * 1024, LONG_IMAGE = 256 * 1024 };

/* The linker leaves no way to hand a context over. */
static struct {
	bool is_counting;
	unsigned calls;
} heap;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void *__wrap_malloc(size_t size)
{
	heap.calls += heap.is_counting;
	return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	heap.calls += heap.is_counting;
	return __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	heap.calls += heap.is_counting;
	return __real_realloc(old, size);
}

static void leave_board_out(void *ctx, bool into_board)
{
	(void)ctx;
	heap.is_counting = !into_board;
}

struct course {
	unsigned allocations; /* of the client, from its making to its end */
	struct fakedev_counters counters;
};

static void run_upload(const char *board, size_t size, struct course *ret_course)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;
	enum status status;

	flow_image_make(&image, size, 2);
	flow_rig_open(&rig, board);
	rig.border.cross = leave_board_out;
	heap.calls = 0;
	heap.is_counting = true;
	status = flow_update_upload(&rig, &image, &result);
	heap.is_counting = false;
	if (status != STATUS_OK)
		fail_msg("%s: %s", board, rig.err.message);
	assert_true(flow_rig_holds(&rig, 1, image.file));
	ret_course->allocations = heap.calls;
	fakedev_get_counters(rig.board, &ret_course->counters);
	flow_rig_close(&rig);
	flow_image_free(&image);
}

static void compare_lengths(const char *board, struct course *ret_long_one)
{
	struct course short_one;

	run_upload(board, SHORT_IMAGE, &short_one);
	run_upload(board, LONG_IMAGE, ret_long_one);
	assert_true(ret_long_one->counters.requests > 3 * short_one.counters.requests);
	/* Else the wrapping does not work. */
	assert_true(short_one.allocations > 0);
	assert_int_equal(ret_long_one->allocations, short_one.allocations);
}

static void a_longer_upload_allocates_no_more(void **state)
{
	struct course course;

	(void)state;
	compare_lengths("slot-size=512K", &course);
	compare_lengths("slot-size=512K,buf-size=1024,baud=115200", &course);
}

static void a_longer_upload_that_loses_chunks_allocates_no_more(void **state)
{
	struct course course;

	(void)state;
	compare_lengths(
		"slot-size=512K,baud=460800,flash=nrf52840,erase-progressively,stall", &course);
	assert_true(course.counters.lost_requests > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_longer_upload_allocates_no_more),
		cmocka_unit_test(a_longer_upload_that_loses_chunks_allocates_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
