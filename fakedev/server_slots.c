/* SPDX-License-Identifier: Apache-2.0 */
/* Which slot runs and which will, see server_slots.h. */
#include "fakedev/server_slots.h"

const struct slot *server_slot(const struct server *server, unsigned image, unsigned slot)
{
	return &server->setup->slots[image][slot];
}

unsigned server_slots(const struct server *server)
{
	return boot_slots(server->config->bootloader);
}

bool server_image_in(
	const struct server *server, unsigned image, unsigned slot, struct mcuboot_image *ret_image)
{
	return slot < server_slots(server) && !boot_is_hidden(server->setup, image, slot) &&
	       slot_image(server_slot(server, image, slot), ret_image);
}

unsigned server_active_slot(const struct server *server, unsigned image)
{
	return server->ram->active_slot[image];
}

unsigned server_other_slot(const struct server *server, unsigned image)
{
	return server_active_slot(server, image) == SLOT_PRIMARY ? SLOT_SECONDARY : SLOT_PRIMARY;
}

/* Direct-xip: the higher version boots next; of two equal ones the one in slot 0. */
static bool other_slot_boots_next(const struct server *server, unsigned image)
{
	unsigned other = server_other_slot(server, image);
	struct mcuboot_image running, candidate;
	int order;

	if (!slot_image(server_slot(server, image, other), &candidate))
		return false;
	if (!slot_image(server_slot(server, image, server_active_slot(server, image)), &running))
		return true;
	order = boot_compare_versions(candidate.version, running.version);
	return order > 0 || (order == 0 && other == SLOT_PRIMARY);
}

/* Direct-xip with revert: an unconfirmed image makes room, one that is marked and higher takes over. */
static enum swap_type next_in_place(const struct server *server, unsigned image)
{
	const struct slot *active = server_slot(server, image, server_active_slot(server, image));
	const struct slot *other = server_slot(server, image, server_other_slot(server, image));

	if (boot_is_rejected(active))
		return SWAP_REVERT;
	if (boot_is_rejected(other) || !other_slot_boots_next(server, image))
		return SWAP_NONE;
	return slot_trailer(other).image_ok == TRAILER_SET ? SWAP_PERM : SWAP_TEST;
}

enum swap_type server_next_swap(const struct server *server, unsigned image)
{
	if (server->config->bootloader == FAKEDEV_DIRECT_XIP_REVERT)
		return next_in_place(server, image);
	return boot_next_swap(server->setup, image);
}

struct slot_flags server_slot_flags(const struct server *server, unsigned image, unsigned slot)
{
	bool is_active = slot == server_active_slot(server, image);
	struct slot_flags flags = { .active = is_active };

	if (server->config->bootloader == FAKEDEV_DIRECT_XIP) {
		flags.confirmed = is_active;
		flags.pending = !is_active && other_slot_boots_next(server, image);
		flags.permanent = flags.pending;
		return flags;
	}
	switch (server_next_swap(server, image)) {
	case SWAP_TEST:
		flags.confirmed = is_active;
		flags.pending = !is_active;
		break;
	case SWAP_PERM:
		flags.confirmed = is_active;
		flags.pending = !is_active;
		flags.permanent = !is_active;
		break;
	case SWAP_REVERT:
		flags.confirmed = !is_active;
		break;
	case SWAP_NONE:
	case SWAP_FAIL:
		flags.confirmed = is_active;
		break;
	}
	return flags;
}

bool server_slot_in_use(const struct server *server, unsigned image, unsigned slot)
{
	return slot == server_active_slot(server, image) ||
	       server_next_swap(server, image) != SWAP_NONE;
}

size_t server_max_image_size(const struct server *server, const struct slot *slot)
{
	size_t size = slot_max_image_size(slot);

	if (server->config->bootloader == FAKEDEV_SWAP && size > FLASH_PAGE_SIZE)
		size -= FLASH_PAGE_SIZE;
	return size;
}
