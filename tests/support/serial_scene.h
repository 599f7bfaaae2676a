/* SPDX-License-Identifier: Apache-2.0 */
/* A serial port, played by the slave side of a pseudo-terminal; its master side is the board. */
#ifndef TESTS_SUPPORT_SERIAL_SCENE_H
#define TESTS_SUPPORT_SERIAL_SCENE_H

#include "transport/serial_line.h"
#include "transport/transport.h"

/* All of these fail the test when they cannot do what they should. */

struct transport *serial_scene_open_board(void);

/* The board's port as smpctl opens it. */
struct transport *serial_scene_open_port(
	const struct transport *board, const struct transport_options *options);

/* A descriptor beside the port, to see its settings or to be in the way. */
int serial_scene_open_beside(const struct transport *board);

struct termios2 serial_scene_settings_of(int fd);

#endif
