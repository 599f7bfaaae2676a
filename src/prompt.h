/* SPDX-License-Identifier: Apache-2.0 */
/* The shell's prompt: which board, and the version that it runs. */
#ifndef SRC_PROMPT_H
#define SRC_PROMPT_H

#include "smp/image_group.h"
#include "smp/stat_group.h"
#include "src/link.h"

enum { PROMPT_NAME_MAX = 48 };

/* A zeroed one knows nothing. */
struct prompt {
	unsigned generation;                 /* of the link, for which the version was asked */
	char version[SMP_IMAGE_VERSION_MAX]; /* "": not known */
	bool is_recovery;                    /* the bootloader answers */
	unsigned tries;                      /* how often it was asked */
	uint64_t ask_again_at_us;
	char text[PROMPT_NAME_MAX + SMP_IMAGE_VERSION_MAX + 32];
};

/* Quickly or not at all: once, and not while the device may be in its bootloader. */
bool prompt_ask_images(struct link *link, struct smp_image_state *ret_state);
bool prompt_ask_stat_groups(struct link *link, struct smp_stat_list *ret_list);

/* When the prompt is to be made anew, to ask the device which version it runs; CLOCK_NEVER: it need not. */
uint64_t prompt_ask_at_us(const struct prompt *prompt, struct link *link);

/*
 * Make prompt->text: "ttyACM0 1.2.0> ", "ttyACM0 (recovery)> ", "ttyACM0 (away)> ", "smpctl> " where no
 * device is held. Asks for the version when it is time to. False: a Ctrl-C has come meanwhile.
 */
bool prompt_make(struct prompt *prompt, struct link *link);

#endif
