/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image slot and the trailer at its end, in which application and bootloader tell each other
 * what to do at the next boot (protocol.md 6.5; BOOT_MAX_ALIGN 8).
 */
#ifndef FAKEDEV_SLOT_H
#define FAKEDEV_SLOT_H

#include "fakedev/flash.h"
#include "image/mcuboot.h"

enum { SLOT_PRIMARY = 0, SLOT_SECONDARY = 1, SLOTS_PER_IMAGE = 2 };

struct slot {
	struct flash *flash;
	size_t at;   /* where it begins in the flash, the begin of a page */
	size_t size; /* bytes, trailer included: whole pages, two or more */
};

/* UNSET is blank flash; BAD is anything that is neither blank nor what MCUboot writes. */
enum trailer_flag { TRAILER_UNSET, TRAILER_SET, TRAILER_BAD };

enum swap_type {
	SWAP_NONE = 1, /* the numbers of MCUboot's swap_info */
	SWAP_TEST = 2,
	SWAP_PERM = 3,
	SWAP_REVERT = 4,
	SWAP_FAIL = 5, /* was asked for, but the image is not fit to boot */
};

struct trailer {
	enum trailer_flag magic;
	enum trailer_flag image_ok;
	enum trailer_flag copy_done;
};

struct trailer slot_trailer(const struct slot *slot);

/*
 * The fields one by one, as flash takes them: what is not blank is not written again, so that a
 * trailer only ever changes by an erase.
 */
void slot_write_magic(const struct slot *slot);
void slot_set_image_ok(const struct slot *slot);
void slot_set_copy_done(const struct slot *slot);
void slot_set_swap_info(const struct slot *slot, enum swap_type type, unsigned image);

/*
 * Ask for a swap at the next boot, as the application's library does it (protocol.md 6.6). Where one
 * is asked for already nothing is written: a test cannot be turned into permanent. False when the
 * magic is bad: then the slot is erased, since no write could mend it.
 */
bool slot_set_pending(const struct slot *secondary, bool is_permanent, unsigned image);

/*
 * Keep the image in the primary slot. True also when there is nothing to keep: already confirmed,
 * or put there by a debugger (magic unset). False when the magic is bad.
 */
bool slot_confirm(const struct slot *primary);

/* Room for an image: the slot less the page of the trailer. */
size_t slot_max_image_size(const struct slot *slot);

/* The whole slot, trailer included. */
struct span slot_bytes(const struct slot *slot);

/*
 * False when there is no image that a server would list: wrong magic, broken, or without a hash.
 * Its spans point into the flash and are valid until the slot changes.
 */
bool slot_image(const struct slot *slot, struct mcuboot_image *ret_image);

void slot_erase(const struct slot *slot);
void slot_erase_trailer(const struct slot *slot);
/* Erase the page in which the byte `at` of the slot lies, blank or not. */
void slot_erase_page(const struct slot *slot, size_t at);

/*
 * Erase what an image of `len` bytes needs, and the trailer; pages that are blank are left alone.
 * A longer image than the slot can hold erases the slot.
 */
void slot_erase_for_image(const struct slot *slot, size_t len);

bool slot_is_blank(const struct slot *slot);

/* The swap that the next boot would make of the two trailers (protocol.md 6.6, swap modes). */
enum swap_type slot_next_swap(const struct slot *primary, const struct slot *secondary);

#endif
