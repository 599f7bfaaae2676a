/* SPDX-License-Identifier: Apache-2.0 */
/* Asking which groups there are: with details where the device has them, and without. */
#include "src/device_enum.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/device_scene.h"

static void details_take_the_place_of_the_bare_list(void **state)
{
	struct device_scene *scene = *state;
	struct smp_enum_groups groups;

	device_scene_reply(scene, "{'groups': [0, 1]}");
	scene->replies[1] = "{'groups': [{'group': 0, 'name': 'os mgmt'}, {'group': 1}]}";
	assert_int_equal(device_enum_groups(scene->client, &groups, &scene->err), STATUS_OK);
	assert_int_equal(scene->peer.requests, 2);
	assert_int_equal(scene->asked[0].command, SMP_ENUM_LIST);
	assert_int_equal(scene->asked[1].command, SMP_ENUM_DETAILS);
	assert_int_equal(groups.count, 2);
	assert_string_equal(groups.groups[0].name, "os mgmt");
}

static void a_device_without_details_or_room_for_them_has_a_list_all_the_same(void **state)
{
	static const char *const refusals[] = { "{'rc': 8}", "{'rc': 7}",
		"{'err': {'group': 10, 'rc': 3}}" };
	struct device_scene *scene = *state;
	struct smp_enum_groups groups;

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		scene->err = (struct err){ .status = STATUS_OK };
		device_scene_reply(scene, "{'groups': [0, 64]}");
		scene->replies[1] = refusals[i];
		assert_int_equal(
			device_enum_groups(scene->client, &groups, &scene->err), STATUS_OK);
		assert_int_equal(scene->err.status, STATUS_OK);
		assert_int_equal(groups.count, 2);
		assert_int_equal(groups.groups[1].group, 64);
		assert_string_equal(groups.groups[1].name, "");
	}
}

static void a_device_without_the_group_is_asked_once(void **state)
{
	struct device_scene *scene = *state;
	struct smp_enum_groups groups;

	device_scene_reply(scene, "{'rc': 8}");
	assert_int_equal(
		device_enum_groups(scene->client, &groups, &scene->err), STATUS_UNSUPPORTED);
	assert_int_equal(scene->peer.requests, 1);
}

static void broken_details_are_not_hidden(void **state)
{
	struct device_scene *scene = *state;
	struct smp_enum_groups groups;

	device_scene_reply(scene, "{'groups': [0]}");
	scene->replies[1] = "{'groups': [0]}";
	assert_int_equal(device_enum_groups(scene->client, &groups, &scene->err), STATUS_PROTOCOL);
}

int main(void)
{
#define SCENE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, device_scene_set_up, device_scene_tear_down)
	const struct CMUnitTest tests[] = {
		SCENE_TEST(details_take_the_place_of_the_bare_list),
		SCENE_TEST(a_device_without_details_or_room_for_them_has_a_list_all_the_same),
		SCENE_TEST(a_device_without_the_group_is_asked_once),
		SCENE_TEST(broken_details_are_not_hidden),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
