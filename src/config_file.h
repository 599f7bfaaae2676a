/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files in which smpctl keeps what the user told it: where they lie, and how one is changed so that
 * it is the old one or the new one at any moment, whoever else changes it at the same time.
 */
#ifndef SRC_CONFIG_FILE_H
#define SRC_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"

/*
 * $XDG_CONFIG_HOME/smpctl/NAME (default ~/.config), into `path` of `size` bytes. STATUS_USAGE: there
 * is no home, or the path is too long.
 */
enum status config_file_path(const char *name, char *path, size_t size, struct err *reterr);

/* ~/NAME, another program's file. */
enum status config_file_home_path(const char *name, char *path, size_t size, struct err *reterr);

/*
 * Wait until nobody else changes the files of that folder; it is made (0700) when it is not there.
 * To be given to config_file_unlock. STATUS_BAD_FILE: the folder cannot be made or opened.
 */
enum status config_file_lock(const char *path, int *ret_lock, struct err *reterr);
void config_file_unlock(int lock);

/* Writes the new content; false: it cannot be made or written. */
typedef bool config_file_writer(const void *content, FILE *out);

/*
 * Put what `write` writes in the place of a file. Its mode stays, a new one is for this user only
 * (0600); where the path is a symbolic link, the file behind it is replaced. STATUS_BAD_FILE: it
 * cannot be written; the old one stays.
 */
enum status config_file_replace(
	const char *path, config_file_writer *write, const void *content, struct err *reterr);

#endif
