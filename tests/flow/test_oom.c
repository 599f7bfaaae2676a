/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation k fails, for k = 1, 2, 3 ... until all of them succeed, over everything that a command
 * does: open a client, list, upload, close; or send a file and fetch it. Each time the end must be clean: success, or
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
#include "src/fs_fetch.h"
#include "src/fs_send.h"
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

static enum status drop(void *ctx, struct span bytes, struct err *reterr)
{
	(void)ctx;
	(void)bytes;
	(void)reterr;
	return STATUS_OK;
}

static enum status send_and_fetch(struct flow_rig *rig, const struct flow_image *image)
{
	const struct fs_options options = { .path = "/lfs/file" };
	const struct fs_sink sink = { .put = drop };
	struct fs_result result;
	struct progress progress;
	enum status status = flow_rig_connect(rig);

	progress_init(&progress, NULL, true);
	if (status == STATUS_OK)
		status = fs_send(
			rig->client, &options, image->file, NULL, &progress, &result, &rig->err);
	if (status == STATUS_OK)
		status = fs_fetch(rig->client, &options, &sink, &progress, &result, &rig->err);
	flow_rig_disconnect(rig);
	return status;
}

typedef enum status (*command_run)(struct flow_rig *rig, const struct flow_image *image);

/* Returns whether an allocation failed. */
static bool run_with_failure(command_run run, unsigned failing, const struct flow_image *image)
{
	struct flow_rig rig;
	enum status status;

	flow_rig_open(&rig, "slot-size=32K");
	rig.border.cross = spare_board;
	oom.calls = 0;
	oom.failing = failing;
	oom.is_armed = true;
	status = run(&rig, image);
	oom.is_armed = false;
	if (status != STATUS_OK) {
		assert_int_equal(status, STATUS_INTERNAL);
		assert_int_equal(rig.err.status, STATUS_INTERNAL);
		assert_true(rig.err.message[0] != '\0');
	} else if (run == list_and_upload) {
		assert_true(flow_rig_holds(&rig, 1, image->file));
	}
	flow_rig_close(&rig);
	return oom.calls >= failing;
}

static void fail_one_after_another(command_run run)
{
	struct flow_image image;
	unsigned failing = 1;

	flow_image_make(&image, IMAGE_SIZE, 2);
	while (run_with_failure(run, failing, &image))
		assert_true(++failing < ALLOCATIONS_MAX);
	/* Else the wrapping does not work. */
	assert_true(failing > ALLOCATIONS_MIN);
	flow_image_free(&image);
}

static void every_failed_allocation_of_an_upload_ends_cleanly(void **state)
{
	(void)state;
	fail_one_after_another(list_and_upload);
}

static void every_failed_allocation_of_a_file_transfer_ends_cleanly(void **state)
{
	(void)state;
	fail_one_after_another(send_and_fetch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_failed_allocation_of_an_upload_ends_cleanly),
		cmocka_unit_test(every_failed_allocation_of_a_file_transfer_ends_cleanly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
