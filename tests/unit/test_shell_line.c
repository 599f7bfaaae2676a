/* SPDX-License-Identifier: Apache-2.0 */
/* A line being typed: no signal is missed on the way into the wait, and the terminal stays its own. */
#include "src/shell_line.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>

#include "tests/support/capture.h"

struct fixture {
	int master, old_stdin;
	struct shell_line *line;
	struct capture out;
};

static void offer_nothing(
	void *ctx, const char *before, const char *word, struct candidates *ret_candidates)
{
	(void)ctx;
	(void)before;
	(void)word;
	*ret_candidates = (struct candidates){ 0 };
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct shell_line_config config = { .complete = offer_nothing };
	struct err err = { .status = STATUS_OK };
	int slave;

	if (openpty(&fixture->master, &slave, NULL, NULL, NULL) != 0)
		return -1;
	setenv("TERM", "xterm", 1);
	fixture->old_stdin = dup(STDIN_FILENO);
	dup2(slave, STDIN_FILENO);
	close(slave);
	capture_open(&fixture->out);
	config.out = fixture->out.file;
	*state = fixture;
	return shell_line_open(&config, &fixture->line, &err) == STATUS_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	shell_line_close(fixture->line);
	capture_close(&fixture->out);
	dup2(fixture->old_stdin, STDIN_FILENO);
	close(fixture->old_stdin);
	close(fixture->master);
	test_free(fixture);
	return 0;
}

/* Is there a signal to be heeded? A wait that begins now would end at once. */
static bool would_wake(const struct fixture *fixture)
{
	struct pollfd fd = { .fd = shell_line_signal_fd(fixture->line), .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

static bool is_cooked(void)
{
	struct termios termios;

	assert_int_equal(tcgetattr(STDIN_FILENO, &termios), 0);
	return (termios.c_lflag & ICANON) != 0;
}

/* Give it the keys, several of which it may read at once; returns what the last one led to. */
static enum shell_line_state type(struct fixture *fixture, const char *keys, const char **ret_text)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	enum shell_line_state state = SHELL_LINE_TYPING;

	assert_int_equal(write(fixture->master, keys, strlen(keys)), (ssize_t)strlen(keys));
	while (state == SHELL_LINE_TYPING && poll(&fd, 1, 0) > 0)
		state = shell_line_feed(fixture->line, ret_text);
	return state;
}

static size_t times_shown(struct fixture *fixture, const char *words)
{
	size_t count = 0;

	for (const char *at = capture_text(&fixture->out); (at = strstr(at, words)) != NULL; at++)
		count++;
	return count;
}

/* Such a line is the terminal's own affair, and nobody else needs to know its width. */
static bool is_plain(const struct fixture *fixture)
{
	return shell_line_signal_fd(fixture->line) < 0;
}

static void a_change_of_the_width_that_comes_before_the_wait_ends_it(void **state)
{
	struct fixture *fixture = *state;
	struct winsize size = { .ws_row = 24, .ws_col = 40 };
	const char *text = NULL;
	size_t shown;

	if (is_plain(fixture))
		skip();
	shell_line_begin(fixture->line, "prompt> ");
	type(fixture, "abc", &text);
	shown = times_shown(fixture, "prompt> ");
	assert_int_equal(ioctl(fixture->master, TIOCSWINSZ, &size), 0);
	raise(SIGWINCH);
	assert_true(would_wake(fixture));
	assert_int_equal(times_shown(fixture, "prompt> "), shown);
	shell_line_heed_signals(fixture->line);
	assert_int_equal(times_shown(fixture, "prompt> "), shown + 1);
	assert_false(would_wake(fixture));
}

static void signals_are_held_only_while_a_line_is_typed(void **state)
{
	struct fixture *fixture = *state;
	sigset_t before, during, after;
	const char *text = NULL;

	if (is_plain(fixture))
		skip();
	sigprocmask(SIG_BLOCK, NULL, &before);
	shell_line_begin(fixture->line, "prompt> ");
	sigprocmask(SIG_BLOCK, NULL, &during);
	assert_int_equal(type(fixture, "\r", &text), SHELL_LINE_ENTERED);
	assert_string_equal(text, "");
	sigprocmask(SIG_BLOCK, NULL, &after);
	for (int number = 1; number < NSIG; number++) {
		bool is_held = number == SIGWINCH || number == SIGTSTP || number == SIGQUIT;

		assert_int_equal(sigismember(&during, number), is_held);
		assert_int_equal(sigismember(&after, number), sigismember(&before, number));
	}
}

/* In between a Ctrl-D would become a NUL. */
static void the_terminal_is_not_given_back_between_ctrl_c_and_the_next_line(void **state)
{
	struct fixture *fixture = *state;
	const char *text = NULL;

	if (is_plain(fixture))
		skip();
	assert_true(is_cooked());
	shell_line_begin(fixture->line, "prompt> ");
	assert_false(is_cooked());
	type(fixture, "abc", &text);
	shell_line_discard(fixture->line);
	assert_false(is_cooked());
	assert_int_equal(write(fixture->master, "\x04", 1), 1);
	shell_line_begin(fixture->line, "prompt> ");
	assert_int_equal(shell_line_feed(fixture->line, &text), SHELL_LINE_ENDED);
	assert_true(is_cooked());
}

static void what_was_typed_before_ctrl_c_does_not_count(void **state)
{
	struct fixture *fixture = *state;
	const char *text = NULL;

	if (is_plain(fixture))
		skip();
	shell_line_begin(fixture->line, "prompt> ");
	type(fixture, "abc", &text);
	shell_line_discard(fixture->line);
	shell_line_begin(fixture->line, "prompt> ");
	assert_int_equal(type(fixture, "def\r", &text), SHELL_LINE_ENTERED);
	assert_string_equal(text, "def");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_change_of_the_width_that_comes_before_the_wait_ends_it),
		TEST(signals_are_held_only_while_a_line_is_typed),
		TEST(the_terminal_is_not_given_back_between_ctrl_c_and_the_next_line),
		TEST(what_was_typed_before_ctrl_c_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
