/* SPDX-License-Identifier: Apache-2.0 */
/* Slots and their trailers, see slot.h. */
#include "fakedev/slot.h"

#include <string.h>

/* Distances from the end of the slot (protocol.md 6.5); every field is one write unit or two. */
enum {
	WRITE_UNIT = 8, /* BOOT_MAX_ALIGN */
	MAGIC_SIZE = 16,
	MAGIC_FROM_END = 16,
	IMAGE_OK_FROM_END = 24,
	COPY_DONE_FROM_END = 32,
	SWAP_INFO_FROM_END = 40,
	FLAG_SET = 0x01,
};

static const uint8_t trailer_magic[MAGIC_SIZE] = { 0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f,
	0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80 };

static size_t field_at(const struct slot *slot, size_t from_end)
{
	return slot->at + slot->size - from_end;
}

static enum trailer_flag read_magic(const struct slot *slot)
{
	size_t at = field_at(slot, MAGIC_FROM_END);

	if (flash_is_blank(slot->flash, at, MAGIC_SIZE))
		return TRAILER_UNSET;
	return span_equal(flash_read(slot->flash, at, MAGIC_SIZE),
		       span_make(trailer_magic, MAGIC_SIZE))
		       ? TRAILER_SET
		       : TRAILER_BAD;
}

/* MCUboot looks at the first byte of the unit only. */
static enum trailer_flag read_flag(const struct slot *slot, size_t from_end)
{
	struct span byte = flash_read(slot->flash, field_at(slot, from_end), 1);

	if (byte.len == 0)
		return TRAILER_BAD;
	if (byte.data[0] == 0xff)
		return TRAILER_UNSET;
	return byte.data[0] == FLAG_SET ? TRAILER_SET : TRAILER_BAD;
}

struct trailer slot_trailer(const struct slot *slot)
{
	return (struct trailer){
		.magic = read_magic(slot),
		.image_ok = read_flag(slot, IMAGE_OK_FROM_END),
		.copy_done = read_flag(slot, COPY_DONE_FROM_END),
	};
}

void slot_write_magic(const struct slot *slot)
{
	if (read_magic(slot) == TRAILER_UNSET)
		flash_write(slot->flash, field_at(slot, MAGIC_FROM_END),
			span_make(trailer_magic, MAGIC_SIZE));
}

static void write_unit(const struct slot *slot, size_t from_end, uint8_t value)
{
	uint8_t unit[WRITE_UNIT];

	if (read_flag(slot, from_end) != TRAILER_UNSET)
		return;
	memset(unit, 0xff, sizeof(unit));
	unit[0] = value;
	flash_write(slot->flash, field_at(slot, from_end), span_make(unit, sizeof(unit)));
}

void slot_set_image_ok(const struct slot *slot)
{
	write_unit(slot, IMAGE_OK_FROM_END, FLAG_SET);
}

void slot_set_copy_done(const struct slot *slot)
{
	write_unit(slot, COPY_DONE_FROM_END, FLAG_SET);
}

void slot_set_swap_info(const struct slot *slot, enum swap_type type, unsigned image)
{
	write_unit(slot, SWAP_INFO_FROM_END, (uint8_t)((unsigned)type | image << 4));
}

bool slot_set_pending(const struct slot *secondary, bool is_permanent, unsigned image)
{
	switch (read_magic(secondary)) {
	case TRAILER_SET:
		break;
	case TRAILER_UNSET:
		slot_write_magic(secondary);
		if (is_permanent)
			slot_set_image_ok(secondary);
		slot_set_swap_info(secondary, is_permanent ? SWAP_PERM : SWAP_TEST, image);
		break;
	case TRAILER_BAD:
		slot_erase(secondary);
		return false;
	}
	return true;
}

bool slot_confirm(const struct slot *primary)
{
	enum trailer_flag magic = read_magic(primary);

	if (magic == TRAILER_SET)
		slot_set_image_ok(primary);
	return magic != TRAILER_BAD;
}

size_t slot_max_image_size(const struct slot *slot)
{
	return slot->size > FLASH_PAGE_SIZE ? slot->size - FLASH_PAGE_SIZE : 0;
}

struct span slot_bytes(const struct slot *slot)
{
	return flash_read(slot->flash, slot->at, slot->size);
}

bool slot_image(const struct slot *slot, struct mcuboot_image *ret_image)
{
	struct mcuboot_image image;
	struct span hash;

	if (mcuboot_parse(slot_bytes(slot), &image, ERR_IGNORED) != STATUS_OK ||
		!mcuboot_hash(&image, &hash))
		return false;
	*ret_image = image;
	return true;
}

void slot_erase(const struct slot *slot)
{
	flash_erase(slot->flash, slot->at, slot->size);
}

void slot_erase_page(const struct slot *slot, size_t at)
{
	flash_erase(
		slot->flash, slot->at + at / FLASH_PAGE_SIZE * FLASH_PAGE_SIZE, FLASH_PAGE_SIZE);
}

static void erase_page_unless_blank(const struct slot *slot, size_t at)
{
	if (!flash_is_blank(slot->flash, slot->at + at, FLASH_PAGE_SIZE))
		flash_erase(slot->flash, slot->at + at, FLASH_PAGE_SIZE);
}

void slot_erase_trailer(const struct slot *slot)
{
	erase_page_unless_blank(slot, slot_max_image_size(slot));
}

void slot_erase_for_image(const struct slot *slot, size_t len)
{
	for (size_t at = 0; at < len && at < slot_max_image_size(slot); at += FLASH_PAGE_SIZE)
		erase_page_unless_blank(slot, at);
	slot_erase_trailer(slot);
}

bool slot_is_blank(const struct slot *slot)
{
	return flash_is_blank(slot->flash, slot->at, slot->size);
}

enum swap_type slot_next_swap(const struct slot *primary, const struct slot *secondary)
{
	struct trailer first = slot_trailer(primary);
	struct trailer second = slot_trailer(secondary);

	if (second.magic == TRAILER_SET && second.image_ok == TRAILER_UNSET)
		return SWAP_TEST;
	if (second.magic == TRAILER_SET && second.image_ok == TRAILER_SET)
		return SWAP_PERM;
	if (first.magic == TRAILER_SET && first.image_ok == TRAILER_UNSET &&
		first.copy_done == TRAILER_SET)
		return SWAP_REVERT;
	return SWAP_NONE;
}
