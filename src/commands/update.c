/* SPDX-License-Identifier: Apache-2.0 */
/* update: from any state of a device to the new image, running and confirmed. */
#include "base/text.h"
#include "src/commands/commands.h"
#include "src/commands/update_fleet.h"
#include "src/fleet_list.h"
#include "src/interrupt.h"
#include "src/update_show.h"

/* One device, one file. */
struct job {
	struct invocation *invocation;
	struct file_rules rules;
	struct firmware *firmware;
	struct file_parts parts;
	struct update_report report;
};

static void print_text(const void *result, FILE *out)
{
	const struct update_report *report = result;
	char storage[256];
	struct buf text = BUF_OVER(storage);

	update_append_outcome(report, &text);
	buf_format(&text, ", %.1f s", update_seconds(report));
	if (report->bytes > 0) {
		buf_append_text(&text, ", ");
		text_append_size(&text, (uint64_t)update_bytes_per_second(report));
		buf_append_text(&text, "/s");
	}
	fprintf(out, "%s\n", buf_text(&text));
}

static void put_json(const void *result, struct doc *object)
{
	update_put_report(result, object);
}

static void show_outline(void *ctx, const struct update_outline *outline)
{
	const struct invocation *invocation = ((struct job *)ctx)->invocation;

	update_show_outline(outline, port_name(invocation->port), invocation->output);
}

static void show_step(void *ctx, const struct update_plan *plan, const struct upload_item *item)
{
	update_show_step(plan, item, ((struct job *)ctx)->invocation->output);
}

static enum status open_file(struct job *job, const char *path, struct err *reterr)
{
	const struct settings *settings = &job->invocation->settings;
	enum status status = file_rules_load(settings, &job->rules, reterr);

	if (status == STATUS_OK)
		status = firmware_open(path, &job->firmware, reterr);
	if (status != STATUS_OK)
		return status;
	job->parts = file_parts_of(job->firmware, path, settings->image);
	return file_check(&job->parts, &job->rules, job->invocation->output, reterr);
}

static enum status update_port(struct job *job, struct err *reterr)
{
	static const struct result_printer printer = { print_text, put_json };
	struct invocation *invocation = job->invocation;
	const struct settings *settings = &invocation->settings;
	struct progress progress;
	struct update_job update = {
		.settings = settings,
		.output = invocation->output,
		.firmware = job->firmware,
		.parts = &job->parts,
		.health = { settings->check, settings->check_echo, settings->check_version, 0 },
		.progress = &progress,
		.listener = { show_outline, show_step, job },
	};
	enum status status;

	progress_init(&progress, invocation->output->notes, settings->quiet || settings->json);
	progress.has_colours =
		terminal_has_colours(invocation->output->notes, invocation->output->colours);
	progress.is_terminal = progress.is_terminal && !settings->verbose;
	status = update_run(invocation->port, &update, &job->report, reterr);
	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &job->report);
	else if (settings->json)
		output_partial_result(invocation->output, &printer, &job->report);
	return status;
}

static enum status open_and_update(struct job *job, struct err *reterr)
{
	struct invocation *invocation = job->invocation;
	struct port_config config = {
		.settings = &invocation->settings,
		.output = invocation->output,
		.clock = clock_monotonic(),
		.interrupt_fd = interrupt_open(),
	};
	enum status status = port_open(&config, &invocation->port, reterr);

	if (status == STATUS_OK)
		status = update_port(job, reterr);
	port_free(invocation->port);
	invocation->port = NULL;
	interrupt_close(config.interrupt_fd);
	return status;
}

enum status command_update(struct invocation *invocation, struct err *reterr)
{
	const char *path = invocation->arg_count > 0 ? invocation->args[0] : NULL;
	struct job job = { .invocation = invocation };
	enum status status;

	if (fleet_is_wanted(&invocation->settings))
		return update_fleet(invocation, path, reterr);
	if (path == NULL || path[0] == '\0')
		return err_set(reterr, STATUS_USAGE, "no firmware file was named");
	status = open_file(&job, path, reterr);
	if (status == STATUS_OK)
		status = open_and_update(&job, reterr);
	firmware_close(job.firmware);
	file_rules_clear(&job.rules);
	return status;
}
