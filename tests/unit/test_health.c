/* SPDX-License-Identifier: Apache-2.0 */
/* Health checks: questions to a fake board, and commands that see its port. */
#include "src/health.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/flow_rig.h"

/* Commands take real time, so the clock is the machine's; nothing waits for long. */
struct fixture {
	struct flow_rig rig;
	struct settings settings;
	struct port *port;
	struct err err;
};

static void open_board(struct fixture *fixture, const char *options)
{
	struct port_config config = {
		.settings = &fixture->settings,
		.clock = clock_monotonic(),
		.open_transport = flow_rig_open_transport,
		.open_ctx = &fixture->rig,
	};

	settings_default(&fixture->settings);
	fixture->settings.port = "the-board";
	fixture->settings.timeout_ms = 100;
	fixture->settings.tries = 1;
	flow_rig_open(&fixture->rig, options);
	config.interrupt_fd = fixture->rig.interrupt_fds[0];
	assert_int_equal(port_open(&config, &fixture->port, &fixture->err), STATUS_OK);
}

static void close_board(struct fixture *fixture)
{
	port_free(fixture->port);
	flow_rig_close(&fixture->rig);
}

static void expect_health(
	const char *options, struct health_wish wish, enum status wanted, const char *words)
{
	struct fixture fixture = { 0 };
	enum status status;

	open_board(&fixture, options);
	assert_true(health_is_wanted(&wish));
	status = health_check(fixture.port, &wish, &fixture.err);
	if (status != wanted || strstr(fixture.err.message, words) == NULL)
		fail_msg("%s: %s", status_name(status), fixture.err.message);
	assert_non_null(port_client(fixture.port));
	close_board(&fixture);
}

static void nothing_is_wanted_by_default(void **state)
{
	(void)state;
	assert_false(health_is_wanted(&(struct health_wish){ 0 }));
}

static void an_echo_must_come_back(void **state)
{
	struct health_wish wish = { .wants_echo = true };

	(void)state;
	expect_health("", wish, STATUS_OK, "");
	expect_health("fault=silent", wish, STATUS_NOT_UPDATED, "the check failed: echo: no reply");
	expect_health("fault=error=1", wish, STATUS_NOT_UPDATED, "the check failed: echo: ");
	expect_health("mode=recovery,fault=error=8", wish, STATUS_NOT_UPDATED, "the check failed");
}

static void the_version_must_run(void **state)
{
	(void)state;
	expect_health("", (struct health_wish){ .version = "1.0.0" }, STATUS_OK, "");
	expect_health("", (struct health_wish){ .version = "1.0" }, STATUS_NOT_UPDATED,
		"the check failed: version 1.0.0 runs, not 1.0");
	expect_health("fault=error=8", (struct health_wish){ .version = "1.0.0" },
		STATUS_NOT_UPDATED, "the check failed: version none runs, not 1.0.0");
	/* Nothing is known: that is no failing check. */
	expect_health("fault=silent", (struct health_wish){ .version = "1.0.0" }, STATUS_TIMEOUT,
		"reading the image list");
}

static void a_command_decides_by_its_exit_code(void **state)
{
	(void)state;
	expect_health("", (struct health_wish){ .command = "exit 0" }, STATUS_OK, "");
	expect_health("", (struct health_wish){ .command = "exit 3" }, STATUS_NOT_UPDATED,
		"the check failed: the command's exit code is 3");
	expect_health("", (struct health_wish){ .command = "no-such-program-of-ours 2>/dev/null" },
		STATUS_NOT_UPDATED, "exit code is 127");
	expect_health("", (struct health_wish){ .command = "kill -9 $$" }, STATUS_NOT_UPDATED,
		"the check failed: the command was ended by signal 9");
}

static void a_command_sees_the_port(void **state)
{
	(void)state;
	expect_health("", (struct health_wish){ .command = "test \"$SMPCTL_PORT\" = the-board" },
		STATUS_OK, "");
	setenv("SMPCTL_PORT", "another one", 1);
	expect_health("", (struct health_wish){ .command = "test \"$SMPCTL_PORT\" = the-board" },
		STATUS_OK, "");
	unsetenv("SMPCTL_PORT");
}

static void a_command_has_no_input(void **state)
{
	(void)state;
	expect_health("", (struct health_wish){ .command = "! read line" }, STATUS_OK, "");
}

/* What the questions find out need not be asked a program. */
static void the_first_that_fails_is_told(void **state)
{
	struct health_wish wish = { .command = "exit 3", .wants_echo = true, .version = "7.7.7" };

	(void)state;
	expect_health("", wish, STATUS_NOT_UPDATED, "version 1.0.0 runs, not 7.7.7");
}

/* True when nobody holds the other end of the pipe any more; waits a little for that. */
static bool has_ended(int fd)
{
	struct pollfd end = { .fd = fd, .events = POLLIN };
	char byte;

	return poll(&end, 1, 1000) == 1 && read(fd, &byte, 1) == 0;
}

/* And with it what it has started, even if that does not want to. */
static void an_interruption_ends_the_command(void **state)
{
	struct fixture fixture = { 0 };
	char command[256];
	struct health_wish wish = { .command = command };
	int held[2];

	(void)state;
	assert_int_equal(pipe2(held, O_CLOEXEC), 0);
	open_board(&fixture, "");
	/* It presses Ctrl-C itself, when its child runs. */
	snprintf(command, sizeof(command),
		"trap '' TERM; sleep 1000 >/proc/%d/fd/%d & printf x >/proc/%d/fd/%d; wait",
		(int)getpid(), held[1], (int)getpid(), fixture.rig.interrupt_fds[1]);
	assert_int_equal(health_check(fixture.port, &wish, &fixture.err), STATUS_INTERRUPTED);
	close(held[1]);
	assert_true(has_ended(held[0]));
	close(held[0]);
	close_board(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_wanted_by_default),
		cmocka_unit_test(an_echo_must_come_back),
		cmocka_unit_test(the_version_must_run),
		cmocka_unit_test(a_command_decides_by_its_exit_code),
		cmocka_unit_test(a_command_sees_the_port),
		cmocka_unit_test(a_command_has_no_input),
		cmocka_unit_test(the_first_that_fails_is_told),
		cmocka_unit_test(an_interruption_ends_the_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
