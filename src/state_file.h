/* SPDX-License-Identifier: Apache-2.0 */
/* Where smpctl keeps what it remembers by itself: $XDG_STATE_HOME/smpctl, default ~/.local/state. */
#ifndef SRC_STATE_FILE_H
#define SRC_STATE_FILE_H

#include <stddef.h>

#include "base/err.h"

/*
 * The path of a file there, into `path` of `size` bytes; the folders above it are made (0700).
 * STATUS_USAGE: there is no home, or the path is too long. STATUS_BAD_FILE: a folder cannot be made.
 */
enum status state_file_path(const char *name, char *path, size_t size, struct err *reterr);

#endif
