/* SPDX-License-Identifier: Apache-2.0 */
/* Errors of an update, see update_words.h. */
#include "src/update_words.h"

#include <inttypes.h>

#include "base/text.h"
#include "src/why_not_swapped.h"

/* What happens at the next reset, as far as --no-reset and the limit leave room for one. */
static void describe_unsettled(const struct update_plan *plan, struct buf *out)
{
	const struct smp_image_slot *other = update_view_unsettled(&plan->view, &plan->goal.parts);

	if (other != NULL)
		buf_format(out, "another image (%s) is %s", other->version,
			other->pending ? "pending" : "under test");
	else if (plan->view.facts.is_recovery)
		buf_append_text(out, "the bootloader's serial recovery answers, and the image is "
				     "there already");
	else if (plan->step == UPDATE_MARK)
		buf_append_text(out, "the device says that another change is pending");
	else
		buf_append_text(out, "a part of the update runs unconfirmed, the rest does not");
}

enum status update_words_unsettled(const struct update_plan *plan, struct err *reterr)
{
	uint8_t storage[ERR_HINT_MAX];
	struct buf what = BUF_OVER(storage);

	describe_unsettled(plan, &what);
	if (plan->goal.no_reset) {
		err_set(reterr, STATUS_NOT_UPDATED,
			"%s: the device must be reset before the update can go on",
			buf_text(&what));
		return err_hint(reterr, "leave out --no-reset, or reset the device first");
	}
	err_set(reterr, STATUS_NOT_UPDATED, "%s, still after %u resets", buf_text(&what),
		plan->settle_resets);
	return err_hint(reterr, "see smpctl image list; smpctl image erase frees a slot that is "
				"not in use");
}

static void describe_running(const struct update_view *view, struct buf *out)
{
	const struct smp_image_slot *running = device_facts_running(&view->facts, 0);

	if (view->facts.is_recovery)
		buf_append_text(out, "the bootloader's serial recovery answers, no application");
	else if (running == NULL)
		buf_append_text(out, "no image is shown as running");
	else
		buf_format(out, "%s runs%s", running->version,
			running->confirmed ? ", confirmed" : ", not confirmed");
}

static bool is_ours(const struct update_plan *plan, const struct smp_image_slot *slot)
{
	return slot != NULL && update_parts_hold(&plan->goal.parts, slot);
}

static bool does_not_run(enum update_place place)
{
	return place == UPDATE_ABSENT || place == UPDATE_HELD || place == UPDATE_MARKED;
}

/* The first part that is not where it should be. */
static size_t find_culprit(const struct update_plan *plan)
{
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		if (plan->is_chosen[i] && does_not_run(plan->places[i]))
			return i;
	}
	return 0;
}

enum status update_words_not_running(const struct update_plan *plan, struct err *reterr)
{
	size_t index = find_culprit(plan);
	const struct update_part *part = &plan->goal.parts.parts[index];
	uint8_t storage[ERR_HINT_MAX];
	struct buf running = BUF_OVER(storage);
	const char *what = "is gone from the device: the bootloader refused it";
	const char *hint = why_not_swapped(false);

	describe_running(&plan->view, &running);
	if (plan->view.facts.is_recovery) {
		what = "did not start";
		hint = "the image may be unfit for this board: signed with another key, or linked "
		       "for another address. Or the bootloader listens for very long after a "
		       "reset: smpctl image list shows what it has";
	} else if (part->has_slot &&
		   is_ours(plan, device_facts_running(&plan->view.facts, part->image))) {
		what = "is not the one that runs: the file's image for the other slot does";
		hint = "the files are of a direct-xip build, and this bootloader swaps: build for "
		       "a "
		       "swap, or smpctl image confirm keeps what runs";
	} else if (!update_view_may_boot(&plan->view, part)) {
		what = "does not run: the bootloader boots the highest version";
		hint = "give the image a higher version (imgtool sign --version)";
	} else if (plan->places[index] == UPDATE_HELD) {
		what = "does not run: it was started and taken back, or not started at all";
		hint = why_not_swapped(true);
	} else if (plan->places[index] == UPDATE_MARKED) {
		what = "still waits to be booted";
		hint = "the device may not have been reset, or its bootloader does not know the "
		       "mark; reset it by its button, and run the same command again";
	}
	err_set(reterr, STATUS_NOT_UPDATED, "after the reset image %" PRIu32 " %s; %s", part->image,
		what, buf_text(&running));
	return err_hint(reterr, "%s", hint);
}

