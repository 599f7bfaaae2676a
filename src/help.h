/* SPDX-License-Identifier: Apache-2.0 */
/* Help texts, made from the tables of commands and options. */
#ifndef SRC_HELP_H
#define SRC_HELP_H

#include <stdio.h>

#include "src/command.h"
#include "src/output.h"

/* Everything there is, on one screen. */
void help_print_overview(FILE *out);

/* The commands that begin with this word. */
void help_print_family(const char *word, FILE *out);

/* One command: usage, text, its options, an example. */
void help_print_command(const struct command *command, FILE *out);

/* The same on a screen of 80 columns and 24 lines: of many options only the names. */
void help_print_screen(const struct command *command, FILE *out);

/*
 * The help as the result of an invocation: of `command`, else of `family`, else of everything (both
 * NULL). In JSON it is the member "text". Of a command on one screen, as --help shows it, or whole,
 * as `help` does. STATUS_INTERNAL: out of memory.
 */
enum status help_show(struct output *output, const struct command *command, const char *family,
	struct err *reterr);
enum status help_show_whole(struct output *output, const struct command *command,
	const char *family, struct err *reterr);

#endif
