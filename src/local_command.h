/* SPDX-License-Identifier: Apache-2.0 */
/* Commands of this machine in the lines of the shell and of scripts: "!make flash". */
#ifndef SRC_LOCAL_COMMAND_H
#define SRC_LOCAL_COMMAND_H

#include <stdbool.h>

struct local_command {
	const char *text;     /* for sh */
	bool has_input;       /* standard input is for it; false: the lines come from there */
	bool output_is_taken; /* standard output is for documents: it writes to standard error */
};

/*
 * Run it to its end. Returns its exit code, 128 and the signal's number where one has ended it, 127 where
 * it cannot be run.
 */
int local_command_run(const struct local_command *command);

#endif
