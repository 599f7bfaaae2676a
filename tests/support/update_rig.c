/* SPDX-License-Identifier: Apache-2.0 */
/* Whole updates of a fake board, see update_rig.h. */
#include "tests/support/update_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/progress.h"
#include "src/update_show.h"

enum { REST_US = 20 * 1000 * 1000 };

void update_rig_open(struct update_rig *rig, const char *options)
{
	*rig = (struct update_rig){ .firmware.kind = FIRMWARE_ZIP };
	settings_default(&rig->settings);
	rig->settings.port = "board";
	flow_rig_open(&rig->flow, options);
}

void update_rig_close(struct update_rig *rig)
{
	flow_rig_close(&rig->flow);
}

void update_rig_renew_board(struct update_rig *rig)
{
	struct fakedev_config config = rig->flow.config;

	flow_rig_close(&rig->flow);
	flow_rig_open_config(&rig->flow, &config);
}

struct firmware_part *update_rig_add(
	struct update_rig *rig, const struct flow_image *image, uint32_t image_number)
{
	struct firmware_part *part = &rig->firmware.parts[rig->firmware.part_count++];

	part->bytes = image->file;
	part->has_image_number = true;
	part->image_number = image_number;
	snprintf(part->name, sizeof(part->name), "image%u.bin", (unsigned)image_number);
	assert_int_equal(mcuboot_parse(image->file, &part->image, &rig->err), STATUS_OK);
	return part;
}

static void show_outline(void *ctx, const struct update_outline *outline)
{
	update_show_outline(outline, "board", ctx);
}

static void show_step(void *ctx, const struct update_plan *plan, const struct upload_item *item)
{
	update_show_step(plan, item, ctx);
}

static enum status run_on_port(struct update_rig *rig, struct output *output, struct port *port)
{
	struct file_parts parts = file_parts_of(&rig->firmware, "update.zip", rig->settings.image);
	struct progress progress;
	struct update_job job = {
		.settings = &rig->settings,
		.output = output,
		.firmware = &rig->firmware,
		.parts = &parts,
		.health = rig->health,
		.progress = &progress,
		.listener = { show_outline, show_step, output },
	};

	for (size_t i = 0; i < parts.count; i++)
		parts.is_sound[i] = true;
	progress_init(&progress, NULL, true);
	return update_run(port, &job, &rig->report, &rig->err);
}

enum status update_rig_run(struct update_rig *rig)
{
	struct output output = { .notes = fmemopen(rig->notes, sizeof(rig->notes), "w") };
	struct port_config config = {
		.settings = &rig->settings,
		.output = &output,
		.clock = fake_clock_get(&rig->flow.clock),
		.interrupt_fd = rig->flow.interrupt_fds[0],
		.open_transport = flow_rig_open_transport,
		.open_ctx = &rig->flow,
	};
	struct port *port = NULL;
	enum status status;

	assert_non_null(output.notes);
	output.results = output.notes;
	rig->notes[0] = '\0';
	err_clear(&rig->err);
	rig->report = (struct update_report){ 0 };
	status = port_open(&config, &port, &rig->err);
	if (status == STATUS_OK)
		status = run_on_port(rig, &output, port);
	port_free(port);
	fclose(output.notes);
	return status;
}

void update_rig_expect_note(const struct update_rig *rig, const char *words)
{
	if (strstr(rig->notes, words) == NULL)
		fail_msg("nothing says '%s' in:\n%s", words, rig->notes);
}

void update_rig_rest(struct update_rig *rig)
{
	flow_rig_clear_interrupt(&rig->flow);
	fake_clock_advance(&rig->flow.clock, REST_US);
	fakedev_is_present(rig->flow.board, rig->flow.clock.now_us);
}

uint64_t update_rig_written(const struct update_rig *rig)
{
	struct fakedev_counters counters;

	fakedev_get_counters(rig->flow.board, &counters);
	return counters.bytes_written;
}
