/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line typed by a person: begin it, feed it whenever standard input can be read, hide it while
 * something else is printed. By readline, or by the terminal alone where it was built without
 * (SMPCTL_READLINE); whoever uses it sees no difference but fewer keys.
 */
#ifndef SRC_SHELL_LINE_H
#define SRC_SHELL_LINE_H

#include <stdio.h>

#include "base/err.h"
#include "src/candidates.h"

struct shell_line;

struct shell_line_config {
	FILE *out;                /* the terminal */
	const char *history_path; /* NULL: the history is not kept; must live as long as the line */
	/* What could stand in place of `word`, behind `before`. */
	void (*complete)(
		void *ctx, const char *before, const char *word, struct candidates *ret_candidates);
	void *ctx;
};

/* There can be one at a time. STATUS_INTERNAL: out of memory. */
enum status shell_line_open(
	const struct shell_line_config *config, struct shell_line **ret_line, struct err *reterr);
void shell_line_close(struct shell_line *line); /* accepts NULL */

void shell_line_begin(struct shell_line *line, const char *prompt);

enum shell_line_state {
	SHELL_LINE_TYPING,
	SHELL_LINE_ENTERED, /* the terminal is as it was before shell_line_begin */
	SHELL_LINE_ENDED,   /* the same; Ctrl-D, or the terminal is gone */
};

/* Standard input can be read. *ret_text: what was entered, valid until the next shell_line_begin. */
enum shell_line_state shell_line_feed(struct shell_line *line, const char **ret_text);

/*
 * A signal may have come: the terminal has another size, or the program is to be stopped for a while. While a
 * line is typed they wait for this call, and the descriptor can be read as long as one does; -1: there
 * is none to wait for.
 */
int shell_line_signal_fd(const struct shell_line *line);
void shell_line_heed_signals(struct shell_line *line);

/* Make room for other output, and show prompt and text again behind it. */
void shell_line_hide(struct shell_line *line);
void shell_line_show(struct shell_line *line, const char *prompt);

/* Ctrl-C: what was typed does not count; shell_line_begin comes next. */
void shell_line_discard(struct shell_line *line);

/* Put a line that was entered into the history, here and in the file. */
void shell_line_remember(struct shell_line *line, const char *text);

#endif
