/* SPDX-License-Identifier: Apache-2.0 */
/* A port on a pseudo-terminal, see serial_scene.h. */
#include "tests/support/serial_scene.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <cmocka.h>

#include "transport/pty.h"
#include "transport/serial.h"

struct transport *serial_scene_open_board(void)
{
	struct transport *board = NULL;

	assert_int_equal(pty_open(NULL, &board, ERR_IGNORED), STATUS_OK);
	return board;
}

struct transport *serial_scene_open_port(
	const struct transport *board, const struct transport_options *options)
{
	struct transport *port = NULL;
	struct err err = { 0 };

	if (serial_open(pty_slave_path(board), options, &port, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return port;
}

int serial_scene_open_beside(const struct transport *board)
{
	int fd = open(pty_slave_path(board), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

struct termios2 serial_scene_settings_of(int fd)
{
	struct termios2 settings;

	assert_int_equal(ioctl(fd, TCGETS2, &settings), 0);
	return settings;
}
