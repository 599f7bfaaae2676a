/* SPDX-License-Identifier: Apache-2.0 */
/* Updates on servers old and new, small and large. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "src/device.h"
#include "tests/support/flow_update.h"

enum {
	IMAGE_SIZE = 20000,
	BUF_SIZE_MIN = 64,
	BUF_SIZE_FOR_CHUNK = 109, /* a first chunk with its fields and 32 bytes of data */
	BUF_SIZE_FOR_LIST = 252,  /* a Zephyr server's list of two slots */
	BUF_SIZE_MAX = 400,
	PACKET_MAX = 65533, /* what the framing's length field allows */
};

static void update(struct flow_rig *rig, struct flow_outcome *ret_outcome)
{
	struct flow_image image;

	flow_image_make(&image, IMAGE_SIZE, 2);
	flow_update_run(rig, &image, ret_outcome);
	if (ret_outcome->status == STATUS_OK)
		assert_true(flow_rig_holds(rig, 0, image.file));
	flow_rig_expect_no_complaints(rig);
	flow_image_free(&image);
}

static void expect_update(const char *options, size_t message_max)
{
	struct flow_outcome outcome;
	struct flow_rig rig;

	flow_rig_open(&rig, options);
	update(&rig, &outcome);
	if (outcome.status != STATUS_OK)
		fail_msg("%s: %s", options, rig.err.message);
	assert_int_equal(outcome.upload.message_max, message_max);
	flow_rig_close(&rig);
}

static void old_and_new_servers_are_updated_alike(void **state)
{
	(void)state;
	expect_update("slot-size=64K", 380);
	expect_update("slot-size=64K,smp-version=1", 380);
	expect_update("slot-size=64K,v2-only", 380);
	expect_update("slot-size=64K,legacy-rc", 380);
	expect_update("slot-size=64K,smp-version=1,legacy-rc,frugal", 380);
	expect_update("slot-size=64K,frugal", 380);
	expect_update("slot-size=64K,text-noise", 380);
	expect_update("slot-size=64K,image-check", 380);
	expect_update("slot-size=64K,buf-count=2", 380);
}

static void without_params_the_default_buffer_is_assumed(void **state)
{
	(void)state;
	expect_update("slot-size=64K,no-params", 380);
	expect_update("slot-size=64K,no-params,smp-version=1", 380);
}

static void a_match_told_by_the_device_is_the_proof(void **state)
{
	struct flow_outcome outcome;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=64K,image-check");
	update(&rig, &outcome);
	assert_int_equal(outcome.status, STATUS_OK);
	assert_int_equal(outcome.upload.proof, UPLOAD_PROOF_MATCH);
	flow_rig_close(&rig);
}

static void large_buffers_are_used(void **state)
{
	(void)state;
	expect_update("slot-size=64K,buf-size=1024", 1020);
	expect_update("slot-size=64K,buf-size=4096", 4092);
	expect_update("slot-size=64K,buf-size=32768", 32764);
}

