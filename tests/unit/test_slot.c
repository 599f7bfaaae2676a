/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of fakedev/slot.c: trailers byte for byte, and what two of them ask for. */
#include "fakedev/slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "fakedev/factory.h"

enum {
	SLOT_SIZE = 4 * FLASH_PAGE_SIZE,
	PADDED_SIZE = 8192, /* slot size of the padded vectors */
	MAGIC_AT = SLOT_SIZE - 16,
	IMAGE_OK_AT = SLOT_SIZE - 24,
	COPY_DONE_AT = SLOT_SIZE - 32,
	SWAP_INFO_AT = SLOT_SIZE - 40,
	VECTOR_PATH_MAX = 512,
};

/* Two slots, with a page in front so that a forgotten slot->at shows. */
struct fixture {
	uint8_t bytes[FLASH_PAGE_SIZE + 2 * SLOT_SIZE];
	struct flash flash;
	struct slot primary, secondary;
};

static void set_up(struct fixture *fixture)
{
	memset(fixture->bytes, 0xff, sizeof(fixture->bytes));
	fixture->flash = (struct flash){ .bytes = fixture->bytes, .size = sizeof(fixture->bytes) };
	fixture->primary = (struct slot){ &fixture->flash, FLASH_PAGE_SIZE, SLOT_SIZE };
	fixture->secondary =
		(struct slot){ &fixture->flash, FLASH_PAGE_SIZE + SLOT_SIZE, SLOT_SIZE };
}

static uint8_t *byte_of(const struct slot *slot, size_t at)
{
	return slot->flash->bytes + slot->at + at;
}

static void install_vector(const struct slot *slot, const char *name, size_t len_max)
{
	char path[VECTOR_PATH_MAX];
	struct file_map map;

	snprintf(path, sizeof(path), TEST_VECTORS_DIR "/images/%s", name);
	assert_int_equal(file_map(path, slot->size, &map, ERR_IGNORED), STATUS_OK);
	memset(byte_of(slot, 0), 0xff, slot->size);
	if (map.bytes.len > 0)
		memcpy(byte_of(slot, 0), map.bytes.data,
			map.bytes.len < len_max ? map.bytes.len : len_max);
	file_unmap(&map);
}

static void assert_trailer(const struct slot *slot, enum trailer_flag magic,
	enum trailer_flag image_ok, enum trailer_flag copy_done)
{
	struct trailer trailer = slot_trailer(slot);

	assert_int_equal(trailer.magic, magic);
	assert_int_equal(trailer.image_ok, image_ok);
	assert_int_equal(trailer.copy_done, copy_done);
}

static void a_blank_slot_has_no_trailer_set(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_trailer(&fixture.primary, TRAILER_UNSET, TRAILER_UNSET, TRAILER_UNSET);
	assert_true(slot_is_blank(&fixture.primary));
}

static void each_field_lies_where_mcuboot_looks_for_it(void **state)
{
	static const uint8_t magic[] = { 0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f, 0x35, 0x52,
		0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80 };
	struct fixture fixture;
	uint8_t expected[SLOT_SIZE];

	(void)state;
	set_up(&fixture);
	memset(expected, 0xff, sizeof(expected));
	memcpy(expected + MAGIC_AT, magic, sizeof(magic));
	expected[IMAGE_OK_AT] = 1;
	expected[COPY_DONE_AT] = 1;
	expected[SWAP_INFO_AT] = 0x32; /* image 3, test */
	slot_write_magic(&fixture.secondary);
	slot_set_image_ok(&fixture.secondary);
	slot_set_copy_done(&fixture.secondary);
	slot_set_swap_info(&fixture.secondary, SWAP_TEST, 3);
	assert_memory_equal(byte_of(&fixture.secondary, 0), expected, SLOT_SIZE);
	assert_true(slot_is_blank(&fixture.primary));
	assert_trailer(&fixture.secondary, TRAILER_SET, TRAILER_SET, TRAILER_SET);
}

/*
 * The padded vectors are the witness. Compared are the fields that decide; swap_info is 3 in both
 * files, where MCUboot's library writes what was asked for.
 */
