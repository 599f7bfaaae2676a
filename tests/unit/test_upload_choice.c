/* SPDX-License-Identifier: Apache-2.0 */
/* Which images of a file go to which slot, and which are there already. */
#include "src/upload_choice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { HASH_SIZE = 32 };

struct fixture {
	struct firmware firmware;
	struct device_facts facts; /* slot 0 of image 0 runs */
	struct settings settings;
	struct upload_choice choice;
	struct err err;
	uint8_t hashes[FIRMWARE_PARTS_MAX][HASH_SIZE];
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	settings_default(&fixture->settings);
	fixture->facts.has_state = true;
	fixture->facts.state.has_split_status = true;
	fixture->facts.state.count = 1;
	fixture->facts.state.slots[0].active = true;
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	test_free(*state);
	return 0;
}

/* A part for this image with a hash of its own. `slot` below 0: none is named. */
static struct firmware_part *add_part(struct fixture *fixture, uint32_t image, int slot)
{
	size_t index = fixture->firmware.part_count++;
	struct firmware_part *part = &fixture->firmware.parts[index];

	part->has_image_number = true;
	part->image_number = image;
	part->has_slot = slot >= 0;
	part->slot = slot >= 0 ? (uint32_t)slot : 0;
	memset(fixture->hashes[index], (int)index + 1, HASH_SIZE);
	part->image.tlv_count = 1;
	part->image.tlvs[0] = (struct mcuboot_tlv){
		.type = MCUBOOT_TLV_SHA256,
		.value = span_make(fixture->hashes[index], HASH_SIZE),
	};
	return part;
}

static enum status choose(struct fixture *fixture)
{
	struct file_parts parts =
		file_parts_of(&fixture->firmware, "FILE", fixture->settings.image);

	for (size_t i = 0; i < parts.count; i++)
		parts.is_sound[i] = true;
	return upload_choose(
		&parts, &fixture->facts, &fixture->settings, &fixture->choice, &fixture->err);
}

/* Make the device list this part in a slot. */
static void list_part(struct fixture *fixture, const struct firmware_part *part, uint32_t slot)
{
	struct smp_image_slot *row = &fixture->facts.state.slots[fixture->facts.state.count++];

	*row = (struct smp_image_slot){
		.image = part->image_number,
		.slot = slot,
		.version = "0.0.0",
		.hash_len = HASH_SIZE,
	};
	memcpy(row->hash, part->image.tlvs[0].value.data, HASH_SIZE);
}

static void every_image_goes_to_its_own_number(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, 0, -1);
	add_part(fixture, 1, -1);
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_int_equal(fixture->choice.count, 2);
	assert_int_equal(fixture->choice.items[0].image, 0);
	assert_int_equal(fixture->choice.items[1].image, 1);
	assert_ptr_equal(fixture->choice.items[1].part, &fixture->firmware.parts[1]);
	assert_true(fixture->choice.items[1].is_sound);
}

static void a_number_picks_one_image(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, 0, -1);
	add_part(fixture, 1, -1);
	fixture->settings.image = 1;
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_int_equal(fixture->choice.count, 1);
	assert_int_equal(fixture->choice.items[0].image, 1);
	fixture->settings.image = 2;
	assert_int_equal(choose(fixture), STATUS_USAGE);
}

static void a_number_is_given_to_a_part_that_has_none(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, 0, -1)->has_image_number = false;
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_int_equal(fixture->choice.items[0].image, 0);
	fixture->settings.image = 3;
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_int_equal(fixture->choice.items[0].image, 3);
}

static void the_variant_for_the_slot_not_in_use_is_taken(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, 0, 0);
	add_part(fixture, 0, 1);
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_int_equal(fixture->choice.count, 1);
	assert_int_equal(fixture->choice.items[0].part->slot, 1);
	fixture->facts.state.slots[0].slot = 1;
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_int_equal(fixture->choice.items[0].part->slot, 0);
	fixture->settings.slot = 1;
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_int_equal(fixture->choice.items[0].part->slot, 1);
}

static void a_variant_for_the_slot_in_use_is_refused(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, 0, 0);
	assert_int_equal(choose(fixture), STATUS_BAD_FILE);
	fixture->settings.slot = 0;
	assert_int_equal(choose(fixture), STATUS_OK);
}

static void nothing_is_guessed_where_nothing_tells_the_slot(void **state)
{
	struct fixture *fixture = *state;

	add_part(fixture, 0, 0);
	add_part(fixture, 0, 1);
	fixture->facts.has_state = false;
	assert_int_equal(choose(fixture), STATUS_USAGE);
	fixture->settings.slot = 0;
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_int_equal(fixture->choice.items[0].part->slot, 0);
}

static void an_image_is_there_when_its_target_holds_hash_and_version(void **state)
{
	struct fixture *fixture = *state;
	struct firmware_part *part = add_part(fixture, 0, -1);
	const struct upload_item *item = &fixture->choice.items[0];

	assert_int_equal(choose(fixture), STATUS_OK);
	assert_false(upload_is_there(item, &fixture->facts));
	list_part(fixture, part, 1);
	assert_true(upload_is_there(item, &fixture->facts));
	part->image.version.revision = 1;
	assert_false(upload_is_there(item, &fixture->facts));
	part->image.version.revision = 0;
	fixture->hashes[0][HASH_SIZE - 1] ^= 1;
	assert_false(upload_is_there(item, &fixture->facts));
}

static void an_image_in_another_slot_or_not_sound_is_not_there(void **state)
{
	struct fixture *fixture = *state;
	struct firmware_part *part = add_part(fixture, 0, -1);
	struct upload_item *item = &fixture->choice.items[0];

	list_part(fixture, part, 1);
	assert_int_equal(choose(fixture), STATUS_OK);
	item->is_sound = false;
	assert_false(upload_is_there(item, &fixture->facts));
	fixture->settings.slot = 0;
	assert_int_equal(choose(fixture), STATUS_OK);
	assert_false(upload_is_there(item, &fixture->facts));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_image_goes_to_its_own_number),
		TEST(a_number_picks_one_image),
		TEST(a_number_is_given_to_a_part_that_has_none),
		TEST(the_variant_for_the_slot_not_in_use_is_taken),
		TEST(a_variant_for_the_slot_in_use_is_refused),
		TEST(nothing_is_guessed_where_nothing_tells_the_slot),
		TEST(an_image_is_there_when_its_target_holds_hash_and_version),
		TEST(an_image_in_another_slot_or_not_sound_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
