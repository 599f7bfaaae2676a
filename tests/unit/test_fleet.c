/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fleets of fake boards inside the process, each in a thread with the machine's own clock: who begins
 * when, who does not begin at all, and that nobody waits for anybody.
 */
#include "src/fleet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "src/fleet_list.h"
#include "tests/support/capture.h"
#include "tests/support/home.h"

#define V2 TEST_VECTORS_DIR "/images/unsigned_v2.0.0.bin"

enum { BOARDS_MAX = 8, ADDRESS_SIZE = 256, PATH_SIZE = 256, SHORT_MS = 50, LONG_MS = 3600 * 1000 };

struct fixture {
	void *home;
	char addresses[BOARDS_MAX][ADDRESS_SIZE];
	size_t count;
	struct settings settings;
	struct capture notes;
	struct output output;
	struct fleet_list list;
	struct fleet_config config;
	struct err err;
	/* What the user does: so many times Ctrl-C when this board comes to this state and step. */
	size_t interrupt_index;
	enum fleet_state interrupt_state;
	enum update_step interrupt_step;
	unsigned interrupt_times;
	/* What was seen. */
	size_t most_at_work;
	size_t ended_before_the_last_began;
	unsigned stops;
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	assert_int_equal(home_open(&fixture->home), 0);
	settings_default(&fixture->settings);
	fixture->settings.timeout_ms = SHORT_MS;
	fixture->settings.tries = 1;
	capture_open(&fixture->notes);
	fixture->output = (struct output){ .notes = fixture->notes.file };
	fixture->config.interrupt_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	assert_true(fixture->config.interrupt_fd >= 0);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fleet_list_free(&fixture->list);
	capture_close(&fixture->notes);
	close(fixture->config.interrupt_fd);
	assert_int_equal(home_close(&fixture->home), 0);
	test_free(fixture);
	return 0;
}

/* Another board, with these options besides its state file. */
static void add(struct fixture *fixture, const char *options)
{
	char *address = fixture->addresses[fixture->count];

	snprintf(address, ADDRESS_SIZE, "loopback:state=%s/%zu.flash%s", (char *)fixture->home,
		fixture->count, options);
	fixture->count++;
	assert_int_equal(
		option_set(option_find_name("port", 4), address, &fixture->settings, ERR_IGNORED),
		STATUS_OK);
}

static void watch(struct fixture *fixture, const struct fleet_board *board)
{
	size_t at_work = fleet_count(&fixture->config, FLEET_WORKS);

	if (at_work > fixture->most_at_work)
		fixture->most_at_work = at_work;
	if (board->state == FLEET_WORKS && board->step == UPDATE_INSPECT)
		fixture->ended_before_the_last_began = fleet_count(&fixture->config, FLEET_ENDED);
}

static void on_change(void *ctx, const struct fleet_board *board)
{
	struct fixture *fixture = ctx;
	uint64_t one = 1;

	watch(fixture, board);
	if (board != &fixture->config.boards[fixture->interrupt_index] ||
		board->state != fixture->interrupt_state || board->step != fixture->interrupt_step)
		return;
	for (; fixture->interrupt_times > 0; fixture->interrupt_times--)
		assert_int_equal(
			write(fixture->config.interrupt_fd, &one, sizeof(one)), sizeof(one));
}

static void on_stop(void *ctx)
{
	((struct fixture *)ctx)->stops++;
}

static enum status run(struct fixture *fixture)
{
	static const struct port_list no_ports = { .count = 0 };

	fleet_list_free(&fixture->list);
	fixture->err = (struct err){ .status = STATUS_OK };
	assert_int_equal(fleet_list_make(&fixture->settings, V2, &no_ports, &fixture->output,
				 &fixture->list, &fixture->err),
		STATUS_OK);
	fixture->config.boards = fixture->list.boards;
	fixture->config.count = fixture->list.count;
	fixture->config.on_change = on_change;
	fixture->config.on_stop = on_stop;
	fixture->config.ctx = fixture;
	return fleet_run(&fixture->config, &fixture->err);
}

static void assert_board(struct fixture *fixture, size_t index, enum update_outcome outcome)
{
	assert_int_equal(fixture->list.boards[index].state, FLEET_ENDED);
	assert_int_equal(fixture->list.boards[index].report.outcome, outcome);
}

static void assert_failed(struct fixture *fixture, size_t index, enum status status)
{
	assert_board(fixture, index, UPDATE_OUTCOME_FAILED);
	assert_int_equal(fixture->list.boards[index].status, status);
	assert_int_equal(fixture->list.boards[index].err.status, status);
}

static void assert_skipped(struct fixture *fixture, size_t first)
{
	for (size_t i = first; i < fixture->count; i++)
		assert_int_equal(fixture->list.boards[i].state, FLEET_SKIPPED);
}

