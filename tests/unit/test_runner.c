/* SPDX-License-Identifier: Apache-2.0 */
/* Lines carried out one after another: exit codes, what holds from one to the next, scripts. */
#include "src/runner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "src/script.h"
#include "src/words.h"
#include "tests/support/capture.h"
#include "tests/support/flow_door.h"
#include "tests/support/flow_image.h"
#include "tests/support/home.h"

enum { OK = 0, USAGE = 2, UNSUPPORTED = 9, NOT_UPDATED = 10, PATH_SIZE = 256 };

struct fixture {
	struct flow_door door;
	struct runner *runner;
	struct capture results, notes;
	void *home;
	struct err err;
};

static void open_board(struct fixture *fixture, const char *options)
{
	struct runner_config config = {
		.results = fixture->results.file,
		.notes = fixture->notes.file,
		.open_transport = flow_door_open_transport,
		.open_ctx = &fixture->door,
	};

	flow_rig_open(&fixture->door.rig, options);
	config.clock = fake_clock_get(&fixture->door.rig.clock);
	assert_int_equal(runner_create(&config, &fixture->runner, &fixture->err), STATUS_OK);
}

/* A board, and lines to come for which these settings hold. */
static void expect_lines(struct fixture *fixture, const char *options, struct settings *settings)
{
	struct settings defaults;

	settings_default(&defaults);
	open_board(fixture, options);
	assert_int_equal(runner_expect_lines(fixture->runner,
				 settings != NULL ? settings : &defaults, &fixture->err),
		STATUS_OK);
}

static int run(struct fixture *fixture, const char *line)
{
	struct words words;

	assert_int_equal(words_split(line, &words, &fixture->err), STATUS_OK);
	return runner_run(fixture->runner, NULL, (int)words.count, words.items);
}

static int run_script(struct fixture *fixture, const char *text, bool keeps_going)
{
	char path[PATH_SIZE];
	struct script script = { .keeps_going = keeps_going };

	home_put(fixture->home, "rig.smp", text);
	script.path = home_path(fixture->home, "rig.smp", path);
	return script_run(&script, fixture->runner);
}

static bool has_said(struct fixture *fixture, const char *words)
{
	return strstr(capture_text(&fixture->results), words) != NULL;
}

static bool has_noted(struct fixture *fixture, const char *words)
{
	return strstr(capture_text(&fixture->notes), words) != NULL;
}

static void let_board_boot(struct fixture *fixture)
{
	flow_rig_wait_for_boot(&fixture->door.rig);
}

static void a_line_ends_with_the_exit_code_of_what_became_of_it(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "no-slot-info");
	assert_int_equal(run(fixture, "echo hello"), OK);
	assert_true(has_said(fixture, "hello\n"));
	assert_int_equal(run(fixture, "imgae list"), USAGE);
	assert_true(has_noted(fixture, "smpctl: unknown command \"imgae\"\n"));
	assert_int_equal(run(fixture, "image slots"), UNSUPPORTED);
	assert_true(has_noted(fixture, "smpctl: image slots: "));
	assert_int_equal(run(fixture, ""), USAGE);
}

static void the_device_stays_open_from_one_line_to_the_next(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "", NULL);
	assert_int_equal(run(fixture, "echo one"), OK);
	assert_int_equal(run(fixture, "image list"), OK);
	assert_int_equal(run(fixture, "help reset"), OK);
	assert_int_equal(run(fixture, "echo two"), OK);
	assert_int_equal(fixture->door.opens, 1);
	assert_int_equal(run(fixture, "-t 1s echo three"), OK);
	assert_int_equal(fixture->door.opens, 2);
}

static void what_is_for_lines_is_refused_without_them(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "");
	assert_int_equal(run(fixture, "wait 1s"), USAGE);
	assert_true(has_noted(fixture, "is for the interactive shell and for scripts"));
}

static void options_of_the_program_hold_for_every_line(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings;

	settings_default(&settings);
	settings.json = true;
	expect_lines(fixture, "", &settings);
	settings.json = false; /* they are copied */
	assert_int_equal(run(fixture, "echo one"), OK);
	assert_true(has_said(fixture, "{\"ok\": true, \"command\": \"echo\""));
	assert_int_equal(run(fixture, "echo --nonsense"), USAGE);
	assert_true(has_said(fixture, "{\"ok\": false"));
}

static void options_of_a_line_hold_for_that_line(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "", NULL);
	assert_int_equal(run(fixture, "--json echo one"), OK);
	assert_true(has_said(fixture, "{\"ok\": true"));
	assert_false(runner_settings(fixture->runner)->json);
	assert_int_equal(run(fixture, "echo two"), OK);
	assert_true(has_said(fixture, "\ntwo\n"));
}

