/* SPDX-License-Identifier: Apache-2.0 */
/* A fleet while it works: live lines on a terminal, JSON lines in a file. */
#include "src/fleet_show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"
#include "tests/support/fake_clock.h"
#include "tests/support/screen.h"

enum { BOARDS = 8, SECOND = 1000000 };

struct fixture {
	struct fleet_board boards[BOARDS];
	struct fleet_show show;
	struct fake_clock clock;
};

static int set_up(void **state)
{
	static const char *const names[BOARDS] = { "usb:2fe3:0100:7001", "usb:2fe3:0100:7002",
		"loopback:c", "loopback:d", "e", "f", "g", "h" };
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	for (size_t i = 0; i < BOARDS; i++)
		fixture->boards[i].name = names[i];
	fake_clock_init(&fixture->clock, SECOND);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	test_free(*state);
	return 0;
}

static void begin(struct fixture *fixture, FILE *out, size_t count)
{
	assert_int_equal(
		fleet_show_begin(&fixture->show, out, false, fixture->boards, count, ERR_IGNORED),
		STATUS_OK);
	fixture->show.clock = fake_clock_get(&fixture->clock);
}

/* A board comes to a step of its update. */
static void step(struct fixture *fixture, size_t index, enum update_step step)
{
	struct fleet_board *board = &fixture->boards[index];

	board->state = FLEET_WORKS;
	board->step = step;
	board->done = board->total = 0;
	fleet_show_change(&fixture->show, board);
}

static void move(struct fixture *fixture, size_t index, uint64_t done, uint64_t total)
{
	fixture->boards[index].done = done;
	fixture->boards[index].total = total;
	fleet_show_change(&fixture->show, &fixture->boards[index]);
}

static void end(struct fixture *fixture, size_t index, enum status status, const char *message)
{
	struct fleet_board *board = &fixture->boards[index];

	board->state = FLEET_ENDED;
	board->status = status;
	if (status != STATUS_OK)
		err_set(&board->err, status, "%s", message);
	else
		board->report = (struct update_report){
			.outcome = UPDATE_OUTCOME_UPDATED,
			.from = "1.0.0",
			.to = "2.0.0",
			.runs = "2.0.0",
			.bytes = 1000,
			.upload_us = SECOND,
			.duration_us = 2 * SECOND,
			.resets = 1,
		};
	fleet_show_change(&fixture->show, board);
}

static void each_board_has_a_line_that_is_drawn_over_itself(void **state)
{
	struct fixture *fixture = *state;
	struct screen screen;

	screen_open(&screen, 10, 80);
	fputs("$ smpctl update\n", screen.out);
	begin(fixture, screen.out, 4);
	step(fixture, 0, UPDATE_INSPECT);
	step(fixture, 1, UPDATE_UPLOAD);
	move(fixture, 1, 512, 2048);
	end(fixture, 2, STATUS_TIMEOUT, "no reply");
	assert_string_equal(screen_text(&screen),
		"$ smpctl update\n"
		"usb:2fe3:0100:7001 inspect\n"
		"usb:2fe3:0100:7002 upload     25 %  512 B of 2.0 KiB\n"
		"loopback:c         failed: no reply\n"
		"loopback:d         waits\n"
		"4 boards: 0 done, 1 failed, 2 at work, 1 waiting\n");
	end(fixture, 0, STATUS_OK, NULL);
	end(fixture, 1, STATUS_OK, NULL);
	fixture->boards[3].state = FLEET_SKIPPED;
	fleet_show_end(&fixture->show);
	assert_string_equal(screen_text(&screen),
		"$ smpctl update\n"
		"usb:2fe3:0100:7001 2.0.0 runs and is confirmed (1.0.0 before)\n"
		"usb:2fe3:0100:7002 2.0.0 runs and is confirmed (1.0.0 before)\n"
		"loopback:c         failed: no reply\n"
		"loopback:d         not started\n"
		"4 boards: 2 done, 1 failed, 0 at work, 0 waiting\n");
	screen_close(&screen);
}

/* An upload tells of itself all the time, a step perhaps for the last time in a minute. */
static void steps_are_drawn_at_once_and_moves_ten_times_a_second(void **state)
{
	struct fixture *fixture = *state;
	struct screen screen;

	screen_open(&screen, 10, 80);
	begin(fixture, screen.out, 1);
	step(fixture, 0, UPDATE_UPLOAD);
	move(fixture, 0, 10, 100);
	assert_null(strstr(screen_text(&screen), "10 %"));
	fake_clock_advance(&fixture->clock, SECOND / 10);
	move(fixture, 0, 20, 100);
	assert_non_null(strstr(screen_text(&screen), "20 %"));
	step(fixture, 0, UPDATE_WAIT);
	assert_non_null(strstr(screen_text(&screen), " wait\n"));
	fleet_show_end(&fixture->show);
	screen_close(&screen);
}

