/* SPDX-License-Identifier: Apache-2.0 */
/* A whole update on a healthy board, with every bootloader, and what undoes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/flow_update.h"

static void expect_list(struct flow_rig *rig, const char *wanted)
{
	char text[FLOW_LIST_MAX];

	assert_string_equal(flow_rig_list(rig, text), wanted);
}

static void expect_upload(
	struct flow_rig *rig, const struct flow_image *image, struct upload_result *ret_result)
{
	if (flow_update_upload(rig, image, ret_result) != STATUS_OK)
		fail_msg("upload: %s", rig->err.message);
	assert_int_equal(ret_result->bytes, image->file.len);
}

static void a_tested_image_runs_once_and_is_reverted(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K");
	flow_image_make(&image, 40000, 2);
	expect_list(&rig, "0/0 1.0.0 ac");
	expect_upload(&rig, &image, &result);
	assert_int_equal(result.proof, UPLOAD_PROOF_LIST);
	assert_true(result.has_slot && result.slot == 1);
	assert_int_equal(result.resumed_at, 0);
	assert_int_equal(result.message_max, 380);
	assert_true(flow_rig_holds(&rig, 1, image.file));
	expect_list(&rig, "0/0 1.0.0 ac, 0/1 2.0.0");
	assert_int_equal(flow_update_mark(&rig, image.hash, false), STATUS_OK);
	expect_list(&rig, "0/0 1.0.0 ac, 0/1 2.0.0 p");
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 2.0.0 a, 0/1 1.0.0 c");
	assert_true(flow_rig_holds(&rig, 0, image.file));
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 1.0.0 ac, 0/1 2.0.0");
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void an_image_confirmed_while_it_runs_stays(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K");
	flow_image_make(&image, 40000, 2);
	expect_upload(&rig, &image, &result);
	assert_int_equal(flow_update_mark(&rig, image.hash, false), STATUS_OK);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	assert_int_equal(flow_update_mark(&rig, span_make(NULL, 0), true), STATUS_OK);
	expect_list(&rig, "0/0 2.0.0 ac, 0/1 1.0.0");
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 2.0.0 ac, 0/1 1.0.0");
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void an_image_confirmed_before_the_reset_stays(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K");
	flow_image_make(&image, 40000, 2);
	expect_upload(&rig, &image, &result);
	assert_int_equal(flow_update_mark(&rig, image.hash, true), STATUS_OK);
	expect_list(&rig, "0/0 1.0.0 ac, 0/1 2.0.0 pP");
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 2.0.0 ac, 0/1 1.0.0");
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void an_untested_image_is_not_booted(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K");
	flow_image_make(&image, 40000, 2);
	expect_upload(&rig, &image, &result);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 1.0.0 ac, 0/1 2.0.0");
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void an_overwritten_image_has_no_way_back(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K,bootloader=overwrite");
	flow_image_make(&image, 40000, 2);
	expect_upload(&rig, &image, &result);
	assert_int_equal(flow_update_mark(&rig, image.hash, false), STATUS_OK);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 2.0.0 ac");
	assert_true(flow_rig_holds(&rig, 0, image.file));
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 2.0.0 ac");
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void direct_xip_boots_the_higher_version_where_it_lies(void **state)
{
	struct upload_result result;
	struct flow_image two, three;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K,bootloader=direct-xip");
	flow_image_make(&two, 40000, 2);
	flow_image_make(&three, 30000, 3);
	expect_upload(&rig, &two, &result);
	expect_list(&rig, "0/0 1.0.0 ac, 0/1 2.0.0 pP");
	assert_int_equal(flow_update_mark(&rig, two.hash, false), STATUS_UNSUPPORTED);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 1.0.0, 0/1 2.0.0 ac");
	/* Now slot 0 is the one to write to. */
	expect_upload(&rig, &three, &result);
	assert_true(result.has_slot && result.slot == 0);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	expect_list(&rig, "0/0 3.0.0 ac, 0/1 2.0.0");
	assert_true(flow_rig_holds(&rig, 0, three.file));
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&two);
	flow_image_free(&three);
	flow_rig_close(&rig);
}

/* Sizes around whatever is rounded: pages, chunks, 64 KiB. */
static void images_of_many_sizes_arrive_byte_for_byte(void **state)
{
	static const size_t sizes[] = { 4096, 4097, 5000, 8191, 65535, 65536, 65537, 100000,
		256 * 1024, 512 * 1024 };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct flow_outcome outcome;
		struct flow_image image;
		struct flow_rig rig;

		flow_rig_open(&rig, "slot-size=528K");
		flow_image_make(&image, sizes[i], 2);
		flow_update_run(&rig, &image, &outcome);
		assert_int_equal(outcome.status, STATUS_OK);
		assert_true(flow_rig_holds(&rig, 0, image.file));
		flow_rig_expect_no_complaints(&rig);
		flow_image_free(&image);
		flow_rig_close(&rig);
	}
}

static void an_image_that_imgtool_made_is_updated_to(void **state)
{
	static const char *const names[] = { "unsigned_v1.2.3.4.bin", "protected_tlvs.bin",
		"signed_root-rsa-2048.bin", "signed_root-ed25519_sha512.bin" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct flow_outcome outcome;
		struct flow_image image;
		struct flow_rig rig;

		flow_rig_open(&rig, "slot-size=128K");
		flow_image_load(&image, names[i]);
		flow_update_run(&rig, &image, &outcome);
		assert_int_equal(outcome.status, STATUS_OK);
		assert_true(flow_rig_holds(&rig, 0, image.file));
		flow_rig_expect_no_complaints(&rig);
		flow_image_free(&image);
		flow_rig_close(&rig);
	}
}

static void an_image_that_does_not_fit_is_refused(void **state)
{
	struct upload_result result;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=64K");
	flow_image_make(&image, 64 * 1024, 2);
	assert_int_equal(flow_update_upload(&rig, &image, &result), STATUS_DEVICE);
	assert_string_equal(rig.err.device.name, "IMAGE_INVALID_IMAGE_TOO_LARGE");
	expect_list(&rig, "0/0 1.0.0 ac");
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void the_same_update_again_has_nothing_to_do(void **state)
{
	struct flow_outcome outcome;
	struct flow_image image;
	struct flow_rig rig;
	unsigned requests;

	(void)state;
	flow_rig_open(&rig, "slot-size=128K");
	flow_image_make(&image, 20000, 2);
	flow_update_run(&rig, &image, &outcome);
	assert_int_equal(outcome.status, STATUS_OK);
	assert_true(outcome.has_uploaded);
	requests = flow_rig_requests(&rig);
	flow_update_run(&rig, &image, &outcome);
	assert_int_equal(outcome.status, STATUS_OK);
	assert_false(outcome.has_uploaded);
	assert_int_equal(flow_rig_requests(&rig), requests + 1);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tested_image_runs_once_and_is_reverted),
		cmocka_unit_test(an_image_confirmed_while_it_runs_stays),
		cmocka_unit_test(an_image_confirmed_before_the_reset_stays),
		cmocka_unit_test(an_untested_image_is_not_booted),
		cmocka_unit_test(an_overwritten_image_has_no_way_back),
		cmocka_unit_test(direct_xip_boots_the_higher_version_where_it_lies),
		cmocka_unit_test(images_of_many_sizes_arrive_byte_for_byte),
		cmocka_unit_test(an_image_that_imgtool_made_is_updated_to),
		cmocka_unit_test(an_image_that_does_not_fit_is_refused),
		cmocka_unit_test(the_same_update_again_has_nothing_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
