/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that the program says. Results go to standard output, as text or as exactly one JSON
 * document; everything else to standard error. What came from a device or a file is escaped before
 * it is handed in here.
 */
#ifndef SRC_OUTPUT_H
#define SRC_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/span.h"
#include "src/doc.h"
#include "src/terminal.h"

struct output {
	FILE *results; /* standard output */
	FILE *notes;   /* standard error */
	bool json, quiet, verbose;
	enum terminal_colours colours;
	bool wipes_line;     /* notes come while a progress bar may stand in their line */
	const char *command; /* path of the running command, for the JSON document; may be NULL */
	const char *port;    /* the address as given; may be NULL */
	bool has_result;     /* the document has been written */
	bool has_failed; /* the result could not be written: not even the exit code may say ok */
	struct doc *unfinished; /* of output_partial_result, waits for its error; else NULL */
	/* For `expect`: the document stays behind in `kept`, and there is one without --json too. */
	bool keeps_document;
	struct doc *kept;
};

/* How a command's result struct is shown; both get a pointer to the same struct. */
struct result_printer {
	void (*text)(const void *result, FILE *out);
	void (*json)(const void *result, struct doc *object);
};

/* A text result that cannot be written is noticed when standard output is flushed (cli.c). */
void output_result(struct output *output, const struct result_printer *printer, const void *result);

/*
 * What can be said although the command fails, as it must after this: in JSON the document of the failure
 * then has both members, "result" and "error".
 */
void output_partial_result(
	struct output *output, const struct result_printer *printer, const void *result);

/*
 * "smpctl: MESSAGE" and the hint on standard error, or the JSON document of a failure. Control
 * characters, which may stand in a word of the command line, are shown as \xNN. The first word is
 * coloured where that is wished (terminal.h), and that of a warning too.
 */
void output_error(struct output *output, const struct err *err);

/* The members of an error, as in the document of a failure. */
void output_put_err(struct doc *error, const struct err *err);

/* A line on standard error: a warning, or what is being done. Not with --quiet. */
void output_note(struct output *output, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A line that only --verbose shows. */
void output_detail(struct output *output, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Is there to be colour on standard output? JSON has none, whatever is wished. */
bool output_has_colours(const struct output *output);

#endif
