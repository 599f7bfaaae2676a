/* SPDX-License-Identifier: Apache-2.0 */
/* An update through MCUboot's serial recovery: into the primary slot, one reset, and it runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/flow_update.h"

enum { IMAGE_SIZE = 20001 };

static void expect_list(struct flow_rig *rig, const char *wanted)
{
	char text[FLOW_LIST_MAX];

	assert_string_equal(flow_rig_list(rig, text), wanted);
}

static void update_in_recovery(const char *options)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	flow_rig_open(&rig, options);
	flow_image_make(&image, IMAGE_SIZE, 2);
	expect_list(&rig, "0/0 1.0.0 ac");
	if (flow_update_upload(&rig, &image, &result) != STATUS_OK)
		fail_msg("%s: %s", options, rig.err.message);
	assert_true(result.has_slot && result.slot == 0);
	assert_int_equal(result.resumed_at, 0);
	assert_true(flow_rig_holds(&rig, 0, image.file));
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 2.0.0 ac");
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void an_image_uploaded_in_recovery_runs_after_a_reset(void **state)
{
	(void)state;
	update_in_recovery("slot-size=64K,mode=recovery");
}

static void offsets_rounded_down_to_write_blocks_are_followed(void **state)
{
	(void)state;
	update_in_recovery("slot-size=64K,mode=recovery,write-block=1");
	update_in_recovery("slot-size=64K,mode=recovery,write-block=8");
	update_in_recovery("slot-size=64K,mode=recovery,write-block=16");
	update_in_recovery("slot-size=64K,mode=recovery,write-block=32");
}

static void the_erase_of_the_whole_slot_is_waited_for(void **state)
{
	(void)state;
	update_in_recovery("slot-size=1M,mode=recovery,flash=nrf52840,baud=115200");
}

/* Recovery has no way to go on with an upload: it begins anew, and ends well. */
static void an_interrupted_upload_begins_anew(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=64K,mode=recovery");
	flow_image_make(&image, IMAGE_SIZE, 2);
	flow_rig_interrupt_at(&rig, 20);
	assert_int_equal(flow_update_upload(&rig, &image, &result), STATUS_INTERRUPTED);
	flow_rig_clear_interrupt(&rig);
	assert_int_equal(flow_update_upload(&rig, &image, &result), STATUS_OK);
	assert_int_equal(result.resumed_at, 0);
	assert_true(flow_rig_holds(&rig, 0, image.file));
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

/* A half-written primary slot does not boot: the board waits in recovery until it is given one. */
static void a_board_without_an_application_can_be_saved(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=64K,mode=recovery");
	flow_image_make(&image, IMAGE_SIZE, 2);
	flow_rig_interrupt_at(&rig, 20);
	assert_int_equal(flow_update_upload(&rig, &image, &result), STATUS_INTERRUPTED);
	flow_rig_clear_interrupt(&rig);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "");
	assert_int_equal(flow_update_upload(&rig, &image, &result), STATUS_OK);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 2.0.0 ac");
	flow_image_free(&image);
	flow_rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_uploaded_in_recovery_runs_after_a_reset),
		cmocka_unit_test(offsets_rounded_down_to_write_blocks_are_followed),
		cmocka_unit_test(the_erase_of_the_whole_slot_is_waited_for),
		cmocka_unit_test(an_interrupted_upload_begins_anew),
		cmocka_unit_test(a_board_without_an_application_can_be_saved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