static void all_are_updated_and_a_second_time_there_is_nothing_to_do(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < BOARDS_MAX; i++)
		add(fixture, "");
	assert_int_equal(run(fixture), STATUS_OK);
	for (size_t i = 0; i < BOARDS_MAX; i++)
		assert_board(fixture, i, UPDATE_OUTCOME_UPDATED);
	assert_string_equal(fixture->list.boards[7].report.runs, "2.0.0");
	assert_int_equal(run(fixture), STATUS_OK);
	for (size_t i = 0; i < BOARDS_MAX; i++)
		assert_board(fixture, i, UPDATE_OUTCOME_ALREADY);
}

static void not_more_are_at_work_than_there_are_jobs(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < BOARDS_MAX; i++)
		add(fixture, "");
	fixture->config.jobs = 3;
	assert_int_equal(run(fixture), STATUS_OK);
	assert_int_equal(fixture->most_at_work, 3);
	for (size_t i = 0; i < BOARDS_MAX; i++)
		assert_board(fixture, i, UPDATE_OUTCOME_UPDATED);
}

static void the_others_begin_when_all_canaries_are_well(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < 3; i++)
		add(fixture, "");
	fixture->config.canaries = 2;
	assert_int_equal(run(fixture), STATUS_OK);
	assert_int_equal(fixture->ended_before_the_last_began, 2);
	assert_board(fixture, 2, UPDATE_OUTCOME_UPDATED);
}

static void a_canary_that_fails_stops_the_others(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, "");
	add(fixture, ",fault=silent");
	add(fixture, "");
	add(fixture, "");
	fixture->config.canaries = 2;
	assert_int_equal(run(fixture), STATUS_PARTIAL);
	assert_board(fixture, 0, UPDATE_OUTCOME_UPDATED);
	assert_failed(fixture, 1, STATUS_TIMEOUT);
	assert_skipped(fixture, 2);
	assert_string_equal(fixture->err.message,
		"3 of 4 boards are not updated: 1 failed, 2 not started because a canary "
		"failed");
}

static void as_many_may_fail_as_were_allowed(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, ",fault=silent");
	add(fixture, "");
	add(fixture, ",fault=silent");
	add(fixture, "");
	fixture->config.jobs = 1;
	fixture->config.has_max_failures = true;
	fixture->config.max_failures = 1;
	assert_int_equal(run(fixture), STATUS_PARTIAL);
	assert_failed(fixture, 0, STATUS_TIMEOUT);
	assert_board(fixture, 1, UPDATE_OUTCOME_UPDATED);
	assert_failed(fixture, 2, STATUS_TIMEOUT);
	assert_skipped(fixture, 3);
	assert_non_null(strstr(fixture->err.message, "because too many failed"));
}

static void what_fails_alike_is_one_failure(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, ",fault=silent");
	add(fixture, ",fault=silent");
	assert_int_equal(run(fixture), STATUS_TIMEOUT);
	assert_string_equal(fixture->err.message, "2 of 2 boards are not updated: 2 failed");
	add(fixture, "");
	assert_int_equal(run(fixture), STATUS_PARTIAL);
	assert_board(fixture, 2, UPDATE_OUTCOME_UPDATED);
}

static void different_failures_are_partial(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, ",fault=silent");
	add(fixture, ",fault=refuse-swap");
	assert_int_equal(run(fixture), STATUS_PARTIAL);
	assert_failed(fixture, 1, STATUS_NOT_UPDATED);
	assert_string_equal(fixture->list.boards[1].report.runs, "1.0.0");
}

static void one_board_has_its_own_error(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, ",fault=error=3@4+");
	assert_int_equal(run(fixture), STATUS_DEVICE);
	assert_true(fixture->err.device.present);
}

static void of_a_board_that_is_not_there_the_report_says_to_what_it_was_to_be_updated(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, ",colour=red");
	assert_int_equal(run(fixture), STATUS_USAGE);
	assert_board(fixture, 0, UPDATE_OUTCOME_FAILED);
	assert_string_equal(fixture->list.boards[0].report.to, "2.0.0");
	assert_true(fixture->list.boards[0].report.duration_us > 0);
}

/* A failing check takes one image back, and concerns nobody else. */
static void each_board_is_checked_by_its_own_settings(void **state)
{
	static const struct port_list no_ports = { .count = 0 };
	struct fixture *fixture = *state;
	char list[4 * ADDRESS_SIZE], path[PATH_SIZE];

	snprintf(list, sizeof(list),
		"loopback:state=%s/a check-version=2.0.0\n"
		"loopback:state=%s/b check-version=9.9.9\n",
		(char *)fixture->home, (char *)fixture->home);
	home_put(fixture->home, "list", list);
	fixture->settings.from = home_path(fixture->home, "list", path);
	assert_int_equal(fleet_list_make(&fixture->settings, V2, &no_ports, &fixture->output,
				 &fixture->list, &fixture->err),
		STATUS_OK);
	fixture->config.boards = fixture->list.boards;
	fixture->config.count = 2;
	assert_int_equal(fleet_run(&fixture->config, &fixture->err), STATUS_PARTIAL);
	assert_board(fixture, 0, UPDATE_OUTCOME_UPDATED);
	assert_board(fixture, 1, UPDATE_OUTCOME_ROLLED_BACK);
	assert_string_equal(fixture->list.boards[1].report.runs, "1.0.0");
}

