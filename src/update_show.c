/* SPDX-License-Identifier: Apache-2.0 */
/* Words about an update, see update_show.h. */
#include "src/update_show.h"

#include <inttypes.h>

#include "base/text.h"

enum { LINE_MAX = 256 };

static const char *what_is_left(enum update_place place)
{
	switch (place) {
	case UPDATE_ABSENT:
		return "to be sent";
	case UPDATE_HELD:
		return "is on the device already";
	case UPDATE_MARKED:
		return "is on the device, boots at the next reset";
	case UPDATE_RUNS:
		return "runs, not confirmed";
	case UPDATE_STAYS:
		return "runs already";
	case UPDATE_UNSEEN:
		break;
	}
	return "is not shown by the device";
}

static void append_part(
	const struct update_outline_part *part, const struct update_view *view, struct buf *out)
{
	char version[MCUBOOT_VERSION_TEXT_MAX];
	struct buf to = BUF_OVER(version);

	mcuboot_version_text(&part->item->part->image.version, &to);
	buf_format(out, "image %" PRIu32 ": %s -> %s, ", part->item->image,
		part->from[0] != '\0' ? part->from : "(unknown)", buf_text(&to));
	text_append_size(out, part->item->part->bytes.len);
	if (part->item->has_target && part->place == UPDATE_ABSENT)
		buf_format(out, " for slot %" PRIu32,
			update_view_needs_recovery(view) ? 0 : part->item->target);
	buf_format(out, ", %s", what_is_left(part->place));
}

static void append_word(struct buf *out, const char *word)
{
	if (out->len > 0)
		buf_append_text(out, ", ");
	buf_append_text(out, word);
}

/* The image is there already: only when the application answers it is known what is left. */
static bool leaves_recovery(const struct update_plan *plan)
{
	return plan->reset == UPDATE_RESET_SETTLE && plan->view.facts.is_recovery;
}

/* "send, mark for test, reset, wait, check, confirm": what is left to do. */
static void append_course(const struct update_plan *plan, struct buf *out)
{
	const struct update_goal *goal = &plan->goal;
	bool is_one_way = update_view_is_one_way(&plan->view);
	bool has_to_send = update_plan_has(plan, UPDATE_ABSENT);
	bool has_to_mark = has_to_send || update_plan_has(plan, UPDATE_HELD);

	if (has_to_send && update_view_needs_recovery(&plan->view))
		append_word(out, "go into serial recovery");
	if (has_to_send)
		append_word(out, "send");
	if (has_to_mark && !update_view_is_direct_xip(&plan->view) &&
		!update_view_needs_recovery(&plan->view) && !plan->view.facts.is_recovery)
		append_word(out, goal->for_good ? "mark for good" : "mark for test");
	if (has_to_mark || update_plan_has(plan, UPDATE_MARKED)) {
		if (goal->no_reset)
			return;
		append_word(out, "reset, wait");
	}
	if (goal->has_check)
		append_word(out, "check");
	if (!goal->for_good && !goal->test_only && !is_one_way)
		append_word(out, "confirm");
}

/* Nothing takes it back: neither a failing check nor --test-only can keep what it promises. */
static void show_one_way(const struct update_plan *plan, struct output *output)
{
	if (!update_view_is_one_way(&plan->view) || update_plan_has(plan, UPDATE_STAYS))
		return;
	output_note(output, "  there is no way back: %s%s",
		update_view_is_direct_xip(&plan->view) ? "the bootloader boots the highest version"
						       : "the new image replaces the old one",
		plan->goal.test_only ? ", and --test-only cannot be kept" : "");
}

