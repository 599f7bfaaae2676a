/* SPDX-License-Identifier: Apache-2.0 */
/* Taking the steps of an update, see update.h. */
#include "src/update.h"

#include <string.h>

#include "src/recover.h"
#include "src/update_steps.h"

enum {
	RETURNS_MAX = 5, /* times that a port may go away in one update */
};

static const char *const outcome_names[] = {
	[UPDATE_OUTCOME_FAILED] = "failed",
	[UPDATE_OUTCOME_PLANNED] = "planned",
	[UPDATE_OUTCOME_ALREADY] = "already",
	[UPDATE_OUTCOME_MARKED] = "marked",
	[UPDATE_OUTCOME_TESTING] = "testing",
	[UPDATE_OUTCOME_UPDATED] = "updated",
	[UPDATE_OUTCOME_ROLLED_BACK] = "rolled_back",
};

const char *update_outcome_name(enum update_outcome outcome)
{
	return outcome_names[outcome];
}

/* What ran before the new image came: the one that runs, or the one that would come back. */
static const struct smp_image_slot *find_old(const struct update_plan *plan, uint32_t image)
{
	const struct smp_image_slot *running = device_facts_running(&plan->view.facts, image);

	if (running != NULL && !running->confirmed && update_parts_hold(&plan->goal.parts, running))
		return update_view_way_back(&plan->view, image);
	return running;
}

static void note_running(struct update *update)
{
	const struct update_plan *plan = &update->plan;
	/* Of several images the application's, of one that one. */
	uint32_t image = plan->goal.parts.parts[0].image;
	const struct smp_image_slot *running = device_facts_running(&plan->view.facts, image);
	const struct smp_image_slot *old = find_old(plan, image);
	struct update_report *report = update->report;

	if (running != NULL && !plan->view.facts.is_recovery)
		memcpy(report->runs, running->version, sizeof(report->runs));
	else
		report->runs[0] = '\0';
	if (!update->has_choice && old != NULL)
		memcpy(report->from, old->version, sizeof(report->from));
}

static void add_to_outline(
	const struct update *update, size_t index, struct update_outline *outline)
{
	const struct update_plan *plan = &update->plan;
	const struct update_part *part = &plan->goal.parts.parts[index];
	struct update_outline_part *row = &outline->parts[outline->count];
	const struct smp_image_slot *old = find_old(plan, part->image);

	row->item = update_item_of(update, part);
	if (row->item == NULL)
		return;
	row->place = plan->places[index];
	if (old != NULL)
		memcpy(row->from, old->version, sizeof(row->from));
	if (row->place == UPDATE_ABSENT)
		outline->upload_us +=
			upload_estimate_us(port_client(update->port), row->item->part->bytes.len);
	outline->count++;
}

static void show_outline(const struct update *update)
{
	const struct update_listener *listener = &update->job->listener;
	struct update_outline outline = { .plan = &update->plan };

	for (size_t i = 0; i < update->plan.goal.parts.count; i++) {
		if (update->plan.is_chosen[i])
			add_to_outline(update, i, &outline);
	}
	if (listener->on_outline != NULL)
		listener->on_outline(listener->ctx, &outline);
}

/* Nothing is to be sent: the parts are where they are. */
static void choose_what_is_there(struct update *update)
{
	const struct file_parts *parts = update->job->parts;

	update->choice = (struct upload_choice){ .path = parts->path };
	for (size_t i = 0; i < parts->count; i++) {
		struct upload_item *item = &update->choice.items[update->choice.count];

		if (!update->plan.is_chosen[i])
			continue;
		item->part = parts->parts[i];
		item->image = update->plan.goal.parts.parts[i].image;
		item->is_sound = parts->is_sound[i];
		item->has_target =
			device_facts_target(&update->plan.view.facts, item->image, &item->target);
		update->choice.count++;
	}
}

/* What is to be sent or marked must be fit for this device. */
static enum status check_choice(struct update *update, struct err *reterr)
{
	const struct update_plan *plan = &update->plan;
	const struct update_job *job = update->job;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < plan->goal.parts.count; i++) {
		const struct upload_item *item = update_item_of(update, &plan->goal.parts.parts[i]);

		if (item == NULL || !plan->is_chosen[i] ||
			(plan->places[i] != UPDATE_ABSENT && plan->places[i] != UPDATE_HELD))
			continue;
		status = device_check(port_client(update->port), &plan->view.facts, &update->choice,
			(size_t)(item - update->choice.items), job->settings->force, job->output,
			reterr);
	}
	return status;
}

