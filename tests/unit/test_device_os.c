/* SPDX-License-Identifier: Apache-2.0 */
/* Asking for tasks, memory pools and the clock. */
#include "src/device_os.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/device_scene.h"

static void tasks_are_asked_for_and_read(void **state)
{
	struct device_scene *scene = *state;
	struct smp_os_stat tasks;

	device_scene_reply(scene, "{'tasks': {'main': {'prio': 0, 'tid': 6}}}");
	assert_int_equal(device_os_tasks(scene->client, &tasks, &scene->err), STATUS_OK);
	device_scene_assert_asked(scene, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_TASKSTAT, "{}");
	assert_int_equal(tasks.count, 1);
	assert_string_equal(tasks.rows[0].name, "main");
}

/* There is no paging: what can be done is to be done in the firmware. */
static void tasks_that_do_not_fit_the_devices_buffer_say_what_to_do(void **state)
{
	struct device_scene *scene = *state;
	struct smp_os_stat tasks;

	device_scene_reply(scene, "{'rc': 7}");
	assert_int_equal(device_os_tasks(scene->client, &tasks, &scene->err), STATUS_DEVICE);
	assert_non_null(strstr(scene->err.hint, "CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE"));
	assert_non_null(strstr(scene->err.hint, "tasks"));
	device_scene_reply(scene, "{'err': {'group': 0, 'rc': 7}}");
	assert_int_equal(device_os_tasks(scene->client, &tasks, &scene->err), STATUS_DEVICE);
	assert_null(strstr(scene->err.hint, "CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE"));
}

static void pools_are_asked_for_and_read(void **state)
{
	struct device_scene *scene = *state;
	struct smp_os_stat pools;

	device_scene_reply(scene, "{_ 'tasks': {_ '0': {_ 'nblks': 4096}}}");
	assert_int_equal(device_os_pools(scene->client, &pools, &scene->err), STATUS_OK);
	device_scene_assert_asked(scene, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_MPSTAT, "{}");
	assert_int_equal(pools.count, 1);
	device_scene_reply(scene, "{'rc': 8}");
	assert_int_equal(device_os_pools(scene->client, &pools, &scene->err), STATUS_UNSUPPORTED);
}

static void the_clock_is_read_and_made_harmless(void **state)
{
	struct device_scene *scene = *state;
	struct device_text text;

	device_scene_reply(scene, "{'datetime': '2026-01-02T03:04:05\033[31m'}");
	assert_int_equal(device_os_datetime(scene->client, &text, &scene->err), STATUS_OK);
	device_scene_assert_asked(scene, SMP_OP_READ, SMP_GROUP_OS, SMP_OS_DATETIME, "{}");
	assert_string_equal(text.text, "2026-01-02T03:04:05\\x1b[31m");
	device_scene_reply(scene, "{'err': {'group': 0, 'rc': 4}}");
	assert_int_equal(device_os_datetime(scene->client, &text, &scene->err), STATUS_DEVICE);
	assert_string_equal(scene->err.device.name, "OS_RTC_NOT_SET");
	/* The same from a server that speaks version 1. */
	device_scene_reply(scene, "{'rc': 5}");
	assert_int_equal(device_os_datetime(scene->client, &text, &scene->err), STATUS_DEVICE);
	assert_string_equal(scene->err.hint, "the clock has never been set: smpctl datetime now");
}

static void the_clock_is_set(void **state)
{
	struct device_scene *scene = *state;

	device_scene_reply(scene, "{}");
	assert_int_equal(device_os_set_datetime(scene->client, "2026-01-02T03:04:05", &scene->err),
		STATUS_OK);
	device_scene_assert_asked(scene, SMP_OP_WRITE, SMP_GROUP_OS, SMP_OS_DATETIME,
		"{\"datetime\": \"2026-01-02T03:04:05\"}");
	device_scene_reply(scene, "{'rc': 3}");
	assert_int_equal(device_os_set_datetime(scene->client, "2026-01-02T03:04:05", &scene->err),
		STATUS_DEVICE);
}

int main(void)
{
#define SCENE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, device_scene_set_up, device_scene_tear_down)
	const struct CMUnitTest tests[] = {
		SCENE_TEST(tasks_are_asked_for_and_read),
		SCENE_TEST(tasks_that_do_not_fit_the_devices_buffer_say_what_to_do),
		SCENE_TEST(pools_are_asked_for_and_read),
		SCENE_TEST(the_clock_is_read_and_made_harmless),
		SCENE_TEST(the_clock_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