static void pending_slots_have_the_trailer_of_padded_images(void **state)
{
	static const struct {
		const char *padded;
		bool is_permanent;
	} rows[] = { { "padded_pending.bin", false }, { "padded_confirmed.bin", true } };
	struct fixture fixture, padded;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_up(&fixture);
		set_up(&padded);
		fixture.secondary.size = PADDED_SIZE;
		padded.secondary.size = PADDED_SIZE;
		install_vector(&padded.secondary, rows[i].padded, PADDED_SIZE);
		install_vector(&fixture.secondary, rows[i].padded, PADDED_SIZE - 512);
		assert_true(slot_set_pending(&fixture.secondary, rows[i].is_permanent, 0));
		assert_memory_equal(byte_of(&fixture.secondary, PADDED_SIZE - 32),
			byte_of(&padded.secondary, PADDED_SIZE - 32), 32);
		assert_int_equal(slot_next_swap(&padded.primary, &padded.secondary),
			rows[i].is_permanent ? SWAP_PERM : SWAP_TEST);
	}
}

static void a_trailer_that_is_neither_blank_nor_right_is_bad(void **state)
{
	static const uint8_t bad_flags[] = { 0x00, 0x02, 0x03, 0x7f, 0xfe };
	struct fixture fixture;
	const struct slot *slot = &fixture.primary;

	(void)state;
	for (size_t i = 0; i < 16; i++) {
		set_up(&fixture);
		slot_write_magic(slot);
		*byte_of(slot, MAGIC_AT + i) ^= 1;
		assert_trailer(slot, TRAILER_BAD, TRAILER_UNSET, TRAILER_UNSET);
	}
	for (size_t i = 0; i < sizeof(bad_flags); i++) {
		set_up(&fixture);
		*byte_of(slot, IMAGE_OK_AT) = bad_flags[i];
		assert_trailer(slot, TRAILER_UNSET, TRAILER_BAD, TRAILER_UNSET);
		set_up(&fixture);
		*byte_of(slot, COPY_DONE_AT) = bad_flags[i];
		assert_trailer(slot, TRAILER_UNSET, TRAILER_UNSET, TRAILER_BAD);
	}
}

static void what_is_written_already_is_not_written_again(void **state)
{
	struct fixture fixture;
	const struct slot *slot = &fixture.primary;
	uint64_t written;

	(void)state;
	set_up(&fixture);
	for (int round = 0; round < 2; round++) {
		slot_write_magic(slot);
		slot_set_image_ok(slot);
		slot_set_copy_done(slot);
		slot_set_swap_info(slot, round == 0 ? SWAP_TEST : SWAP_PERM, 0);
		if (round == 0)
			written = fixture.flash.bytes_written;
		else
			assert_int_equal(fixture.flash.bytes_written, written);
	}
	assert_int_equal(written, 16 + 8 + 8 + 8);
	assert_int_equal(*byte_of(slot, SWAP_INFO_AT), SWAP_TEST);
}

static void a_test_cannot_be_turned_into_permanent(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_true(slot_set_pending(&fixture.secondary, false, 0));
	assert_true(slot_set_pending(&fixture.secondary, true, 0));
	assert_int_equal(slot_next_swap(&fixture.primary, &fixture.secondary), SWAP_TEST);
	set_up(&fixture);
	assert_true(slot_set_pending(&fixture.secondary, true, 0));
	assert_true(slot_set_pending(&fixture.secondary, false, 0));
	assert_int_equal(slot_next_swap(&fixture.primary, &fixture.secondary), SWAP_PERM);
}

static void a_slot_with_a_bad_magic_is_erased_when_it_is_set_pending(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	*byte_of(&fixture.secondary, 0) = 0x3d;
	*byte_of(&fixture.secondary, MAGIC_AT) = 0x00;
	assert_false(slot_set_pending(&fixture.secondary, false, 0));
	assert_true(slot_is_blank(&fixture.secondary));
	assert_true(slot_set_pending(&fixture.secondary, false, 0));
}

static void confirming_sets_image_ok_only_behind_a_good_magic(void **state)
{
	static const struct {
		enum trailer_flag magic;
		bool is_fine;
		enum trailer_flag image_ok;
	} rows[] = {
		{ TRAILER_SET, true, TRAILER_SET },
		{ TRAILER_UNSET, true, TRAILER_UNSET },
		{ TRAILER_BAD, false, TRAILER_UNSET },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture;

		set_up(&fixture);
		if (rows[i].magic == TRAILER_SET)
			slot_write_magic(&fixture.primary);
		if (rows[i].magic == TRAILER_BAD)
			*byte_of(&fixture.primary, MAGIC_AT) = 0;
		assert_int_equal(slot_confirm(&fixture.primary), rows[i].is_fine);
		assert_trailer(&fixture.primary, rows[i].magic, rows[i].image_ok, TRAILER_UNSET);
	}
}

