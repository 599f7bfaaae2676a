/* SPDX-License-Identifier: Apache-2.0 */
/* The slots as a running application sees them: which one runs, what the next boot will do. */
#ifndef FAKEDEV_SERVER_SLOTS_H
#define FAKEDEV_SERVER_SLOTS_H

#include "fakedev/server.h"

/* What image list tells about a slot (protocol.md 3.2.2). */
struct slot_flags {
	bool active;
	bool confirmed;
	bool pending;
	bool permanent;
};

const struct slot *server_slot(const struct server *server, unsigned image, unsigned slot);

/* How many slots an image has. */
unsigned server_slots(const struct server *server);

/*
 * What a list shows in a slot; false when it shows nothing. Its spans are valid until the slot
 * changes.
 */
bool server_image_in(const struct server *server, unsigned image, unsigned slot,
	struct mcuboot_image *ret_image);

/* The slot that runs, and the one that does not. */
unsigned server_active_slot(const struct server *server, unsigned image);
unsigned server_other_slot(const struct server *server, unsigned image);

/*
 * What the next boot will do, also where it is not a swap but a choice of the slot to run from;
 * SWAP_NONE where marks mean nothing.
 */
enum swap_type server_next_swap(const struct server *server, unsigned image);

struct slot_flags server_slot_flags(const struct server *server, unsigned image, unsigned slot);

/* Running, waiting for its swap, or the way back: not to be erased (observed.md "Image group"). */
bool server_slot_in_use(const struct server *server, unsigned image, unsigned slot);

/* Room for an image. A swap by moving needs a spare page besides that of the trailer. */
size_t server_max_image_size(const struct server *server, const struct slot *slot);

#endif
