/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fakedev/boot.c: which images it starts, and what becomes of the others. */
#include "fakedev/boot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fakedev/factory.h"
#include "tests/support/flash_board.h"
#include "tests/support/image_scene.h"

/* The public key that an image vector is signed with, loaded the way a user gives it. */
static struct image_key *load_key_of(const char *file)
{
	struct image_scene scene;
	struct image_key *key;

	image_scene_open(&scene, file);
	key = scene.key;
	scene.key = NULL;
	image_scene_close(&scene);
	assert_non_null(key);
	return key;
}

struct verdict_row {
	const char *file;
	enum image_verdict without_key, with_key; /* root-ec-p256 */
};

static const struct verdict_row verdicts[] = {
	{ "signed_root-ec-p256.bin", IMAGE_GOOD, IMAGE_GOOD },
	{ "signed_root-ec-p256_pubkey_tlv.bin", IMAGE_GOOD, IMAGE_GOOD },
	{ "protected_tlvs.bin", IMAGE_GOOD, IMAGE_GOOD },
	{ "unsigned_v2.0.0.bin", IMAGE_GOOD, IMAGE_NOT_SIGNED },
	{ "signed_private_key.bin", IMAGE_GOOD, IMAGE_OTHER_KEY },
	{ "bad_signature.bin", IMAGE_GOOD, IMAGE_WRONG_SIGNATURE },
	{ "bad_hash.bin", IMAGE_WRONG_HASH, IMAGE_WRONG_HASH },
	{ "non_bootable.bin", IMAGE_NON_BOOTABLE, IMAGE_NON_BOOTABLE },
	{ "bad_magic.bin", IMAGE_UNREADABLE, IMAGE_UNREADABLE },
	{ "bad_hdr_size.bin", IMAGE_UNREADABLE, IMAGE_UNREADABLE },
	{ "huge_img_size.bin", IMAGE_UNREADABLE, IMAGE_UNREADABLE },
	{ "tlv_overrun.bin", IMAGE_UNREADABLE, IMAGE_UNREADABLE },
	{ "truncated_payload.bin", IMAGE_UNREADABLE, IMAGE_UNREADABLE },
	/* In a slot there is blank flash where the file is cut: a signature that ends in 0xff. */
	{ "truncated_tlv.bin", IMAGE_GOOD, IMAGE_WRONG_SIGNATURE },
	{ "raw_binary.bin", IMAGE_UNREADABLE, IMAGE_UNREADABLE },
	{ "intel_hex.bin", IMAGE_UNREADABLE, IMAGE_UNREADABLE },
};

static void swap_in_vector(const struct verdict_row *row, const struct image_key *key,
	enum image_verdict expected, bool is_permanent)
{
	struct flash_board board;
	const struct slot *slots = board.setup.slots[0];
	struct boot_outcome outcome;
	struct trailer trailer;

	flash_board_init(&board, FAKEDEV_SWAP);
	flash_board_install_file(&slots[0], "signed_root-ec-p256.bin");
	flash_board_install_file(&slots[1], row->file);
	board.setup.key = key;
	assert_int_equal(boot_validate(&board.setup, &slots[1]), expected);
	assert_true(slot_set_pending(&slots[1], is_permanent, 0));
	boot_run(&board.setup, &outcome);
	assert_true(outcome.is_bootable);
	if (expected == IMAGE_GOOD) {
		assert_int_equal(outcome.swap[0], is_permanent ? SWAP_PERM : SWAP_TEST);
		return;
	}
	assert_int_equal(outcome.swap[0], SWAP_FAIL);
	assert_int_equal(outcome.refused[0], expected);
	assert_true(slot_is_blank(&slots[1]));
	trailer = slot_trailer(&slots[0]);
	assert_int_equal(trailer.magic, TRAILER_UNSET);
	assert_int_equal(trailer.image_ok, TRAILER_UNSET);
}

static void images_that_are_not_fit_are_refused_and_erased(void **state)
{
	struct image_key *key = load_key_of("signed_root-ec-p256.bin");

	(void)state;
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		print_message("%s\n", verdicts[i].file);
		for (int is_permanent = 0; is_permanent < 2; is_permanent++) {
			swap_in_vector(&verdicts[i], NULL, verdicts[i].without_key, is_permanent);
			swap_in_vector(&verdicts[i], key, verdicts[i].with_key, is_permanent);
		}
	}
	image_key_free(key);
}

static void an_image_that_reaches_into_the_trailers_page_is_refused(void **state)
{
	struct mcuboot_version version = factory_version();
	size_t fits = FLASH_BOARD_SLOT_SIZE - FLASH_PAGE_SIZE - factory_image_size(0);

	(void)state;
	for (size_t excess = 0; excess < 2; excess++) {
		struct flash_board board;
		const struct slot *slot = &board.setup.slots[0][1];
		struct buf out;

		flash_board_init(&board, FAKEDEV_SWAP);
		out = buf_over(flash_board_bytes(slot), slot->size);
		assert_true(factory_image_build(&version, fits + excess, 1, &out));
		assert_int_equal(boot_validate(&board.setup, slot),
			excess == 0 ? IMAGE_GOOD : IMAGE_TOO_LARGE);
	}
}

static void the_factory_image_needs_no_signature(void **state)
{
	struct flash_board board;
	const struct slot *slots = board.setup.slots[0];
	struct image_key *key = load_key_of("signed_root-ec-p256.bin");
	struct boot_outcome outcome;
	uint8_t hash[MCUBOOT_HASH_MAX];
	struct mcuboot_image factory;
	struct span found;

	(void)state;
	flash_board_init(&board, FAKEDEV_SWAP);
	board.setup.key = key;
	flash_board_install(&slots[0], 'A');
	boot_run(&board.setup, &outcome);
	assert_false(outcome.is_bootable);

	assert_true(slot_image(&slots[0], &factory));
	assert_true(mcuboot_hash(&factory, &found));
	memcpy(hash, found.data, found.len);
	board.setup.factory_hash = span_make(hash, found.len);
	flash_board_install_file(&slots[1], "signed_root-ec-p256.bin");
	assert_true(slot_set_pending(&slots[1], false, 0));
	boot_run(&board.setup, &outcome);
	assert_int_equal(outcome.swap[0], SWAP_TEST);
	boot_run(&board.setup, &outcome); /* it is the way back, too */
	assert_int_equal(outcome.swap[0], SWAP_REVERT);
	assert_true(outcome.is_bootable);
	assert_int_equal(flash_board_content(&slots[0]), 'A');

	flash_board_corrupt(&slots[0]); /* whose hash TLV still says that it is the factory image */
	boot_run(&board.setup, &outcome);
	assert_false(outcome.is_bootable);
	image_key_free(key);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(images_that_are_not_fit_are_refused_and_erased),
		cmocka_unit_test(an_image_that_reaches_into_the_trailers_page_is_refused),
		cmocka_unit_test(the_factory_image_needs_no_signature),
	};

	return cmocka_run_group_tests_name("boot_verdicts", tests, NULL, NULL);
}