static void put_flag(const struct slot *slot, size_t at, enum trailer_flag flag)
{
	static const uint8_t bytes[] = {
		[TRAILER_UNSET] = 0xff,
		[TRAILER_SET] = 0x01,
		[TRAILER_BAD] = 0x0f,
	};

	*byte_of(slot, at) = bytes[flag];
}

static void put_trailer(const struct slot *slot, struct trailer trailer)
{
	if (trailer.magic != TRAILER_UNSET)
		slot_write_magic(slot);
	if (trailer.magic == TRAILER_BAD)
		*byte_of(slot, MAGIC_AT + 15) = 0x81;
	put_flag(slot, IMAGE_OK_AT, trailer.image_ok);
	put_flag(slot, COPY_DONE_AT, trailer.copy_done);
}

/* The table of protocol.md 6.6, first matching row wins. */
static enum swap_type swap_by_the_book(struct trailer primary, struct trailer secondary)
{
	enum { ANY = -1 };
	static const struct {
		int magic, magic_of_secondary, ok, ok_of_secondary, copy_done;
		enum swap_type type;
	} rows[] = {
		{ ANY, TRAILER_SET, ANY, TRAILER_UNSET, ANY, SWAP_TEST },
		{ ANY, TRAILER_SET, ANY, TRAILER_SET, ANY, SWAP_PERM },
		{ TRAILER_SET, ANY, TRAILER_UNSET, ANY, TRAILER_SET, SWAP_REVERT },
		{ ANY, ANY, ANY, ANY, ANY, SWAP_NONE },
	};

	for (size_t i = 0;; i++) {
		if ((rows[i].magic == ANY || rows[i].magic == (int)primary.magic) &&
			(rows[i].magic_of_secondary == ANY ||
				rows[i].magic_of_secondary == (int)secondary.magic) &&
			(rows[i].ok == ANY || rows[i].ok == (int)primary.image_ok) &&
			(rows[i].ok_of_secondary == ANY ||
				rows[i].ok_of_secondary == (int)secondary.image_ok) &&
			(rows[i].copy_done == ANY || rows[i].copy_done == (int)primary.copy_done))
			return rows[i].type;
	}
}

static void every_pair_of_trailers_asks_for_the_swap_of_the_table(void **state)
{
	unsigned seen[SWAP_FAIL + 1] = { 0 };

	(void)state;
	for (unsigned n = 0; n < 3 * 3 * 3 * 3 * 3 * 3; n++) {
		struct trailer first = {
			.magic = (enum trailer_flag)(n % 3),
			.image_ok = (enum trailer_flag)(n / 3 % 3),
			.copy_done = (enum trailer_flag)(n / 9 % 3),
		};
		struct trailer second = {
			.magic = (enum trailer_flag)(n / 27 % 3),
			.image_ok = (enum trailer_flag)(n / 81 % 3),
			.copy_done = (enum trailer_flag)(n / 243 % 3),
		};
		struct fixture fixture;
		enum swap_type type = swap_by_the_book(first, second);

		set_up(&fixture);
		put_trailer(&fixture.primary, first);
		put_trailer(&fixture.secondary, second);
		assert_trailer(&fixture.primary, first.magic, first.image_ok, first.copy_done);
		assert_int_equal(slot_next_swap(&fixture.primary, &fixture.secondary), type);
		seen[type]++;
	}
	assert_int_equal(seen[SWAP_TEST], 81);
	assert_int_equal(seen[SWAP_PERM], 81);
	assert_in_range(seen[SWAP_REVERT], 1, 80);
	assert_in_range(seen[SWAP_NONE], 1, 728);
}

static void only_a_sound_image_with_a_hash_is_listed(void **state)
{
	static const struct {
		const char *file;
		bool is_listed;
	} rows[] = {
		{ "unsigned_v1.2.3.4.bin", true },
		{ "signed_root-ec-p384.bin", true },
		{ "padded_pending.bin", true },
		{ "non_bootable.bin", true },
		{ "bad_hash.bin", true }, /* a listing does not recompute it */
		{ "bad_magic.bin", false },
		{ "bad_hdr_size.bin", false },
		{ "huge_img_size.bin", false },
		{ "tlv_overrun.bin", false },
		{ "truncated_payload.bin", false },
		{ "raw_binary.bin", false },
		{ "empty.bin", false },
	};
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mcuboot_image image;

		install_vector(&fixture.secondary, rows[i].file, SLOT_SIZE);
		if (slot_image(&fixture.secondary, &image) != rows[i].is_listed)
			fail_msg("%s", rows[i].file);
	}
}

