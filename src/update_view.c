/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a device's list for an update, see update_view.h. */
#include "src/update_view.h"

/* MCUboot's modes of protocol.md 3.1 that matter here. */
enum {
	MODE_SINGLE_SLOT = 0,
	MODE_OVERWRITE = 2,
	MODE_DIRECT_XIP = 4,
	MODE_DIRECT_XIP_REVERT = 5,
	MODE_FIRMWARE_LOADER = 7,
	MODE_SINGLE_RAM_LOAD = 8,
};

static bool has_mode(const struct update_view *view, int64_t mode)
{
	return view->has_mode && view->mode.mode == mode;
}

bool update_view_is_direct_xip(const struct update_view *view)
{
	return has_mode(view, MODE_DIRECT_XIP);
}

bool update_view_needs_recovery(const struct update_view *view)
{
	return !view->facts.is_recovery &&
	       (has_mode(view, MODE_SINGLE_SLOT) || has_mode(view, MODE_FIRMWARE_LOADER) ||
		       has_mode(view, MODE_SINGLE_RAM_LOAD));
}

bool update_view_is_one_way(const struct update_view *view)
{
	return view->facts.is_recovery || update_view_needs_recovery(view) ||
	       has_mode(view, MODE_OVERWRITE) || has_mode(view, MODE_DIRECT_XIP);
}

/* As MCUboot compares: the build number does not count. */
static int compare_versions(struct mcuboot_version a, struct mcuboot_version b)
{
	a.build = 0;
	b.build = 0;
	return mcuboot_version_compare(&a, &b);
}

bool update_view_may_boot(const struct update_view *view, const struct update_part *part)
{
	const struct smp_image_slot *running = device_facts_running(&view->facts, part->image);
	struct mcuboot_version runs;
	int order;

	if (!has_mode(view, MODE_DIRECT_XIP) && !has_mode(view, MODE_DIRECT_XIP_REVERT))
		return true;
	if (view->facts.is_recovery || running == NULL || !device_facts_version(running, &runs))
		return true;
	order = compare_versions(part->version, runs);
	return order > 0 || (order == 0 && running->slot != 0);
}

const struct smp_image_slot *update_view_way_back(const struct update_view *view, uint32_t image)
{
	for (size_t i = 0; i < view->facts.state.count; i++) {
		const struct smp_image_slot *slot = &view->facts.state.slots[i];

		if (slot->image == image && slot->confirmed && !slot->active)
			return slot;
	}
	return NULL;
}

/*
 * The version counts too: it stands at the front and the hash at the end, so where an upload was
 * broken off the list may show the hash of what was there before.
 */
static bool is_part(const struct update_part *part, const struct smp_image_slot *slot)
{
	struct mcuboot_version version;

	return slot->image == part->image && span_equal(smp_image_slot_hash(slot), part->hash) &&
	       (!device_facts_version(slot, &version) ||
		       mcuboot_version_compare(&version, &part->version) == 0);
}

bool update_parts_hold(const struct update_parts *parts, const struct smp_image_slot *slot)
{
	for (size_t i = 0; i < parts->count; i++) {
		if (is_part(&parts->parts[i], slot))
			return true;
	}
	return false;
}

/* Does this slot hold the part that is made for it? */
static bool is_held_in(const struct update_view *view, const struct update_parts *parts,
	uint32_t image, uint32_t slot)
{
	const struct smp_image_slot *row = device_facts_slot(&view->facts, image, slot);

	for (size_t i = 0; row != NULL && i < parts->count; i++) {
		const struct update_part *part = &parts->parts[i];

		if (part->has_slot && part->slot == slot && is_part(part, row))
			return true;
	}
	return false;
}

bool update_part_is_wanted(
	const struct update_view *view, const struct update_parts *parts, size_t index)
{
	const struct update_part *part = &parts->parts[index];
	const struct smp_image_slot *running = device_facts_running(&view->facts, part->image);
	uint32_t running_slot = running != NULL ? running->slot : 0;

	if (!part->has_slot)
		return true;
	/* In recovery the primary slot is the one that is written, if none of them is there yet. */
	if (view->facts.is_recovery)
		return part->slot == (is_held_in(view, parts, part->image, 1) ? 1 : 0);
	if (running != NULL && update_parts_hold(parts, running))
		return part->slot == running_slot;
	return part->slot != running_slot;
}

static bool lists_hashes(const struct update_view *view)
{
	for (size_t i = 0; i < view->facts.state.count; i++) {
		if (view->facts.state.slots[i].hash_len > 0)
			return true;
	}
	return false;
}

static enum update_place place_in_row(
	const struct update_view *view, const struct smp_image_slot *slot)
{
	/* Recovery writes the primary slot, which boots without a mark. */
	if (view->facts.is_recovery)
		return slot->slot == 0 || slot->pending ? UPDATE_MARKED : UPDATE_HELD;
	/* Older servers mark only the image that asks itself as active (protocol.md 3.2.1). */
	if (slot != device_facts_running(&view->facts, slot->image))
		return slot->pending ? UPDATE_MARKED : UPDATE_HELD;
	return slot->confirmed || update_view_is_direct_xip(view) ? UPDATE_STAYS : UPDATE_RUNS;
}

enum update_place update_place_of(
	const struct update_view *view, const struct update_part *part, bool was_sent)
{
	enum update_place best = UPDATE_ABSENT;

	for (size_t i = 0; i < view->facts.state.count; i++) {
		enum update_place place;

		if (!is_part(part, &view->facts.state.slots[i]))
			continue;
		place = place_in_row(view, &view->facts.state.slots[i]);
		best = place > best ? place : best;
	}
	if (best != UPDATE_ABSENT)
		return best;
	if (view->facts.is_recovery)
		return was_sent && !lists_hashes(view) ? UPDATE_MARKED : UPDATE_ABSENT;
	if (part->image > 0 && device_facts_running(&view->facts, part->image) == NULL)
		return UPDATE_UNSEEN;
	return UPDATE_ABSENT;
}

static bool concerns(const struct update_parts *parts, const struct smp_image_slot *slot)
{
	for (size_t i = 0; i < parts->count; i++) {
		if (parts->parts[i].image == slot->image)
			return true;
	}
	return false;
}

const struct smp_image_slot *update_view_unsettled(
	const struct update_view *view, const struct update_parts *parts)
{
	if (view->facts.is_recovery || update_view_is_direct_xip(view))
		return NULL;
	for (size_t i = 0; i < view->facts.state.count; i++) {
		const struct smp_image_slot *slot = &view->facts.state.slots[i];

		if (!concerns(parts, slot) || update_parts_hold(parts, slot))
			continue;
		if (slot->pending)
			return slot;
		if (slot->active && !slot->confirmed &&
			update_view_way_back(view, slot->image) != NULL)
			return slot;
	}
	return NULL;
}
