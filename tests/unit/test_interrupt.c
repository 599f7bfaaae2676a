/* SPDX-License-Identifier: Apache-2.0 */
/* Ctrl-C as a descriptor: it wakes a poll, and kills nothing. */
#include "src/interrupt.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

#define SIGNAL_COUNT (sizeof(signals) / sizeof(signals[0]))

static int readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0);
}

/* Each signal in a process of its own; signals in the test program itself would be for good. */
static int in_child(int (*body)(int signal), int signal)
{
	pid_t pid = fork();
	int status = -1;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(body(signal));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static int wait_for(int signal)
{
	int fd = interrupt_open();

	if (fd < 0 || readable(fd) != 0)
		return 1;
	raise(signal);
	if (readable(fd) != 1)
		return 2;
	interrupt_close(fd);
	return 0;
}

static void a_signal_makes_the_descriptor_readable_and_kills_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIGNAL_COUNT; i++)
		assert_int_equal(in_child(wait_for, signals[i]), 0);
}

static int strike_unopened(int signal)
{
	interrupt_close(-1);
	raise(signal);
	return 0;
}

static void without_a_descriptor_signals_do_what_they_always_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIGNAL_COUNT; i++) {
		int status = in_child(strike_unopened, signals[i]);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_makes_the_descriptor_readable_and_kills_nothing),
		cmocka_unit_test(without_a_descriptor_signals_do_what_they_always_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
