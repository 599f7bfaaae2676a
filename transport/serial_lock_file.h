/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock files of UUCP's days, LCK..ttyACM0, by which minicom, cu, mgetty and others lay claim to
 * a serial port. We honour them and make none: flock and TIOCEXCL say it better.
 */
#ifndef TRANSPORT_SERIAL_LOCK_FILE_H
#define TRANSPORT_SERIAL_LOCK_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* Where they are looked for when nothing else is said. */
#define SERIAL_LOCK_FOLDER "/run/lock"

/*
 * Has a living process, other than this one, laid claim to the port at `path` with a file in
 * `folder`? Its number may stand there in digits or as the bytes of an int. A file whose process is
 * no more, or that holds no number, is a leftover and counts for nothing.
 */
bool serial_lock_file_find(
	const char *folder, const char *path, pid_t *ret_pid, char ret_lock_path[PATH_MAX]);

#endif
