/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Global options that outlive the command line that they stood on. What a single command takes is as if
 * it had not been given.
 */
#ifndef SRC_SETTINGS_COPY_H
#define SRC_SETTINGS_COPY_H

#include "src/settings.h"

struct settings_copy {
	struct settings settings;
	char *texts[SETTINGS_OPTIONS_MAX]; /* by the option's place in the table; owned */
};

/* STATUS_INTERNAL: out of memory; *ret_copy is empty then. */
enum status settings_copy_make(
	const struct settings *settings, struct settings_copy *ret_copy, struct err *reterr);

/* Of one that was made, or of zeros. */
void settings_copy_clear(struct settings_copy *copy);

/* Do both lead to the same device in the same way? Connection profiles must be resolved before. */
bool settings_same_connection(const struct settings *a, const struct settings *b);

#endif