static void a_line_that_is_too_long_is_cut_and_the_end_of_an_address_stays(void **state)
{
	struct fixture *fixture = *state;
	struct screen screen;

	screen_open(&screen, 6, 24);
	begin(fixture, screen.out, 2);
	end(fixture, 1, STATUS_TIMEOUT, "no reply in 2.0 s (3 tries)");
	step(fixture, 0, UPDATE_COMPARE);
	assert_string_equal(screen_text(&screen), "..:0100:7001 compare\n"
						  "..:0100:7002 failed: no\n"
						  "2 boards: 0 done, 1 fai\n");
	fleet_show_end(&fixture->show);
	screen_close(&screen);
}

static void with_more_boards_than_rows_those_at_work_are_shown(void **state)
{
	struct fixture *fixture = *state;
	struct screen screen;

	screen_open(&screen, 5, 60);
	begin(fixture, screen.out, BOARDS);
	for (size_t i = 0; i < 5; i++)
		step(fixture, i, UPDATE_COMPARE);
	assert_string_equal(screen_text(&screen),
		"usb:2fe3:0100:7001 compare\n"
		"usb:2fe3:0100:7002 compare\n"
		"loopback:c         compare\n"
		"8 boards: 0 done, 0 failed, 5 at work, 3 waiting\n");
	end(fixture, 0, STATUS_OK, NULL);
	end(fixture, 2, STATUS_OK, NULL);
	end(fixture, 4, STATUS_OK, NULL);
	assert_string_equal(screen_text(&screen),
		"usb:2fe3:0100:7002 compare\n"
		"loopback:d         compare\n"
		"8 boards: 3 done, 0 failed, 2 at work, 3 waiting\n");
	fleet_show_end(&fixture->show);
	screen_close(&screen);
}

static void a_terminal_that_grows_gets_longer_lines_in_the_same_place(void **state)
{
	struct fixture *fixture = *state;
	struct screen screen;

	screen_open(&screen, 6, 40);
	begin(fixture, screen.out, 2);
	end(fixture, 0, STATUS_OK, NULL);
	screen_resize(&screen, 8, 80);
	step(fixture, 1, UPDATE_WAIT);
	assert_string_equal(screen_text(&screen),
		"usb:2fe3:0100:7001 2.0.0 runs and is confirmed (1.0.0 before)\n"
		"usb:2fe3:0100:7002 wait\n"
		"2 boards: 1 done, 0 failed, 1 at work, 0 waiting\n");
	fleet_show_end(&fixture->show);
	screen_close(&screen);
}

/* Terminals wrap what stands there when they become narrower: 61, 24 and 48 columns are 6 rows of 30. */
static void a_terminal_that_shrinks_has_wrapped_the_lines(void **state)
{
	struct fixture *fixture = *state;
	struct screen screen;

	screen_open(&screen, 12, 80);
	begin(fixture, screen.out, 2);
	end(fixture, 0, STATUS_OK, NULL);
	step(fixture, 1, UPDATE_WAIT);
	screen_resize(&screen, 12, 30);
	/* As the terminal does it: the cursor stands below the six rows. */
	screen.row = 6;
	step(fixture, 1, UPDATE_READ);
	assert_string_equal(screen_text(&screen), "..fe3:0100:7001 2.0.0 runs an\n"
						  "..fe3:0100:7002 read\n"
						  "2 boards: 1 done, 0 failed, 1\n");
	fleet_show_end(&fixture->show);
	screen_close(&screen);
}

static void the_first_ctrl_c_is_answered(void **state)
{
	struct fixture *fixture = *state;
	struct screen screen;

	screen_open(&screen, 6, 140);
	begin(fixture, screen.out, 1);
	step(fixture, 0, UPDATE_UPLOAD);
	fleet_show_stop(&fixture->show);
	assert_non_null(strstr(screen_text(&screen),
		"finishing what has begun, and nothing more: Ctrl-C again stops at once\n"));
	fleet_show_end(&fixture->show);
	assert_null(strstr(screen_text(&screen), "Ctrl-C"));
	screen_close(&screen);
}

static void text_of_a_device_does_nothing_to_the_terminal(void **state)
{
	struct fixture *fixture = *state;
	struct screen screen;

	screen_open(&screen, 6, 80);
	fixture->boards[0].name = "/tmp/a\x1b[2J";
	begin(fixture, screen.out, 1);
	end(fixture, 0, STATUS_DEVICE, "bad\x1b[2J\n");
	assert_string_equal(screen_text(&screen),
		"/tmp/a\\x1b[2J failed: bad\\x1b[2J\\n\n"
		"1 board: 0 done, 1 failed, 0 at work, 0 waiting\n");
	fleet_show_end(&fixture->show);
	screen_close(&screen);
}

