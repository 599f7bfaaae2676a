/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the images of a firmware file are on a device, read from what the device shows: the truth
 * from which an update decides its next step (update_plan.h).
 *
 *   place of a part    the device's list
 *   ABSENT             does not show its hash
 *   HELD               in a slot that does not run, and that the next reset does not boot
 *   MARKED             the next reset boots it; in serial recovery also what lies in slot 0
 *   RUNS               active, not confirmed: the next reset takes it away
 *   STAYS              active and confirmed
 *   UNSEEN             shows nothing of this image number (the network core's is not listed)
 */
#ifndef SRC_UPDATE_VIEW_H
#define SRC_UPDATE_VIEW_H

#include "image/firmware.h"
#include "src/device_facts.h"

enum { UPDATE_PARTS_MAX = FIRMWARE_PARTS_MAX };

/* In the order of progress. */
enum update_place {
	UPDATE_ABSENT,
	UPDATE_HELD,
	UPDATE_MARKED,
	UPDATE_RUNS,
	UPDATE_STAYS,
	UPDATE_UNSEEN,
};

/* One image of the firmware file. */
struct update_part {
	uint32_t image;
	bool has_slot; /* direct-xip: made for this slot only */
	uint32_t slot;
	struct span hash; /* as the device's list shows it; never empty */
	struct mcuboot_version version;
};

struct update_parts {
	struct update_part parts[UPDATE_PARTS_MAX];
	size_t count;
};

/* What the device shows. */
struct update_view {
	struct device_facts facts;
	bool has_mode; /* the device tells how its bootloader works */
	struct smp_os_bootloader_mode mode;
};

/* Direct-xip without revert: nothing is marked, the highest version boots. */
bool update_view_is_direct_xip(const struct update_view *view);

/* Only the bootloader's serial recovery can write the slot that boots. */
bool update_view_needs_recovery(const struct update_view *view);

/* What is sent replaces the old image, or is kept without being confirmed: no reset takes it back. */
bool update_view_is_one_way(const struct update_view *view);

/*
 * Direct-xip boots the highest version, of two equal ones the one in slot 0, whatever is marked. False:
 * this part would never run beside the image that runs now.
 */
bool update_view_may_boot(const struct update_view *view, const struct update_part *part);

/* The image that comes back when the one under test is not confirmed; NULL when there is none. */
const struct smp_image_slot *update_view_way_back(const struct update_view *view, uint32_t image);

/* Is this row one of the parts? */
bool update_parts_hold(const struct update_parts *parts, const struct smp_image_slot *slot);

/*
 * Of the two files of a direct-xip build one is wanted: the one for the slot that does not run, or
 * the one that is there already. True for all other parts.
 */
bool update_part_is_wanted(
	const struct update_view *view, const struct update_parts *parts, size_t index);

/* `was_sent`: it was uploaded just now, for devices that show no hashes. */
enum update_place update_place_of(
	const struct update_view *view, const struct update_part *part, bool was_sent);

/*
 * Another image in a slot of ours that is pending or under test, for which the bootloader has
 * something to do before it lets its slot be written (protocol.md 6.7, observed.md). NULL: none.
 */
const struct smp_image_slot *update_view_unsettled(
	const struct update_view *view, const struct update_parts *parts);

#endif
