/* SPDX-License-Identifier: Apache-2.0 */
/* One boot of a board, and what goes wrong with the new image in it, see board.h. */
#include "fakedev/board.h"

#include <string.h>

static bool running_hash(const struct fakedev *board, struct span *ret_hash)
{
	struct mcuboot_image image;

	return slot_image(&board->setup.slots[0][board->ram->active_slot[0]], &image) &&
	       mcuboot_hash(&image, ret_hash) && ret_hash->len <= STORE_HASH_MAX;
}

/* A fault at the new image with this number, counted from 1. */
static bool has_fault(const struct fakedev *board, enum fakedev_fault_kind kind, uint32_t number)
{
	return fakedev_config_fault(&board->config, kind, number) != NULL;
}

/* A flaw goes with the image: it is there whenever that runs, and no more after a revert. */
static void note_flaw(struct fakedev *board, uint32_t number)
{
	struct store_ram *ram = board->ram;
	struct span hash;

	ram->flaw = has_fault(board, FAULT_DEAD_AFTER_SWAP, number)    ? STORE_DEAD
		    : has_fault(board, FAULT_CRASH_AFTER_SWAP, number) ? STORE_CRASHES
								       : STORE_SOUND;
	if (!running_hash(board, &hash))
		return;
	ram->flawed_hash_len = (uint32_t)hash.len;
	memcpy(ram->flawed_hash, hash.data, hash.len);
}

enum store_flaw board_flaw(const struct fakedev *board)
{
	const struct store_ram *ram = board->ram;
	struct span hash;

	if (ram->flaw == STORE_SOUND || !running_hash(board, &hash) ||
		!span_equal(hash, span_make(ram->flawed_hash, ram->flawed_hash_len)))
		return STORE_SOUND;
	return (enum store_flaw)ram->flaw;
}

/* What happens while a board is made goes well, and is not counted. */
static void run_bootloader(struct fakedev *board)
{
	struct store_ram *ram = board->ram;
	struct boot_setup *setup = &board->setup;
	uint32_t number = ram->new_images + 1;
	struct boot_outcome outcome;
	bool has_new = false;

	setup->refuses_new = ram->is_programmed && has_fault(board, FAULT_REFUSE_SWAP, number);
	for (unsigned i = 0; i < setup->images; i++)
		setup->running_slot[i] = ram->active_slot[i];
	boot_run(setup, &outcome);
	for (unsigned i = 0; i < setup->images; i++) {
		ram->active_slot[i] = outcome.active_slot[i];
		has_new = has_new || outcome.is_new[i];
	}
	/* Nothing to start: it waits to be given something. */
	ram->in_recovery = !outcome.is_bootable;
	if (!has_new || !ram->is_programmed)
		return;
	ram->new_images = number;
	if (outcome.is_new[0] && outcome.swap[0] != SWAP_FAIL)
		note_flaw(board, number);
}

uint64_t board_boot(struct fakedev *board)
{
	struct store_ram *ram = board->ram;

	ram->boots++;
	memset(&ram->upload, 0, sizeof(ram->upload));
	memset(&ram->counts, 0, sizeof(ram->counts));
	server_settings_boot(&board->server);
	flash_take_busy_us(&board->flash);
	/* Recovery comes before any swap: what is pending stays pending. */
	if (!ram->in_recovery)
		run_bootloader(board);
	ram->reset_pending = false;
	board->in_recovery = ram->in_recovery != 0;
	return flash_take_busy_us(&board->flash);
}
