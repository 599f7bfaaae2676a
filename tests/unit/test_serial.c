/* SPDX-License-Identifier: Apache-2.0 */
/* A serial port, played by the slave side of a pseudo-terminal. */
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

#include "base/clock.h"
#include "transport/pty.h"
#include "transport/serial_line.h"

enum { WAIT_MS = 5000, NOBODY = 65534 };

static const struct transport_options defaults = { 0 };

static struct transport *open_board(void)
{
	struct transport *board = NULL;

	assert_int_equal(pty_open(NULL, &board, ERR_IGNORED), STATUS_OK);
	return board;
}

static struct transport *open_port(
	const struct transport *board, const struct transport_options *options)
{
	struct transport *port = NULL;
	struct err err = { 0 };

	if (serial_open(pty_slave_path(board), options, &port, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return port;
}

/* A descriptor beside the port, to see its settings or to be in the way. */
static int open_beside(const struct transport *board)
{
	int fd = open(pty_slave_path(board), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static struct termios2 settings_of(int fd)
{
	struct termios2 settings;

	assert_int_equal(ioctl(fd, TCGETS2, &settings), 0);
	return settings;
}

static void send_text(struct transport *to, const char *text)
{
	size_t written = 0;

	assert_int_equal(
		transport_write(to, 0, span_from_text(text), &written, ERR_IGNORED), STATUS_OK);
	assert_int_equal(written, strlen(text));
}

static void wait_readable(const struct transport *transport)
{
	struct pollfd fd = transport_pollfd(transport, false);

	assert_int_equal(poll(&fd, 1, WAIT_MS), 1);
}

/* Read just these bytes, waiting where the kernel is not done handing them over. */
static void receive_text(struct transport *from, const char *wanted)
{
	uint8_t storage[64];
	struct buf out = BUF_OVER(storage);

	while (out.len < strlen(wanted)) {
		wait_readable(from);
		assert_int_equal(transport_read(from, 0, &out, ERR_IGNORED), STATUS_OK);
	}
	assert_true(span_equal(buf_span(&out), span_from_text(wanted)));
}

static void bytes_pass_both_ways_as_they_are(void **state)
{
	struct transport *board = open_board(), *port = open_port(board, &defaults);
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);

	(void)state;
	assert_int_equal(
		transport_read(board, 0, &out, ERR_IGNORED), STATUS_OK); /* sees the client */
	send_text(port, "\x06\t\r\n\x03\x04\x7f");
	receive_text(board, "\x06\t\r\n\x03\x04\x7f");
	send_text(board, "\r\n\x11\x13\x7f\xff");
	receive_text(port, "\r\n\x11\x13\x7f\xff");
	transport_close(port);
	transport_close(board);
}

static void an_empty_port_is_no_error_and_neither_is_a_full_buffer(void **state)
{
	struct transport *board = open_board(), *port = open_port(board, &defaults);
	uint8_t storage[2];
	struct buf out = BUF_OVER(storage);

	(void)state;
	assert_int_equal(transport_read(port, 0, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(out.len, 0);
	send_text(board, "abc");
	wait_readable(port);
	buf_append(&out, "xy", 2);
	assert_int_equal(transport_read(port, 0, &out, ERR_IGNORED), STATUS_OK);
	assert_memory_equal(storage, "xy", 2);
	assert_false(out.overflow);
	receive_text(port, "abc");
	transport_close(port);
	transport_close(board);
}

static void the_descriptor_alone_tells_when_there_is_something_to_do(void **state)
{
	struct transport *board = open_board(), *port = open_port(board, &defaults);

	(void)state;
	assert_int_equal(transport_pollfd(port, false).events, POLLIN);
	assert_int_equal(transport_pollfd(port, true).events, POLLIN | POLLOUT);
	assert_true(transport_next_wakeup_us(port, 5) == CLOCK_NEVER);
	transport_close(port);
	transport_close(board);
}

static void a_device_that_does_not_read_stops_the_writer_without_an_error(void **state)
{
	static const uint8_t noise[4096];
	struct transport *board = open_board(), *port = open_port(board, &defaults);
	size_t written = 1, total = 0;

	(void)state;
	while (written > 0 && total < 16 * 1024 * 1024) {
		assert_int_equal(
			transport_write(port, 0, span_make(noise, sizeof(noise)), &written, NULL),
			STATUS_OK);
		total += written;
	}
	assert_int_equal(written, 0);
	transport_close(port);
	transport_close(board);
}

static void the_line_is_raw_8n1_at_the_speed_that_was_asked(void **state)
{
	/* None of these is a classic one but the first and the default. */
	static const uint32_t bauds[] = { 9600, 123457, 1000001, 3000000, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bauds) / sizeof(bauds[0]); i++) {
		struct transport_options options = { .baud = bauds[i] };
		struct transport *board = open_board(), *port = open_port(board, &options);
		struct termios2 settings = settings_of(transport_pollfd(port, false).fd);

		assert_int_equal(settings.c_ospeed, bauds[i] != 0 ? bauds[i] : 115200);
		assert_int_equal(settings.c_lflag, 0);
		assert_int_equal(settings.c_oflag, 0);
		assert_int_equal(settings.c_iflag, IGNBRK);
		assert_int_equal(settings.c_cc[VMIN], 0);
		assert_int_equal(settings.c_cc[VTIME], 0);
		assert_int_equal(
			settings.c_cflag & (CSIZE | PARENB | CSTOPB | CRTSCTS | HUPCL), CS8);
		assert_int_equal(settings.c_cflag & (CREAD | CLOCAL), CREAD | CLOCAL);
		transport_close(port);
		transport_close(board);
	}
}

static void handshake_is_set_when_asked(void **state)
{
	struct transport_options options = { .flow = TRANSPORT_FLOW_RTSCTS };
	struct transport *board = open_board(), *port = open_port(board, &options);
	struct termios2 settings = settings_of(transport_pollfd(port, false).fd);

	(void)state;
	assert_true((settings.c_cflag & CRTSCTS) != 0);
	transport_close(port);
	transport_close(board);
}

static void a_modem_line_that_is_not_there_can_be_kept_but_not_switched(void **state)
{
	static const struct transport_options asked[] = {
		{ .dtr = TRANSPORT_LINE_ON },
		{ .dtr = TRANSPORT_LINE_OFF },
		{ .rts = TRANSPORT_LINE_ON },
		{ .rts = TRANSPORT_LINE_OFF },
	};
	struct transport *board = open_board(), *port = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		struct err err = { 0 };

		assert_int_equal(
			serial_open(pty_slave_path(board), &asked[i], &port, &err), STATUS_USAGE);
		assert_non_null(strstr(err.message, "modem lines"));
	}
	transport_close(open_port(board, &defaults));
	transport_close(board);
}

static void close_puts_everything_back_but_the_hang_up_on_close(void **state)
{
	struct transport_options options = { .baud = 921600, .flow = TRANSPORT_FLOW_RTSCTS };
	struct transport *board = open_board(), *port;
	int beside = open_beside(board), is_exclusive = -1;
	struct termios2 before = settings_of(beside), after;

	(void)state;
	before.c_iflag = ICRNL | IXON;
	before.c_oflag = OPOST | ONLCR;
	before.c_lflag = ICANON | ECHO | ISIG;
	before.c_cflag |= HUPCL;
	before.c_cc[VMIN] = 7;
	assert_int_equal(ioctl(beside, TCSETS2, &before), 0);
	before = settings_of(beside);
	assert_true((before.c_cflag & HUPCL) != 0);

	port = open_port(board, &options);
	assert_int_equal(settings_of(beside).c_ospeed, 921600);
	assert_int_equal(ioctl(beside, TIOCGEXCL, &is_exclusive), 0);
	assert_int_equal(is_exclusive, 1);
	transport_close(port);

	after = settings_of(beside);
	before.c_cflag &= ~(tcflag_t)HUPCL;
	assert_memory_equal(&after, &before, sizeof(after));
	assert_int_equal(ioctl(beside, TIOCGEXCL, &is_exclusive), 0);
	assert_int_equal(is_exclusive, 0);
	close(beside);
	transport_close(board);
}

static void what_an_earlier_program_left_unread_is_no_reply_to_us(void **state)
{
	struct transport *board = open_board(), *port;
	struct pollfd beside = { .fd = open_beside(board), .events = POLLIN };

	(void)state;
	send_text(board, "stale");
	assert_int_equal(poll(&beside, 1, WAIT_MS), 1);
	port = open_port(board, &defaults);
	send_text(board, "fresh");
	receive_text(port, "fresh");
	transport_close(port);
	close(beside.fd);
	transport_close(board);
}

static void the_last_bytes_before_close_arrive(void **state)
{
	struct transport *board = open_board(), *port = open_port(board, &defaults);
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);

	(void)state;
	assert_int_equal(transport_read(board, 0, &out, ERR_IGNORED), STATUS_OK);
	send_text(port, "reset");
	transport_close(port);
	receive_text(board, "reset");
	transport_close(board);
}

static void a_port_that_vanishes_says_so_on_read_and_on_write(void **state)
{
	struct transport *board = open_board(), *port = open_port(board, &defaults);
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);
	struct err read_err = { 0 }, write_err = { 0 };
	char path[64];
	size_t written = 99;

	(void)state;
	snprintf(path, sizeof(path), "%s", pty_slave_path(board));
	transport_close(board);
	assert_int_equal(transport_read(port, 0, &out, &read_err), STATUS_NO_PORT);
	assert_int_equal(transport_write(port, 0, span_from_text("x"), &written, &write_err),
		STATUS_NO_PORT);
	assert_non_null(strstr(read_err.message, "went away"));
	assert_non_null(strstr(read_err.message, path));
	assert_non_null(strstr(write_err.message, "went away"));
	assert_int_equal(out.len, 0);
	transport_close(port);
}

static void what_is_no_serial_port_is_refused(void **state)
{
	static const char *const paths[] = { "/dev/null", "/dev", "/proc/self/status" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct transport *port = NULL;
		struct err err = { 0 };

		assert_int_equal(serial_open(paths[i], &defaults, &port, &err), STATUS_NO_PORT);
		assert_non_null(strstr(err.message, "is not a serial port"));
		assert_non_null(strstr(err.message, paths[i]));
		assert_null(port);
	}
}

static void a_port_that_is_not_there_is_refused_with_a_hint(void **state)
{
	static const char *const paths[] = { "/dev/no-such-port", "/dev/null/port", "" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct transport *port = NULL;
		struct err err = { 0 };

		assert_int_equal(serial_open(paths[i], &defaults, &port, &err), STATUS_NO_PORT);
		assert_non_null(strstr(err.message, "no serial port"));
		assert_non_null(strstr(err.hint, "here"));
	}
}

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
	struct transport *board = open_board(), *port = NULL;
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
	struct transport *board = open_board();
	pid_t rival = start_rival(board, HOLD_PLAIN);

	(void)state;
	stop_rival(rival);
	transport_close(open_port(board, &defaults));
	transport_close(open_port(board, &defaults));
	transport_close(board);
}

