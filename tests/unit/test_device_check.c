/* SPDX-License-Identifier: Apache-2.0 */
/* An image against the device that it is meant for: what is said, and what is refused. */
#include "src/device_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smp/body.h"
#include "tests/support/capture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { HASH_SIZE = 32, SLOT_SIZE = 1000, START_US = 1000000, MESSAGE_MAX = 300 };

/* A device that runs 2.0.0 and has room for SLOT_SIZE bytes, and an image 2.0.0 of 500 for it. */
struct fixture {
	struct capture notes;
	struct output output;
	struct device_facts facts;
	struct upload_choice choice;
	struct firmware_part part, other;
	uint8_t hash[HASH_SIZE];
	uint8_t dependency[12];
	uint8_t bytes[2 * SLOT_SIZE];
	bool is_forced;
	struct err err;
	/* Answers how the bootloader updates. */
	struct peer peer;
	struct fake_clock clock;
	struct client *client;
	bool knows_mode, prevents_downgrade;
};

static void answer(struct peer *peer, const struct smp_header *request, struct span asked)
{
	struct fixture *fixture = peer->ctx;
	uint8_t storage[64];
	struct buf body = BUF_OVER(storage);

	(void)asked;
	body_put_map(&body, fixture->knows_mode ? 2 : 1);
	if (fixture->knows_mode) {
		body_put_text(&body, "mode");
		body_put_int(&body, 2);
		body_put_text(&body, "no-downgrade");
		body_put_bool(&body, fixture->prevents_downgrade);
	} else {
		body_put_text(&body, "rc");
		body_put_int(&body, 8);
	}
	peer_reply(peer, request, buf_span(&body));
}

static void connect_peer(struct fixture *fixture)
{
	struct client_config config = {
		.transport = peer_open(&fixture->peer),
		.session = { .timeout_ms = 2000, .tries = 3, .message_max = MESSAGE_MAX },
		.interrupt_fd = -1,
	};

	fake_clock_init(&fixture->clock, START_US);
	config.clock = fake_clock_get(&fixture->clock);
	fixture->peer.answer = answer;
	fixture->peer.ctx = fixture;
	assert_int_equal(client_open(&config, &fixture->client, ERR_IGNORED), STATUS_OK);
}

static void list_slot(struct fixture *fixture, uint32_t image, uint32_t slot, const char *version)
{
	struct smp_image_slot *row = &fixture->facts.state.slots[fixture->facts.state.count++];

	*row = (struct smp_image_slot){ .image = image, .slot = slot, .active = slot == 0 };
	strncpy(row->version, version, sizeof(row->version) - 1);
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct smp_image_slot_infos *infos = &fixture->facts.infos;

	capture_open(&fixture->notes);
	fixture->output.notes = fixture->notes.file;
	fixture->facts.has_state = fixture->facts.has_infos = true;
	list_slot(fixture, 0, 0, "2.0.0");
	for (uint32_t slot = 0; slot < 2; slot++)
		infos->slots[infos->count++] =
			(struct smp_image_slot_info){ .slot = slot, .size = SLOT_SIZE };
	fixture->part.bytes = span_make(fixture->bytes, 500);
	fixture->part.image.file = fixture->part.bytes;
	fixture->part.image.size = 500;
	fixture->part.image.version.major = 2;
	fixture->part.image.tlvs[fixture->part.image.tlv_count++] = (struct mcuboot_tlv){
		.type = MCUBOOT_TLV_SHA256,
		.value = span_make(fixture->hash, HASH_SIZE),
	};
	fixture->choice = (struct upload_choice){ .path = "FILE", .count = 1 };
	fixture->choice.items[0] = (struct upload_item){
		.part = &fixture->part,
		.has_target = true,
		.target = 1,
		.is_sound = true,
	};
	connect_peer(fixture);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	client_close(fixture->client);
	capture_close(&fixture->notes);
	test_free(fixture);
	return 0;
}

static enum status check(struct fixture *fixture)
{
	return device_check(fixture->client, &fixture->facts, &fixture->choice, 0,
		fixture->is_forced, &fixture->output, &fixture->err);
}

static void assert_passes_saying(struct fixture *fixture, const char *expected)
{
	assert_int_equal(check(fixture), STATUS_OK);
	if (expected[0] == '\0')
		assert_string_equal(capture_text(&fixture->notes), "");
	else if (strstr(capture_text(&fixture->notes), expected) == NULL)
		fail_msg("not said: %s, but: %s", expected, capture_text(&fixture->notes));
}

static void assert_refused_unless_forced(struct fixture *fixture, const char *expected)
{
	assert_int_equal(check(fixture), STATUS_BAD_FILE);
	if (strstr(fixture->err.message, expected) == NULL)
		fail_msg("not said: %s, but: %s", expected, fixture->err.message);
	fixture->is_forced = true;
	assert_passes_saying(fixture, expected);
}

static void an_image_that_suits_costs_no_word_and_no_request(void **state)
{
	struct fixture *fixture = *state;

	assert_passes_saying(fixture, "");
	assert_int_equal(fixture->peer.requests, 0);
}

static void an_image_may_fill_the_slot_but_not_exceed_it(void **state)
{
	struct fixture *fixture = *state;

	fixture->part.image.size = fixture->part.bytes.len = SLOT_SIZE;
	assert_passes_saying(fixture, "");
	fixture->part.image.size = fixture->part.bytes.len = SLOT_SIZE + 1;
	assert_refused_unless_forced(fixture, "too large: 1001 bytes");
}

