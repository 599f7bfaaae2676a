/* SPDX-License-Identifier: Apache-2.0 */
/* image upload: check the file, ask the device, send what it lacks, say what was seen. */
#include <inttypes.h>

#include "base/text.h"
#include "src/commands/commands.h"
#include "src/commands/upload_print.h"
#include "src/device_check.h"

enum { TITLE_MAX = 512 };

/* One image upload; lives as long as the command. */
struct job {
	struct invocation *invocation;
	struct file_rules rules;
	struct firmware *firmware;
	struct file_parts parts;
	struct device_facts facts;
	struct upload_choice choice;
	struct upload_report report;
};

/* With --force bytes of any kind are sent; but nothing of them could be signed by a key. */
static enum status open_raw(struct job *job, const char *path, struct err *reterr)
{
	if (!job->rules.is_forced)
		return reterr->status;
	if (job->rules.key != NULL)
		return err_hint(
			reterr, "--force does not override the key (%s)", job->rules.key_path);
	if (firmware_open_raw(path, &job->firmware, ERR_IGNORED) != STATUS_OK ||
		job->firmware->parts[0].bytes.len == 0)
		return reterr->status;
	return file_object(true, job->invocation->output, reterr);
}

static bool is_skipped(const struct job *job, const struct upload_item *item)
{
	return !job->invocation->settings.restart && upload_is_there(item, &job->facts);
}

static enum status check_against_device(struct job *job, struct err *reterr)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < job->choice.count; i++) {
		if (!is_skipped(job, &job->choice.items[i]))
			status = device_check(job->invocation->client, &job->facts, &job->choice, i,
				job->rules.is_forced, job->invocation->output, reterr);
	}
	return status;
}

static void note_there(const struct upload_item *item, struct upload_done *done)
{
	done->was_there = true;
	done->result = (struct upload_result){
		.bytes = item->part->bytes.len,
		.resumed_at = item->part->bytes.len,
		.proof = UPLOAD_PROOF_LIST,
		.has_slot = true,
		.slot = item->target,
	};
}

static enum status send_item(struct job *job, const struct upload_item *item,
	struct upload_done *done, struct err *reterr)
{
	const struct settings *settings = &job->invocation->settings;
	struct upload_plan plan = {
		.file = item->part->bytes,
		.hash = done->hash,
		.image = item->image,
		.is_recovery = job->facts.is_recovery,
		.has_slot = settings->slot != SETTINGS_SLOT_UNSET,
		.slot = settings->slot != SETTINGS_SLOT_UNSET ? (uint32_t)settings->slot : 0,
		.message_max = settings->mtu,
		.window = (unsigned)settings->window,
		.upgrade_only = settings->upgrade,
		.restart = settings->restart,
		.slot_size = item->has_target
				     ? device_facts_room(&job->facts, item->image, item->target)
				     : 0,
		.forget = job->firmware->forget,
	};
	struct progress progress;

	progress_init(&progress, job->invocation->output->notes, settings->quiet || settings->json);
	progress.has_colours = terminal_has_colours(
		job->invocation->output->notes, job->invocation->output->colours);
	/* The device's text comes in between, and would tear a bar that is drawn over itself. */
	progress.is_terminal = progress.is_terminal && !settings->verbose;
	return upload_run(job->invocation->client, &plan, &progress, &done->result, reterr);
}

static enum status send_all(struct job *job, struct err *reterr)
{
	struct upload_report *report = &job->report;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < job->choice.count; i++) {
		const struct upload_item *item = &job->choice.items[i];
		struct upload_done *done = &report->images[report->count];
		uint8_t storage[TITLE_MAX];
		struct buf title = BUF_OVER(storage);

		done->item = item;
		if (item->is_sound)
			mcuboot_hash(&item->part->image, &done->hash);
		if (is_skipped(job, item)) {
			note_there(item, done);
			report->count++;
			continue;
		}
		file_part_title(report->path, item->part, &title);
		if (report->is_archive && !job->invocation->settings.json)
			output_note(job->invocation->output, "sending image %" PRIu32 ": %s",
				item->image, buf_text(&title));
		status = send_item(job, item, done, reterr);
		if (status == STATUS_OK)
			report->count++;
		else if (report->is_archive)
			err_wrap(reterr, "image %" PRIu32 ": %s", item->image, buf_text(&title));
	}
	return status;
}

static void show(struct job *job)
{
	const struct upload_report *report = &job->report;

	output_result(job->invocation->output, upload_report_printer(), report);
	for (size_t i = 0; !job->invocation->settings.json && i < report->count; i++) {
		if (report->images[i].result.hint[0] != '\0')
			output_note(
				job->invocation->output, "hint: %s", report->images[i].result.hint);
	}
}

/* All that can be known without the device. */
static enum status open_and_check(struct job *job, const char *path, struct err *reterr)
{
	const struct settings *settings = &job->invocation->settings;
	enum status status = file_rules_load(settings, &job->rules, reterr);

	if (status != STATUS_OK)
		return status;
	status = file_open(path, &job->firmware, reterr);
	if (status == STATUS_BAD_FILE)
		status = open_raw(job, path, reterr);
	if (status != STATUS_OK)
		return status;
	job->parts = file_parts_of(job->firmware, path, settings->image);
	job->report.path = path;
	job->report.is_archive = job->firmware->kind == FIRMWARE_ZIP;
	return file_check(&job->parts, &job->rules, job->invocation->output, reterr);
}

static enum status run(struct job *job, const char *path, struct err *reterr)
{
	enum status status = open_and_check(job, path, reterr);

	if (status == STATUS_OK)
		status = device_facts_ask(job->invocation->client, &job->facts, reterr);
	if (status == STATUS_OK)
		status = upload_choose(
			&job->parts, &job->facts, &job->invocation->settings, &job->choice, reterr);
	if (status == STATUS_OK)
		status = check_against_device(job, reterr);
	if (status == STATUS_OK)
		status = send_all(job, reterr);
	if (status == STATUS_OK)
		show(job);
	return status;
}

enum status command_image_upload(struct invocation *invocation, struct err *reterr)
{
	const char *path = invocation->args[0];
	struct job job = { .invocation = invocation };
	enum status status;

	status = run(&job, path, reterr);
	firmware_close(job.firmware);
	file_rules_clear(&job.rules);
	return status;
}
