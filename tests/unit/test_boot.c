/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fakedev/boot.c: the state tables of protocol.md 6.7, and what a boot costs. */
#include "fakedev/boot.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/flash_board.h"

enum { WORDS_PER_PAGE = FLASH_PAGE_SIZE / FLASH_WORD_SIZE };

static void assert_trailer(const struct slot *slot, bool has_magic, bool is_ok, bool is_copied)
{
	struct trailer trailer = slot_trailer(slot);

	assert_int_equal(trailer.magic, has_magic ? TRAILER_SET : TRAILER_UNSET);
	assert_int_equal(trailer.image_ok, is_ok ? TRAILER_SET : TRAILER_UNSET);
	assert_int_equal(trailer.copy_done, is_copied ? TRAILER_SET : TRAILER_UNSET);
}

/*
 * A script of what happens to a board that runs A: u upload B, x damage slot 1, t test, p permanent,
 * c confirm, r reset. Returns the outcome of the last reset.
 */
static struct boot_outcome play(struct flash_board *board, const char *script)
{
	const struct slot *primary = &board->setup.slots[0][SLOT_PRIMARY];
	const struct slot *secondary = &board->setup.slots[0][SLOT_SECONDARY];
	struct boot_outcome outcome = { 0 };

	flash_board_install(primary, 'A');
	for (; *script != '\0'; script++) {
		if (*script == 'u')
			flash_board_install(secondary, 'B');
		else if (*script == 'x')
			flash_board_corrupt(secondary);
		else if (*script == 't' || *script == 'p')
			assert_true(slot_set_pending(secondary, *script == 'p', 0));
		else if (*script == 'c')
			assert_true(slot_confirm(primary));
		else if (*script == 'r')
			boot_run(&board->setup, &outcome);
	}
	return outcome;
}

struct script_row {
	const char *script;
	char slots[SLOTS_PER_IMAGE + 1];
	enum swap_type done; /* by the last reset */
	enum swap_type next;
	const char *trailer; /* of slot 0: m magic, o image_ok, c copy_done */
};

static void run_script(enum fakedev_bootloader bootloader, const struct script_row *row)
{
	struct flash_board board;
	struct boot_outcome outcome;
	const struct slot *slots = board.setup.slots[0];
	char found[SLOTS_PER_IMAGE + 1] = "";

	print_message("script %s\n", row->script);
	flash_board_init(&board, bootloader);
	outcome = play(&board, row->script);
	for (unsigned i = 0; i < SLOTS_PER_IMAGE; i++)
		found[i] = flash_board_content(&slots[i]);
	assert_string_equal(found, row->slots);
	assert_int_equal(outcome.swap[0], row->done);
	assert_int_equal(slot_next_swap(&slots[0], &slots[1]), row->next);
	assert_trailer(&slots[0], strchr(row->trailer, 'm') != NULL,
		strchr(row->trailer, 'o') != NULL, strchr(row->trailer, 'c') != NULL);
	assert_trailer(&slots[1], false, false, false);
	assert_int_equal(outcome.active_slot[0], 0);
	assert_true(outcome.is_bootable);
	if (outcome.swap[0] == SWAP_FAIL)
		assert_true(slot_is_blank(&slots[1]));
}