static void padding_beyond_the_slot_is_told_from_a_large_image(void **state)
{
	struct fixture *fixture = *state;

	fixture->part.bytes.len = SLOT_SIZE + 1;
	assert_refused_unless_forced(fixture, "padded to 1001 bytes");
}

static void no_size_is_compared_where_the_device_tells_none(void **state)
{
	struct fixture *fixture = *state;

	fixture->part.image.size = fixture->part.bytes.len = 2 * SLOT_SIZE;
	fixture->facts.has_infos = false;
	assert_passes_saying(fixture, "");
	fixture->facts.has_infos = true;
	fixture->choice.items[0].has_target = false;
	assert_passes_saying(fixture, "");
}

static void an_image_number_that_the_device_lacks_is_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->choice.items[0].image = 1;
	assert_refused_unless_forced(fixture, "is for image 1");
}

static void an_older_version_is_warned_of(void **state)
{
	struct fixture *fixture = *state;

	fixture->part.image.version.major = 1;
	assert_passes_saying(fixture, "version 1.0.0 is older than the running 2.0.0");
	assert_int_equal(fixture->peer.requests, 1);
	fixture->knows_mode = true;
	assert_int_equal(check(fixture), STATUS_OK);
}

static void an_older_version_is_refused_where_the_bootloader_would(void **state)
{
	struct fixture *fixture = *state;

	fixture->part.image.version.major = 1;
	fixture->knows_mode = fixture->prevents_downgrade = true;
	assert_refused_unless_forced(fixture, "downgrade prevention");
}

static void the_build_number_makes_no_version_older(void **state)
{
	struct fixture *fixture = *state;

	strcpy(fixture->facts.state.slots[0].version, "2.0.0.7");
	fixture->part.image.version.build = 3;
	assert_passes_saying(fixture, "");
}

static void the_running_image_is_recognised(void **state)
{
	struct fixture *fixture = *state;

	fixture->facts.state.slots[0].hash_len = HASH_SIZE;
	assert_passes_saying(fixture, "runs this image already");
}

static void an_image_that_is_about_to_boot_is_not_replaced_silently(void **state)
{
	struct fixture *fixture = *state;

	list_slot(fixture, 0, 1, "3.0.0");
	assert_passes_saying(fixture, "");
	fixture->facts.state.slots[1].pending = true;
	assert_passes_saying(fixture, "holds version 3.0.0, which is to boot");
}

static void depend_on_image_1(struct fixture *fixture, uint8_t major)
{
	fixture->dependency[0] = 1;
	fixture->dependency[4] = major;
	fixture->part.image.tlvs[fixture->part.image.tlv_count++] = (struct mcuboot_tlv){
		.type = MCUBOOT_TLV_DEPENDENCY,
		.is_protected = true,
		.value = span_make(fixture->dependency, sizeof(fixture->dependency)),
	};
}

static void a_missing_dependency_is_warned_of(void **state)
{
	struct fixture *fixture = *state;

	depend_on_image_1(fixture, 3);
	assert_passes_saying(fixture, "image 1 in version 3.0.0 or newer, and the device lists no");
	list_slot(fixture, 1, 0, "2.9.9");
	assert_passes_saying(fixture, "and the device runs 2.9.9");
}

static void a_dependency_may_run_be_pending_or_be_sent_too(void **state)
{
	struct fixture *fixture = *state;

	depend_on_image_1(fixture, 3);
	list_slot(fixture, 1, 0, "3.0.0");
	assert_passes_saying(fixture, "");
	strcpy(fixture->facts.state.slots[1].version, "2.0.0");
	list_slot(fixture, 1, 1, "3.1.0");
	fixture->facts.state.slots[2].pending = true;
	assert_passes_saying(fixture, "");
	fixture->facts.state.count = 1;
	fixture->other.image.version.major = 3;
	fixture->choice.items[fixture->choice.count++] =
		(struct upload_item){ .part = &fixture->other, .image = 1 };
	assert_passes_saying(fixture, "");
}

static void a_file_that_is_no_image_is_judged_by_its_size_alone(void **state)
{
	struct fixture *fixture = *state;

	fixture->part.image = (struct mcuboot_image){ .header_size = 0 };
	fixture->choice.items[0].is_sound = false;
	assert_passes_saying(fixture, "");
	fixture->part.bytes.len = SLOT_SIZE + 1;
	assert_refused_unless_forced(fixture, "too large");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_image_that_suits_costs_no_word_and_no_request),
		TEST(an_image_may_fill_the_slot_but_not_exceed_it),
		TEST(padding_beyond_the_slot_is_told_from_a_large_image),
		TEST(no_size_is_compared_where_the_device_tells_none),
		TEST(an_image_number_that_the_device_lacks_is_refused),
		TEST(an_older_version_is_warned_of),
		TEST(an_older_version_is_refused_where_the_bootloader_would),
		TEST(the_build_number_makes_no_version_older),
		TEST(the_running_image_is_recognised),
		TEST(an_image_that_is_about_to_boot_is_not_replaced_silently),
		TEST(a_missing_dependency_is_warned_of),
		TEST(a_dependency_may_run_be_pending_or_be_sent_too),
		TEST(a_file_that_is_no_image_is_judged_by_its_size_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
