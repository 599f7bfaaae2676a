/* SPDX-License-Identifier: Apache-2.0 */
/* MCUboot's work at a boot, see boot.h. */
#include "fakedev/boot.h"

#include <string.h>

#include "base/endian.h"

static bool is_factory_image(const struct boot_setup *setup, struct span hash)
{
	return setup->factory_hash.len > 0 && span_equal(hash, setup->factory_hash);
}

enum image_verdict boot_validate(const struct boot_setup *setup, const struct slot *slot)
{
	const struct image_key *key = setup->key;
	struct mcuboot_image image;
	struct span hash;

	if (mcuboot_parse(slot_bytes(slot), &image, ERR_IGNORED) != STATUS_OK)
		return IMAGE_UNREADABLE;
	if ((image.flags & MCUBOOT_FLAG_NON_BOOTABLE) != 0)
		return IMAGE_NON_BOOTABLE;
	if (image.size > slot_max_image_size(slot))
		return IMAGE_TOO_LARGE;
	if (mcuboot_hash(&image, &hash) && is_factory_image(setup, hash))
		key = NULL;
	return image_verify(&image, key);
}

/* Pages that the image in a slot lies on; 0 when there is none. */
static size_t pages_in_use(const struct slot *slot)
{
	struct mcuboot_image image;
	size_t size;

	if (!slot_image(slot, &image))
		return 0;
	size = image.size < slot_max_image_size(slot) ? image.size : slot_max_image_size(slot);
	return (size + FLASH_PAGE_SIZE - 1) / FLASH_PAGE_SIZE;
}

static void write_page(const struct slot *slot, size_t at, const uint8_t *page)
{
	flash_erase(slot->flash, slot->at + at, FLASH_PAGE_SIZE);
	flash_write(slot->flash, slot->at + at, span_make(page, FLASH_PAGE_SIZE));
}

static void read_page(const struct slot *slot, size_t at, uint8_t ret_page[FLASH_PAGE_SIZE])
{
	struct span page = span_sub(slot_bytes(slot), at, FLASH_PAGE_SIZE);

	if (page.len == FLASH_PAGE_SIZE)
		memcpy(ret_page, page.data, FLASH_PAGE_SIZE);
}

/* Two erases and two page writes each, as swap-offset needs (protocol.md 5.5). */
static void swap_pages(const struct slot *primary, const struct slot *secondary)
{
	size_t first = pages_in_use(primary), second = pages_in_use(secondary);
	size_t pages = first > second ? first : second;
	uint8_t from_primary[FLASH_PAGE_SIZE] = { 0 }, from_secondary[FLASH_PAGE_SIZE] = { 0 };

	for (size_t at = 0; at < pages * FLASH_PAGE_SIZE; at += FLASH_PAGE_SIZE) {
		read_page(primary, at, from_primary);
		read_page(secondary, at, from_secondary);
		write_page(primary, at, from_secondary);
		write_page(secondary, at, from_primary);
	}
}

/*
 * The trailer of the primary slot after a swap. A test leaves image_ok for the application to set;
 * after a permanent swap and a revert there is nothing left to undo.
 */
static void write_swapped_trailer(const struct slot *primary, enum swap_type type, unsigned image)
{
	slot_set_swap_info(primary, type, image);
	slot_write_magic(primary);
	if (type != SWAP_TEST)
		slot_set_image_ok(primary);
	slot_set_copy_done(primary);
}

static void swap_slots(const struct boot_setup *setup, unsigned image, enum swap_type type)
{
	const struct slot *primary = &setup->slots[image][SLOT_PRIMARY];
	const struct slot *secondary = &setup->slots[image][SLOT_SECONDARY];

	slot_erase_trailer(primary);
	swap_pages(primary, secondary);
	write_swapped_trailer(primary, type, image);
	slot_erase_trailer(secondary);
}

/* No way back: the new image is copied over the old one, and its header and trailer are erased. */
static void overwrite_primary(const struct boot_setup *setup, unsigned image)
{
	const struct slot *primary = &setup->slots[image][SLOT_PRIMARY];
	const struct slot *secondary = &setup->slots[image][SLOT_SECONDARY];
	size_t len = pages_in_use(secondary) * FLASH_PAGE_SIZE;
	uint8_t page[FLASH_PAGE_SIZE] = { 0 };

	slot_erase_trailer(primary);
	for (size_t at = 0; at < len; at += FLASH_PAGE_SIZE) {
		read_page(secondary, at, page);
		write_page(primary, at, page);
	}
	flash_erase(secondary->flash, secondary->at, FLASH_PAGE_SIZE);
	slot_erase_trailer(secondary);
}

static bool overwrites(const struct boot_setup *setup, unsigned image)
{
	return setup->bootloader == FAKEDEV_OVERWRITE || boot_is_hidden(setup, image, SLOT_PRIMARY);
}

enum swap_type boot_next_swap(const struct boot_setup *setup, unsigned image)
{
	enum swap_type type = slot_next_swap(
		&setup->slots[image][SLOT_PRIMARY], &setup->slots[image][SLOT_SECONDARY]);

