/* SPDX-License-Identifier: Apache-2.0 */
/* The transitions of an update, see update_plan.h. */
#include "src/update_plan.h"

#include <string.h>

#include "src/update_words.h"

static const char *const step_names[UPDATE_STEP_COUNT] = {
	[UPDATE_INSPECT] = "inspect",
	[UPDATE_COMPARE] = "compare",
	[UPDATE_UPLOAD] = "upload",
	[UPDATE_MARK] = "mark",
	[UPDATE_RECOVER] = "recover",
	[UPDATE_RESET] = "reset",
	[UPDATE_WAIT] = "wait",
	[UPDATE_READ] = "read",
	[UPDATE_CHECK] = "check",
	[UPDATE_CONFIRM] = "confirm",
	[UPDATE_ROLL_BACK] = "roll-back",
	[UPDATE_DONE] = "done",
	[UPDATE_FAILED] = "failed",
};

const char *update_step_name(enum update_step step)
{
	return step_names[step];
}

void update_plan_init(struct update_plan *plan, const struct update_goal *goal)
{
	*plan = (struct update_plan){ .goal = *goal, .step = UPDATE_INSPECT };
}

static void take_view(struct update_plan *plan, const struct update_view *view)
{
	plan->view = *view;
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		plan->is_chosen[i] = update_part_is_wanted(view, &plan->goal.parts, i);
		plan->places[i] =
			update_place_of(view, &plan->goal.parts.parts[i], plan->was_sent[i]);
	}
}

bool update_plan_has(const struct update_plan *plan, enum update_place place)
{
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		if (plan->is_chosen[i] && plan->places[i] == place)
			return true;
	}
	return false;
}

static bool do_all_run(const struct update_plan *plan)
{
	return !update_plan_has(plan, UPDATE_ABSENT) && !update_plan_has(plan, UPDATE_HELD) &&
	       !update_plan_has(plan, UPDATE_MARKED) &&
	       (update_plan_has(plan, UPDATE_RUNS) || update_plan_has(plan, UPDATE_STAYS));
}

/* What no list shows must be sent together with the rest. */
static void settle_unseen(struct update_plan *plan)
{
	if (do_all_run(plan))
		return;
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		if (plan->places[i] == UPDATE_UNSEEN)
			plan->places[i] = UPDATE_ABSENT;
	}
}

/* The plan has failed with the error that is there already. */
static enum status fail(struct update_plan *plan, enum status status)
{
	plan->step = UPDATE_FAILED;
	return status;
}

static bool may_settle(const struct update_plan *plan)
{
	return !plan->goal.no_reset && plan->settle_resets < UPDATE_SETTLE_MAX;
}

static void settle(struct update_plan *plan)
{
	plan->settle_resets++;
	plan->reset = UPDATE_RESET_SETTLE;
	plan->step = UPDATE_RESET;
}

static enum status settle_or_fail(struct update_plan *plan, struct err *reterr)
{
	if (!may_settle(plan))
		return fail(plan, update_words_unsettled(plan, reterr));
	settle(plan);
	return STATUS_OK;
}

/* Wanted, and at this place. */
static bool is_at(const struct update_plan *plan, size_t index, enum update_place place)
{
	return plan->is_chosen[index] && plan->places[index] == place;
}

/* Is a part still there although the step that should move it was done? */
static bool is_stuck(
	const struct update_plan *plan, enum update_place place, const bool went[UPDATE_PARTS_MAX])
{
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		if (is_at(plan, i, place) && went[i])
			return true;
	}
	return false;
}

/* All parts run: what is left is to look at them and to confirm. */
static void go_on_running(struct update_plan *plan, bool is_checked)
{
	if (!is_checked && plan->goal.has_check)
		plan->step = UPDATE_CHECK;
	else if (update_plan_has(plan, UPDATE_RUNS) && !plan->goal.test_only)
		plan->step = UPDATE_CONFIRM;
	else
		plan->step = UPDATE_DONE;
}

/* Does a reset bring the old images back? */
static bool is_under_test(const struct update_plan *plan)
{
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		if (is_at(plan, i, UPDATE_RUNS) &&
			update_view_way_back(&plan->view, plan->goal.parts.parts[i].image) == NULL)
			return false;
	}
	return update_plan_has(plan, UPDATE_RUNS);
}

static bool can_go_back(const struct update_plan *plan)
{
	return is_under_test(plan) && !plan->goal.no_reset;
}

/* Nothing was done, or it is not known what would come of it. */
static enum status refuse_parts(struct update_plan *plan, struct err *reterr)
{
	size_t chosen = 0;

	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		const struct update_part *part = &plan->goal.parts.parts[i];

