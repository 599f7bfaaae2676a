/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An image against the device that it is meant for, before it is sent: does it fit, does the device run
 * it already or something newer, is there what it depends on.
 */
#ifndef SRC_DEVICE_CHECK_H
#define SRC_DEVICE_CHECK_H

#include "src/upload_choice.h"

/*
 * Item number `index` of the choice; the others count as being sent too. Warnings go to `output`; what
 * the device would refuse is STATUS_BAD_FILE, or a warning too with is_forced. Asks the device nothing,
 * but for the bootloader's mode when the image is older than what runs; errors then are those of
 * client_call.
 */
enum status device_check(struct client *client, const struct device_facts *facts,
	const struct upload_choice *choice, size_t index, bool is_forced, struct output *output,
	struct err *reterr);

#endif