static void options_of_connect_hold_from_then_on(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "", NULL);
	assert_int_equal(run(fixture, "connect somewhere -t 5s"), OK);
	assert_true(has_said(fixture, "Connected to somewhere\n"));
	assert_string_equal(runner_settings(fixture->runner)->port, "somewhere");
	assert_int_equal(runner_settings(fixture->runner)->timeout_ms, 5000);
	assert_int_equal(run(fixture, "echo one"), OK);
	assert_int_equal(fixture->door.opens, 1);
	assert_int_equal(run(fixture, "disconnect"), OK);
	assert_int_equal(run(fixture, "echo one"), OK);
	assert_int_equal(fixture->door.opens, 2);
}

static void several_devices_are_refused(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings;
	const struct option_spec *port = option_find_letter('p');

	settings_default(&settings);
	assert_int_equal(option_set(port, "a", &settings, &fixture->err), STATUS_OK);
	assert_int_equal(option_set(port, "b", &settings, &fixture->err), STATUS_OK);
	open_board(fixture, "");
	assert_int_equal(
		runner_expect_lines(fixture->runner, &settings, &fixture->err), STATUS_USAGE);
}

static void the_last_result_can_be_looked_into_again_and_again(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "", NULL);
	assert_int_equal(run(fixture, "expect ok true"), USAGE);
	assert_int_equal(run(fixture, "image list"), OK);
	assert_int_equal(run(fixture, "expect images[0].version 1.0.0"), OK);
	assert_int_equal(run(fixture, "expect images[0].active true"), OK);
	assert_int_equal(run(fixture, "expect ok true"), OK);
	assert_int_equal(run(fixture, "expect images[0].version 2.0.0"), NOT_UPDATED);
	assert_true(has_noted(fixture, "images[0].version is \"1.0.0\", not \"2.0.0\"\n"));
	assert_int_equal(run(fixture, "expect images[9].version 2.0.0"), NOT_UPDATED);
	assert_int_equal(run(fixture, "expect images[0].version 1.0.0"), OK);
}

static void a_failure_is_a_result_too(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "no-slot-info", NULL);
	assert_int_equal(run(fixture, "image list"), OK);
	assert_int_equal(run(fixture, "image slots"), UNSUPPORTED);
	assert_int_equal(run(fixture, "expect ok false"), OK);
	assert_int_equal(run(fixture, "expect error.status unsupported"), OK);
	assert_int_equal(run(fixture, "help reset"), OK);
	assert_non_null(runner_last_document(fixture->runner));
}

static void waiting_takes_as_long_as_it_says(void **state)
{
	struct fixture *fixture = *state;
	uint64_t begin_us;

	expect_lines(fixture, "", NULL);
	begin_us = fixture->door.rig.clock.now_us;
	assert_int_equal(run(fixture, "wait 90s"), OK);
	assert_int_equal(fixture->door.rig.clock.now_us - begin_us, UINT64_C(90) * 1000 * 1000);
	assert_int_equal(run(fixture, "wait soon"), USAGE);
}

static void a_line_behind_a_reset_waits_for_the_device(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "adapter", NULL);
	assert_int_equal(run(fixture, "reset"), OK);
	assert_int_equal(run(fixture, "image list"), OK);
	assert_true(has_noted(fixture, "to come back\n"));
	assert_int_equal(flow_door_boots(&fixture->door), 2);
}

/* A board with slots of 472 KiB, and an image that is pending. */
static void expect_lines_before_a_swap(struct fixture *fixture)
{
	char path[PATH_SIZE], options[2 * PATH_SIZE];
	struct flow_image image;
	FILE *file;

	file = fopen(home_path(fixture->home, "second.bin", path), "w");
	assert_non_null(file);
	flow_image_make(&image, 4096, 2);
	assert_int_equal(fwrite(image.file.data, 1, image.file.len, file), image.file.len);
	fclose(file);
	flow_image_free(&image);
	snprintf(options, sizeof(options), "adapter,slot-size=472K,start=test,second=%s", path);
	expect_lines(fixture, options, NULL);
}

static void a_line_behind_a_reset_with_a_swap_waits_for_longer(void **state)
{
	struct fixture *fixture = *state;
	uint64_t reset_us;

	expect_lines_before_a_swap(fixture);
	assert_int_equal(run(fixture, "reset"), OK);
	reset_us = fixture->door.rig.clock.now_us;
	assert_int_equal(run(fixture, "image list"), OK);
	assert_true(fixture->door.opened_us - reset_us >= UINT64_C(13) * 1000 * 1000);
	assert_int_equal(flow_door_boots(&fixture->door), 2);
}

static void a_line_behind_recovery_does_not_undo_it(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "adapter", NULL);
	assert_int_equal(run(fixture, "reset --bootloader"), OK);
	assert_int_equal(run(fixture, "image list"), OK);
	assert_true(fakedev_is_in_recovery(fixture->door.rig.board));
	assert_int_equal(run(fixture, "reset --wait"), OK);
	assert_false(fakedev_is_in_recovery(fixture->door.rig.board));
	assert_int_equal(run(fixture, "recovery"), OK);
	assert_int_equal(run(fixture, "image list"), OK);
	assert_true(fakedev_is_in_recovery(fixture->door.rig.board));
}