static void the_largest_buffer_is_used(void **state)
{
	struct fakedev_config config;
	struct flow_outcome outcome;
	struct flow_image image;
	struct flow_rig rig;

	(void)state;
	fakedev_config_default(&config);
	config.slot_size = 512 * 1024;
	config.buf_size = PACKET_MAX;
	flow_rig_open_config(&rig, &config);
	flow_image_make(&image, 300000, 2);
	flow_update_run(&rig, &image, &outcome);
	assert_int_equal(outcome.status, STATUS_OK);
	assert_int_equal(outcome.upload.message_max, PACKET_MAX - 4);
	assert_true(flow_rig_holds(&rig, 0, image.file));
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

static void expect_upload_status(
	const struct flow_image *image, unsigned buf_size, enum status wanted, const char *words)
{
	struct upload_result result;
	struct flow_rig rig;
	char options[64];
	enum status status;

	snprintf(options, sizeof(options), "slot-size=64K,buf-size=%u", buf_size);
	flow_rig_open(&rig, options);
	status = flow_update_upload(&rig, image, &result);
	if (status != wanted || (status != STATUS_OK && strstr(rig.err.message, words) == NULL))
		fail_msg("%s: %s: %s", options, status_name(status), rig.err.message);
	flow_rig_expect_no_complaints(&rig);
	flow_rig_close(&rig);
}

/* Every small size: an upload, or a clear word that it cannot be; never a request too long. */
static void small_buffers_are_respected(void **state)
{
	struct flow_image image;

	(void)state;
	flow_image_make(&image, IMAGE_SIZE, 2);
	for (unsigned size = BUF_SIZE_MIN; size < BUF_SIZE_FOR_CHUNK; size++)
		expect_upload_status(&image, size, STATUS_USAGE, "no room for a first chunk");
	for (unsigned size = BUF_SIZE_FOR_CHUNK; size < BUF_SIZE_FOR_LIST; size++)
		expect_upload_status(&image, size, STATUS_DEVICE, "reading back");
	for (unsigned size = BUF_SIZE_FOR_LIST; size <= BUF_SIZE_MAX; size++)
		expect_upload_status(&image, size, STATUS_OK, "");
	flow_image_free(&image);
}

static void a_forced_version_that_is_refused_is_an_error(void **state)
{
	struct smp_image_state list;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "v2-only");
	rig.version = SMP_FORCE_VERSION_1;
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	assert_int_equal(device_image_state(rig.client, &list, &rig.err), STATUS_DEVICE);
	assert_string_equal(rig.err.device.name, "MGMT_ERR_UNSUPPORTED_TOO_OLD");
	flow_rig_close(&rig);
}

static void a_forced_version_that_is_taken_serves(void **state)
{
	static const enum smp_version_choice versions[] = { SMP_FORCE_VERSION_1,
		SMP_FORCE_VERSION_2 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct flow_outcome outcome;
		struct flow_rig rig;

		flow_rig_open(&rig, "slot-size=64K");
		rig.version = versions[i];
		update(&rig, &outcome);
		assert_int_equal(outcome.status, STATUS_OK);
		flow_rig_close(&rig);
	}
}

static void a_second_image_has_slots_of_its_own(void **state)
{
	struct upload_plan plan = { .image = 1 };
	struct upload_result result;
	struct progress progress;
	struct flow_image image;
	char text[FLOW_LIST_MAX];
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "slot-size=64K,images=2");
	flow_image_make(&image, IMAGE_SIZE, 2);
	plan.file = image.file;
	plan.hash = image.hash;
	progress_init(&progress, NULL, true);
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	assert_int_equal(upload_run(rig.client, &plan, &progress, &result, &rig.err), STATUS_OK);
	assert_true(result.has_slot && result.slot == 1);
	assert_string_equal(flow_rig_list(&rig, text), "0/0 1.0.0 ac, 1/0 1.0.0 ac, 1/1 2.0.0");
	assert_int_equal(flow_update_mark(&rig, image.hash, true), STATUS_OK);
	assert_int_equal(flow_update_reset(&rig), STATUS_OK);
	assert_string_equal(flow_rig_list(&rig, text), "0/0 1.0.0 ac, 1/0 2.0.0 ac, 1/1 1.0.0");
	flow_rig_expect_no_complaints(&rig);
	flow_image_free(&image);
	flow_rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_and_new_servers_are_updated_alike),
		cmocka_unit_test(without_params_the_default_buffer_is_assumed),
		cmocka_unit_test(a_match_told_by_the_device_is_the_proof),
		cmocka_unit_test(large_buffers_are_used),
		cmocka_unit_test(the_largest_buffer_is_used),
		cmocka_unit_test(small_buffers_are_respected),
		cmocka_unit_test(a_forced_version_that_is_refused_is_an_error),
		cmocka_unit_test(a_forced_version_that_is_taken_serves),
		cmocka_unit_test(a_second_image_has_slots_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
