/* SPDX-License-Identifier: Apache-2.0 */
/* Uploads, marks, resets, checks and confirms, see update_steps.h. */
#include "src/update_steps.h"

#include <inttypes.h>

#include "src/follow.h"

enum {
	PAGE_SIZE = 4096,
	MODE_DIRECT_XIP = 4, /* protocol.md 3.1 */
	RC_BAD_STATE = 6,    /* these two: protocol.md 1.5 and 1.7 */
	IMAGE_ALREADY_PENDING = 28,
};

static struct client *client_of(const struct update *update)
{
	return port_client(update->port);
}

const struct upload_item *update_item_of(
	const struct update *update, const struct update_part *part)
{
	for (size_t i = 0; part != NULL && i < update->choice.count; i++) {
		const struct upload_item *item = &update->choice.items[i];
		struct span hash;

		if (item->image == part->image && mcuboot_hash(&item->part->image, &hash) &&
			span_equal(hash, part->hash))
			return item;
	}
	return NULL;
}

/* The bootloader's way of working does not change: it is asked for once, and not in recovery. */
static enum status ask_mode(struct update *update, struct update_view *view, struct err *reterr)
{
	enum status status;

	view->has_mode = update->plan.view.has_mode;
	view->mode = update->plan.view.mode;
	if (!view->has_mode && update->has_no_marks) {
		view->has_mode = true;
		view->mode.mode = MODE_DIRECT_XIP;
	}
	if (update->has_asked_mode || view->facts.is_recovery)
		return STATUS_OK;
	status = device_bootloader_mode(client_of(update), &view->mode, reterr);
	update->has_asked_mode =
		status == STATUS_OK || status == STATUS_DEVICE || status == STATUS_UNSUPPORTED;
	view->has_mode = status == STATUS_OK;
	if (!update->has_asked_mode)
		return err_wrap(reterr, "asking how the bootloader updates (os bootloader)");
	if (status != STATUS_OK)
		err_clear(reterr);
	return STATUS_OK;
}

enum status update_view_ask(struct update *update, struct update_view *ret_view, struct err *reterr)
{
	struct update_view view = { 0 };
	enum status status = device_facts_ask(client_of(update), &view.facts, reterr);

	if (status == STATUS_OK)
		status = ask_mode(update, &view, reterr);
	if (status == STATUS_OK)
		*ret_view = view;
	return status;
}

enum status update_upload(struct update *update, struct err *reterr)
{
	const struct settings *settings = update->job->settings;
	const struct update_part *part = update_plan_part(&update->plan);
	const struct upload_item *item = update_item_of(update, part);
	struct upload_result result;
	struct upload_plan plan = {
		.message_max = settings->mtu,
		.window = (unsigned)settings->window,
		.restart = settings->restart,
		.forget = update->job->firmware->forget,
	};
	enum status status;

	if (item == NULL)
		return err_set(reterr, STATUS_BAD_FILE,
			"no file is for the slot that is to be written now");
	plan.file = item->part->bytes;
	plan.hash = part->hash;
	plan.image = part->image;
	plan.is_recovery = update->plan.view.facts.is_recovery;
	if (item->has_target)
		plan.slot_size =
			device_facts_room(&update->plan.view.facts, item->image, item->target);
	status = upload_run(client_of(update), &plan, update->job->progress, &result, reterr);
	if (result.bytes > result.resumed_at)
		update->report->bytes += result.bytes - result.resumed_at;
	update->report->bytes_sent += result.bytes_sent;
	update->report->upload_us += result.duration_us;
	return status;
}

/*
 * No command to mark images: a bootloader that boots the highest version has nothing to mark, and
 * where it does not say how it works that is why.
 */
static bool has_nothing_to_mark(struct update *update, enum status status)
{
	const struct update_view *view = &update->plan.view;

	if (status != STATUS_UNSUPPORTED || (view->has_mode && !update_view_is_direct_xip(view)))
		return false;
	update->has_no_marks = true;
	return true;
}

/* Something is pending that the list does not show. */
static bool is_already_pending(const struct err *err)
{
	if (err->status != STATUS_DEVICE || !err->device.present)
		return false;
	return err->device.is_group_error ? err->device.rc == IMAGE_ALREADY_PENDING
					  : err->device.rc == RC_BAD_STATE;
}

