/* SPDX-License-Identifier: Apache-2.0 */
/* Running a command in the device's shell: what is asked, and how patiently. */
#include "src/device_shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/device_scene.h"

static const char *const words[] = { "kernel", "two words" };

static void the_words_are_sent_and_the_output_comes_back(void **state)
{
	struct device_scene *scene = *state;
	struct smp_shell_result result;

	device_scene_reply(scene, "{_ 'o': 'done', 'ret': -22}");
	assert_int_equal(
		device_shell_exec(scene->client, words, 2, &result, &scene->err), STATUS_OK);
	device_scene_assert_asked(scene, SMP_OP_WRITE, SMP_GROUP_SHELL, SMP_SHELL_EXEC,
		"{\"argv\": [\"kernel\", \"two\\\\ words\"]}");
	assert_true(span_equal(result.output, span_from_text("done")));
	assert_int_equal(result.code, -22);
}

static void answer_echoes_only(
	struct peer *peer, const struct smp_header *request, struct span body)
{
	static const uint8_t empty_map[] = { 0xa0 };

	(void)body;
	if (request->group == SMP_GROUP_OS)
		peer_reply(peer, request, span_make(empty_map, sizeof(empty_map)));
}

/* A second try would run the command once more. */
static void a_command_has_time_and_is_sent_once(void **state)
{
	struct device_scene *scene = *state;
	struct smp_shell_result result;

	scene->peer.answer = answer_echoes_only;
	assert_int_equal(
		device_shell_exec(scene->client, words, 2, &result, &scene->err), STATUS_TIMEOUT);
	assert_int_equal(scene->peer.requests, 2);
	assert_int_equal(scene->peer.last.group, SMP_GROUP_SHELL);
	assert_int_equal(device_scene_elapsed_ms(scene), 10000);
	assert_non_null(strstr(scene->err.hint, "-t 60s"));
}

/* Half a line that somebody typed spoils what comes first: only an echo may be repeated. */
static void an_echo_is_tried_until_the_device_listens(void **state)
{
	struct device_scene *scene = *state;
	struct smp_shell_result result;

	assert_int_equal(
		device_shell_exec(scene->client, words, 2, &result, &scene->err), STATUS_TIMEOUT);
	assert_int_equal(scene->peer.requests, 3);
	assert_int_equal(scene->peer.last.group, SMP_GROUP_OS);
}

static void words_that_fit_no_message_are_refused_unsent(void **state)
{
	struct device_scene *scene = *state;
	struct smp_shell_result result;
	char *word = malloc(100000);
	const char *const long_words[] = { word };

	assert_non_null(word);
	memset(word, 'x', 99999);
	word[99999] = '\0';
	assert_int_equal(device_shell_exec(scene->client, long_words, 1, &result, &scene->err),
		STATUS_USAGE);
	assert_int_equal(scene->peer.requests, 0);
	free(word);
}

int main(void)
{
#define SCENE_TEST(name) \
	cmocka_unit_test_setup_teardown(name, device_scene_set_up, device_scene_tear_down)
	const struct CMUnitTest tests[] = {
		SCENE_TEST(the_words_are_sent_and_the_output_comes_back),
		SCENE_TEST(a_command_has_time_and_is_sent_once),
		SCENE_TEST(an_echo_is_tried_until_the_device_listens),
		SCENE_TEST(words_that_fit_no_message_are_refused_unsent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
