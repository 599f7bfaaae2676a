/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: from argv to a command and back to an exit code. */
#ifndef SRC_CLI_H
#define SRC_CLI_H

#include <stdio.h>

/*
 * Run one invocation of smpctl; results go to `results` (standard output), everything else to
 * `notes` (standard error). Returns the exit code (cli.md "Exit codes").
 */
int cli_run(int argc, char **argv, FILE *results, FILE *notes);

#endif
