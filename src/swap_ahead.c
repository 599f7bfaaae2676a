/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for pending images before a reset, see swap_ahead.h. */
#include "src/swap_ahead.h"

#include "src/device_facts.h"

/* Of a slot that does not say: an nRF52840 with two of them. */
enum { SLOT_SIZE_GUESS = 472 * 1024 };

struct follow_wish swap_ahead_wish(struct client *client)
{
	struct device_facts facts;
	uint64_t bytes = 0;

	if (device_facts_ask(client, &facts, ERR_IGNORED) != STATUS_OK || !facts.has_state)
		return (struct follow_wish){ 0 };
	for (size_t i = 0; i < facts.state.count; i++) {
		const struct smp_image_slot *slot = &facts.state.slots[i];
		uint64_t room = device_facts_room(&facts, slot->image, slot->slot);

		if (slot->pending || (slot->active && !slot->confirmed))
			bytes += room > 0 ? room : SLOT_SIZE_GUESS;
	}
	return bytes > 0 ? follow_wish_for_swap(bytes) : (struct follow_wish){ 0 };
}