/* Which files go where, whether they fit, and what will be done: once, at the first look. */
static enum status make_choice(struct update *update, struct err *reterr)
{
	const struct update_job *job = update->job;
	enum status status = STATUS_OK;

	if (update_plan_has(&update->plan, UPDATE_ABSENT))
		status = upload_choose(job->parts, &update->plan.view.facts, job->settings,
			&update->choice, reterr);
	else
		choose_what_is_there(update);
	if (status == STATUS_OK)
		status = check_choice(update, reterr);
	if (status != STATUS_OK)
		return status;
	update->has_choice = true;
	show_outline(update);
	return STATUS_OK;
}

static enum status look(struct update *update, struct err *reterr)
{
	struct update_view view;
	enum status status = update_view_ask(update, &view, reterr);

	if (status != STATUS_OK)
		return status;
	status = update_plan_saw(&update->plan, &view, reterr);
	note_running(update);
	if (status == STATUS_OK && !update->has_choice && update->plan.step != UPDATE_DONE)
		status = make_choice(update, reterr);
	return status;
}

static enum status recover(struct update *update, struct err *reterr)
{
	enum recover_way way;
	enum status status = recover_enter(update->port, 0, &way, reterr);

	if (status == STATUS_OK && way != RECOVER_WAS_THERE)
		update->report->resets++;
	return status;
}

static enum status take_step(struct update *update, struct err *reterr)
{
	switch (update->plan.step) {
	case UPDATE_COMPARE:
	case UPDATE_READ:
		return look(update, reterr);
	case UPDATE_UPLOAD:
		return update_upload(update, reterr);
	case UPDATE_MARK:
		return update_mark(update, reterr);
	case UPDATE_RECOVER:
		return recover(update, reterr);
	case UPDATE_RESET:
	case UPDATE_ROLL_BACK:
		return update_reset(update, reterr);
	case UPDATE_WAIT:
		return update_wait(update, reterr);
	case UPDATE_CHECK:
		return update_check(update, reterr);
	case UPDATE_CONFIRM:
		return update_confirm(update, reterr);
	case UPDATE_INSPECT:
	case UPDATE_DONE:
	case UPDATE_FAILED:
		break;
	}
	return STATUS_OK;
}

static void announce(const struct update *update)
{
	const struct update_listener *listener = &update->job->listener;
	bool has_part = update->plan.step == UPDATE_UPLOAD || update->plan.step == UPDATE_MARK ||
			update->plan.step == UPDATE_CONFIRM;

	if (listener->on_step != NULL)
		listener->on_step(listener->ctx, &update->plan,
			has_part ? update_item_of(update, update_plan_part(&update->plan)) : NULL);
}

/* A cable that is plugged in again within --wait-port: look where the device is, and go on. */
static bool may_go_on(struct update *update, enum status status)
{
	uint64_t until_us = port_now_us(update->port) + update->job->settings->wait_port_ms * 1000;

	if (status != STATUS_NO_PORT || update->job->settings->wait_port_ms == 0 ||
		update->returns >= RETURNS_MAX || update->plan.step == UPDATE_WAIT)
		return false;
	update->returns++;
	port_close(update->port);
	output_note(update->job->output, "%s went away; waiting for it", port_name(update->port));
	return port_reopen_when_there(update->port, until_us, ERR_IGNORED) == STATUS_OK;
}

/* What was being done, why, and what is left behind. */
static enum status explain_failure(
	const struct update *update, enum update_step step, struct err *reterr)
{
	const struct update_plan *plan = &update->plan;

	if (step != UPDATE_COMPARE && step != UPDATE_READ && step != UPDATE_CHECK &&
		step != UPDATE_WAIT)
		err_wrap(reterr, "%s", update_step_name(step));
	/* Of a roll-back that was seen the plan's own error tells. */
	if (plan->reset == UPDATE_RESET_BACK && plan->reason.message[0] != '\0' &&
		reterr->status != STATUS_NOT_UPDATED)
		err_wrap(reterr, "%s; taking the image back", plan->reason.message);
	if (reterr->status == STATUS_INTERRUPTED)
		return err_hint(reterr, "the same command goes on from there");
	if (reterr->hint[0] == '\0' &&
		(step == UPDATE_CHECK || step == UPDATE_CONFIRM || step == UPDATE_ROLL_BACK))
		err_hint(reterr, "the new image runs unconfirmed: a reset takes it back, the same "
				 "command goes on from there");
	return reterr->status;
}

