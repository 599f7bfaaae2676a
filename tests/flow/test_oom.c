/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation k fails, for k = 1, 2, 3 ... until all of them succeed, over everything that a command
 * does: open a client, list, upload, close. Each time the end must be clean: success, or
 * STATUS_INTERNAL; no crash, no leak, no endless wait.
 *
 * The linker sends our own libraries' calls of malloc, calloc and realloc here (--wrap, see
 * tests/CMakeLists.txt). What shared libraries allocate by themselves, and what the board allocates,
 * never fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "src/device.h"
#include "tests/support/flow_update.h"

enum { IMAGE_SIZE = 5000, ALLOCATIONS_MIN = 5, ALLOCATIONS_MAX = 1000 };

/* The linker leaves no way to hand a context over. */
static struct {
	bool is_armed;
	unsigned calls;   /* that counted */
	unsigned failing; /* which of them fails */
} oom;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static bool fails_now(void)
{
	return oom.is_armed && ++oom.calls == oom.failing;
}

void *__wrap_malloc(size_t size)
{
	return fails_now() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails_now() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return fails_now() ? NULL : __real_realloc(old, size);
}

static void spare_board(void *ctx, bool into_board)
{
	(void)ctx;
	oom.is_armed = !into_board;
}

static enum status list_and_upload(struct flow_rig *rig, const struct flow_image *image)
{
	struct upload_plan plan = { .file = image->file, .hash = image->hash };
	struct upload_result result;
	struct smp_image_state list;
	struct progress progress;
	enum status status = flow_rig_connect(rig);

	progress_init(&progress, NULL, true);
	if (status == STATUS_OK)
		status = device_image_state(rig->client, &list, &rig->err);
	if (status == STATUS_OK)
		status = upload_run(rig->client, &plan, &progress, &result, &rig->err);
	flow_rig_disconnect(rig);
	return status;
}

/* Returns whether an allocation failed. */
static bool run_with_failure(unsigned failing, const struct flow_image *image)
{
	struct flow_rig rig;
	enum status status;

	flow_rig_open(&rig, "slot-size=32K");
	rig.border.cross = spare_board;
	oom.calls = 0;
	oom.failing = failing;
	oom.is_armed = true;
	status = list_and_upload(&rig, image);
	oom.is_armed = false;
	if (status != STATUS_OK) {
		assert_int_equal(status, STATUS_INTERNAL);
		assert_int_equal(rig.err.status, STATUS_INTERNAL);
		assert_true(rig.err.message[0] != '\0');
	} else {
		assert_true(flow_rig_holds(&rig, 1, image->file));
	}
	flow_rig_close(&rig);
	return oom.calls >= failing;
}

static void every_failed_allocation_ends_cleanly(void **state)
{
	struct flow_image image;
	unsigned failing = 1;

	(void)state;
	flow_image_make(&image, IMAGE_SIZE, 2);
	while (run_with_failure(failing, &image))
		assert_true(++failing < ALLOCATIONS_MAX);
	/* Else the wrapping does not work. */
	assert_true(failing > ALLOCATIONS_MIN);
	flow_image_free(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_ends_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
