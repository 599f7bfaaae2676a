/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which images of a firmware file go to a device, and where to: an archive may hold one for each image
 * number, and with direct-xip one for each slot, of which the one that is not in use is to be written
 * (protocol.md 7.3).
 */
#ifndef SRC_UPLOAD_CHOICE_H
#define SRC_UPLOAD_CHOICE_H

#include "src/device_facts.h"
#include "src/file_check.h"

struct upload_item {
	const struct firmware_part *part;
	uint32_t image;  /* image number */
	bool has_target; /* false: nothing tells into which slot the device will put it */
	uint32_t target; /* slot within the image */
	bool is_sound;   /* see struct file_parts */
};

struct upload_choice {
	const char *path;
	struct upload_item items[FIRMWARE_PARTS_MAX];
	size_t count;
};

/*
 * -n stands for the image number of parts that have none, --slot for the slot. Errors: STATUS_USAGE (no
 * such image in the file, or --slot is needed to choose), STATUS_BAD_FILE (no part for the slot that will
 * be written).
 */
enum status upload_choose(const struct file_parts *parts, const struct device_facts *facts,
	const struct settings *settings, struct upload_choice *ret_choice, struct err *reterr);

/* The slot that will be written holds exactly this image already, as far as the list shows it. */
bool upload_is_there(const struct upload_item *item, const struct device_facts *facts);

#endif