void update_show_outline(
	const struct update_outline *outline, const char *port, struct output *output)
{
	char storage[LINE_MAX];
	struct buf line = BUF_OVER(storage);

	output_note(output, "plan for %s:", port);
	for (size_t i = 0; i < outline->count; i++) {
		buf_clear(&line);
		append_part(&outline->parts[i], &outline->plan->view, &line);
		output_note(output, "  %s", buf_text(&line));
	}
	if (leaves_recovery(outline->plan)) {
		output_note(output, "  reset into the application, and go on from there");
		return;
	}
	if (outline->plan->reset == UPDATE_RESET_SETTLE)
		output_note(output, "  first a reset: the bootloader has to settle what is pending "
				    "or under test");
	buf_clear(&line);
	append_course(outline->plan, &line);
	if (outline->upload_us > 0) {
		buf_append_text(&line, "; sending takes about ");
		text_append_duration(&line, outline->upload_us / 1000);
	}
	output_note(output, "  %s", buf_text(&line));
	show_one_way(outline->plan, output);
}

void update_show_step(
	const struct update_plan *plan, const struct upload_item *item, struct output *output)
{
	char storage[LINE_MAX];
	struct buf name = BUF_OVER(storage);

	switch (plan->step) {
	case UPDATE_UPLOAD:
		if (item != NULL && item->part->name[0] != '\0') {
			text_append_escaped(&name, span_from_text(item->part->name));
			output_note(output, "sending image %" PRIu32 ": %s", item->image,
				buf_text(&name));
		}
		return;
	case UPDATE_RESET:
		output_note(output, "resetting%s",
			leaves_recovery(plan)                ? " into the application"
			: plan->reset == UPDATE_RESET_SETTLE ? ", so that the bootloader settles "
							       "what is pending or under test"
							     : "");
		return;
	case UPDATE_RECOVER:
		output_note(output, "going into the bootloader's serial recovery");
		return;
	case UPDATE_WAIT:
		output_note(output, "waiting until the device is back");
		return;
	case UPDATE_CHECK:
		output_note(output, "checking");
		return;
	case UPDATE_ROLL_BACK:
		output_note(output, "resetting, to go back to the old image");
		return;
	default:
		output_detail(output, "%s", update_step_name(plan->step));
	}
}

void update_append_outcome(const struct update_report *report, struct buf *out)
{
	switch (report->outcome) {
	case UPDATE_OUTCOME_ALREADY:
		buf_format(out, "%s runs already and is confirmed", report->runs);
		return;
	case UPDATE_OUTCOME_PLANNED:
		buf_append_text(out, "nothing was changed (--dry-run)");
		return;
	case UPDATE_OUTCOME_MARKED:
		buf_format(out, "%s is on the device and boots at the next reset", report->to);
		return;
	case UPDATE_OUTCOME_TESTING:
		buf_format(out, "%s runs until the next reset (--test-only)", report->runs);
		return;
	case UPDATE_OUTCOME_UPDATED:
		buf_format(out, "%s runs and is confirmed", report->runs);
		if (report->from[0] != '\0')
			buf_format(out, " (%s before)", report->from);
		return;
	case UPDATE_OUTCOME_ROLLED_BACK:
		buf_format(out, "taken back: %s runs", report->runs);
		return;
	case UPDATE_OUTCOME_FAILED:
		buf_format(out, "failed (%s)", update_step_name(report->last_step));
		if (report->runs[0] != '\0')
			buf_format(out, ", %s was seen to run last", report->runs);
		return;
	}
}

double update_seconds(const struct update_report *report)
{
	return (double)report->duration_us / 1e6;
}

double update_bytes_per_second(const struct update_report *report)
{
	return report->upload_us > 0 ? (double)report->bytes * 1e6 / (double)report->upload_us : 0;
}

static void put_optional(struct doc *object, const char *key, const char *text)
{
	doc_put_text(object, key, text[0] != '\0' ? text : NULL);
}

void update_put_report(const struct update_report *report, struct doc *object)
{
	doc_put_text(object, "outcome", update_outcome_name(report->outcome));
	put_optional(object, "from", report->from);
	put_optional(object, "to", report->to);
	put_optional(object, "runs", report->runs);
	doc_put_uint(object, "bytes", report->bytes);
	doc_put_real(object, "seconds", update_seconds(report));
	doc_put_real(object, "bytes_per_second", update_bytes_per_second(report));
	doc_put_uint(object, "resets", report->resets);
}
