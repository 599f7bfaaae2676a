/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The device's slots: as plain lines, and on a terminal as a picture of the flash in which each slot
 * is as wide as it is large, with what is known of the image in it. How much of its slot an image fills
 * no device tells.
 */
#ifndef SRC_COMMANDS_SLOTS_PRINT_H
#define SRC_COMMANDS_SLOTS_PRINT_H

#include "smp/image_group.h"
#include "src/output.h"

enum { SLOTS_PICTURE_WIDTH_MIN = 60, SLOTS_PICTURE_WIDTH_MAX = 100 };

struct shown_slots {
	const struct smp_image_slot_infos *infos;
	/* For the picture: */
	size_t width;                        /* columns to draw in; too few: plain lines */
	const struct smp_image_state *state; /* NULL: the device does not tell what is in them */
	bool is_utf8;
	bool has_colours;
};

/* Prints a struct shown_slots. */
const struct result_printer *slots_printer(void);

#endif
