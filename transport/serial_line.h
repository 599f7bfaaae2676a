/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of a line: raw 8N1 at any baud rate, handshake, modem lines, latency. What was found
 * is kept and put back. Also used by pty.c, for both ends of a pseudo-terminal share one set of
 * settings.
 *
 * Uses the kernel's termios2, the only one that takes any baud rate; <termios.h> must not be
 * included beside it, as both define struct termios.
 */
#ifndef TRANSPORT_SERIAL_LINE_H
#define TRANSPORT_SERIAL_LINE_H

#include <asm/termbits.h>

#include "transport/transport.h"

struct serial_line {
	bool is_saved;
	struct termios2 saved;    /* as found */
	bool has_set_low_latency; /* the driver's flag was clear and we set it */
};

/* Read the settings as they are. Errors: STATUS_NO_PORT when `fd` is not a terminal that works. */
enum status serial_line_save(
	struct serial_line *line, int fd, const char *path, struct err *reterr);

/*
 * Make the line what `options` ask for and throw away what arrived earlier. Errors: STATUS_USAGE
 * when the driver cannot do it, STATUS_NO_PORT when the device went away.
 */
enum status serial_line_configure(struct serial_line *line, int fd, const char *path,
	const struct transport_options *options, struct err *reterr);

/* Put everything back, except that DTR and RTS stay as they are. Never waits. */
void serial_line_restore(struct serial_line *line, int fd);

/* Raw 8N1 for the terminal at `fd`, its speed left as it is; false with errno set. */
bool serial_line_make_raw(int fd);

/* Only the speed, and the modem lines to be dropped at close; false with errno set. */
bool serial_line_set_speed(int fd, uint32_t baud);

#endif