static void elsewhere_everything_that_happens_is_a_json_line(void **state)
{
	struct fixture *fixture = *state;
	struct capture capture;

	capture_open(&capture);
	begin(fixture, capture.file, 3);
	step(fixture, 0, UPDATE_INSPECT);
	step(fixture, 0, UPDATE_UPLOAD);
	end(fixture, 0, STATUS_OK, NULL);
	end(fixture, 1, STATUS_TIMEOUT, "no reply");
	fleet_show_stop(&fixture->show);
	fixture->boards[2].state = FLEET_SKIPPED;
	fleet_show_change(&fixture->show, &fixture->boards[2]);
	fleet_show_end(&fixture->show);
	assert_string_equal(capture_text(&capture),
		"{\"board\": \"usb:2fe3:0100:7001\", \"event\": \"started\"}\n"
		"{\"board\": \"usb:2fe3:0100:7001\", \"event\": \"step\", \"step\": \"upload\"}\n"
		"{\"board\": \"usb:2fe3:0100:7001\", \"event\": \"ended\", \"ok\": true, "
		"\"outcome\": \"updated\", \"from\": \"1.0.0\", \"to\": \"2.0.0\", "
		"\"runs\": \"2.0.0\", \"bytes\": 1000, \"seconds\": 2.0, "
		"\"bytes_per_second\": 1000.0, \"resets\": 1}\n"
		"{\"board\": \"usb:2fe3:0100:7002\", \"event\": \"ended\", \"ok\": false, "
		"\"outcome\": \"failed\", \"from\": null, \"to\": null, \"runs\": null, "
		"\"bytes\": 0, \"seconds\": 0.0, \"bytes_per_second\": 0.0, \"resets\": 0, "
		"\"error\": {\"status\": \"timeout\", \"exit_code\": 5, \"message\": \"no reply\", "
		"\"hint\": null}}\n"
		"{\"event\": \"stopping\"}\n"
		"{\"board\": \"loopback:c\", \"event\": \"skipped\"}\n");
	capture_close(&capture);
}

static void a_json_line_for_every_tenth_is_enough(void **state)
{
	struct fixture *fixture = *state;
	struct capture capture;
	size_t lines = 0;

	capture_open(&capture);
	begin(fixture, capture.file, 1);
	step(fixture, 0, UPDATE_UPLOAD);
	for (uint64_t done = 0; done <= 1000; done += 7)
		move(fixture, 0, done, 1000);
	step(fixture, 0, UPDATE_UPLOAD);
	move(fixture, 0, 100, 1000);
	for (const char *c = capture_text(&capture); (c = strstr(c, "\"progress\"")) != NULL; c++)
		lines++;
	/* The last move was to 994, and the second image begins anew. */
	assert_int_equal(lines, 9 + 1);
	assert_non_null(strstr(capture_text(&capture), "\"done\": 105, \"total\": 1000}\n"));
	fleet_show_end(&fixture->show);
	capture_close(&capture);
}

static void quiet_shows_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct capture capture;

	capture_open(&capture);
	assert_int_equal(fleet_show_begin(&fixture->show, capture.file, true, fixture->boards, 1,
				 ERR_IGNORED),
		STATUS_OK);
	step(fixture, 0, UPDATE_INSPECT);
	fleet_show_stop(&fixture->show);
	fleet_show_end(&fixture->show);
	assert_string_equal(capture_text(&capture), "");
	capture_close(&capture);
}

static void ctrl_c_is_answered_even_where_nothing_else_is_shown(void **state)
{
	struct fixture *fixture = *state;
	struct capture capture;

	capture_open(&capture);
	assert_int_equal(
		fleet_show_begin(&fixture->show, NULL, true, fixture->boards, 1, ERR_IGNORED),
		STATUS_OK);
	fixture->show.stop_out = capture.file;
	step(fixture, 0, UPDATE_INSPECT);
	fleet_show_stop(&fixture->show);
	fleet_show_end(&fixture->show);
	assert_string_equal(capture_text(&capture),
		"finishing what has begun, and nothing more: Ctrl-C again stops at once\n");
	capture_close(&capture);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_board_has_a_line_that_is_drawn_over_itself),
		TEST(steps_are_drawn_at_once_and_moves_ten_times_a_second),
		TEST(a_line_that_is_too_long_is_cut_and_the_end_of_an_address_stays),
		TEST(with_more_boards_than_rows_those_at_work_are_shown),
		TEST(a_terminal_that_grows_gets_longer_lines_in_the_same_place),
		TEST(a_terminal_that_shrinks_has_wrapped_the_lines),
		TEST(the_first_ctrl_c_is_answered),
		TEST(text_of_a_device_does_nothing_to_the_terminal),
		TEST(elsewhere_everything_that_happens_is_a_json_line),
		TEST(a_json_line_for_every_tenth_is_enough),
		TEST(quiet_shows_nothing),
		TEST(ctrl_c_is_answered_even_where_nothing_else_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
