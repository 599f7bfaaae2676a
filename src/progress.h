/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a transfer is: a bar that is drawn over itself where standard error is a terminal, a line
 * every 10 % elsewhere.
 */
#ifndef SRC_PROGRESS_H
#define SRC_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
	FILE *out; /* NULL: say nothing */
	bool is_terminal;
	bool is_utf8;      /* the terminal shows more than ASCII */
	uint64_t total;    /* bytes */
	uint64_t ceiling;  /* bytes per second that the line could carry; 0: not known */
	uint64_t start_at; /* bytes that were there at the start: they do not count for the speed */
	uint64_t start_us, shown_us;
	unsigned shown_tenths; /* lines: the last tenth that was printed */
	bool has_started;
};

/* `out` NULL or `is_quiet`: nothing is ever printed. */
void progress_init(struct progress *progress, FILE *out, bool is_quiet);

void progress_start(struct progress *progress, uint64_t total, uint64_t start_at, uint64_t now_us);

/* A word in place of the bar, while nothing moves: "erasing". Shown on terminals only. */
void progress_say(struct progress *progress, const char *what);

void progress_update(struct progress *progress, uint64_t done, uint64_t now_us);

/* End the line, so that what is printed next begins on its own; needed after failures too. */
void progress_end(struct progress *progress);

#endif
