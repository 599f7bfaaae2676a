/* SPDX-License-Identifier: Apache-2.0 */
/* Which images image test and image confirm are to mark. */
#ifndef SRC_COMMANDS_MARK_CHOICE_H
#define SRC_COMMANDS_MARK_CHOICE_H

#include "src/device.h"

struct mark_choice {
	struct smp_image_slot slots[SMP_IMAGE_SLOTS_MAX]; /* rows of the list, each hash once */
	size_t count;                                     /* 0: the running image */
};

/*
 * `word` is a hash, which may be shortened, or a firmware file, which stands for the hashes of its images;
 * "" is the running image with `confirm`, else the only candidate. STATUS_USAGE: the device holds no such
 * image, or more than one is meant; the hint lists what it holds.
 */
enum status mark_choose(const char *word, bool confirm, const struct smp_image_state *state,
	struct mark_choice *ret_choice, struct err *reterr);

#endif
