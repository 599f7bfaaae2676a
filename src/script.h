/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of commands, from a file or from standard input:
 *
 *     # a comment                      words as in sh, ${NAME} from the environment (words.h)
 *     image upload ${FIRMWARE}         a command, without the leading "smpctl"
 *     - image erase                    one that may fail
 *     ! make flash                     a command of this machine, for sh
 */
#ifndef SRC_SCRIPT_H
#define SRC_SCRIPT_H

#include "src/runner.h"

struct script {
	const char *path; /* NULL: standard input */
	bool keeps_going; /* behind a line that fails */
	bool must_speak;  /* a script without any command is a wrong command line */
};

/*
 * Run it to its end, or to the first line that fails. Errors are printed. Returns the exit code of the
 * first line that failed, 0 when none did. Ctrl-C ends every script.
 */
int script_run(const struct script *script, struct runner *runner);

/* Whoever types lines has more of them. */
struct script_line {
	const char *where; /* before an error: "FILE:LINE"; NULL: nothing */
	bool has_input;    /* standard input is for commands of this machine */
	/* Set by script_run_line: */
	bool is_empty;
	bool may_fail;
};

/* Run one line; returns its exit code, also of one that may fail. */
int script_run_line(struct script_line *line, const char *text, struct runner *runner);

#endif
