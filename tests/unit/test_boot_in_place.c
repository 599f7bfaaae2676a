/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Direct-xip with revert (protocol.md 6.7, mode 5): its state table, and a random walk beside a model
 * that knows no trailers. And what the other bootloaders without a swap do.
 */
#include "fakedev/boot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/flash_board.h"

/* A board that runs A from slot 0, padded and confirmed, as it has to be. */
static void init_board(struct flash_board *board)
{
	const struct slot *slot = &board->setup.slots[0][0];

	flash_board_init(board, FAKEDEV_DIRECT_XIP_REVERT);
	flash_board_install(slot, 'A');
	slot_write_magic(slot);
	slot_set_image_ok(slot);
}

static unsigned boot(struct flash_board *board, struct boot_outcome *ret_outcome)
{
	boot_run(&board->setup, ret_outcome);
	board->setup.running_slot[0] = ret_outcome->active_slot[0];
	return ret_outcome->active_slot[0];
}

/*
 * What happens: B or D is uploaded to the slot that does not run, x damages it, t and p mark it, c
 * confirms what runs, r resets. Returns the outcome of the last reset.
 */
static struct boot_outcome play(struct flash_board *board, const char *script)
{
	const struct slot *slots = board->setup.slots[0];
	struct boot_outcome outcome = { 0 };
	unsigned running = 0;

	for (; *script != '\0'; script++) {
		const struct slot *other = &slots[1 - running];

		if (*script == 'B' || *script == 'D')
			flash_board_install(other, *script);
		else if (*script == 'x')
			flash_board_corrupt(other);
		else if (*script == 't' || *script == 'p')
			assert_true(slot_set_pending(other, *script == 'p', 0));
		else if (*script == 'c')
			assert_true(slot_confirm(&slots[running]));
		else
			running = boot(board, &outcome);
	}
	return outcome;
}

