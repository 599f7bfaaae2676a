/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from a device's image list and slot info, and how it is asked for them. */
#include "src/device_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/flow_rig.h"

/* A list as an application shows it: `active` in slot 0 or 1, the other slot filled or not. */
static struct device_facts facts_of(uint32_t active, bool has_other)
{
	struct device_facts facts = { .has_state = true };

	facts.state.has_split_status = true;
	facts.state.slots[facts.state.count++] =
		(struct smp_image_slot){ .slot = active, .active = true, .version = "1.2.3" };
	if (has_other)
		facts.state.slots[facts.state.count++] =
			(struct smp_image_slot){ .slot = 1 - active, .version = "1.2.4" };
	return facts;
}

static void add_info(struct device_facts *facts, uint32_t slot, uint64_t size, bool is_writable)
{
	facts->has_infos = true;
	facts->infos.slots[facts->infos.count++] = (struct smp_image_slot_info){
		.slot = slot,
		.size = size,
		.has_upload_image_id = is_writable,
	};
}

static void assert_target(const struct device_facts *facts, uint32_t image, uint32_t expected)
{
	uint32_t slot = 99;

	assert_true(device_facts_target(facts, image, &slot));
	assert_int_equal(slot, expected);
}

static void an_upload_goes_to_the_slot_that_is_not_in_use(void **state)
{
	struct device_facts facts = facts_of(0, true);

	(void)state;
	assert_target(&facts, 0, 1);
	facts = facts_of(1, false);
	assert_target(&facts, 0, 0);
	/* Nothing is listed of image 1: its first slot may be in use, the second is not. */
	assert_target(&facts, 1, 1);
}

static void the_only_slot_with_an_upload_id_is_the_target(void **state)
{
	struct device_facts facts = facts_of(0, true);

	(void)state;
	add_info(&facts, 0, 1000, true);
	assert_target(&facts, 0, 0);
	/* With direct upload all slots have one: that says nothing. */
	add_info(&facts, 1, 1000, true);
	assert_target(&facts, 0, 1);
}

static void recovery_writes_the_first_slot(void **state)
{
	struct device_facts facts = facts_of(0, true);

	(void)state;
	facts.is_recovery = true;
	facts.state.has_split_status = false;
	assert_target(&facts, 0, 0);
}

static void ask(const char *options, struct device_facts *ret_facts, unsigned *ret_requests)
{
	struct flow_rig rig;
	struct err err;

	flow_rig_open(&rig, options);
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	assert_int_equal(device_facts_ask(rig.client, ret_facts, &err), STATUS_OK);
	*ret_requests = flow_rig_requests(&rig);
	flow_rig_close(&rig);
}

static void nothing_is_known_of_the_target_without_a_list(void **state)
{
	struct device_facts facts = { .has_state = false };
	uint32_t slot;

	(void)state;
	assert_false(device_facts_target(&facts, 0, &slot));
}

static void recovery_is_told_from_a_frugal_application(void **state)
{
	struct device_facts facts;
	unsigned requests;

	(void)state;
	/* Neither list has a splitStatus. */
	ask("frugal", &facts, &requests);
	assert_int_equal(requests, 3);
	assert_false(facts.is_recovery);
	assert_true(facts.has_infos);
	ask("mode=recovery", &facts, &requests);
	assert_int_equal(requests, 2);
	assert_true(facts.is_recovery);
	assert_false(facts.has_infos);
}

static void the_first_slot_runs_where_no_flag_tells(void **state)
{
	struct device_facts facts = facts_of(1, true);

	(void)state;
	assert_ptr_equal(device_facts_running(&facts, 0), &facts.state.slots[0]);
	facts.state.slots[0].active = false;
	assert_ptr_equal(device_facts_running(&facts, 0), &facts.state.slots[1]);
	assert_null(device_facts_running(&facts, 1));
}

static void the_room_of_a_slot_is_the_smaller_of_slot_and_largest_image(void **state)
{
	struct device_facts facts = facts_of(0, false);

	(void)state;
	assert_int_equal(device_facts_room(&facts, 0, 1), 0);
	assert_false(device_facts_lacks_image(&facts, 0));
	add_info(&facts, 1, 1000, true);
	assert_int_equal(device_facts_room(&facts, 0, 1), 1000);
	facts.infos.slots[0].max_image_size = 900;
	assert_int_equal(device_facts_room(&facts, 0, 1), 900);
	facts.infos.slots[0].max_image_size = 2000;
	assert_int_equal(device_facts_room(&facts, 0, 1), 1000);
	facts.infos.slots[0].rc = 3;
	assert_int_equal(device_facts_room(&facts, 0, 1), 0);
	assert_false(device_facts_lacks_image(&facts, 0));
	assert_true(device_facts_lacks_image(&facts, 1));
}

static void versions_are_read_as_devices_write_them(void **state)
{
	static const char *const bad[] = { "", "<unknown>", "1.2", "1.2.3.4.5", "1.2.x", "256.0.0",
		"1..3", "1.2.65536", "1.2.3.", "-1.2.3", "1.2.3.4294967296" };
	struct smp_image_slot slot = { .version = "255.254.65535.4294967295" };
	struct mcuboot_version version = { 0 };

	(void)state;
	assert_true(device_facts_version(&slot, &version));
	assert_int_equal(version.major, 255);
	assert_int_equal(version.minor, 254);
	assert_int_equal(version.revision, 65535);
	assert_int_equal(version.build, UINT32_MAX);
	strcpy(slot.version, "1.2.3");
	assert_true(device_facts_version(&slot, &version));
	assert_int_equal(version.build, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		strcpy(slot.version, bad[i]);
		assert_false(device_facts_version(&slot, &version));
	}
}

static void asking_costs_two_requests_and_takes_a_no(void **state)
{
	struct device_facts facts;
	unsigned requests;

	(void)state;
	ask("", &facts, &requests);
	assert_int_equal(requests, 2);
	assert_true(facts.has_state && facts.has_infos && !facts.is_recovery);
	ask("no-slot-info", &facts, &requests);
	assert_int_equal(requests, 2);
	assert_true(facts.has_state && !facts.has_infos);
	ask("fault=error=8", &facts, &requests);
	assert_true(!facts.has_state && !facts.has_infos);
	assert_null(device_facts_slot(&facts, 0, 0));
}

static void a_silent_device_is_an_error(void **state)
{
	struct device_facts facts;
	struct flow_rig rig;
	struct err err;

	(void)state;
	flow_rig_open(&rig, "fault=silent");
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	assert_int_equal(device_facts_ask(rig.client, &facts, &err), STATUS_TIMEOUT);
	flow_rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_upload_goes_to_the_slot_that_is_not_in_use),
		cmocka_unit_test(the_only_slot_with_an_upload_id_is_the_target),
		cmocka_unit_test(recovery_writes_the_first_slot),
		cmocka_unit_test(nothing_is_known_of_the_target_without_a_list),
		cmocka_unit_test(recovery_is_told_from_a_frugal_application),
		cmocka_unit_test(the_first_slot_runs_where_no_flag_tells),
		cmocka_unit_test(the_room_of_a_slot_is_the_smaller_of_slot_and_largest_image),
		cmocka_unit_test(versions_are_read_as_devices_write_them),
		cmocka_unit_test(asking_costs_two_requests_and_takes_a_no),
		cmocka_unit_test(a_silent_device_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
