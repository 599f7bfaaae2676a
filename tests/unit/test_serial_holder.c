/* SPDX-License-Identifier: Apache-2.0 */
/* Who may have a serial port: it is held alone, and who holds it is named. */
#include "transport/serial.h"

#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/serial_scene.h"
#include "transport/pty.h"

enum { NOBODY = 65534 };

static const struct transport_options defaults = { 0 };

enum holding { HOLD_PLAIN, HOLD_LOCKED };

/*
 * Another program, named "rival", that has the board's port open: without a lock, as terminals do,
 * or as we open it. The other end it has not. Ends when it is killed.
 */
static pid_t start_rival(struct transport *board, enum holding holding)
{
	char path[64], ready = 0;
	int pipe_fds[2];
	pid_t rival;

	snprintf(path, sizeof(path), "%s", pty_slave_path(board));
	assert_int_equal(pipe(pipe_fds), 0);
	rival = fork();
	assert_true(rival >= 0);
	if (rival == 0) {
		struct transport *port = NULL;

		prctl(PR_SET_NAME, "rival");
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		transport_close(board); /* our copy only; the parent's stays */
		if (holding == HOLD_PLAIN)
			ready = open(path, O_RDWR | O_NOCTTY) >= 0;
		else
			ready = serial_open(path, &defaults, &port, ERR_IGNORED) == STATUS_OK;
		(void)!write(pipe_fds[1], &ready, 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(pipe_fds[0], &ready, 1), 1);
	assert_int_equal(ready, 1);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return rival;
}

static void stop_rival(pid_t rival)
{
	assert_int_equal(kill(rival, SIGKILL), 0);
	assert_int_equal(waitpid(rival, NULL, 0), rival);
}

static void check_rival_is_named(enum holding holding)
{
	struct transport *board = serial_scene_open_board(), *port = NULL;
	struct err err = { 0 };
	char wanted[128];
	pid_t rival = start_rival(board, holding);

	snprintf(wanted, sizeof(wanted), "%s is held by rival (pid %ld)", pty_slave_path(board),
		(long)rival);
	assert_int_equal(
		serial_open(pty_slave_path(board), &defaults, &port, &err), STATUS_PORT_BUSY);
	assert_string_equal(err.message, wanted);
	assert_true(err.hint[0] != '\0');
	stop_rival(rival);
	transport_close(board);
}

static void a_program_that_locked_the_port_is_named(void **state)
{
	(void)state;
	check_rival_is_named(HOLD_LOCKED);
}

static void a_program_that_just_has_the_port_open_is_named_too(void **state)
{
	(void)state;
	check_rival_is_named(HOLD_PLAIN);
}

static void the_port_is_free_again_when_its_holder_is_gone(void **state)
{
	struct transport *board = serial_scene_open_board();
	pid_t rival = start_rival(board, HOLD_PLAIN);

	(void)state;
	stop_rival(rival);
	transport_close(serial_scene_open_port(board, &defaults));
	transport_close(serial_scene_open_port(board, &defaults));
	transport_close(board);
}

static void a_refusal_does_not_touch_the_settings_of_the_holder(void **state)
{
	struct transport_options fast = { .baud = 921600 };
	struct transport *board = serial_scene_open_board(),
			 *port = serial_scene_open_port(board, &fast), *second = NULL;
	int fd = transport_pollfd(port, false).fd, is_exclusive = 0;

	(void)state;
	assert_int_equal(serial_open(pty_slave_path(board), &defaults, &second, ERR_IGNORED),
		STATUS_PORT_BUSY);
	assert_int_equal(serial_scene_settings_of(fd).c_ospeed, 921600);
	assert_int_equal(ioctl(fd, TIOCGEXCL, &is_exclusive), 0);
	assert_int_equal(is_exclusive, 1);
	transport_close(port);
	transport_close(board);
}

/* The program at the other end is the device; that it keeps the slave open too is its own affair. */
static void the_program_that_plays_the_device_is_not_in_the_way(void **state)
{
	struct transport *board = serial_scene_open_board(), *port;
	int beside = serial_scene_open_beside(board);

	(void)state;
	port = serial_scene_open_port(board, &defaults);
	transport_close(port);
	close(beside);
	transport_close(board);
}

/* What serial_open says to a user who is not root, in a process of its own. */
static struct err refusal_to_an_ordinary_user(const char *path)
{
	struct err err = { .status = STATUS_INTERNAL };
	int pipe_fds[2];
	pid_t child;

	assert_int_equal(pipe(pipe_fds), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct transport *port = NULL;

		/* Without what it inherited, which would make it a holder itself. */
		close_range(3, (unsigned)pipe_fds[1] - 1, 0);
		close_range((unsigned)pipe_fds[1] + 1, UINT_MAX, 0);
		if (geteuid() == 0 &&
			(setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
			_exit(1);
		if (serial_open(path, &defaults, &port, &err) == STATUS_OK)
			err.status = STATUS_OK;
		_exit(write(pipe_fds[1], &err, sizeof(err)) == (ssize_t)sizeof(err) ? 0 : 1);
	}
	assert_int_equal(read(pipe_fds[0], &err, sizeof(err)), sizeof(err));
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	return err;
}

static void without_permission_the_group_to_join_is_named(void **state)
{
	struct transport *board = serial_scene_open_board();
	const struct group *group;
	struct stat node;
	struct err err;

	(void)state;
	/* Neither the owner nor others may, so that it does not matter who runs this. */
	assert_int_equal(chmod(pty_slave_path(board), 0060), 0);
	assert_int_equal(stat(pty_slave_path(board), &node), 0);
	group = getgrgid(node.st_gid);
	err = refusal_to_an_ordinary_user(pty_slave_path(board));
	assert_int_equal(err.status, STATUS_PORT_BUSY);
	assert_non_null(strstr(err.message, "no permission"));
	assert_non_null(strstr(err.hint, "group"));
	if (group != NULL) {
		assert_non_null(strstr(err.hint, "usermod -aG"));
		assert_non_null(strstr(err.hint, group->gr_name));
	}
	transport_close(board);
}

static void without_permission_for_the_group_nobody_is_told_to_join_it(void **state)
{
	struct transport *board = serial_scene_open_board();
	struct err err;

	(void)state;
	assert_int_equal(chmod(pty_slave_path(board), 0), 0);
	err = refusal_to_an_ordinary_user(pty_slave_path(board));
	assert_int_equal(err.status, STATUS_PORT_BUSY);
	assert_non_null(strstr(err.hint, "udev"));
	transport_close(board);
}

/* Held by this process: when it is root's, an ordinary user may not see who it is. */
static void check_held_for_an_ordinary_user(const struct transport *board)
{
	struct err err;

	assert_int_equal(chmod(pty_slave_path(board), 0666), 0);
	err = refusal_to_an_ordinary_user(pty_slave_path(board));
	assert_int_equal(err.status, STATUS_PORT_BUSY);
	if (geteuid() == 0)
		assert_non_null(strstr(err.message, "is held by another program"));
	else
		assert_non_null(strstr(err.message, "is held by "));
	assert_true(err.hint[0] != '\0');
}

static void an_ordinary_user_is_kept_out_by_exclusive_use(void **state)
{
	struct transport *board = serial_scene_open_board();
	int beside = serial_scene_open_beside(board);

	(void)state;
	assert_int_equal(ioctl(beside, TIOCEXCL), 0);
	check_held_for_an_ordinary_user(board);
	close(beside);
	transport_close(board);
}

static void an_ordinary_user_is_kept_out_by_the_lock(void **state)
{
	struct transport *board = serial_scene_open_board();
	int beside = serial_scene_open_beside(board);

	(void)state;
	assert_int_equal(flock(beside, LOCK_EX | LOCK_NB), 0);
	check_held_for_an_ordinary_user(board);
	close(beside);
	transport_close(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_program_that_locked_the_port_is_named),
		cmocka_unit_test(a_program_that_just_has_the_port_open_is_named_too),
		cmocka_unit_test(the_port_is_free_again_when_its_holder_is_gone),
		cmocka_unit_test(a_refusal_does_not_touch_the_settings_of_the_holder),
		cmocka_unit_test(the_program_that_plays_the_device_is_not_in_the_way),
		cmocka_unit_test(without_permission_the_group_to_join_is_named),
		cmocka_unit_test(without_permission_for_the_group_nobody_is_told_to_join_it),
		cmocka_unit_test(an_ordinary_user_is_kept_out_by_exclusive_use),
		cmocka_unit_test(an_ordinary_user_is_kept_out_by_the_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
