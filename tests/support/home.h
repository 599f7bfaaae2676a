/* SPDX-License-Identifier: Apache-2.0 */
/* An empty home folder for a test: HOME leads there, and no XDG or SMPCTL variable is set. */
#ifndef TESTS_SUPPORT_HOME_H
#define TESTS_SUPPORT_HOME_H

#include <stddef.h>

/* For cmocka: set-up and tear-down; *state is the home, as the functions below take it. */
int home_open(void **state);
int home_close(void **state);

/* The path of a file in it, into `path` of 256 bytes, which is returned. */
char *home_path(const char *home, const char *name, char *path);

/* Write a file; folders above it are made. */
void home_put(const char *home, const char *name, const char *content);
void home_assert_holds(const char *home, const char *name, const char *content);

/* Files in a folder. */
size_t home_count(const char *home, const char *folder);

#endif
