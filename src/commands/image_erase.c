/* SPDX-License-Identifier: Apache-2.0 */
/* image erase: erase a slot, and look whether it is empty. */
#include <inttypes.h>

#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/device.h"

enum { SLOTS_PER_IMAGE = 2, IMAGE_UNKNOWN_ERROR = 1 };

/* Slot numbers run over all images (protocol.md 3.2.5). */
static const struct smp_image_slot *find_slot(const struct smp_image_state *state, uint64_t number)
{
	for (size_t i = 0; i < state->count; i++) {
		const struct smp_image_slot *slot = &state->slots[i];

		if ((uint64_t)slot->image * SLOTS_PER_IMAGE + slot->slot == number)
			return slot;
	}
	return NULL;
}

/* Slots that hold an image which the next boot will not need. */
static size_t count_erasable(const struct smp_image_state *state)
{
	size_t count = 0;

	for (size_t i = 0; i < state->count; i++)
		count += !state->slots[i].active && !state->slots[i].confirmed;
	return count;
}

/* Servers answer IMAGE_UNKNOWN when the slot was blank already (observed.md). */
static bool is_blank_slot_error(const struct err *err)
{
	return err->device.present && err->device.rc == IMAGE_UNKNOWN_ERROR;
}

static bool is_erased(
	const struct smp_image_state *before, const struct smp_image_state *after, uint64_t slot)
{
	if (slot != SETTINGS_SLOT_UNSET)
		return find_slot(after, slot) == NULL;
	return count_erasable(before) == 0 || count_erasable(after) < count_erasable(before);
}

/* Read back, and say what is not as it should be. */
static enum status look_afterwards(
	struct invocation *invocation, const struct smp_image_state *before, struct err *reterr)
{
	struct smp_image_state after;
	enum status status = device_image_state(invocation->client, &after, reterr);

	if (status != STATUS_OK)
		return err_wrap(reterr, "reading back");
	if (is_erased(before, &after, invocation->settings.slot))
		return STATUS_OK;
	err_set(reterr, STATUS_DEVICE,
		"the device took the request, but its list still shows the image");
	return err_hint(reterr,
		"see smpctl image list; an image that is pending or under test keeps "
		"its slot until the next reset");
}

enum status command_image_erase(struct invocation *invocation, struct err *reterr)
{
	uint64_t slot = invocation->settings.slot;
	struct smp_image_state before;
	struct err refusal = { .status = STATUS_OK };
	enum status status = device_image_state(invocation->client, &before, reterr);

	if (status != STATUS_OK)
		return err_wrap(reterr, "reading the image list");
	status = device_erase_slot(
		invocation->client, slot == SETTINGS_SLOT_UNSET ? -1 : (int64_t)slot, &refusal);
	if (status != STATUS_OK && !(status == STATUS_DEVICE && is_blank_slot_error(&refusal))) {
		*reterr = refusal;
		return status;
	}
	if (status == STATUS_OK) {
		status = look_afterwards(invocation, &before, reterr);
		if (status != STATUS_OK)
			return status;
	} else if (look_afterwards(invocation, &before, ERR_IGNORED) != STATUS_OK) {
		/* Not blank, then: what the device said stands. */
		*reterr = refusal;
		return refusal.status;
	} else {
		output_note(invocation->output, "the slot was blank already");
	}
	print_done(invocation->output);
	return STATUS_OK;
}
