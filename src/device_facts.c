/* SPDX-License-Identifier: Apache-2.0 */
/* What a device tells of itself, see device_facts.h. */
#include "src/device_facts.h"

#include <stdlib.h>

#include "base/text.h"

enum { VERSION_NUMBERS = 4, VERSION_NUMBERS_MIN = 3 };

/*
 * May the upload go on without the answer? A device that refuses to tell, or whose list does not fit
 * its buffer, may take an upload all the same; one that is silent will not.
 */
static bool is_dispensable(enum status status)
{
	return status == STATUS_DEVICE || status == STATUS_UNSUPPORTED;
}

enum status device_facts_ask(
	struct client *client, struct device_facts *ret_facts, struct err *reterr)
{
	enum status status;

	*ret_facts = (struct device_facts){ .has_state = false };
	status = device_image_state(client, &ret_facts->state, reterr);
	if (status != STATUS_OK && !is_dispensable(status))
		return err_wrap(reterr, "reading the image list");
	err_clear(reterr);
	ret_facts->has_state = status == STATUS_OK;
	if (ret_facts->has_state)
		status = device_is_recovery(
			client, &ret_facts->state, &ret_facts->is_recovery, reterr);
	if (ret_facts->is_recovery || (ret_facts->has_state && status != STATUS_OK))
		return status;
	status = device_slot_infos(client, &ret_facts->infos, reterr);
	if (status != STATUS_OK && !is_dispensable(status))
		return err_wrap(reterr, "asking for the slots (slot info)");
	err_clear(reterr);
	ret_facts->has_infos = status == STATUS_OK;
	return STATUS_OK;
}

const struct smp_image_slot *device_facts_slot(
	const struct device_facts *facts, uint32_t image, uint32_t slot)
{
	for (size_t i = 0; facts->has_state && i < facts->state.count; i++) {
		const struct smp_image_slot *row = &facts->state.slots[i];

		if (row->image == image && row->slot == slot)
			return row;
	}
	return NULL;
}

const struct smp_image_slot *device_facts_running(const struct device_facts *facts, uint32_t image)
{
	for (size_t i = 0; facts->has_state && i < facts->state.count; i++) {
		const struct smp_image_slot *row = &facts->state.slots[i];

		if (row->image == image && row->active)
			return row;
	}
	/* Older servers mark only the image that runs itself, recovery marks none (protocol.md 3.2.1). */
	return device_facts_slot(facts, image, 0);
}

/* The only slot of this image that slot info gives an upload id; false when it has none or several. */
static bool find_upload_slot(const struct device_facts *facts, uint32_t image, uint32_t *ret_slot)
{
	size_t count = 0;

	for (size_t i = 0; facts->has_infos && i < facts->infos.count; i++) {
		const struct smp_image_slot_info *info = &facts->infos.slots[i];

		if (info->image != image || !info->has_upload_image_id)
			continue;
		*ret_slot = info->slot;
		count++;
	}
	return count == 1;
}

bool device_facts_target(const struct device_facts *facts, uint32_t image, uint32_t *ret_slot)
{
	const struct smp_image_slot *running = device_facts_running(facts, image);
	uint32_t slot;

	if (find_upload_slot(facts, image, &slot))
		*ret_slot = slot;
	else if (facts->is_recovery)
		*ret_slot = 0;
	else if (facts->has_state)
		*ret_slot = running != NULL && running->slot != 0 ? 0 : 1;
	else
		return false;
	return true;
}

bool device_facts_lacks_image(const struct device_facts *facts, uint32_t image)
{
	for (size_t i = 0; facts->has_infos && i < facts->infos.count; i++) {
		if (facts->infos.slots[i].image == image)
			return false;
	}
	return facts->has_infos;
}

uint64_t device_facts_room(const struct device_facts *facts, uint32_t image, uint32_t slot)
{
	uint64_t room = 0;

	for (size_t i = 0; facts->has_infos && i < facts->infos.count; i++) {
		const struct smp_image_slot_info *info = &facts->infos.slots[i];

		if (info->image != image || info->slot != slot || info->rc != 0)
			continue;
		room = info->size;
		/* Smaller than the slot: swapping needs some of it. */
		if (info->max_image_size > 0 && (room == 0 || info->max_image_size < room))
			room = info->max_image_size;
	}
	return room;
}

bool device_facts_version(const struct smp_image_slot *slot, struct mcuboot_version *ret_version)
{
	static const uint64_t most[VERSION_NUMBERS] = { UINT8_MAX, UINT8_MAX, UINT16_MAX,
		UINT32_MAX };
	char text[SMP_IMAGE_VERSION_MAX];
	uint64_t numbers[VERSION_NUMBERS] = { 0 };
	char *at = text;
	size_t count = 0;

	memcpy(text, slot->version, sizeof(text));
	while (at != NULL && count < VERSION_NUMBERS) {
		char *dot = strchr(at, '.');

		if (dot != NULL)
			*dot = '\0';
		if (!text_parse_uint(at, 0, most[count], &numbers[count]))
			return false;
		count++;
		at = dot != NULL ? dot + 1 : NULL;
	}
	if (at != NULL || count < VERSION_NUMBERS_MIN)
		return false;
	*ret_version = (struct mcuboot_version){ (uint8_t)numbers[0], (uint8_t)numbers[1],
		(uint16_t)numbers[2], (uint32_t)numbers[3] };
	return true;
}