		if (!plan->is_chosen[i])
			continue;
		chosen++;
		if ((plan->places[i] == UPDATE_ABSENT || plan->places[i] == UPDATE_HELD) &&
			!plan->goal.is_forced && !update_view_may_boot(&plan->view, part))
			return update_words_too_low(plan, part, reterr);
	}
	if (chosen == 0)
		return update_words_no_slot(&plan->goal.parts.parts[0], reterr);
	if (is_stuck(plan, UPDATE_ABSENT, plan->was_sent) ||
		is_stuck(plan, UPDATE_HELD, plan->was_marked))
		return update_words_no_effect(update_plan_has(plan, UPDATE_ABSENT), reterr);
	return STATUS_OK;
}

/*
 * What lies there already and was not just sent may be of a test that comes to its end, or wait in the
 * other slot: the application tells more. Only if that does not start is it sent to where it boots.
 */
static bool should_leave_recovery(struct update_plan *plan)
{
	bool has_tried = plan->reset == UPDATE_RESET_SETTLE;

	if (!plan->view.facts.is_recovery)
		return false;
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		const struct update_part *part = &plan->goal.parts.parts[i];

		if (has_tried && plan->places[i] == UPDATE_HELD &&
			(!part->has_slot || part->slot == 0))
			plan->places[i] = UPDATE_ABSENT;
	}
	if (update_plan_has(plan, UPDATE_ABSENT))
		return false;
	/* All that can be done without a reset is done. */
	if (plan->goal.no_reset && !update_plan_has(plan, UPDATE_HELD))
		return false;
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		if (plan->is_chosen[i] && !plan->was_sent[i])
			return true;
	}
	return false;
}

static enum status go_into_recovery(struct update_plan *plan, struct err *reterr)
{
	if (plan->has_recovered || plan->goal.no_reset)
		return fail(plan, update_words_no_recovery(plan, reterr));
	plan->step = UPDATE_RECOVER;
	return STATUS_OK;
}

/* Nothing keeps it from being moved on. */
static enum status move_on(struct update_plan *plan, struct err *reterr)
{
	if (update_plan_has(plan, UPDATE_ABSENT)) {
		if (update_view_needs_recovery(&plan->view))
			return go_into_recovery(plan, reterr);
		plan->step = UPDATE_UPLOAD;
	} else if (update_plan_has(plan, UPDATE_HELD) && !update_view_is_direct_xip(&plan->view)) {
		plan->step = UPDATE_MARK;
	} else if (plan->goal.no_reset) {
		plan->step = UPDATE_DONE;
	} else {
		plan->reset = UPDATE_RESET_BOOT;
		plan->step = UPDATE_RESET;
	}
	return STATUS_OK;
}

static enum status compare(struct update_plan *plan, struct err *reterr)
{
	enum status status;

	plan->step = UPDATE_COMPARE;
	settle_unseen(plan);
	if (do_all_run(plan)) {
		plan->has_nothing_to_do =
			plan->reset == UPDATE_RESET_NONE && !update_plan_has(plan, UPDATE_RUNS);
		go_on_running(plan, false);
		return STATUS_OK;
	}
	status = refuse_parts(plan, reterr);
	if (status != STATUS_OK)
		return fail(plan, status);
	if (!plan->view.facts.has_state) {
		if (update_view_needs_recovery(&plan->view))
			return go_into_recovery(plan, reterr);
		return fail(plan, update_words_no_list(plan->reset != UPDATE_RESET_NONE, reterr));
	}
	if (update_view_unsettled(&plan->view, &plan->goal.parts) != NULL || is_under_test(plan))
		return settle_or_fail(plan, reterr);
	if (should_leave_recovery(plan)) {
		if (plan->reset == UPDATE_RESET_SETTLE)
			return fail(plan, update_words_not_running(plan, reterr));
		return settle_or_fail(plan, reterr);
	}
	return move_on(plan, reterr);
}

static enum status read_after_boot(struct update_plan *plan, struct err *reterr)
{
	bool is_recovery = plan->view.facts.is_recovery;
	enum status status;

	if (do_all_run(plan)) {
		go_on_running(plan, false);
		return STATUS_OK;
	}
	if (!plan->view.facts.has_state)
		return fail(plan, update_words_no_list(true, reterr));
	if (plan->was_caught && !plan->is_forgiven && !is_recovery) {
		plan->is_forgiven = true;
		return compare(plan, reterr);
	}
	if (update_view_unsettled(&plan->view, &plan->goal.parts) != NULL && may_settle(plan)) {
		settle(plan);
		return STATUS_OK;
	}
	status = update_words_not_running(plan, reterr);
	if (!can_go_back(plan))
		return fail(plan, status);
	/* Better all of the old than some of the new. */
	plan->reason = *reterr;
	err_clear(reterr);
	plan->reset = UPDATE_RESET_BACK;
	plan->step = UPDATE_ROLL_BACK;
	return STATUS_OK;
}