/* The silent one would be waited for for an hour: the user ends that when the others are done. */
static void one_boards_silence_does_not_delay_the_others(void **state)
{
	struct fixture *fixture = *state;

	fixture->settings.timeout_ms = LONG_MS;
	add(fixture, ",fault=silent");
	for (int i = 1; i < 4; i++)
		add(fixture, "");
	fixture->config.jobs = 2;
	fixture->interrupt_index = 3;
	fixture->interrupt_state = FLEET_ENDED;
	fixture->interrupt_step = UPDATE_CONFIRM;
	fixture->interrupt_times = 2;
	assert_int_equal(run(fixture), STATUS_INTERRUPTED);
	assert_failed(fixture, 0, STATUS_INTERRUPTED);
	for (size_t i = 1; i < 4; i++)
		assert_board(fixture, i, UPDATE_OUTCOME_UPDATED);
}

static void ctrl_c_once_finishes_what_has_begun(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < 3; i++)
		add(fixture, "");
	fixture->config.jobs = 1;
	fixture->interrupt_state = FLEET_WORKS;
	fixture->interrupt_step = UPDATE_UPLOAD;
	fixture->interrupt_times = 1;
	assert_int_equal(run(fixture), STATUS_INTERRUPTED);
	assert_int_equal(fixture->stops, 1);
	assert_board(fixture, 0, UPDATE_OUTCOME_UPDATED);
	assert_skipped(fixture, 1);
	assert_string_equal(fixture->err.message, "2 of 3 boards are not updated: 2 not started");
	assert_int_equal(run(fixture), STATUS_OK);
	assert_board(fixture, 0, UPDATE_OUTCOME_ALREADY);
	assert_board(fixture, 2, UPDATE_OUTCOME_UPDATED);
}

/* The slow ones cannot have sent the image when the user's second word reaches them. */
static void ctrl_c_twice_stops_at_once(void **state)
{
	struct fixture *fixture = *state;

	fixture->settings.timeout_ms = LONG_MS;
	add(fixture, ",baud=9600");
	add(fixture, ",baud=9600");
	add(fixture, "");
	fixture->config.jobs = 2;
	fixture->interrupt_state = FLEET_WORKS;
	fixture->interrupt_step = UPDATE_UPLOAD;
	fixture->interrupt_times = 2;
	assert_int_equal(run(fixture), STATUS_INTERRUPTED);
	assert_failed(fixture, 0, STATUS_INTERRUPTED);
	assert_failed(fixture, 1, STATUS_INTERRUPTED);
	assert_skipped(fixture, 2);
}

static void each_board_has_a_log_of_its_own(void **state)
{
	struct fixture *fixture = *state;
	char log_dir[PATH_SIZE];

	add(fixture, "");
	add(fixture, ",fault=silent");
	fixture->config.log_dir = home_path(fixture->home, "logs", log_dir);
	assert_int_equal(run(fixture), STATUS_PARTIAL);
	assert_int_equal(home_count(fixture->home, "logs"), 2);
	/* Once more, into the same folder. */
	assert_int_equal(run(fixture), STATUS_PARTIAL);
	assert_int_equal(home_count(fixture->home, "logs"), 2);
}

static void nothing_is_done_where_the_logs_cannot_be_written(void **state)
{
	struct fixture *fixture = *state;

	add(fixture, "");
	fixture->config.log_dir = "/dev/null/logs";
	assert_int_equal(run(fixture), STATUS_USAGE);
	assert_int_equal(fleet_count(&fixture->config, FLEET_WAITS), 1);
	fixture->config.log_dir = V2;
	assert_int_equal(run(fixture), STATUS_USAGE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_are_updated_and_a_second_time_there_is_nothing_to_do),
		TEST(not_more_are_at_work_than_there_are_jobs),
		TEST(the_others_begin_when_all_canaries_are_well),
		TEST(a_canary_that_fails_stops_the_others),
		TEST(as_many_may_fail_as_were_allowed),
		TEST(what_fails_alike_is_one_failure),
		TEST(different_failures_are_partial),
		TEST(one_board_has_its_own_error),
		TEST(of_a_board_that_is_not_there_the_report_says_to_what_it_was_to_be_updated),
		TEST(each_board_is_checked_by_its_own_settings),
		TEST(one_boards_silence_does_not_delay_the_others),
		TEST(ctrl_c_once_finishes_what_has_begun),
		TEST(ctrl_c_twice_stops_at_once),
		TEST(each_board_has_a_log_of_its_own),
		TEST(nothing_is_done_where_the_logs_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