static void a_refusal_does_not_touch_the_settings_of_the_holder(void **state)
{
	struct transport_options fast = { .baud = 921600 };
	struct transport *board = open_board(), *port = open_port(board, &fast), *second = NULL;
	int fd = transport_pollfd(port, false).fd, is_exclusive = 0;

	(void)state;
	assert_int_equal(serial_open(pty_slave_path(board), &defaults, &second, ERR_IGNORED),
		STATUS_PORT_BUSY);
	assert_int_equal(settings_of(fd).c_ospeed, 921600);
	assert_int_equal(ioctl(fd, TIOCGEXCL, &is_exclusive), 0);
	assert_int_equal(is_exclusive, 1);
	transport_close(port);
	transport_close(board);
}

/* The program at the other end is the device; that it keeps the slave open too is its own affair. */
static void the_program_that_plays_the_device_is_not_in_the_way(void **state)
{
	struct transport *board = open_board(), *port;
	int beside = open_beside(board);

	(void)state;
	port = open_port(board, &defaults);
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
	struct transport *board = open_board();
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
	struct transport *board = open_board();
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
	struct transport *board = open_board();
	int beside = open_beside(board);

	(void)state;
	assert_int_equal(ioctl(beside, TIOCEXCL), 0);
	check_held_for_an_ordinary_user(board);
	close(beside);
	transport_close(board);
}

