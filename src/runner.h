/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries out command lines: the one of the program, or those of the shell or a script one after
 * another. Between lines the device stays open (link.h), and what the last one has answered can be
 * looked into.
 */
#ifndef SRC_RUNNER_H
#define SRC_RUNNER_H

#include <stdio.h>

#include "base/err.h"
#include "src/doc.h"
#include "src/link.h"
#include "src/settings.h"

struct runner;

struct runner_config {
	FILE *results, *notes; /* standard output and standard error */
	struct clock clock;
	/* Instead of the addresses that are given, see port.h; NULL: none. */
	enum status (*open_transport)(
		void *ctx, struct transport **ret_transport, struct err *reterr);
	void *open_ctx;
};

enum status runner_create(
	const struct runner_config *config, struct runner **ret_runner, struct err *reterr);
void runner_free(struct runner *runner); /* accepts NULL */

/*
 * Lines follow, for which these global options hold. STATUS_USAGE: they name several devices.
 * STATUS_INTERNAL: out of memory.
 */
enum status runner_expect_lines(
	struct runner *runner, const struct settings *settings, struct err *reterr);

/*
 * Run a command line, given without the program's name. Results and errors are printed; `where` is put
 * before an error ("FILE:LINE"), NULL: nothing. Returns the exit code (cli.md "Exit codes").
 */
int runner_run(struct runner *runner, const char *where, int count, char **words);

/* The same for a line that could not even be split: print the error, return its exit code. */
int runner_fail(struct runner *runner, const char *where, const struct err *err);

/* A remark on a line, as output_note. */
void runner_note(struct runner *runner, const char *where, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Never NULL. */
struct link *runner_link(struct runner *runner);

/* The global options that hold for the lines. */
const struct settings *runner_settings(const struct runner *runner);

/* The document of the last command that had one; NULL: none had. */
struct doc *runner_last_document(struct runner *runner);

/*
 * For the commands of lines: these global options hold from now on; open the device that they mean;
 * no other line is to be read.
 */
enum status runner_set(struct runner *runner, const struct settings *settings, struct err *reterr);
enum status runner_connect(struct runner *runner, struct err *reterr);
void runner_leave(struct runner *runner);

/* The lines come from standard input: it is no command's to read. */
void runner_take_input(struct runner *runner);
bool runner_has_taken_input(const struct runner *runner);
bool runner_wants_to_leave(const struct runner *runner);

#endif
