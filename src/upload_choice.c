/* SPDX-License-Identifier: Apache-2.0 */
/* Which images go where, see upload_choice.h. */
#include "src/upload_choice.h"

#include <inttypes.h>

static uint32_t image_number(const struct firmware_part *part, const struct settings *settings)
{
	if (part->has_image_number)
		return part->image_number;
	return settings->image != SETTINGS_IMAGE_UNSET ? (uint32_t)settings->image : 0;
}

static bool is_chosen(const struct upload_choice *choice, uint32_t image)
{
	for (size_t i = 0; i < choice->count; i++) {
		if (choice->items[i].image == image)
			return true;
	}
	return false;
}

static struct upload_item make_item(
	uint32_t image, const struct device_facts *facts, const struct settings *settings)
{
	struct upload_item item = { .image = image };

	if (settings->slot != SETTINGS_SLOT_UNSET) {
		item.has_target = true;
		item.target = (uint32_t)settings->slot;
	} else {
		item.has_target = device_facts_target(facts, image, &item.target);
	}
	return item;
}

/* The part for the slot that will be written; a part that names no slot suits any. */
static enum status choose_part(const struct file_parts *parts, const struct settings *settings,
	struct upload_item *item, struct err *reterr)
{
	size_t count = 0;

	for (size_t i = 0; i < parts->count; i++) {
		const struct firmware_part *part = parts->parts[i];

		if (image_number(part, settings) != item->image)
			continue;
		count++;
		if (!item->has_target || !part->has_slot || part->slot == item->target) {
			if (item->part != NULL) {
				err_set(reterr, STATUS_USAGE,
					"%s: holds several files for image %" PRIu32
					", and nothing tells which is for the slot that will be "
					"written",
					parts->path, item->image);
				return err_hint(reterr, "choose one with --slot 0 or --slot 1");
			}
			item->part = part;
			item->is_sound = parts->is_sound[i];
		}
	}
	if (item->part != NULL)
		return STATUS_OK;
	err_set(reterr, STATUS_BAD_FILE,
		"%s: image %" PRIu32 " will be written to slot %" PRIu32
		", and the %s linked for another slot",
		parts->path, item->image, item->target, count > 1 ? "files are" : "file is");
	return err_hint(reterr, "the file for the slot in use does not run in the other one: build "
				"and give the direct-xip variant for it");
}

enum status upload_choose(const struct file_parts *parts, const struct device_facts *facts,
	const struct settings *settings, struct upload_choice *ret_choice, struct err *reterr)
{
	struct upload_choice choice = { .path = parts->path };

	if (parts->count == 0)
		return file_parts_refuse(parts, settings->image, reterr);
	for (size_t i = 0; i < parts->count; i++) {
		uint32_t image = image_number(parts->parts[i], settings);
		struct upload_item *item = &choice.items[choice.count];
		enum status status;

		if (is_chosen(&choice, image))
			continue;
		*item = make_item(image, facts, settings);
		status = choose_part(parts, settings, item, reterr);
		if (status != STATUS_OK)
			return status;
		choice.count++;
	}
	*ret_choice = choice;
	return STATUS_OK;
}

bool upload_is_there(const struct upload_item *item, const struct device_facts *facts)
{
	const struct mcuboot_image *image = &item->part->image;
	const struct smp_image_slot *row;
	struct mcuboot_version version;
	struct span hash;

	if (!item->is_sound || !item->has_target || !mcuboot_hash(image, &hash))
		return false;
	row = device_facts_slot(facts, item->image, item->target);
	/*
	 * The version stands in the header and the hash at the end: where an upload of another build
	 * was broken off, the hash of what was there before may still be listed.
	 */
	return row != NULL && span_equal(smp_image_slot_hash(row), hash) &&
	       device_facts_version(row, &version) &&
	       mcuboot_version_compare(&version, &image->version) == 0;
}
