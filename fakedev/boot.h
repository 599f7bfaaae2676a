/* SPDX-License-Identifier: Apache-2.0 */
/*
 * MCUboot: what happens between reset and application (protocol.md 6.6 and 6.7). It validates,
 * swaps, overwrites or chooses, and leaves the trailers as the real one does.
 *
 * What the real one does and this one does not: a swap that loses power half-way is not continued
 * (boot_run is one step; no status bytes are written, and a process that is killed within it leaves
 * two mixed images), dependencies and versions are not compared, nothing is decrypted, and the
 * addresses that images were linked for are not looked at.
 */
#ifndef FAKEDEV_BOOT_H
#define FAKEDEV_BOOT_H

#include "fakedev/config.h"
#include "fakedev/slot.h"
#include "image/verify.h"

struct boot_setup {
	enum fakedev_bootloader bootloader;
	unsigned images; /* at most FAKEDEV_IMAGES_MAX */
	struct slot slots[FAKEDEV_IMAGES_MAX][SLOTS_PER_IMAGE];
	const struct image_key *key; /* NULL: only the hash is checked */
	struct span factory_hash;    /* the factory image need not be signed by `key` */
};

struct boot_outcome {
	enum swap_type swap[FAKEDEV_IMAGES_MAX];        /* what was done, SWAP_FAIL: refused */
	enum image_verdict refused[FAKEDEV_IMAGES_MAX]; /* why, with SWAP_FAIL */
	unsigned active_slot[FAKEDEV_IMAGES_MAX];       /* which slot runs now */
	bool is_bootable;                               /* image 0 has something to run */
};

/*
 * May the bootloader start this image? Header sound, bootable, hash right, signed by its key.
 * What is no image, does not leave room for the trailer or is flagged NON_BOOTABLE has nothing that
 * a hash could vouch for: IMAGE_NO_HASH.
 */
enum image_verdict boot_validate(const struct boot_setup *setup, const struct slot *slot);

/*
 * Which of two versions direct-xip prefers, as memcmp. Without the build number: MCUboot and the
 * server compare it only when built to (protocol.md 6.7).
 */
int boot_compare_versions(struct mcuboot_version a, struct mcuboot_version b);

/*
 * One boot. Every image has its own state; all swaps that are pending are made in the one boot.
 * Time is counted in the slots' flash.
 *
 * A secondary image that was to be swapped in (a revert included) and is not fit is erased, and
 * nothing else is written: when it was the way back, the unconfirmed image stays where it is.
 */
void boot_run(const struct boot_setup *setup, struct boot_outcome *ret_outcome);

#endif
