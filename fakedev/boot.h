/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MCUboot: what happens between reset and application (protocol.md 6.6 and 6.7). It validates,
 * swaps, overwrites or chooses, and leaves the trailers as the real one does.
 */
#ifndef FAKEDEV_BOOT_H
#define FAKEDEV_BOOT_H

#include "fakedev/config.h"
#include "fakedev/slot.h"
#include "image/verify.h"

struct boot_setup {
	enum fakedev_bootloader bootloader;
	unsigned images;
	struct slot slots[FAKEDEV_IMAGES_MAX][SLOTS_PER_IMAGE];
	const struct image_key *key;       /* NULL: only the hash is checked */
	struct span factory_hash;          /* the factory image need not be signed by `key` */
};

struct boot_outcome {
	enum swap_type swap[FAKEDEV_IMAGES_MAX];            /* what was done, SWAP_FAIL: refused */
	enum image_verdict refused[FAKEDEV_IMAGES_MAX];     /* why, with SWAP_FAIL */
	unsigned active_slot[FAKEDEV_IMAGES_MAX];           /* which slot runs now */
	bool is_bootable;                                   /* image 0 has something to run */
};

/* May the bootloader start this image? Header sound, bootable, hash right, signed by its key. */
enum image_verdict boot_validate(const struct boot_setup *setup, const struct slot *slot);

/* One boot. Time is counted in the slots' flash. */
void boot_run(const struct boot_setup *setup, struct boot_outcome *ret_outcome);

#endif