static void an_image_without_a_hash_is_not_listed(void **state)
{
	struct mcuboot_version version = factory_version();
	struct fixture fixture;
	struct mcuboot_image image;
	struct buf out;

	(void)state;
	set_up(&fixture);
	out = buf_over(byte_of(&fixture.secondary, 0), SLOT_SIZE);
	assert_true(factory_image_build(&version, 100, 1, &out));
	assert_true(slot_image(&fixture.secondary, &image));
	/* Turn the hash TLV into a vendor's own. */
	*byte_of(&fixture.secondary, FACTORY_HEADER_SIZE + 100 + 4) = 0xa0;
	assert_int_equal(
		mcuboot_parse(slot_bytes(&fixture.secondary), &image, ERR_IGNORED), STATUS_OK);
	assert_false(slot_image(&fixture.secondary, &image));
}

static void the_page_of_the_trailer_is_not_for_the_image(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	assert_int_equal(slot_max_image_size(&fixture.primary), SLOT_SIZE - FLASH_PAGE_SIZE);
	fixture.primary.size = 0;
	assert_int_equal(slot_max_image_size(&fixture.primary), 0);
}

static void an_upload_erases_what_it_needs_and_the_trailer(void **state)
{
	static const struct {
		size_t len;
		bool is_kept[4]; /* of the pages */
	} rows[] = {
		{ 0, { true, true, true, false } },
		{ 1, { false, true, true, false } },
		{ FLASH_PAGE_SIZE, { false, true, true, false } },
		{ FLASH_PAGE_SIZE + 1, { false, false, true, false } },
		{ SLOT_SIZE, { false, false, false, false } },
		{ SIZE_MAX, { false, false, false, false } },
	};
	struct fixture fixture;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_up(&fixture);
		memset(fixture.bytes, 0, sizeof(fixture.bytes));
		slot_erase_for_image(&fixture.primary, rows[i].len);
		for (size_t page = 0; page < 4; page++)
			assert_int_equal(
				*byte_of(&fixture.primary, page * FLASH_PAGE_SIZE + 7) == 0,
				rows[i].is_kept[page]);
		assert_int_equal(*byte_of(&fixture.secondary, 0), 0);
		assert_int_equal(fixture.bytes[FLASH_PAGE_SIZE - 1], 0);
	}
}

static void blank_pages_are_not_erased_again_for_an_upload(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	slot_erase_for_image(&fixture.primary, SLOT_SIZE);
	assert_int_equal(fixture.flash.pages_erased, 0);
	*byte_of(&fixture.primary, 2 * FLASH_PAGE_SIZE - 1) = 0;
	slot_set_image_ok(&fixture.primary);
	slot_erase_for_image(&fixture.primary, SLOT_SIZE);
	assert_int_equal(fixture.flash.pages_erased, 2);
	assert_true(slot_is_blank(&fixture.primary));
}

static void erasing_a_slot_leaves_its_neighbours_alone(void **state)
{
	struct fixture fixture;

	(void)state;
	set_up(&fixture);
	memset(fixture.bytes, 0, sizeof(fixture.bytes));
	slot_erase(&fixture.primary);
	assert_true(slot_is_blank(&fixture.primary));
	assert_int_equal(fixture.bytes[FLASH_PAGE_SIZE - 1], 0);
	assert_int_equal(*byte_of(&fixture.secondary, 0), 0);
	assert_int_equal(fixture.flash.pages_erased, SLOT_SIZE / FLASH_PAGE_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_blank_slot_has_no_trailer_set),
		cmocka_unit_test(each_field_lies_where_mcuboot_looks_for_it),
		cmocka_unit_test(pending_slots_have_the_trailer_of_padded_images),
		cmocka_unit_test(a_trailer_that_is_neither_blank_nor_right_is_bad),
		cmocka_unit_test(what_is_written_already_is_not_written_again),
		cmocka_unit_test(a_test_cannot_be_turned_into_permanent),
		cmocka_unit_test(a_slot_with_a_bad_magic_is_erased_when_it_is_set_pending),
		cmocka_unit_test(confirming_sets_image_ok_only_behind_a_good_magic),
		cmocka_unit_test(every_pair_of_trailers_asks_for_the_swap_of_the_table),
		cmocka_unit_test(only_a_sound_image_with_a_hash_is_listed),
		cmocka_unit_test(an_image_without_a_hash_is_not_listed),
		cmocka_unit_test(the_page_of_the_trailer_is_not_for_the_image),
		cmocka_unit_test(an_upload_erases_what_it_needs_and_the_trailer),
		cmocka_unit_test(blank_pages_are_not_erased_again_for_an_upload),
		cmocka_unit_test(erasing_a_slot_leaves_its_neighbours_alone),
	};

	return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