	if (boot_runs_in_place(setup->bootloader) || setup->bootloader == FAKEDEV_SINGLE)
		return SWAP_NONE;
	/* What was overwritten cannot come back. */
	return overwrites(setup, image) && type == SWAP_REVERT ? SWAP_NONE : type;
}

static void refuse(const struct slot *slot, unsigned image, enum image_verdict verdict,
	struct boot_outcome *outcome)
{
	outcome->swap[image] = SWAP_FAIL;
	outcome->refused[image] = verdict;
	if (!slot_is_blank(slot))
		slot_erase(slot);
}

static void update_image(
	const struct boot_setup *setup, unsigned image, struct boot_outcome *outcome)
{
	const struct slot *secondary = &setup->slots[image][SLOT_SECONDARY];
	enum swap_type type = boot_next_swap(setup, image);
	enum image_verdict verdict;

	outcome->swap[image] = type;
	outcome->is_new[image] = type == SWAP_TEST || type == SWAP_PERM;
	if (type == SWAP_NONE)
		return;
	verdict = boot_validate(setup, secondary);
	if (setup->refuses_new && outcome->is_new[image])
		verdict = IMAGE_OTHER_KEY;
	if (verdict != IMAGE_GOOD)
		refuse(secondary, image, verdict, outcome);
	else if (overwrites(setup, image))
		overwrite_primary(setup, image);
	else
		swap_slots(setup, image, type);
}

static bool has_header(const struct slot *slot)
{
	struct span head = span_sub(slot_bytes(slot), 0, MCUBOOT_HEADER_SIZE);

	return head.len == MCUBOOT_HEADER_SIZE && get_le32(head.data) == MCUBOOT_MAGIC;
}

int boot_compare_versions(struct mcuboot_version a, struct mcuboot_version b)
{
	a.build = 0;
	b.build = 0;
	return mcuboot_version_compare(&a, &b);
}

/*
 * Direct-xip: the slot with the highest version that is fit; of two equal ones slot 0. What claims to
 * be an image and is not fit is erased; other bytes are not MCUboot's. False when there is none.
 */
static bool find_highest(const struct boot_setup *setup, unsigned image,
	struct boot_outcome *outcome, unsigned *ret_slot)
{
	struct mcuboot_version highest = { 0 };
	bool is_found = false;

	for (unsigned i = 0; i < SLOTS_PER_IMAGE; i++) {
		const struct slot *slot = &setup->slots[image][i];
		enum image_verdict verdict = boot_validate(setup, slot);
		struct mcuboot_image found;

		if (verdict != IMAGE_GOOD) {
			if (has_header(slot))
				refuse(slot, image, verdict, outcome);
			continue;
		}
		if (!slot_image(slot, &found) ||
			(is_found && boot_compare_versions(found.version, highest) <= 0))
			continue;
		is_found = true;
		highest = found.version;
		*ret_slot = i;
	}
	return is_found;
}

bool boot_is_rejected(const struct slot *slot)
{
	struct trailer trailer = slot_trailer(slot);

	return trailer.magic != TRAILER_SET ||
	       (trailer.copy_done == TRAILER_SET && trailer.image_ok != TRAILER_SET);
}

/* False when the image that would run is erased instead. */
static bool admit(const struct boot_setup *setup, unsigned image, unsigned index,
	struct boot_outcome *outcome)
{
	const struct slot *slot = &setup->slots[image][index];

	if (outcome->is_new[image] && index != setup->running_slot[image] && setup->refuses_new) {
		refuse(slot, image, IMAGE_OTHER_KEY, outcome);
		return false;
	}
	if (setup->bootloader != FAKEDEV_DIRECT_XIP_REVERT)
		return true;
	if (boot_is_rejected(slot)) {
		outcome->swap[image] = SWAP_REVERT;
		slot_erase(slot);
		return false;
	}
	slot_set_copy_done(slot);
	return true;
}

/* Returns whether there is an image to run where it lies. */
static bool choose_slot(
	const struct boot_setup *setup, unsigned image, struct boot_outcome *outcome)
{
	unsigned slot;

	if (!find_highest(setup, image, outcome, &slot))
		return false;
	outcome->is_new[image] = slot != setup->running_slot[image];
	while (!admit(setup, image, slot, outcome)) {
		if (!find_highest(setup, image, outcome, &slot))
			return false;
	}
	outcome->active_slot[image] = slot;
	return true;
}

/* Returns whether there is something to run. */
static bool boot_image(const struct boot_setup *setup, unsigned image, struct boot_outcome *outcome)
{
	outcome->swap[image] = SWAP_NONE;
	outcome->active_slot[image] = SLOT_PRIMARY;
	if (boot_runs_in_place(setup->bootloader))
		return choose_slot(setup, image, outcome);
	update_image(setup, image, outcome);
	return image != 0 || boot_validate(setup, &setup->slots[0][SLOT_PRIMARY]) == IMAGE_GOOD;
}

void boot_run(const struct boot_setup *setup, struct boot_outcome *ret_outcome)
{
	struct boot_outcome outcome = { 0 };

	for (unsigned image = 0; image < setup->images; image++) {
		bool is_runnable = boot_image(setup, image, &outcome);

		if (image == 0)
			outcome.is_bootable = is_runnable;
	}
	*ret_outcome = outcome;
}
