/* SPDX-License-Identifier: Apache-2.0 */
/* A random walk through swaps, beside a model that knows no trailers. */
#include "fakedev/boot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/flash_board.h"

/*
 * The model of the random walk: what a boot does, from what the two slots look like. Independent of
 * trailers: it knows what was asked for, not how that is written down.
 */
enum pending { PENDING_NOTHING, PENDING_TEST, PENDING_PERM };

static const struct model_row {
	enum pending pending;
	bool is_testing; /* the running image is unconfirmed */
	bool is_fit;     /* the image in slot 1 */
	enum swap_type done;
	bool swaps, erases;
	bool is_testing_after;
} model_rows[] = {
	{ PENDING_NOTHING, false, false, SWAP_NONE, false, false, false },
	{ PENDING_NOTHING, false, true, SWAP_NONE, false, false, false },
	{ PENDING_NOTHING, true, false, SWAP_FAIL, false, true, true },
	{ PENDING_NOTHING, true, true, SWAP_REVERT, true, false, false },
	{ PENDING_TEST, false, false, SWAP_FAIL, false, true, false },
	{ PENDING_TEST, false, true, SWAP_TEST, true, false, true },
	{ PENDING_TEST, true, false, SWAP_FAIL, false, true, true },
	{ PENDING_TEST, true, true, SWAP_TEST, true, false, true },
	{ PENDING_PERM, false, false, SWAP_FAIL, false, true, false },
	{ PENDING_PERM, false, true, SWAP_PERM, true, false, false },
	{ PENDING_PERM, true, false, SWAP_FAIL, false, true, true },
	{ PENDING_PERM, true, true, SWAP_PERM, true, false, false },
};

enum { MODEL_ROWS = sizeof(model_rows) / sizeof(model_rows[0]) };

struct model {
	char slots[SLOTS_PER_IMAGE]; /* as content_of says */
	enum pending pending;
	bool is_testing;
};

static size_t model_find_row(const struct model *model)
{
	bool is_fit = model->slots[1] != '-' && model->slots[1] != '?';

	for (size_t i = 0; i < MODEL_ROWS; i++) {
		if (model_rows[i].pending == model->pending &&
			model_rows[i].is_testing == model->is_testing &&
			model_rows[i].is_fit == is_fit)
			return i;
	}
	fail_msg("no row");
	return 0;
}

static void model_boot(struct model *model, const struct model_row *row)
{
	char old = model->slots[0];

	if (row->swaps) {
		model->slots[0] = model->slots[1];
		model->slots[1] = old;
	}
	if (row->erases)
		model->slots[1] = '-';
	model->pending = PENDING_NOTHING;
	model->is_testing = row->is_testing_after;
}

static const char letters[] = { 'A', 'B', 'C', 'D' };

enum { LETTERS = sizeof(letters) };

/* What happens between two boots, to the board and to the model alike. */
static void take_random_step(struct flash_board *board, struct model *model, uint32_t random)
{
	const struct slot *slots = board->setup.slots[0];
	enum pending wanted = random % 8 < 3 ? PENDING_TEST : PENDING_PERM;

	switch (random % 8) {
	case 0:
	case 1:
	case 2:
	case 3:
		assert_true(slot_set_pending(&slots[1], wanted == PENDING_PERM, 0));
		if (model->pending == PENDING_NOTHING)
			model->pending = wanted;
		break;
	case 4:
		assert_true(slot_confirm(&slots[0]));
		model->is_testing = false;
		break;
	case 5:
		if (model->slots[1] != '-' && model->slots[1] != '?') {
			flash_board_corrupt(&slots[1]);
			model->slots[1] = '?';
		}
		break;
	default:
		model->slots[1] = letters[random / 8 % LETTERS];
		model->pending = PENDING_NOTHING;
		flash_board_install(&slots[1], model->slots[1]);
		break;
	}
}

static void compare(const struct flash_board *board, const struct model *model, int step)
{
	static const enum swap_type next[] = {
		[PENDING_TEST] = SWAP_TEST,
		[PENDING_PERM] = SWAP_PERM,
	};
	const struct slot *slots = board->setup.slots[0];
	enum swap_type expected = model->pending != PENDING_NOTHING ? next[model->pending]
				  : model->is_testing               ? SWAP_REVERT
								    : SWAP_NONE;

	if (slot_next_swap(&slots[0], &slots[1]) != expected ||
		flash_board_content(&slots[0]) != model->slots[0] ||
		flash_board_content(&slots[1]) != model->slots[1])
		fail_msg("step %d: slots %c%c, expected %c%c", step, flash_board_content(&slots[0]),
			flash_board_content(&slots[1]), model->slots[0], model->slots[1]);
}

static void a_random_walk_never_leaves_the_model(void **state)
{
	struct flash_board board;
	struct model model = { .slots = { 'A', '-' } };
	unsigned visits[MODEL_ROWS] = { 0 };
	uint32_t random = 20240607;

	(void)state;
	flash_board_init(&board, FAKEDEV_SWAP);
	flash_board_install(&board.setup.slots[0][0], 'A');
	for (int step = 0; step < 6000; step++) {
		random = random * 1664525u + 1013904223u;
		if (random >> 30 == 0) {
			struct boot_outcome outcome;
			size_t row = model_find_row(&model);

			visits[row]++;
			boot_run(&board.setup, &outcome);
			assert_int_equal(outcome.swap[0], model_rows[row].done);
			assert_true(outcome.is_bootable);
			model_boot(&model, &model_rows[row]);
		} else {
			take_random_step(&board, &model, random >> 12);
		}
		compare(&board, &model, step);
	}
	for (size_t i = 0; i < MODEL_ROWS; i++)
		assert_true(visits[i] > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_random_walk_never_leaves_the_model),
	};

	return cmocka_run_group_tests_name("boot_walk", tests, NULL, NULL);
}
