/* SPDX-License-Identifier: Apache-2.0 */
/* Touch and break, on a pseudo-terminal: it has a speed, but no modem lines and no break. */
#include "transport/serial_signal.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "transport/pty.h"
#include "transport/serial.h"
#include "transport/serial_holder.h"
#include "transport/serial_line.h"

static const struct transport_options defaults = { 0 };

static struct transport *open_board(void)
{
	struct transport *board = NULL;

	assert_int_equal(pty_open(NULL, &board, ERR_IGNORED), STATUS_OK);
	return board;
}

/* As the board sees it: both ends of a pseudo-terminal share one set of settings. */
static struct termios2 settings_of(const struct transport *board)
{
	int fd = open(pty_slave_path(board), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct termios2 settings;

	assert_true(fd >= 0);
	assert_int_equal(ioctl(fd, TCGETS2, &settings), 0);
	close(fd);
	return settings;
}

static void a_touch_leaves_1200_baud_and_modem_lines_that_drop(void **state)
{
	struct transport *board = open_board();
	struct termios2 settings;

	(void)state;
	assert_int_not_equal(settings_of(board).c_ospeed, 1200);
	assert_int_equal(serial_signal_touch(pty_slave_path(board), ERR_IGNORED), STATUS_OK);
	settings = settings_of(board);
	assert_int_equal(settings.c_ospeed, 1200);
	assert_int_equal(settings.c_ispeed, 1200);
	assert_true((settings.c_cflag & HUPCL) != 0);
	transport_close(board);
}

static void after_a_touch_the_port_is_free_and_opens_as_ever(void **state)
{
	struct transport_options options = { .baud = 57600 };
	struct transport *board = open_board(), *port = NULL;
	struct pollfd fd;
	struct termios2 settings;

	(void)state;
	assert_int_equal(serial_signal_touch(pty_slave_path(board), ERR_IGNORED), STATUS_OK);
	assert_int_equal(
		serial_open(pty_slave_path(board), &options, &port, ERR_IGNORED), STATUS_OK);
	fd = transport_pollfd(port, false);
	assert_int_equal(ioctl(fd.fd, TCGETS2, &settings), 0);
	assert_int_equal(settings.c_ospeed, 57600);
	assert_true((settings.c_cflag & HUPCL) == 0);
	transport_close(port);
	transport_close(board);
}

static void a_break_sends_no_byte(void **state)
{
	struct transport *board = open_board();
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);

	(void)state;
	assert_int_equal(serial_signal_break(pty_slave_path(board), ERR_IGNORED), STATUS_OK);
	assert_int_equal(transport_read(board, 0, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(out.len, 0);
	transport_close(board);
}

static void a_held_port_is_signalled_nothing(void **state)
{
	struct transport *board = open_board();
	int fd = open(pty_slave_path(board), O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	assert_int_equal(serial_signal_touch(pty_slave_path(board), ERR_IGNORED), STATUS_PORT_BUSY);
	assert_int_equal(serial_signal_break(pty_slave_path(board), ERR_IGNORED), STATUS_PORT_BUSY);
	assert_int_not_equal(settings_of(board).c_ospeed, 1200);
	close(fd);
	transport_close(board);
}

static void what_is_no_port_is_refused(void **state)
{
	static const char *const paths[] = { "/dev/null", "/dev/no-such-port", "/tmp" };

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_int_equal(serial_signal_touch(paths[i], ERR_IGNORED), STATUS_NO_PORT);
		assert_int_equal(serial_signal_break(paths[i], ERR_IGNORED), STATUS_NO_PORT);
	}
}

static void who_holds_a_port_is_found_by_its_path(void **state)
{
	struct transport *board = open_board(), *port = NULL;
	struct serial_holder holder;

	(void)state;
	assert_false(serial_holder_of(pty_slave_path(board), &holder));
	assert_int_equal(
		serial_open(pty_slave_path(board), &defaults, &port, ERR_IGNORED), STATUS_OK);
	assert_true(serial_holder_of(pty_slave_path(board), &holder));
	assert_int_equal(holder.pid, getpid());
	assert_true(holder.is_self);
	assert_false(serial_holder_of("/dev/no-such-port", &holder));
	transport_close(port);
	transport_close(board);
}

static void a_process_is_named_by_its_number(void **state)
{
	struct serial_holder holder = serial_holder_by_pid(getpid());

	(void)state;
	assert_true(holder.is_self);
	/* The kernel keeps fifteen characters of a name. */
	assert_memory_equal(holder.program, "test_serial_sig", 15);
	assert_string_equal(serial_holder_by_pid(0x7fffffff).program, "a program");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_touch_leaves_1200_baud_and_modem_lines_that_drop),
		cmocka_unit_test(after_a_touch_the_port_is_free_and_opens_as_ever),
		cmocka_unit_test(a_break_sends_no_byte),
		cmocka_unit_test(a_held_port_is_signalled_nothing),
		cmocka_unit_test(what_is_no_port_is_refused),
		cmocka_unit_test(who_holds_a_port_is_found_by_its_path),
		cmocka_unit_test(a_process_is_named_by_its_number),
	};

	return cmocka_run_group_tests_name("serial_signal", tests, NULL, NULL);
}