/* Other images than the application's that go on with the new one, or may. */
static void append_left_behind(const struct update_plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->goal.parts.count; i++) {
		const struct update_part *part = &plan->goal.parts.parts[i];

		if (part->image == 0 || !plan->is_chosen[i] || does_not_run(plan->places[i]))
			continue;
		buf_format(out, "; image %" PRIu32 " %s", part->image,
			plan->places[i] == UPDATE_UNSEEN ? "is not shown by the device"
							 : "keeps the new one");
	}
}

enum status update_words_rolled_back(
	const struct update_plan *plan, bool is_back, struct err *reterr)
{
	uint8_t storage[ERR_HINT_MAX];
	struct buf now = BUF_OVER(storage);

	describe_running(&plan->view, &now);
	append_left_behind(plan, &now);
	if (plan->reason.message[0] != '\0')
		err_set(reterr, STATUS_NOT_UPDATED, "%s; the image was %staken back: %s",
			plan->reason.message, is_back ? "" : "not ", buf_text(&now));
	else
		err_set(reterr, STATUS_NOT_UPDATED, "the image was %staken back: %s",
			is_back ? "" : "not ", buf_text(&now));
	if (!is_back)
		return err_hint(reterr, "look at smpctl image list before the device is used");
	if (plan->reason.hint[0] != '\0')
		return err_hint(reterr, "%s", plan->reason.hint);
	return reterr->status;
}

enum status update_words_no_slot(const struct update_part *part, struct err *reterr)
{
	err_set(reterr, STATUS_BAD_FILE,
		"the file for image %" PRIu32 " is linked for slot %" PRIu32
		", and that is not the one that can be written now",
		part->image, part->slot);
	return err_hint(reterr, "an archive with both direct-xip variants suits in any state");
}

enum status update_words_too_low(
	const struct update_plan *plan, const struct update_part *part, struct err *reterr)
{
	const struct smp_image_slot *running = device_facts_running(&plan->view.facts, part->image);
	uint8_t storage[MCUBOOT_VERSION_TEXT_MAX];
	struct buf version = BUF_OVER(storage);

	mcuboot_version_text(&part->version, &version);
	err_set(reterr, STATUS_BAD_FILE,
		"image %" PRIu32 " is version %s and %s runs: this bootloader boots the highest "
		"version where it lies (direct-xip), so it would never run",
		part->image, buf_text(&version), running != NULL ? running->version : "another");
	return err_hint(reterr, "give the image a higher version (imgtool sign --version); --force "
				"sends it all the same");
}

enum status update_words_no_list(bool was_reset, struct err *reterr)
{
	if (was_reset) {
		err_set(reterr, STATUS_UNSUPPORTED,
			"the device answers after the reset, but does not list its images: what "
			"runs cannot be seen");
		return err_hint(reterr, "smpctl os info or the device's console may tell");
	}
	err_set(reterr, STATUS_UNSUPPORTED,
		"the device does not list its images: an update has nothing to go by");
	return err_hint(reterr, "smpctl image list says why; in the bootloader's serial recovery "
				"(smpctl recovery) the list may be there");
}

enum status update_words_no_effect(bool is_absent, struct err *reterr)
{
	if (is_absent)
		err_set(reterr, STATUS_DEVICE,
			"the image was sent, but the device's list does not show it");
	else
		err_set(reterr, STATUS_DEVICE,
			"the device took the mark, but its list does not show the image as "
			"pending");
	return err_hint(reterr, "compare smpctl image list with smpctl image inspect FILE");
}

enum status update_words_no_recovery(const struct update_plan *plan, struct err *reterr)
{
	if (plan->goal.no_reset) {
		err_set(reterr, STATUS_NOT_UPDATED,
			"the device has one slot, which only its bootloader can write: it must be "
			"reset into serial recovery");
		return err_hint(reterr, "leave out --no-reset, or run smpctl recovery first");
	}
	err_set(reterr, STATUS_DEVICE,
		"the bootloader's serial recovery was there, but now the application answers");
	return err_hint(reterr, "run the same command again");
}