enum status update_mark(struct update *update, struct err *reterr)
{
	const struct update_part *part = update_plan_part(&update->plan);
	struct smp_image_state state;
	enum status status = device_mark_image(client_of(update), part->hash,
		update_plan_marks_for_good(&update->plan, part), &state, reterr);

	if (has_nothing_to_mark(update, status)) {
		err_clear(reterr);
		return STATUS_OK;
	}
	if (status != STATUS_OK && is_already_pending(reterr) &&
		update_plan_was_refused(&update->plan)) {
		output_note(
			update->job->output, "the device refuses the mark: %s", reterr->message);
		err_clear(reterr);
		return STATUS_OK;
	}
	return status;
}

/* Is the running image of this number marked to stay? */
static bool is_confirmed(const struct smp_image_state *state, const struct update_part *part)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct smp_image_slot *slot = &state->slots[i];

		if (slot->image == part->image && slot->confirmed &&
			span_equal(smp_image_slot_hash(slot), part->hash))
			return true;
	}
	return false;
}

/* Without a hash it is the application that confirms itself, which every server can. */
static enum status confirm_and_read(
	struct update *update, const struct update_part *part, struct err *reterr)
{
	struct span hash = part->image == 0 ? span_make(NULL, 0) : part->hash;
	struct smp_image_state state;
	enum status status = device_mark_image(client_of(update), hash, true, &state, reterr);

	if (has_nothing_to_mark(update, status)) {
		err_clear(reterr);
		return STATUS_OK;
	}
	/* The reply holds a list, but only a new question shows what lasts. */
	if (status == STATUS_OK)
		status = device_image_state(client_of(update), &state, reterr);
	if (status != STATUS_OK || is_confirmed(&state, part))
		return status;
	return err_set(reterr, STATUS_NOT_UPDATED,
		"the device took the confirmation, but its list does not show image %" PRIu32
		" as confirmed",
		part->image);
}

/* Zephyr's default: only the image whose code runs may be confirmed (protocol.md 3.2.3). */
enum status update_confirm(struct update *update, struct err *reterr)
{
	const struct update_part *part = update_plan_part(&update->plan);
	enum status status = confirm_and_read(update, part, reterr);

	if (status == STATUS_DEVICE && update_plan_was_refused(&update->plan)) {
		output_note(update->job->output,
			"image %" PRIu32 " cannot be confirmed while it runs (%s); going back, to "
			"mark it for good before it boots",
			part->image, reterr->message);
		err_clear(reterr);
		return STATUS_OK;
	}
	if (status != STATUS_OK && part->image != 0)
		err_wrap(reterr, "image %" PRIu32, part->image);
	return status;
}

/* Of all images, whatever the reset is for: a revert swaps as much. */
static uint64_t bytes_to_swap(const struct update *update)
{
	uint64_t bytes = 0;

	if (update_view_is_direct_xip(&update->plan.view))
		return 0;
	for (size_t i = 0; i < update->job->parts->count; i++)
		bytes += update->job->parts->parts[i]->bytes.len;
	return bytes;
}

enum status update_wait(struct update *update, struct err *reterr)
{
	struct follow_wish wish = follow_wish_for_swap(bytes_to_swap(update));
	struct follow_result result;
	enum status status;

	wish.is_wary = update->plan.was_caught;
	status = follow_reset(update->port, &wish, &result, reterr);
	if (status != STATUS_OK)
		return status;
	if (result.was_trapped) {
		update->report->resets++;
		update_plan_was_caught(&update->plan);
	}
	return STATUS_OK;
}

enum status update_check(struct update *update, struct err *reterr)
{
	enum status status = health_check(update->port, &update->job->health, reterr);

	if (status != STATUS_NOT_UPDATED)
		return status;
	if (update_plan_check_failed(&update->plan, reterr)) {
		output_note(update->job->output, "%s; taking the image back", reterr->message);
		err_clear(reterr);
		return STATUS_OK;
	}
	if (!update_plan_has(&update->plan, UPDATE_RUNS))
		return err_hint(reterr, "the image is confirmed already and no reset takes it "
					"back; update to the old file to go back");
	if (update->job->settings->no_reset)
		return err_hint(reterr, "the image is not confirmed: the next reset takes it back");
	return err_hint(
		reterr, "the image is not confirmed, and there is no old one to go back to");
}

enum status update_reset(struct update *update, struct err *reterr)
{
	update->report->resets++;
	return device_reset(
		client_of(update), update->job->settings->force, SMP_OS_BOOT_NORMAL, reterr);
}
