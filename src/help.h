/* SPDX-License-Identifier: Apache-2.0 */
/* Help texts, made from the tables of commands and options. */
#ifndef SRC_HELP_H
#define SRC_HELP_H

#include <stdio.h>

#include "src/command.h"

/* Everything there is, on one screen. */
void help_print_overview(FILE *out);

/* One command: usage, text, its options, an example. */
void help_print_command(const struct command *command, FILE *out);

#endif
