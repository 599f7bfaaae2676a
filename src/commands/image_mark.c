/* SPDX-License-Identifier: Apache-2.0 */
/* image test and image confirm: mark the images that were meant, and look whether they are marked. */
#include "src/commands/commands.h"
#include "src/commands/image_print.h"
#include "src/commands/mark_choice.h"
#include "src/device.h"
#include "src/why_not_swapped.h"

/* Is the image marked as was asked? Without a hash the running one was meant. */
static bool is_marked(const struct smp_image_state *state, struct span hash, bool confirm)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct smp_image_slot *slot = &state->slots[i];

		if (hash.len == 0 ? !slot->active : !span_equal(smp_image_slot_hash(slot), hash))
			continue;
		if (confirm ? slot->confirmed || (slot->pending && slot->permanent) : slot->pending)
			return true;
	}
	return false;
}

/* One image; `hash` empty: the running one. *ret_state is the list afterwards. */
static enum status mark_one(struct invocation *invocation, struct span hash, bool confirm,
	struct smp_image_state *ret_state, struct err *reterr)
{
	enum status status =
		device_mark_image(invocation->client, hash, confirm, ret_state, reterr);

	if (status != STATUS_OK)
		return status;
	/* The reply holds a list, but only a new question shows what lasts. */
	status = device_image_state(invocation->client, ret_state, reterr);
	if (status != STATUS_OK)
		return err_wrap(reterr, "reading back");
	if (is_marked(ret_state, hash, confirm))
		return STATUS_OK;
	err_set(reterr, STATUS_DEVICE,
		"the device took the request, but its list does not show the image as %s",
		confirm ? "confirmed or permanent" : "pending");
	return err_hint(reterr, "see smpctl image list; a test that is pending already cannot be "
				"made permanent before the reset");
}

/* The bootloader says nothing when it refuses an image: tell beforehand what that looks like. */
static void hint_reset(
	struct invocation *invocation, const struct smp_image_state *state, bool confirm)
{
	bool is_pending = false;

	for (size_t i = 0; i < state->count; i++)
		is_pending = is_pending || (state->slots[i].pending && !state->slots[i].active);
	if (!is_pending || invocation->settings.json)
		return;
	output_note(invocation->output,
		"hint: it boots at the next reset%s; should the old image run instead and this one "
		"be "
		"gone, %s",
		confirm ? "" : ", once until it is confirmed", why_not_swapped(false));
}

static enum status mark(struct invocation *invocation, bool confirm, struct err *reterr)
{
	const char *word = invocation->arg_count > 0 ? invocation->args[0] : "";
	struct mark_choice choice;
	struct smp_image_state state;
	enum status status = device_image_state(invocation->client, &state, reterr);

	if (status != STATUS_OK)
		return err_wrap(reterr, "reading the image list");
	status = mark_choose(word, confirm, &state, &choice, reterr);
	if (status == STATUS_OK && choice.count == 0)
		status = mark_one(invocation, span_make(NULL, 0), confirm, &state, reterr);
	for (size_t i = 0; status == STATUS_OK && i < choice.count; i++)
		status = mark_one(
			invocation, smp_image_slot_hash(&choice.slots[i]), confirm, &state, reterr);
	if (status != STATUS_OK)
		return status;
	output_result(invocation->output, image_state_printer(), &state);
	hint_reset(invocation, &state, confirm);
	return STATUS_OK;
}

enum status command_image_test(struct invocation *invocation, struct err *reterr)
{
	return mark(invocation, false, reterr);
}

enum status command_image_confirm(struct invocation *invocation, struct err *reterr)
{
	return mark(invocation, true, reterr);
}
