/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots in a piece of memory, for tests of the bootloader: no file, no server. Images go by letter:
 * A 1.0.0, B 2.0.0, C 1.0.0 with build number 7, D 0.9.0, all of other lengths; D is the largest
 * that a slot holds. '-' is a slot without an image that would be listed.
 */
#ifndef TESTS_SUPPORT_FLASH_BOARD_H
#define TESTS_SUPPORT_FLASH_BOARD_H

#include "fakedev/boot.h"

enum {
	FLASH_BOARD_IMAGES = 2,
	FLASH_BOARD_SLOT_PAGES = 8,
	FLASH_BOARD_SLOT_SIZE = FLASH_BOARD_SLOT_PAGES * FLASH_PAGE_SIZE,
	FLASH_BOARD_ERASE_US = 85000,
	FLASH_BOARD_WRITE_US = 41,
};

struct flash_board {
	uint8_t bytes[FLASH_BOARD_IMAGES * SLOTS_PER_IMAGE * FLASH_BOARD_SLOT_SIZE];
	struct flash flash;
	struct boot_setup setup; /* with one image, unless the test says two */
};

/* A board whose flash is blank. It must not be copied: the slots point into it. */
void flash_board_init(struct flash_board *board, enum fakedev_bootloader bootloader);

/* The first byte of a slot, to do to it what no flash allows. */
uint8_t *flash_board_bytes(const struct slot *slot);

/* As if by a debugger: no time passes, and the slot is blank but for the image. */
void flash_board_install(const struct slot *slot, char letter);

/* The same with a file of tests/vectors/images. */
void flash_board_install_file(const struct slot *slot, const char *name);

/* Change a bit of the image, so that it is listed still, but its hash is wrong. */
void flash_board_corrupt(const struct slot *slot);

/* The letter of the image that lies in a slot byte for byte, '?' for a damaged one. */
char flash_board_content(const struct slot *slot);

#endif
