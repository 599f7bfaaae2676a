/* SPDX-License-Identifier: Apache-2.0 */
/* Which slot runs and which will, see server_slots.h. */
#include "fakedev/server_slots.h"

const struct slot *server_slot(const struct server *server, unsigned image, unsigned slot)
{
	return &server->setup->slots[image][slot];
}

unsigned server_active_slot(const struct server *server, unsigned image)
{
	return server->ram->active_slot[image];
}

unsigned server_other_slot(const struct server *server, unsigned image)
{
	return server_active_slot(server, image) == SLOT_PRIMARY ? SLOT_SECONDARY : SLOT_PRIMARY;
}

enum swap_type server_next_swap(const struct server *server, unsigned image)
{
	enum swap_type type = slot_next_swap(server_slot(server, image, SLOT_PRIMARY),
		server_slot(server, image, SLOT_SECONDARY));

	switch (server->config->bootloader) {
	case FAKEDEV_SWAP:
		return type;
	case FAKEDEV_OVERWRITE:
		return type == SWAP_REVERT ? SWAP_NONE : type;
	case FAKEDEV_DIRECT_XIP:
		break;
	}
	return SWAP_NONE;
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
