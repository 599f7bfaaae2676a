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

enum { BOOT_NETWORK_CORE = 1 }; /* the image that an nRF5340 has for it */

struct boot_setup {
	enum fakedev_bootloader bootloader;
	unsigned images; /* at most FAKEDEV_IMAGES_MAX */
	struct slot slots[FAKEDEV_IMAGES_MAX][SLOTS_PER_IMAGE];
	const struct image_key *key; /* NULL: only the hash is checked */
	struct span factory_hash;    /* the factory image need not be signed by `key` */
	unsigned running_slot[FAKEDEV_IMAGES_MAX]; /* before the boot */
	bool hides_network_core; /* image 1 is copied to another core, from where it never returns */
	bool refuses_new;        /* by a fault: no image is good enough */
};

struct boot_outcome {
	/*
	 * What was done; SWAP_FAIL: refused. Where images run in place SWAP_REVERT is one that was
	 * erased because it was not marked, or tried and not confirmed.
	 */
	enum swap_type swap[FAKEDEV_IMAGES_MAX];
	enum image_verdict refused[FAKEDEV_IMAGES_MAX]; /* why, with SWAP_FAIL */
	bool is_new[FAKEDEV_IMAGES_MAX]; /* one was to be put in place that did not run before */
	unsigned active_slot[FAKEDEV_IMAGES_MAX]; /* which slot runs now */
	bool is_bootable;                         /* image 0 has something to run */
};

/* Images run where they lie: nothing is swapped or copied. */
static inline bool boot_runs_in_place(enum fakedev_bootloader bootloader)
{
	return bootloader == FAKEDEV_DIRECT_XIP || bootloader == FAKEDEV_DIRECT_XIP_REVERT;
}

/* How many slots an image has. */
static inline unsigned boot_slots(enum fakedev_bootloader bootloader)
{
	return bootloader == FAKEDEV_SINGLE ? 1 : SLOTS_PER_IMAGE;
}

/* Does this setup keep the image of a network core out of sight while it runs? */
static inline bool boot_is_hidden(const struct boot_setup *setup, unsigned image, unsigned slot)
{
	return setup->hides_network_core && image == BOOT_NETWORK_CORE && slot == SLOT_PRIMARY;
}

/*
 * May the bootloader start this image? Header sound, bootable, room left for the trailer, hash
 * right, signed by its key.
 */
enum image_verdict boot_validate(const struct boot_setup *setup, const struct slot *slot);

/*
 * Which of two versions direct-xip prefers, as memcmp. Without the build number: MCUboot and the
 * server compare it only when built to (protocol.md 6.7).
 */
int boot_compare_versions(struct mcuboot_version a, struct mcuboot_version b);

/* The swap that the next boot is asked for; SWAP_NONE where none is made. */
enum swap_type boot_next_swap(const struct boot_setup *setup, unsigned image);

/* Is this image to be erased by direct-xip-revert: not marked, or tried and not confirmed? */
bool boot_is_rejected(const struct slot *slot);

/*
 * One boot. Every image has its own state; all swaps that are pending are made in the one boot.
 * Time is counted in the slots' flash.
 *
 * A secondary image that was to be swapped in (a revert included) and is not fit is erased, and
 * nothing else is written: when it was the way back, the unconfirmed image stays where it is.
 */
void boot_run(const struct boot_setup *setup, struct boot_outcome *ret_outcome);

#endif
