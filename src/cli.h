/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: from argv to a command and back to an exit code. */
#ifndef SRC_CLI_H
#define SRC_CLI_H

/* Run one invocation of smpctl; returns the exit code. */
int cli_main(int argc, char **argv);

#endif
