/* SPDX-License-Identifier: Apache-2.0 */
/* Progress on a pseudo-terminal of some width: the bar, drawn over and over. */
#include "src/progress.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/capture.h"

enum { SECOND = 1000000, START_US = 7 * SECOND, READ_MAX = 4096, PATIENCE_MS = 10000 };
enum { END_MARK = '\x01' };

struct terminal {
	int master;
	FILE *slave;
};

static void open_terminal(struct terminal *terminal, unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	struct termios settings;
	int fd;

	terminal->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	assert_true(terminal->master >= 0);
	assert_int_equal(grantpt(terminal->master), 0);
	assert_int_equal(unlockpt(terminal->master), 0);
	fd = open(ptsname(terminal->master), O_RDWR | O_NOCTTY);
	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
	/* What is written shall arrive as it is. */
	assert_int_equal(tcgetattr(fd, &settings), 0);
	cfmakeraw(&settings);
	assert_int_equal(tcsetattr(fd, TCSANOW, &settings), 0);
	terminal->slave = fdopen(fd, "w");
	assert_non_null(terminal->slave);
}

/* All that was drawn since the last call. The kernel passes it on in its own time: wait for a mark. */
static void read_terminal(struct terminal *terminal, char text[READ_MAX])
{
	struct pollfd fd = { .fd = terminal->master, .events = POLLIN };
	size_t len = 0;

	fputc(END_MARK, terminal->slave);
	assert_int_equal(fflush(terminal->slave), 0);
	while (len == 0 || text[len - 1] != END_MARK) {
		ssize_t got;

		assert_int_equal(poll(&fd, 1, PATIENCE_MS), 1);
		got = read(terminal->master, text + len, READ_MAX - 1 - len);
		assert_true(got > 0);
		len += (size_t)got;
	}
	text[len - 1] = '\0';
}

static void close_terminal(struct terminal *terminal)
{
	fclose(terminal->slave);
	close(terminal->master);
}

static void draw_half(struct terminal *terminal, bool is_utf8, char text[READ_MAX])
{
	struct progress progress;

	progress_init(&progress, terminal->slave, false);
	assert_true(progress.is_terminal);
	progress.is_utf8 = is_utf8;
	progress_start(&progress, 1000, 0, START_US);
	progress_update(&progress, 500, START_US + 5 * SECOND);
	read_terminal(terminal, text);
}

static void a_terminal_gets_a_bar(void **state)
{
	struct terminal terminal;
	char text[READ_MAX];

	(void)state;
	open_terminal(&terminal, 80);
	draw_half(&terminal, false, text);
	assert_string_equal(text, "\r\033[K[#############..............]   50 %   500 B of 1000 B"
				  "      100 B/s   0:05 left");
	close_terminal(&terminal);
}

static void a_unicode_terminal_gets_a_finer_bar(void **state)
{
	struct terminal terminal;
	char text[READ_MAX];

	(void)state;
	open_terminal(&terminal, 66);
	draw_half(&terminal, true, text);
	assert_string_equal(text, "\r\033[K███████░░░░░░░░   50 %   500 B of 1000 B"
				  "      100 B/s   0:05 left");
	close_terminal(&terminal);
}