static enum status run_step(struct update *update, struct err *reterr)
{
	enum update_step step = update->plan.step;
	enum status status = port_reopen(update->port, reterr);

	announce(update);
	if (status == STATUS_OK)
		status = take_step(update, reterr);
	if (status == STATUS_OK) {
		if (update->plan.step == step)
			update_plan_done(&update->plan);
		return STATUS_OK;
	}
	if (may_go_on(update, status)) {
		err_clear(reterr);
		update_plan_look_again(&update->plan);
		return STATUS_OK;
	}
	update->report->last_step = step;
	update_plan_failed(&update->plan);
	return explain_failure(update, step, reterr);
}

static enum update_outcome find_outcome(const struct update *update, enum status status)
{
	const struct update_plan *plan = &update->plan;

	if (status != STATUS_OK)
		return plan->was_taken_back ? UPDATE_OUTCOME_ROLLED_BACK : UPDATE_OUTCOME_FAILED;
	if (plan->step != UPDATE_DONE)
		return UPDATE_OUTCOME_PLANNED;
	if (update_plan_has(plan, UPDATE_MARKED) || update_plan_has(plan, UPDATE_HELD))
		return UPDATE_OUTCOME_MARKED;
	if (update_plan_has(plan, UPDATE_RUNS))
		return UPDATE_OUTCOME_TESTING;
	return plan->has_nothing_to_do ? UPDATE_OUTCOME_ALREADY : UPDATE_OUTCOME_UPDATED;
}

static void set_goal(const struct update_job *job, struct update_goal *goal)
{
	const struct settings *settings = job->settings;

	*goal = (struct update_goal){
		.for_good = settings->confirm,
		.test_only = settings->test_only,
		.no_reset = settings->no_reset,
		.is_forced = settings->force,
		.has_check = health_is_wanted(&job->health),
	};
	for (size_t i = 0; i < job->parts->count; i++) {
		const struct firmware_part *part = job->parts->parts[i];
		struct update_part *wanted = &goal->parts.parts[goal->parts.count];

		wanted->image = part->has_image_number ? part->image_number
				: settings->image != SETTINGS_IMAGE_UNSET
					? (uint32_t)settings->image
					: 0;
		wanted->has_slot = part->has_slot;
		wanted->slot = part->slot;
		wanted->version = part->image.version;
		if (mcuboot_hash(&part->image, &wanted->hash))
			goal->parts.count++;
	}
}

static void name_target(const struct update_goal *goal, struct update_report *report)
{
	const struct update_part *named = goal->parts.count > 0 ? &goal->parts.parts[0] : NULL;
	struct buf text = BUF_OVER(report->to);

	for (size_t i = goal->parts.count; i > 0; i--) {
		if (goal->parts.parts[i - 1].image == 0)
			named = &goal->parts.parts[i - 1];
	}
	if (named != NULL)
		mcuboot_version_text(&named->version, &text);
	buf_text(&text);
}

/* What cannot be wanted at the same time, or not recognised afterwards. */
static enum status refuse_job(
	const struct update_job *job, const struct update_goal *goal, struct err *reterr)
{
	if (goal->for_good && goal->test_only)
		return err_set(reterr, STATUS_USAGE,
			"--confirm marks the image for good, --test-only leaves it unconfirmed: "
			"choose one");
	if (job->parts->count == 0)
		return file_parts_refuse(job->parts, job->settings->image, reterr);
	if (goal->parts.count < job->parts->count)
		return err_set(reterr, STATUS_BAD_FILE,
			"%s: an image without a hash cannot be recognised on the device",
			job->parts->path);
	return STATUS_OK;
}

enum status update_run(struct port *port, const struct update_job *job,
	struct update_report *ret_report, struct err *reterr)
{
	struct update update = { .port = port, .job = job, .report = ret_report };
	struct update_goal goal;
	enum status status;

	*ret_report = (struct update_report){ .outcome = UPDATE_OUTCOME_FAILED };
	set_goal(job, &goal);
	name_target(&goal, ret_report);
	status = refuse_job(job, &goal, reterr);
	if (status != STATUS_OK)
		return status;
	update_plan_init(&update.plan, &goal);
	update.start_us = port_now_us(port);
	while (status == STATUS_OK && update.plan.step != UPDATE_DONE &&
		!(update.has_choice && job->settings->dry_run))
		status = run_step(&update, reterr);
	ret_report->duration_us = port_now_us(port) - update.start_us;
	ret_report->outcome = find_outcome(&update, status);
	return status;
}