static enum status read_after_roll_back(struct update_plan *plan, struct err *reterr)
{
	const struct smp_image_slot *now = device_facts_running(&plan->view.facts, 0);
	bool is_back = now != NULL && !update_parts_hold(&plan->goal.parts, now) &&
		       !update_plan_has(plan, UPDATE_RUNS) && !plan->view.facts.is_recovery;

	plan->was_taken_back = is_back;
	return fail(plan, update_words_rolled_back(plan, is_back, reterr));
}

enum status update_plan_saw(
	struct update_plan *plan, const struct update_view *view, struct err *reterr)
{
	take_view(plan, view);
	if (plan->step == UPDATE_READ && plan->reset == UPDATE_RESET_BOOT)
		return read_after_boot(plan, reterr);
	if (plan->step == UPDATE_READ && plan->reset == UPDATE_RESET_BACK)
		return read_after_roll_back(plan, reterr);
	return compare(plan, reterr);
}

static enum update_place place_of_step(enum update_step step)
{
	if (step == UPDATE_UPLOAD)
		return UPDATE_ABSENT;
	return step == UPDATE_MARK ? UPDATE_HELD : UPDATE_RUNS;
}

/* Index of update_plan_part's; goal.parts.count: none. */
static size_t find_part(const struct update_plan *plan)
{
	size_t found = plan->goal.parts.count;

	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		if (!is_at(plan, i, place_of_step(plan->step)))
			continue;
		/*
		 * Image 0 is confirmed last: if another one cannot be, the reset still takes all
		 * of them back.
		 */
		if (plan->step != UPDATE_CONFIRM)
			return i;
		if (found == plan->goal.parts.count || plan->goal.parts.parts[i].image != 0)
			found = i;
	}
	return found;
}

const struct update_part *update_plan_part(const struct update_plan *plan)
{
	size_t index = find_part(plan);

	return index < plan->goal.parts.count ? &plan->goal.parts.parts[index] : NULL;
}

bool update_plan_marks_for_good(const struct update_plan *plan, const struct update_part *part)
{
	if (plan->goal.for_good)
		return true;
	return part->image != 0 && (plan->others_for_good || device_facts_running(&plan->view.facts,
								     part->image) == NULL);
}

static void finish_part(struct update_plan *plan)
{
	size_t index = find_part(plan);

	if (index >= plan->goal.parts.count)
		return;
	if (plan->step == UPDATE_UPLOAD)
		plan->was_sent[index] = true;
	else if (plan->step == UPDATE_MARK)
		plan->was_marked[index] = true;
	else if (plan->step == UPDATE_CONFIRM)
		plan->places[index] = UPDATE_STAYS;
}

void update_plan_done(struct update_plan *plan)
{
	finish_part(plan);
	switch (plan->step) {
	case UPDATE_RECOVER:
		plan->has_recovered = true;
		plan->step = UPDATE_COMPARE;
		break;
	case UPDATE_INSPECT:
	case UPDATE_UPLOAD:
	case UPDATE_MARK:
		plan->step = UPDATE_COMPARE;
		break;
	case UPDATE_RESET:
	case UPDATE_ROLL_BACK:
		memset(plan->was_sent, 0, sizeof(plan->was_sent));
		memset(plan->was_marked, 0, sizeof(plan->was_marked));
		plan->step = UPDATE_WAIT;
		break;
	case UPDATE_WAIT:
		plan->step = UPDATE_READ;
		break;
	case UPDATE_CHECK:
		go_on_running(plan, true);
		break;
	case UPDATE_CONFIRM:
		if (!update_plan_has(plan, UPDATE_RUNS))
			plan->step = UPDATE_DONE;
		break;
	case UPDATE_COMPARE:
	case UPDATE_READ:
	case UPDATE_DONE:
	case UPDATE_FAILED:
		break;
	}
}

void update_plan_was_caught(struct update_plan *plan)
{
	plan->was_caught = true;
	plan->step = UPDATE_READ;
}

bool update_plan_check_failed(struct update_plan *plan, const struct err *why)
{
	if (!can_go_back(plan)) {
		plan->step = UPDATE_FAILED;
		return false;
	}
	plan->reason = *why;
	plan->reset = UPDATE_RESET_BACK;
	plan->step = UPDATE_ROLL_BACK;
	return true;
}

bool update_plan_was_refused(struct update_plan *plan)
{
	const struct update_part *part = update_plan_part(plan);

	if (part == NULL || !may_settle(plan))
		return false;
	if (plan->step == UPDATE_CONFIRM) {
		if (part->image == 0 || plan->others_for_good || !can_go_back(plan))
			return false;
		plan->others_for_good = true;
	} else if (plan->step != UPDATE_MARK) {
		return false;
	}
	settle(plan);
	return true;
}

void update_plan_failed(struct update_plan *plan)
{
	plan->step = UPDATE_FAILED;
}

void update_plan_look_again(struct update_plan *plan)
{
	plan->step = plan->step == UPDATE_READ ? UPDATE_READ : UPDATE_COMPARE;
}
