/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image management group, client side: state, erase and slot info (protocol.md 3.2). The upload
 * has a file of its own, upload.h. Requests and replies as in os_group.h.
 */
#ifndef SMP_IMAGE_GROUP_H
#define SMP_IMAGE_GROUP_H

#include "smp/message.h"

enum {
	SMP_IMAGE_SLOTS_MAX = 16, /* slots in one answer: eight images of two */
	SMP_IMAGE_HASH_MAX = 64,  /* SHA-512 */
	SMP_IMAGE_VERSION_MAX = 32,
};

/* A row of the image list: a slot that holds a readable image. */
struct smp_image_slot {
	uint32_t image;
	uint32_t slot;
	char version[SMP_IMAGE_VERSION_MAX]; /* escaped; "" when the device sent none */
	uint8_t hash[SMP_IMAGE_HASH_MAX];
	size_t hash_len; /* 0: the device sent none */
	bool bootable, pending, confirmed, active, permanent;
};

struct smp_image_state {
	struct smp_image_slot slots[SMP_IMAGE_SLOTS_MAX];
	size_t count;
	bool has_split_status; /* applications send one, unless they are frugal; recovery never does */
	int64_t split_status;
};

struct smp_request smp_image_state_request(void);

/*
 * Mark an image: for one boot, or for good with `confirm`. `hash` empty and `confirm`: the running
 * one. The reply is the image list.
 */
struct smp_request smp_image_mark_request(struct buf *body, struct span hash, bool confirm);

enum status smp_image_state_reply(
	const struct smp_reply *reply, struct smp_image_state *ret_state, struct err *reterr);

struct span smp_image_slot_hash(const struct smp_image_slot *slot);

/* `slot` below 0: the device chooses, the slot that is not in use. */
struct smp_request smp_image_erase_request(struct buf *body, int64_t slot);

struct smp_image_slot_info {
	uint32_t image;
	uint32_t slot;
	uint64_t size; /* bytes; 0 when not known */
	int64_t rc;    /* not 0: the device could not read the slot */
	bool has_upload_image_id;
	uint32_t upload_image_id; /* what the upload's "image" must say for this slot */
	uint64_t max_image_size;  /* of the image, bytes; 0 when not told */
};

struct smp_image_slot_infos {
	struct smp_image_slot_info slots[SMP_IMAGE_SLOTS_MAX];
	size_t count;
};

struct smp_request smp_image_slot_info_request(void);
enum status smp_image_slot_info_reply(
	const struct smp_reply *reply, struct smp_image_slot_infos *ret_infos, struct err *reterr);

#endif
