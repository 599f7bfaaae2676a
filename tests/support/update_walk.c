/* SPDX-License-Identifier: Apache-2.0 */
/* Updates that are killed and repeated, see update_walk.h. */
#include "tests/support/update_walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	IMAGE_SIZE = 2500,
	NETWORK_SIZE = 2300,
	OPTIONS_MAX = 512,
	TEXT_MAX = 1024,
	MARKS_SIZE = 128, /* trailers: what a mark that is made once more writes at most */
	RUNS_MAX = 6,     /* until a board that is just resetting answers again */
	HASTE_US = 300 * 1000,
};

struct stage {
	const struct update_scene *scene;
	struct update_rig rig;
	char name[TEXT_MAX];
	unsigned requests; /* of an update that nobody disturbs, and what it writes */
	uint64_t written;
};

static bool is(const struct stage *stage, unsigned trait)
{
	return (stage->scene->traits & trait) != 0;
}

static void open_stage(
	struct stage *stage, const struct update_walk *walk, const struct update_scene *scene)
{
	bool has_second = strstr(scene->options, "start=") != NULL;
	struct firmware_part *part;
	char options[OPTIONS_MAX];

	*stage = (struct stage){ .scene = scene };
	snprintf(stage->name, sizeof(stage->name), "%s, %s%s", scene->options, scene->course->name,
		(scene->traits & BEGINS_WITH_ANOTHER) != 0 ? ", another image" : "");
	snprintf(options, sizeof(options), "slot-size=32K,factory=%s,%s%s%s", walk->old_path,
		scene->options, has_second ? ",second=" : "",
		!has_second                                  ? ""
		: (scene->traits & BEGINS_WITH_ANOTHER) != 0 ? walk->other_path
							     : walk->path);
	update_rig_open(&stage->rig, options);
	part = update_rig_add(&stage->rig, &walk->image, 0);
	part->has_slot = strstr(options, "direct-xip") != NULL;
	part->slot = 1;
	if (strstr(options, "images=2") != NULL)
		update_rig_add(&stage->rig, &walk->network, 1);
	stage->rig.settings.confirm = scene->course->confirm;
	stage->rig.settings.test_only = scene->course->test_only;
	stage->rig.settings.no_reset = scene->course->no_reset;
	stage->rig.health.version = scene->course->fails ? "9.9.9" : NULL;
}

static void expect_end(struct stage *stage, const char *disturbance, enum status status)
{
	struct update_rig *rig = &stage->rig;
	char list[FLOW_LIST_MAX];

	if (status != stage->scene->status)
		fail_msg("%s: %s: %s: %s", stage->name, disturbance, status_name(status),
			rig->err.message);
	update_rig_rest(rig);
	flow_rig_list(&rig->flow, list);
	if (strcmp(list, stage->scene->list) != 0)
		fail_msg("%s: %s: the board holds %s", stage->name, disturbance, list);
	flow_rig_expect_no_complaints(&rig->flow);
}

static void run_undisturbed(struct stage *stage)
{
	enum status status = update_rig_run(&stage->rig);

	stage->requests = flow_rig_requests(&stage->rig.flow);
	stage->written = update_rig_written(&stage->rig);
	expect_end(stage, "undisturbed", status);
}

/* Again and again, until it ends as it should, or shows that it will not. */
static enum status repeat(struct stage *stage)
{
	enum status status = STATUS_OK;

	for (unsigned i = 0; i < RUNS_MAX; i++) {
		flow_rig_clear_interrupt(&stage->rig.flow);
		if (is(stage, IN_HASTE))
			fake_clock_advance(&stage->rig.flow.clock, HASTE_US);
		else
			update_rig_rest(&stage->rig);
		status = update_rig_run(&stage->rig);
		if (!is(stage, IN_HASTE) || (status != STATUS_NO_PORT && status != STATUS_TIMEOUT))
			break;
	}
	return status;
}

/* `is_cut`: killed for good; else Ctrl-C. */
static void kill_at(struct stage *stage, unsigned request, bool is_cut)
{
	struct update_rig *rig = &stage->rig;
	uint64_t may_write = stage->written + MARKS_SIZE, written;
	char disturbance[64];
	enum status status;

	snprintf(disturbance, sizeof(disturbance), "%s at request %u", is_cut ? "cut" : "Ctrl-C",
		request);
	update_rig_renew_board(rig);
	if (is_cut)
		flow_rig_cut_at(&rig->flow, request);
	else
		flow_rig_interrupt_at(&rig->flow, request);
	status = update_rig_run(rig);
	if (request < stage->requests && status == stage->scene->status)
		fail_msg("%s: %s: it was not disturbed", stage->name, disturbance);
	written = update_rig_written(rig);
	if (is(stage, ERASES) || (is(stage, BEGINS_ANEW) && written < stage->written))
		may_write += written;
	status = repeat(stage);
	written = update_rig_written(rig);
	if (written > may_write)
		fail_msg("%s: %s: %llu bytes were written, and %llu should do", stage->name,
			disturbance, (unsigned long long)written, (unsigned long long)may_write);
	expect_end(stage, disturbance, status);
}

void update_walk(const struct update_walk *walk, const struct update_scene *scene)
{
	struct stage stage;

	open_stage(&stage, walk, scene);
	run_undisturbed(&stage);
	for (unsigned request = 1; request <= stage.requests; request++) {
		/* Who is in haste presses nothing, but pulls the plug. */
		if (!is(&stage, IN_HASTE))
			kill_at(&stage, request, false);
		kill_at(&stage, request, true);
	}
	update_rig_close(&stage.rig);
}

static void write_image(const struct flow_image *image, char path[32])
{
	int fd;

	snprintf(path, 32, "/tmp/test_update.XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, image->file.data, image->file.len), image->file.len);
	close(fd);
}

int update_walk_set_up(void **state)
{
	struct update_walk *walk = test_calloc(1, sizeof(*walk));
	struct flow_image other, old;

	flow_image_make(&walk->image, IMAGE_SIZE, 2);
	flow_image_make(&walk->network, NETWORK_SIZE, 3);
	flow_image_make(&other, IMAGE_SIZE, 4);
	write_image(&walk->image, walk->path);
	write_image(&other, walk->other_path);
	flow_image_free(&other);
	flow_image_make(&old, IMAGE_SIZE, 1);
	write_image(&old, walk->old_path);
	flow_image_free(&old);
	*state = walk;
	return 0;
}

int update_walk_tear_down(void **state)
{
	struct update_walk *walk = *state;

	unlink(walk->path);
	unlink(walk->other_path);
	unlink(walk->old_path);
	flow_image_free(&walk->image);
	flow_image_free(&walk->network);
	test_free(walk);
	return 0;
}