static void a_narrow_terminal_loses_the_least_important_first(void **state)
{
	static const struct {
		unsigned short columns;
		const char *line;
	} lines[] = {
		{ 120, "[##########################..........................]   50 %"
		       "   500 B of 1000 B      100 B/s   50 % of line   0:05 left" },
		{ 75, "[###########...........]   50 %   500 B of 1000 B      100 B/s   0:05 "
		      "left" },
		{ 50, "[#######........]   50 %      100 B/s   0:05 left" },
		{ 40, "[#########.........]   50 %   0:05 left" },
		{ 20, "[#####.....]   50 %" },
		{ 17, " 50 %" },
		{ 3, " 50 %" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct progress progress;
		struct terminal terminal;
		char text[READ_MAX];

		open_terminal(&terminal, lines[i].columns);
		progress_init(&progress, terminal.slave, false);
		progress.is_utf8 = false;
		progress.ceiling = 200;
		progress_start(&progress, 1000, 0, START_US);
		progress_update(&progress, 500, START_US + 5 * SECOND);
		read_terminal(&terminal, text);
		assert_string_equal(text + strlen("\r\033[K"), lines[i].line);
		close_terminal(&terminal);
	}
}

/* Columns of a line that has no characters beyond ASCII. */
static size_t drawn_width(const char *text)
{
	return strlen(text) - strlen("\r\033[K");
}

/* Draw after `seconds` what was `begin` at first, on each width. */
static void expect_no_wrap(uint64_t total, uint64_t begin, uint64_t done, uint64_t seconds)
{
	for (unsigned short columns = 10; columns <= 200; columns++) {
		struct progress progress;
		struct terminal terminal;
		char text[READ_MAX];

		open_terminal(&terminal, columns);
		progress_init(&progress, terminal.slave, false);
		progress.is_utf8 = false;
		progress.ceiling = 1024;
		progress_start(&progress, total, begin, START_US);
		progress_update(&progress, done, START_US + seconds * SECOND);
		read_terminal(&terminal, text);
		assert_in_range(drawn_width(text), 5, columns - 1);
		close_terminal(&terminal);
	}
}

static void a_line_never_reaches_the_last_column(void **state)
{
	(void)state;
	expect_no_wrap(1000, 0, 500, 5);
	/* Long numbers: hours to go, and a ceiling that was too low. */
	expect_no_wrap(1023 * 1024, 0, 1022 * 1024 + 200, 300);
	expect_no_wrap(900u * 1024 * 1024, 0, 3000, 3000);
	expect_no_wrap(900u * 1024 * 1024, 0, 800u * 1024 * 1024, 1);
}

static void the_bar_follows_a_terminal_that_grows_and_shrinks(void **state)
{
	struct winsize size = { .ws_row = 24, .ws_col = 30 };
	struct progress progress;
	struct terminal terminal;
	char text[READ_MAX];

	(void)state;
	open_terminal(&terminal, 80);
	progress_init(&progress, terminal.slave, false);
	progress_start(&progress, 1000, 0, START_US);
	progress_update(&progress, 500, START_US + 5 * SECOND);
	read_terminal(&terminal, text);
	/* The terminal has wrapped the 79 columns onto three rows. */
	assert_int_equal(ioctl(terminal.master, TIOCSWINSZ, &size), 0);
	progress_update(&progress, 600, START_US + 6 * SECOND);
	read_terminal(&terminal, text);
	assert_string_equal(text, "\r\033[J[####....]   60 %   0:04 left");
	size.ws_col = 40;
	assert_int_equal(ioctl(terminal.master, TIOCSWINSZ, &size), 0);
	progress_update(&progress, 700, START_US + 7 * SECOND);
	read_terminal(&terminal, text);
	assert_string_equal(text, "\r\033[K[############......]   70 %   0:03 left");
	close_terminal(&terminal);
}

static void a_terminal_without_a_width_is_taken_for_80_columns(void **state)
{
	struct terminal terminal;
	char text[READ_MAX];

	(void)state;
	open_terminal(&terminal, 0);
	draw_half(&terminal, false, text);
	assert_int_equal(drawn_width(text), 79);
	close_terminal(&terminal);
}

static void a_dumb_terminal_gets_lines(void **state)
{
	struct progress progress;
	struct terminal terminal;
	char text[READ_MAX];

	(void)state;
	setenv("TERM", "dumb", 1);
	open_terminal(&terminal, 80);
	progress_init(&progress, terminal.slave, false);
	progress_start(&progress, 1000, 0, START_US);
	progress_update(&progress, 500, START_US + SECOND);
	progress_update(&progress, 1000, START_US + 2 * SECOND);
	progress_end(&progress);
	read_terminal(&terminal, text);
	assert_string_equal(text, " 50 %  500 B of 1000 B  500 B/s  0:01 left\n"
				  "100 %  1000 B of 1000 B  500 B/s\n");
	close_terminal(&terminal);
	setenv("TERM", "xterm", 1);
}

static void colours_are_for_what_is_done(void **state)
{
	struct progress progress;
	struct terminal terminal;
	char text[READ_MAX];

	(void)state;
	open_terminal(&terminal, 20);
	progress_init(&progress, terminal.slave, false);
	assert_false(progress.has_colours);
	progress.has_colours = true;
	progress_start(&progress, 1000, 0, START_US);
	progress_update(&progress, 500, START_US + SECOND);
	read_terminal(&terminal, text);
	assert_string_equal(text, "\r\033[K[\033[32m#####\033[0m.....]   50 %");
	progress_update(&progress, 1000, START_US + 2 * SECOND);
	read_terminal(&terminal, text);
	assert_string_equal(text, "\r\033[K[\033[32m##########\033[0m]  100 %");
	close_terminal(&terminal);
}

/* Bytes per second that the last line of the file tells. */
static void the_bar_is_drawn_ten_times_a_second_and_at_the_end(void **state)
{
	struct progress progress;
	struct terminal terminal;
	char text[READ_MAX];

	(void)state;
	open_terminal(&terminal, 80);
	progress_init(&progress, terminal.slave, false);
	progress_start(&progress, 1000, 0, START_US);
	progress_update(&progress, 100, START_US + SECOND);
	read_terminal(&terminal, text);
	assert_non_null(strstr(text, " 10 %"));
	progress_update(&progress, 101, START_US + SECOND + SECOND / 20);
	read_terminal(&terminal, text);
	assert_string_equal(text, "");
	progress_update(&progress, 110, START_US + SECOND + SECOND / 10);
	read_terminal(&terminal, text);
	assert_non_null(strstr(text, " 11 %"));
	progress_update(&progress, 1000, START_US + SECOND + SECOND / 10 + 1);
	read_terminal(&terminal, text);
	assert_non_null(strstr(text, "100 %"));
	close_terminal(&terminal);
}

static void the_end_begins_a_new_line_once(void **state)
{
	struct progress progress;
	struct terminal terminal;
	char text[READ_MAX];

	(void)state;
	open_terminal(&terminal, 80);
	progress_init(&progress, terminal.slave, false);
	progress_end(&progress);
	read_terminal(&terminal, text);
	assert_string_equal(text, "");
	progress_say(&progress, "erasing ...");
	progress_end(&progress);
	progress_end(&progress);
	read_terminal(&terminal, text);
	assert_string_equal(text, "\r\033[Kerasing ...\n");
	close_terminal(&terminal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_gets_a_bar),
		cmocka_unit_test(a_unicode_terminal_gets_a_finer_bar),
		cmocka_unit_test(a_narrow_terminal_loses_the_least_important_first),
		cmocka_unit_test(a_line_never_reaches_the_last_column),
		cmocka_unit_test(the_bar_follows_a_terminal_that_grows_and_shrinks),
		cmocka_unit_test(a_terminal_without_a_width_is_taken_for_80_columns),
		cmocka_unit_test(a_dumb_terminal_gets_lines),
		cmocka_unit_test(colours_are_for_what_is_done),
		cmocka_unit_test(the_bar_is_drawn_ten_times_a_second_and_at_the_end),
		cmocka_unit_test(the_end_begins_a_new_line_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
