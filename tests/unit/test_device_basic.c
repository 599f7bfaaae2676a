/* SPDX-License-Identifier: Apache-2.0 */
/* Erasing the storage of a device. */
#include "src/device_basic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "src/device.h"
#include "tests/support/device_scene.h"

static void storage_is_erased_with_a_request_that_says_nothing_more(void **state)
{
	struct device_scene *scene = *state;

	device_scene_reply(scene, "{_ }");
	assert_int_equal(device_basic_erase_storage(scene->client, &scene->err), STATUS_OK);
	device_scene_assert_asked(
		scene, SMP_OP_WRITE, SMP_GROUP_ZEPHYR, SMP_ZEPHYR_ERASE_STORAGE, "{}");
}

static void erasing_has_the_time_of_flash_and_is_asked_for_once(void **state)
{
	struct device_scene *scene = *state;

	assert_int_equal(device_basic_erase_storage(scene->client, &scene->err), STATUS_TIMEOUT);
	assert_int_equal(scene->peer.requests, 1);
	assert_int_equal(device_scene_elapsed_ms(scene), DEVICE_SLOW_TIMEOUT_MS);
}

static void a_refusal_has_the_groups_own_name(void **state)
{
	struct device_scene *scene = *state;

	device_scene_reply(scene, "{'err': {'group': 63, 'rc': 2}}");
	assert_int_equal(device_basic_erase_storage(scene->client, &scene->err), STATUS_DEVICE);
	assert_string_equal(scene->err.device.name, "ZEPHYR_FLASH_OPEN_FAILED");
}

int main(void)
{
#define SCENE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, device_scene_set_up, device_scene_tear_down)
	const struct CMUnitTest tests[] = {
		SCENE_TEST(storage_is_erased_with_a_request_that_says_nothing_more),
		SCENE_TEST(erasing_has_the_time_of_flash_and_is_asked_for_once),
		SCENE_TEST(a_refusal_has_the_groups_own_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
