/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a device tells of itself before an image is sent to it, and what follows from that: what runs,
 * where an upload will go, and what is there already.
 */
#ifndef SRC_DEVICE_FACTS_H
#define SRC_DEVICE_FACTS_H

#include "image/mcuboot.h"
#include "src/device.h"

struct device_facts {
	bool has_state; /* the device answered with its image list */
	struct smp_image_state state;
	bool is_recovery; /* serial recovery answers, whose uploads go to slot 0 (protocol.md 4.3) */
	bool has_infos;   /* it has slot info, which many builds leave out */
	struct smp_image_slot_infos infos;
};

/*
 * Two requests: the image list and, unless it is serial recovery that answers, slot info; a third where
 * the list leaves open who has sent it (device_is_recovery). What the
 * device does not have or refuses is left out. Errors: a device that does not answer, STATUS_INTERRUPTED.
 */
enum status device_facts_ask(
	struct client *client, struct device_facts *ret_facts, struct err *reterr);

/* The slot of this image that is in use; NULL when the list shows none. */
const struct smp_image_slot *device_facts_running(const struct device_facts *facts, uint32_t image);

/* What the list shows in this slot; NULL: nothing readable. */
const struct smp_image_slot *device_facts_slot(
	const struct device_facts *facts, uint32_t image, uint32_t slot);

/*
 * The slot of this image that an upload without --slot goes to. False when nothing tells: a list with
 * flags but no splitStatus may be a frugal application's or serial recovery's (protocol.md 4.3).
 */
bool device_facts_target(const struct device_facts *facts, uint32_t image, uint32_t *ret_slot);

/* Slot info tells of all images, and there is none with this number. */
bool device_facts_lacks_image(const struct device_facts *facts, uint32_t image);

/* Bytes that this slot takes, 0 when that is not known. */
uint64_t device_facts_room(const struct device_facts *facts, uint32_t image, uint32_t slot);

/* "1.2.3" or "1.2.3.4", as devices write versions. */
bool device_facts_version(const struct smp_image_slot *slot, struct mcuboot_version *ret_version);

#endif