/* Who waits afterwards asks before what there is to swap; a command alone has no afterwards. */
static void only_lines_ask_before_a_reset_what_it_will_take(void **state)
{
	struct fixture *fixture = *state;
	unsigned asked;

	expect_lines(fixture, "adapter", NULL);
	assert_int_equal(run(fixture, "reset"), OK);
	assert_true(flow_rig_requests(&fixture->door.rig) > 1);
	let_board_boot(fixture);
	runner_free(fixture->runner);
	flow_rig_close(&fixture->door.rig);

	open_board(fixture, "adapter");
	asked = flow_rig_requests(&fixture->door.rig);
	assert_int_equal(run(fixture, "reset"), OK);
	assert_int_equal(flow_rig_requests(&fixture->door.rig), asked + 1);
}

static void what_the_device_took_is_remembered_and_what_it_refused_is_not(void **state)
{
	struct fixture *fixture = *state;

	open_board(fixture, "");
	assert_int_equal(run(fixture, "settings get app/name"), OK);
	assert_int_not_equal(run(fixture, "settings get no/such/setting"), OK);
	assert_int_equal(run(fixture, "settings set app/name value"), OK);
	home_assert_holds(fixture->home, ".local/state/smpctl/seen-settings", "app/name\n");
	assert_int_equal(home_count(fixture->home, ".local/state/smpctl"), 1);
}

static void a_script_stops_at_the_first_line_that_fails_and_names_it(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "", NULL);
	assert_int_equal(run_script(fixture,
				 "# comment\n"
				 "\n"
				 "echo one\n"
				 "imgae list\n"
				 "echo two\n",
				 false),
		USAGE);
	assert_true(has_said(fixture, "one\n"));
	assert_false(has_said(fixture, "two\n"));
	assert_true(has_noted(fixture, "rig.smp:4: unknown command \"imgae\"\n"));
}

static void a_script_that_keeps_going_ends_with_the_first_failure(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "no-slot-info", NULL);
	assert_int_equal(run_script(fixture,
				 "image slots\n"
				 "imgae list\n"
				 "echo two\n",
				 true),
		UNSUPPORTED);
	assert_true(has_said(fixture, "two\n"));
	assert_true(has_noted(fixture, "rig.smp:2: "));
}

static void a_line_with_a_dash_may_fail(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "no-slot-info", NULL);
	assert_int_equal(run_script(fixture,
				 "- image slots\n"
				 "  -\techo 'an open quote is told of too\n"
				 "expect error.status unsupported\n"
				 "echo two",
				 false),
		OK);
	assert_true(has_said(fixture, "two\n"));
	assert_true(has_noted(fixture, "rig.smp:1: image slots: "));
	assert_true(has_noted(fixture, "rig.smp:2: a single quote is not closed\n"));
}

static void exit_ends_a_script(void **state)
{
	struct fixture *fixture = *state;

	expect_lines(fixture, "", NULL);
	assert_int_equal(run_script(fixture, "exit\nimgae list\n", false), OK);
	assert_true(runner_wants_to_leave(fixture->runner));
}

static void a_script_that_is_not_there_is_a_bad_file(void **state)
{
	struct fixture *fixture = *state;
	struct script script = { .path = "/nowhere/rig.smp" };

	expect_lines(fixture, "", NULL);
	assert_int_equal(script_run(&script, fixture->runner), status_exit_code(STATUS_BAD_FILE));
	assert_true(has_noted(fixture, "/nowhere/rig.smp: "));
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	capture_open(&fixture->results);
	capture_open(&fixture->notes);
	*state = fixture;
	return home_open(&fixture->home);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	runner_free(fixture->runner);
	flow_rig_expect_no_complaints(&fixture->door.rig);
	flow_rig_close(&fixture->door.rig);
	capture_close(&fixture->results);
	capture_close(&fixture->notes);
	home_close(&fixture->home);
	test_free(fixture);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_line_ends_with_the_exit_code_of_what_became_of_it),
		TEST(the_device_stays_open_from_one_line_to_the_next),
		TEST(what_is_for_lines_is_refused_without_them),
		TEST(options_of_the_program_hold_for_every_line),
		TEST(options_of_a_line_hold_for_that_line),
		TEST(options_of_connect_hold_from_then_on),
		TEST(several_devices_are_refused),
		TEST(the_last_result_can_be_looked_into_again_and_again),
		TEST(a_failure_is_a_result_too),
		TEST(waiting_takes_as_long_as_it_says),
		TEST(a_line_behind_a_reset_waits_for_the_device),
		TEST(a_line_behind_a_reset_with_a_swap_waits_for_longer),
		TEST(a_line_behind_recovery_does_not_undo_it),
		TEST(only_lines_ask_before_a_reset_what_it_will_take),
		TEST(what_the_device_took_is_remembered_and_what_it_refused_is_not),
		TEST(a_script_stops_at_the_first_line_that_fails_and_names_it),
		TEST(a_script_that_keeps_going_ends_with_the_first_failure),
		TEST(a_line_with_a_dash_may_fail),
		TEST(exit_ends_a_script),
		TEST(a_script_that_is_not_there_is_a_bad_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