static void direct_xip_with_revert_follows_its_state_table(void **state)
{
	static const struct {
		const char *script;
		char slots[SLOTS_PER_IMAGE + 1];
		unsigned active;
		enum swap_type done; /* at the last reset */
	} rows[] = {
		{ "r", "A-", 0, SWAP_NONE }, /* R0 */
		{ "rr", "A-", 0, SWAP_NONE },
		{ "Br", "A-", 0, SWAP_REVERT },   /* R1: higher, and not marked */
		{ "Dr", "AD", 0, SWAP_NONE },     /* R1: lower, so nobody looks at its trailer */
		{ "Dtr", "AD", 0, SWAP_NONE },    /* marked, and lower still */
		{ "Btr", "AB", 1, SWAP_NONE },    /* R2, R4 */
		{ "Btrr", "A-", 0, SWAP_REVERT }, /* R4 unconfirmed: R0 */
		{ "Btrrr", "A-", 0, SWAP_NONE }, { "Bpr", "AB", 1, SWAP_NONE }, /* R3, R5 */
		{ "Bprr", "AB", 1, SWAP_NONE },
		{ "Btrcr", "AB", 1, SWAP_NONE }, /* R4 confirmed: R5 */
		{ "Bxtr", "A-", 0, SWAP_FAIL },
		{ "BtrrBtrcr", "AB", 1, SWAP_NONE }, /* once more after a revert */
		{ "BtrcDrr", "DB", 1, SWAP_NONE },   /* the next upload goes to slot 0 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flash_board board;
		struct boot_outcome outcome;
		char found[SLOTS_PER_IMAGE + 1] = "";

		print_message("script %s\n", rows[i].script);
		init_board(&board);
		outcome = play(&board, rows[i].script);
		for (unsigned slot = 0; slot < SLOTS_PER_IMAGE; slot++)
			found[slot] = flash_board_content(&board.setup.slots[0][slot]);
		assert_string_equal(found, rows[i].slots);
		assert_int_equal(outcome.active_slot[0], rows[i].active);
		assert_int_equal(outcome.swap[0], rows[i].done);
		assert_true(outcome.is_bootable);
	}
}

static void factory_image_that_was_not_padded_erases_itself(void **state)
{
	struct flash_board board;
	struct boot_outcome outcome;

	(void)state;
	flash_board_init(&board, FAKEDEV_DIRECT_XIP_REVERT);
	flash_board_install(&board.setup.slots[0][0], 'A');
	boot(&board, &outcome);
	assert_false(outcome.is_bootable);
	assert_true(slot_is_blank(&board.setup.slots[0][0]));
}

/* What the bootloader makes of a slot, in words of what was done to it. */
enum mark { MARK_NONE, MARK_TEST, MARK_TRIED, MARK_KEPT };

struct model {
	char slots[SLOTS_PER_IMAGE]; /* as flash_board_content says */
	enum mark marks[SLOTS_PER_IMAGE];
	unsigned running;
	unsigned taken_over, reverted, unmarked; /* what has happened */
};

static int rank(char letter)
{
	return letter == 'B' ? 3 : letter == 'D' ? 1 : letter == 'A' || letter == 'C' ? 2 : 0;
}

static void model_erase(struct model *model, unsigned slot)
{
	model->slots[slot] = '-';
	model->marks[slot] = MARK_NONE;
}

static bool model_boot(struct model *model)
{
	for (unsigned slot = 0; slot < SLOTS_PER_IMAGE; slot++) {
		if (model->slots[slot] == '?')
			model_erase(model, slot);
	}
	for (;;) {
		unsigned best = rank(model->slots[1]) > rank(model->slots[0]) ? 1 : 0;

		if (model->slots[best] == '-')
			return false;
		if (model->marks[best] == MARK_TEST || model->marks[best] == MARK_KEPT) {
			model->taken_over += best != model->running;
			if (model->marks[best] == MARK_TEST)
				model->marks[best] = MARK_TRIED;
			model->running = best;
			return true;
		}
		model->reverted += model->marks[best] == MARK_TRIED;
		model->unmarked += model->marks[best] == MARK_NONE;
		model_erase(model, best);
	}
}

static bool is_at_the_top(const struct model *model)
{
	return model->slots[model->running] == 'B' && model->marks[model->running] == MARK_KEPT;
}

static void take_random_step(struct flash_board *board, struct model *model, uint32_t random)
{
	const struct slot *slots = board->setup.slots[0];
	unsigned other = 1 - model->running;

	switch (random % 6) {
	case 0:
	case 1:
		assert_true(slot_set_pending(&slots[other], random % 6 == 0, 0));
		if (model->marks[other] == MARK_NONE)
			model->marks[other] = random % 6 == 0 ? MARK_KEPT : MARK_TEST;
		break;
	case 2:
		assert_true(slot_confirm(&slots[model->running]));
		if (model->marks[model->running] == MARK_TRIED)
			model->marks[model->running] = MARK_KEPT;
		break;
	case 3:
		if (rank(model->slots[other]) > 0) {
			flash_board_corrupt(&slots[other]);
			model->slots[other] = '?';
		}
		break;
	default:
		model->slots[other] = "ABCD"[random / 6 % 4];
		model->marks[other] = MARK_NONE;
		flash_board_install(&slots[other], model->slots[other]);
		break;
	}
}

/* Sent in for repair. */
static void program_anew(struct flash_board *board, struct model *model)
{
	init_board(board);
	model->slots[0] = 'A';
	model->marks[0] = MARK_KEPT;
	model->slots[1] = '-';
	model->marks[1] = MARK_NONE;
	model->running = 0;
}

static void a_random_walk_never_leaves_the_model(void **state)
{
	struct flash_board board;
	struct model model = { 0 };
	uint32_t random = 20240608;

	(void)state;
	program_anew(&board, &model);
	for (int step = 0; step < 6000; step++) {
		random = random * 1664525u + 1013904223u;
		if (random >> 30 == 0) {
			struct boot_outcome outcome;

			boot(&board, &outcome);
			assert_int_equal(outcome.is_bootable, model_boot(&model));
			if (outcome.is_bootable)
				assert_int_equal(outcome.active_slot[0], model.running);
			/* Where B is kept nothing higher can come. */
			if (!outcome.is_bootable || is_at_the_top(&model)) {
				program_anew(&board, &model);
				continue;
			}
		} else {
			take_random_step(&board, &model, random >> 12);
		}
		for (unsigned slot = 0; slot < SLOTS_PER_IMAGE; slot++) {
			if (flash_board_content(&board.setup.slots[0][slot]) != model.slots[slot])
				fail_msg("step %d: slot %u", step, slot);
		}
	}
	assert_true(model.taken_over >= 10 && model.reverted >= 10 && model.unmarked >= 10);
}

static void single_slot_runs_what_is_there_and_looks_at_no_mark(void **state)
{
	struct flash_board board;
	const struct slot *slots = board.setup.slots[0];
	struct boot_outcome outcome;

	(void)state;
	flash_board_init(&board, FAKEDEV_SINGLE);
	boot_run(&board.setup, &outcome);
	assert_false(outcome.is_bootable);
	flash_board_install(&slots[0], 'A');
	flash_board_install(&slots[1], 'B');
	assert_true(slot_set_pending(&slots[1], true, 0));
	boot_run(&board.setup, &outcome);
	assert_true(outcome.is_bootable);
	assert_int_equal(outcome.swap[0], SWAP_NONE);
	assert_int_equal(flash_board_content(&slots[0]), 'A');
}

static void refusing_bootloader_refuses_the_new_image_and_not_the_way_back(void **state)
{
	static const enum fakedev_bootloader bootloaders[] = { FAKEDEV_SWAP, FAKEDEV_OVERWRITE,
		FAKEDEV_DIRECT_XIP, FAKEDEV_DIRECT_XIP_REVERT };

	(void)state;
	for (size_t i = 0; i < sizeof(bootloaders) / sizeof(bootloaders[0]); i++) {
		struct flash_board board;
		struct boot_outcome outcome;

		init_board(&board);
		board.setup.bootloader = bootloaders[i];
		board.setup.refuses_new = true;
		outcome = play(&board, "Btr");
		assert_int_equal(outcome.swap[0], SWAP_FAIL);
		assert_int_equal(outcome.refused[0], IMAGE_OTHER_KEY);
		assert_true(outcome.is_new[0] && outcome.is_bootable);
		assert_int_equal(flash_board_content(&board.setup.slots[0][0]), 'A');
		assert_true(slot_is_blank(&board.setup.slots[0][1]));
		assert_false(play(&board, "r").is_new[0]);
	}
	for (size_t i = 0; i < sizeof(bootloaders) / sizeof(bootloaders[0]); i += 3) {
		struct flash_board board;
		struct boot_outcome outcome;

		init_board(&board);
		board.setup.bootloader = bootloaders[i];
		assert_true(play(&board, "Btr").is_new[0]);
		board.setup.refuses_new = true;
		boot(&board, &outcome);
		assert_int_equal(outcome.swap[0], SWAP_REVERT);
		assert_false(outcome.is_new[0]);
		assert_int_equal(flash_board_content(&board.setup.slots[0][0]), 'A');
	}
}

static void network_core_is_given_its_image_and_gives_nothing_back(void **state)
{
	struct flash_board board;
	const struct slot *application = board.setup.slots[0], *network = board.setup.slots[1];
	struct boot_outcome outcome;

	(void)state;
	flash_board_init(&board, FAKEDEV_SWAP);
	board.setup.images = FLASH_BOARD_IMAGES;
	board.setup.hides_network_core = true;
	flash_board_install(&application[0], 'A');
	flash_board_install(&application[1], 'B');
	flash_board_install(&network[0], 'A');
	flash_board_install(&network[1], 'D');
	assert_true(slot_set_pending(&application[1], false, 0));
	assert_true(slot_set_pending(&network[1], false, 1));
	boot_run(&board.setup, &outcome);
	assert_int_equal(flash_board_content(&application[0]), 'B');
	assert_int_equal(flash_board_content(&application[1]), 'A');
	assert_int_equal(flash_board_content(&network[0]), 'D');
	assert_int_equal(flash_board_content(&network[1]), '-');
	boot_run(&board.setup, &outcome);
	assert_int_equal(flash_board_content(&application[0]), 'A');
	assert_int_equal(flash_board_content(&network[0]), 'D');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(direct_xip_with_revert_follows_its_state_table),
		cmocka_unit_test(factory_image_that_was_not_padded_erases_itself),
		cmocka_unit_test(a_random_walk_never_leaves_the_model),
		cmocka_unit_test(single_slot_runs_what_is_there_and_looks_at_no_mark),
		cmocka_unit_test(refusing_bootloader_refuses_the_new_image_and_not_the_way_back),
		cmocka_unit_test(network_core_is_given_its_image_and_gives_nothing_back),
	};

	return cmocka_run_group_tests_name("boot_in_place", tests, NULL, NULL);
}
