/* SPDX-License-Identifier: Apache-2.0 */
/* The datetime command: what it makes of a clock that says something else than it was told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/commands/commands.h"
#include "tests/support/device_scene.h"

static enum status set_and_read_back(struct device_scene *scene, const char *shown, char **ret_text)
{
	size_t size;
	struct output output = { .results = open_memstream(ret_text, &size), .notes = stderr };
	struct invocation invocation = {
		.args = { "2026-01-02T03:04:05Z" },
		.arg_count = 1,
		.client = scene->client,
		.output = &output,
	};
	enum status status;

	assert_non_null(output.results);
	device_scene_reply(scene, "{}");
	scene->replies[1] = shown;
	status = command_datetime(&invocation, &scene->err);
	fclose(output.results);
	assert_int_equal(scene->peer.requests, 2);
	assert_int_equal(scene->asked[0].op, SMP_OP_WRITE);
	assert_int_equal(scene->asked[1].op, SMP_OP_READ);
	return status;
}

static void a_clock_that_goes_on_is_shown(void **state)
{
	static const char *const good[] = { "2026-01-02T03:04:05", "2026-01-02T03:04:07.250",
		"2026-01-02T04:04:05.000000+01:00", "2026-01-02T03:04:15" };
	struct device_scene *scene = *state;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		char notation[128], wanted[128], *text = NULL;

		snprintf(notation, sizeof(notation), "{'datetime': '%s'}", good[i]);
		snprintf(wanted, sizeof(wanted), "Datetime(RFC 3339 format): %s\n", good[i]);
		assert_int_equal(set_and_read_back(scene, notation, &text), STATUS_OK);
		assert_string_equal(text, wanted);
		free(text);
	}
}

static void a_clock_that_says_another_time_is_an_error_of_the_device(void **state)
{
	static const char *const other[] = { "{'datetime': '1970-01-01T00:00:00'}",
		"{'datetime': '2026-01-02T03:04:16'}", "{'datetime': '2026-01-02T03:03:54'}" };
	struct device_scene *scene = *state;

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		char *text = NULL;

		assert_int_equal(set_and_read_back(scene, other[i], &text), STATUS_DEVICE);
		assert_string_equal(text, "");
		assert_non_null(strstr(scene->err.message, "its clock says"));
		free(text);
	}
}

static void a_clock_in_words_of_its_own_is_shown_and_not_judged(void **state)
{
	struct device_scene *scene = *state;
	char *text = NULL;

	assert_int_equal(set_and_read_back(scene, "{'datetime': 'Friday'}", &text), STATUS_OK);
	assert_string_equal(text, "Datetime(RFC 3339 format): Friday\n");
	free(text);
}

int main(void)
{
#define SCENE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, device_scene_set_up, device_scene_tear_down)
	const struct CMUnitTest tests[] = {
		SCENE_TEST(a_clock_that_goes_on_is_shown),
		SCENE_TEST(a_clock_that_says_another_time_is_an_error_of_the_device),
		SCENE_TEST(a_clock_in_words_of_its_own_is_shown_and_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
