/* SPDX-License-Identifier: Apache-2.0 */
/* Slots in memory, see flash_board.h. */
#include "tests/support/flash_board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "fakedev/factory.h"

enum { PATH_SIZE = 512 };

struct made_image {
	char letter;
	size_t payload; /* bytes; different, so that swaps are of unequal lengths */
	struct mcuboot_version version;
};

static const struct made_image images[] = {
	{ 'A', 3 * FLASH_PAGE_SIZE, { 1, 0, 0, 0 } },
	{ 'B', 5 * FLASH_PAGE_SIZE - 700, { 2, 0, 0, 0 } }, /* 5 pages */
	{ 'C', 100, { 1, 0, 0, 7 } },
	{ 'D', 7 * FLASH_PAGE_SIZE - FACTORY_HEADER_SIZE - 40, { 0, 9, 0, 0 } }, /* 7 of 8 pages */
};

enum { MADE_IMAGES = sizeof(images) / sizeof(images[0]) };

void flash_board_init(struct flash_board *board, enum fakedev_bootloader bootloader)
{
	memset(board->bytes, 0xff, sizeof(board->bytes));
	board->flash = (struct flash){
		.bytes = board->bytes,
		.size = sizeof(board->bytes),
		.times = { .erase_page_us = FLASH_BOARD_ERASE_US,
			.write_word_us = FLASH_BOARD_WRITE_US },
	};
	board->setup = (struct boot_setup){ .bootloader = bootloader, .images = 1 };
	for (size_t i = 0; i < FLASH_BOARD_IMAGES * SLOTS_PER_IMAGE; i++)
		board->setup.slots[i / 2][i % 2] = (struct slot){ &board->flash,
			i * FLASH_BOARD_SLOT_SIZE, FLASH_BOARD_SLOT_SIZE };
}

uint8_t *flash_board_bytes(const struct slot *slot)
{
	return slot->flash->bytes + slot->at;
}

static struct span make_image(char letter, uint8_t *storage, size_t cap)
{
	struct buf out = buf_over(storage, cap);

	for (size_t i = 0; i < MADE_IMAGES; i++) {
		if (images[i].letter == letter)
			assert_true(factory_image_build(
				&images[i].version, images[i].payload, (uint32_t)letter, &out));
	}
	assert_true(out.len > 0);
	return buf_span(&out);
}

void flash_board_install(const struct slot *slot, char letter)
{
	memset(flash_board_bytes(slot), 0xff, slot->size);
	if (letter != '-')
		make_image(letter, flash_board_bytes(slot), slot->size);
}

void flash_board_install_file(const struct slot *slot, const char *name)
{
	char path[PATH_SIZE];
	struct file_map map;

	snprintf(path, sizeof(path), TEST_VECTORS_DIR "/images/%s", name);
	assert_int_equal(file_map(path, slot->size, &map, ERR_IGNORED), STATUS_OK);
	memset(flash_board_bytes(slot), 0xff, slot->size);
	memcpy(flash_board_bytes(slot), map.bytes.data, map.bytes.len);
	file_unmap(&map);
}

void flash_board_corrupt(const struct slot *slot)
{
	flash_board_bytes(slot)[FACTORY_HEADER_SIZE + 50] ^= 0x10;
}

char flash_board_content(const struct slot *slot)
{
	uint8_t storage[FLASH_BOARD_SLOT_SIZE];
	struct mcuboot_image image;

	if (!slot_image(slot, &image))
		return '-';
	for (size_t i = 0; i < MADE_IMAGES; i++) {
		struct span made = make_image(images[i].letter, storage, sizeof(storage));

		if (span_equal(made, span_sub(slot_bytes(slot), 0, made.len)))
			return images[i].letter;
	}
	return '?';
}