static void an_ordinary_user_is_kept_out_by_the_lock(void **state)
{
	struct transport *board = open_board();
	int beside = open_beside(board);

	(void)state;
	assert_int_equal(flock(beside, LOCK_EX | LOCK_NB), 0);
	check_held_for_an_ordinary_user(board);
	close(beside);
	transport_close(board);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_pass_both_ways_as_they_are),
		cmocka_unit_test(an_empty_port_is_no_error_and_neither_is_a_full_buffer),
		cmocka_unit_test(the_descriptor_alone_tells_when_there_is_something_to_do),
		cmocka_unit_test(a_device_that_does_not_read_stops_the_writer_without_an_error),
		cmocka_unit_test(the_line_is_raw_8n1_at_the_speed_that_was_asked),
		cmocka_unit_test(handshake_is_set_when_asked),
		cmocka_unit_test(a_modem_line_that_is_not_there_can_be_kept_but_not_switched),
		cmocka_unit_test(close_puts_everything_back_but_the_hang_up_on_close),
		cmocka_unit_test(what_an_earlier_program_left_unread_is_no_reply_to_us),
		cmocka_unit_test(the_last_bytes_before_close_arrive),
		cmocka_unit_test(a_port_that_vanishes_says_so_on_read_and_on_write),
		cmocka_unit_test(what_is_no_serial_port_is_refused),
		cmocka_unit_test(a_port_that_is_not_there_is_refused_with_a_hint),
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
