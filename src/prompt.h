/* SPDX-License-Identifier: Apache-2.0 */
/* The shell's prompt: which board, and the version that it runs. */
#ifndef SRC_PROMPT_H
#define SRC_PROMPT_H

#include "smp/image_group.h"
#include "src/link.h"

enum { PROMPT_NAME_MAX = 48 };

struct prompt {
	unsigned generation;                 /* of the link, for which the version was asked */
	char version[SMP_IMAGE_VERSION_MAX]; /* "": not known */
	char text[PROMPT_NAME_MAX + SMP_IMAGE_VERSION_MAX + 32];
};

/* The image list, quickly or not at all: once, and not while the device may be in its bootloader. */
bool prompt_ask_images(struct link *link, struct smp_image_state *ret_state);

/* Is the device to be asked which version it runs? */
bool prompt_is_stale(const struct prompt *prompt, struct link *link);

/*
 * Make prompt->text: "ttyACM0 1.2.0> ", "smpctl> " where no device is held. Asks for the version when it
 * is stale.
 */
void prompt_make(struct prompt *prompt, struct link *link);

#endif