static void swap_modes_follow_their_state_table(void **state)
{
	static const struct script_row rows[] = {
		{ "r", "A-", SWAP_NONE, SWAP_NONE, "" }, /* S0 */
		{ "rr", "A-", SWAP_NONE, SWAP_NONE, "" },
		{ "cr", "A-", SWAP_NONE, SWAP_NONE, "" },      /* nothing to confirm */
		{ "ur", "AB", SWAP_NONE, SWAP_NONE, "" },      /* S1 */
		{ "uxr", "A?", SWAP_NONE, SWAP_NONE, "" },     /* nobody looks at it yet */
		{ "utr", "BA", SWAP_TEST, SWAP_REVERT, "mc" }, /* S2, S4 */
		{ "uttr", "BA", SWAP_TEST, SWAP_REVERT, "mc" },
		{ "utpr", "BA", SWAP_TEST, SWAP_REVERT, "mc" }, /* still a test */
		{ "uxtr", "A-", SWAP_FAIL, SWAP_NONE, "" },     /* S0 */
		{ "utxr", "A-", SWAP_FAIL, SWAP_NONE, "" },
		{ "uxpr", "A-", SWAP_FAIL, SWAP_NONE, "" },
		{ "uxtrr", "A-", SWAP_NONE, SWAP_NONE, "" },
		{ "upr", "BA", SWAP_PERM, SWAP_NONE, "moc" }, /* S3, S5 */
		{ "uppr", "BA", SWAP_PERM, SWAP_NONE, "moc" },
		{ "uptr", "BA", SWAP_PERM, SWAP_NONE, "moc" }, /* still permanent */
		{ "uprr", "BA", SWAP_NONE, SWAP_NONE, "moc" },
		{ "utrr", "AB", SWAP_REVERT, SWAP_NONE, "moc" }, /* S6 */
		{ "utrrr", "AB", SWAP_NONE, SWAP_NONE, "moc" },
		{ "utrcr", "BA", SWAP_NONE, SWAP_NONE, "moc" },   /* S5 */
		{ "utrrtr", "BA", SWAP_TEST, SWAP_REVERT, "mc" }, /* B once more after the revert */
		{ "utrrtrr", "AB", SWAP_REVERT, SWAP_NONE, "moc" },
		{ "utrrtrcr", "BA", SWAP_NONE, SWAP_NONE, "moc" },
		{ "utrrpr", "BA", SWAP_PERM, SWAP_NONE, "moc" },
		{ "utrcrtr", "AB", SWAP_TEST, SWAP_REVERT, "mc" }, /* roles exchanged */
		{ "utrcrtrr", "BA", SWAP_REVERT, SWAP_NONE, "moc" },
		{ "uprpr", "AB", SWAP_PERM, SWAP_NONE, "moc" },
		{ "utrur", "BB", SWAP_REVERT, SWAP_NONE, "moc" }, /* the way back was overwritten */
		{ "utrxr", "B-", SWAP_FAIL, SWAP_REVERT, "mc" },  /* the way back is broken */
		{ "utrxrr", "B-", SWAP_FAIL, SWAP_REVERT, "mc" },
		{ "utrxrcr", "B-", SWAP_NONE, SWAP_NONE, "moc" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_script(FAKEDEV_SWAP, &rows[i]);
}

static void overwriting_follows_its_state_table(void **state)
{
	static const struct script_row rows[] = {
		{ "r", "A-", SWAP_NONE, SWAP_NONE, "" },    /* O0 */
		{ "ur", "AB", SWAP_NONE, SWAP_NONE, "" },   /* O1 */
		{ "utr", "B-", SWAP_TEST, SWAP_NONE, "" },  /* O2, O4 */
		{ "upr", "B-", SWAP_PERM, SWAP_NONE, "" },  /* O3, O4 */
		{ "utrr", "B-", SWAP_NONE, SWAP_NONE, "" }, /* no revert */
		{ "utrcr", "B-", SWAP_NONE, SWAP_NONE, "" },
		{ "uxtr", "A-", SWAP_FAIL, SWAP_NONE, "" },
		{ "uxpr", "A-", SWAP_FAIL, SWAP_NONE, "" },
		{ "utrutr", "B-", SWAP_TEST, SWAP_NONE, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		run_script(FAKEDEV_OVERWRITE, &rows[i]);
}

/* A file in which a swapping bootloader left a test may be opened with an overwriting one. */
static void overwriting_knows_no_revert(void **state)
{
	struct flash_board board;
	struct boot_outcome outcome;

	(void)state;
	flash_board_init(&board, FAKEDEV_SWAP);
	play(&board, "utr");
	board.setup.bootloader = FAKEDEV_OVERWRITE;
	boot_run(&board.setup, &outcome);
	assert_int_equal(outcome.swap[0], SWAP_NONE);
	assert_int_equal(flash_board_content(&board.setup.slots[0][0]), 'B');
	assert_int_equal(flash_board_content(&board.setup.slots[0][1]), 'A');
}

static void direct_xip_runs_the_highest_version_that_is_fit(void **state)
{
	static const struct {
		char before[3]; /* lower case: damaged; #: no MCUboot header */
		char after[3];
		unsigned active;
		bool is_bootable;
		enum swap_type done;
	} rows[] = {
		{ "A-", "A-", 0, true, SWAP_NONE }, /* X0 */
		{ "AB", "AB", 1, true, SWAP_NONE }, /* X1 to X2 */
		{ "BA", "BA", 0, true, SWAP_NONE }, { "-B", "-B", 1, true, SWAP_NONE },
		{ "BB", "BB", 0, true, SWAP_NONE }, /* equal: slot 0 */
		{ "AC", "AC", 0, true, SWAP_NONE }, /* the build number does not count */
		{ "CA", "CA", 0, true, SWAP_NONE }, { "Ab", "A-", 0, true, SWAP_FAIL },
		{ "bA", "-A", 1, true, SWAP_FAIL }, { "aB", "-B", 1, true, SWAP_FAIL },
		{ "ab", "--", 0, false, SWAP_FAIL }, { "--", "--", 0, false, SWAP_NONE },
		{ "#B", "#B", 1, true, SWAP_NONE }, /* other people's bytes are left alone */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flash_board board;
		struct boot_outcome outcome;

		print_message("slots %s\n", rows[i].before);
		flash_board_init(&board, FAKEDEV_DIRECT_XIP);
		for (size_t slot = 0; slot < SLOTS_PER_IMAGE; slot++) {
			char what = rows[i].before[slot];
			const struct slot *it = &board.setup.slots[0][slot];

			flash_board_install(it, what == '#' ? '-' : (char)toupper(what));
			if (islower(what))
				flash_board_corrupt(it);
			if (what == '#')
				memset(flash_board_bytes(it), '#', 100);
		}
		boot_run(&board.setup, &outcome);
		assert_int_equal(outcome.active_slot[0], rows[i].active);
		assert_int_equal(outcome.is_bootable, rows[i].is_bootable);
		assert_int_equal(outcome.swap[0], rows[i].done);
		for (size_t slot = 0; slot < SLOTS_PER_IMAGE; slot++) {
			const struct slot *it = &board.setup.slots[0][slot];

			if (rows[i].after[slot] == '#')
				assert_int_equal(flash_board_bytes(it)[99], '#');
			else if (rows[i].after[slot] == '-')
				assert_true(slot_is_blank(it));
			else
				assert_int_equal(flash_board_content(it), rows[i].after[slot]);
		}
	}
}

static void without_a_fit_primary_image_nothing_boots(void **state)
{
	struct flash_board board;
	const struct slot *slots = board.setup.slots[0];
	struct boot_outcome outcome;

	(void)state;
	flash_board_init(&board, FAKEDEV_SWAP);
	boot_run(&board.setup, &outcome);
	assert_false(outcome.is_bootable);
	flash_board_install(&slots[0], 'A');
	flash_board_corrupt(&slots[0]);
	boot_run(&board.setup, &outcome);
	assert_false(outcome.is_bootable);
	assert_int_equal(
		flash_board_content(&slots[0]), '?'); /* the primary slot is never erased */

	flash_board_install(&slots[1], 'B');
	assert_true(slot_set_pending(&slots[1], true, 0));
	boot_run(&board.setup, &outcome);
	assert_true(outcome.is_bootable);
	assert_int_equal(flash_board_content(&slots[0]), 'B');
}

static void each_image_has_its_own_state_in_one_boot(void **state)
{
	struct flash_board board;
	struct boot_outcome outcome;

	(void)state;
	flash_board_init(&board, FAKEDEV_SWAP);
	board.setup.images = FLASH_BOARD_IMAGES;
	for (unsigned i = 0; i < FLASH_BOARD_IMAGES; i++) {
		flash_board_install(&board.setup.slots[i][0], 'A');
		flash_board_install(&board.setup.slots[i][1], i == 0 ? 'B' : 'C');
	}
	assert_true(slot_set_pending(&board.setup.slots[0][1], false, 0));
	assert_true(slot_set_pending(&board.setup.slots[1][1], true, 1));
	boot_run(&board.setup, &outcome);
	assert_int_equal(outcome.swap[0], SWAP_TEST);
	assert_int_equal(outcome.swap[1], SWAP_PERM);
	assert_int_equal(flash_board_content(&board.setup.slots[0][0]), 'B');
	assert_int_equal(flash_board_content(&board.setup.slots[1][0]), 'C');

	flash_board_corrupt(&board.setup.slots[1][1]);
	assert_true(slot_set_pending(&board.setup.slots[1][1], true, 1));
	boot_run(&board.setup, &outcome);
	assert_int_equal(outcome.swap[0], SWAP_REVERT);
	assert_int_equal(outcome.swap[1], SWAP_FAIL);
	assert_int_equal(outcome.refused[1], IMAGE_WRONG_HASH);
	assert_int_equal(flash_board_content(&board.setup.slots[0][0]), 'A');
	assert_int_equal(flash_board_content(&board.setup.slots[1][0]), 'C');
	assert_true(outcome.is_bootable);
}

static void only_image_0_decides_whether_a_board_boots(void **state)
{
	(void)state;
	for (int bootloader = FAKEDEV_SWAP; bootloader <= FAKEDEV_SINGLE; bootloader++) {
		for (unsigned present = 0; present < FLASH_BOARD_IMAGES; present++) {
			struct flash_board board;
			struct boot_outcome outcome;

			flash_board_init(&board, (enum fakedev_bootloader)bootloader);
			board.setup.images = FLASH_BOARD_IMAGES;
			flash_board_install(&board.setup.slots[present][0], 'A');
			slot_write_magic(&board.setup.slots[present][0]);
			slot_set_image_ok(&board.setup.slots[present][0]);
			boot_run(&board.setup, &outcome);
			assert_int_equal(outcome.is_bootable, present == 0);
		}
	}
}

/* B is the longer one: 5 pages. Times as estimated in protocol.md 5.5. */
static void a_boot_takes_the_time_of_its_erases_and_writes(void **state)
{
	static const struct {
		enum fakedev_bootloader bootloader;
		const char *script;
		unsigned erased_pages, written_pages, trailer_words;
	} rows[] = {
		{ FAKEDEV_SWAP, "ur", 0, 0, 0 },
		/* A trailer of swap_info, magic, copy_done; slot 1 loses its own. */
		{ FAKEDEV_SWAP, "utr", 2 * 5 + 1, 2 * 5, 2 + 4 + 2 },
		{ FAKEDEV_SWAP, "upr", 2 * 5 + 1, 2 * 5, 2 + 4 + 2 + 2 },
		/* Here slot 0 loses its trailer, and slot 1 has none. */
		{ FAKEDEV_SWAP, "utrr", 2 * 5 + 1, 2 * 5, 2 + 4 + 2 + 2 },
		{ FAKEDEV_SWAP, "uxtr", FLASH_BOARD_SLOT_PAGES, 0, 0 },
		{ FAKEDEV_OVERWRITE, "utr", 5 + 2, 5, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct flash_board board;
		struct boot_outcome outcome;
		char before[8];
		size_t len = strlen(rows[i].script) - 1; /* up to the reset that is timed */

		memcpy(before, rows[i].script, len);
		before[len] = '\0';
		flash_board_init(&board, rows[i].bootloader);
		play(&board, before);
		flash_take_busy_us(&board.flash);
		boot_run(&board.setup, &outcome);
		assert_int_equal(flash_take_busy_us(&board.flash),
			(uint64_t)rows[i].erased_pages * FLASH_BOARD_ERASE_US +
				((uint64_t)rows[i].written_pages * WORDS_PER_PAGE +
					rows[i].trailer_words) *
					FLASH_BOARD_WRITE_US);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(swap_modes_follow_their_state_table),
		cmocka_unit_test(overwriting_follows_its_state_table),
		cmocka_unit_test(overwriting_knows_no_revert),
		cmocka_unit_test(direct_xip_runs_the_highest_version_that_is_fit),
		cmocka_unit_test(without_a_fit_primary_image_nothing_boots),
		cmocka_unit_test(each_image_has_its_own_state_in_one_boot),
		cmocka_unit_test(only_image_0_decides_whether_a_board_boots),
		cmocka_unit_test(a_boot_takes_the_time_of_its_erases_and_writes),
	};

	return cmocka_run_group_tests_name("boot", tests, NULL, NULL);
}
