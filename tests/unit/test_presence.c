/* SPDX-License-Identifier: Apache-2.0 */
/* Is it the application that answers, or the bootloader? */
#include "src/presence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/flow_rig.h"

static void expect_presence(const char *options, enum presence wanted)
{
	enum presence presence;
	struct flow_rig rig;
	enum status status;

	flow_rig_open(&rig, options);
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	status = presence_identify(rig.client, &presence, &rig.err);
	if (status != STATUS_OK || presence != wanted)
		fail_msg("%s: %s, %d", options, status_name(status), (int)presence);
	flow_rig_expect_no_complaints(&rig);
	flow_rig_close(&rig);
}

static void applications_are_applications(void **state)
{
	(void)state;
	expect_presence("", PRESENCE_APPLICATION);
	expect_presence("frugal", PRESENCE_APPLICATION);
	expect_presence("frugal,smp-version=1,legacy-rc", PRESENCE_APPLICATION);
	expect_presence("bootloader=direct-xip,frugal", PRESENCE_APPLICATION);
	expect_presence("images=2,frugal", PRESENCE_APPLICATION);
}

static void serial_recovery_is_recovery(void **state)
{
	(void)state;
	expect_presence("mode=recovery", PRESENCE_RECOVERY);
	expect_presence("mode=recovery,no-slot-info", PRESENCE_RECOVERY);
	expect_presence("mode=recovery,images=2", PRESENCE_RECOVERY);
	expect_presence("mode=recovery,bootloader=single", PRESENCE_RECOVERY);
}

/* Without the image group, or with a list that does not fit its buffer. */
static void whoever_has_no_list_is_an_application(void **state)
{
	(void)state;
	expect_presence("fault=error=8", PRESENCE_APPLICATION);
	expect_presence("fault=error=7@1", PRESENCE_APPLICATION);
}

static void expect_hail(const char *options, enum status wanted)
{
	enum { TIMEOUT_MS = 300 };
	struct flow_rig rig;
	uint64_t start_us;

	flow_rig_open(&rig, options);
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	start_us = rig.clock.now_us;
	assert_int_equal(presence_hail(rig.client, TIMEOUT_MS, &rig.err), wanted);
	/* One try, and no longer. */
	assert_true(rig.clock.now_us - start_us <= (TIMEOUT_MS + 1) * 1000);
	flow_rig_close(&rig);
}

static void whatever_it_answers_somebody_is_there(void **state)
{
	(void)state;
	expect_hail("", STATUS_OK);
	expect_hail("no-params", STATUS_OK);
	expect_hail("mode=recovery", STATUS_OK);
	expect_hail("fault=error=1", STATUS_OK);
	expect_hail("fault=silent", STATUS_TIMEOUT);
}

static void silence_is_no_presence(void **state)
{
	enum presence presence;
	struct flow_rig rig;

	(void)state;
	flow_rig_open(&rig, "fault=silent");
	assert_int_equal(flow_rig_connect(&rig), STATUS_OK);
	assert_int_equal(presence_identify(rig.client, &presence, &rig.err), STATUS_TIMEOUT);
	flow_rig_close(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(applications_are_applications),
		cmocka_unit_test(serial_recovery_is_recovery),
		cmocka_unit_test(whoever_has_no_list_is_an_application),
		cmocka_unit_test(whatever_it_answers_somebody_is_there),
		cmocka_unit_test(silence_is_no_presence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
