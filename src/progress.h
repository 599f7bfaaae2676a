/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a transfer is: a bar that is drawn over itself where standard error is a terminal that can
 * do that, a line every 10 % elsewhere.
 *
 *     ██████████░░░░░░░░    56 %   252.0 KiB of 450.0 KiB    11.3 KiB/s   98 % of line    0:18 left
 *
 * The bar follows the width of the terminal. What has no room beside it is left out: first the share
 * of the line, then the size, the speed, the time, at last the bar.
 */
#ifndef SRC_PROGRESS_H
#define SRC_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The speed is that of the last seconds: steady, and true again soon after a pause. */
enum { PROGRESS_SAMPLES = 8, PROGRESS_SAMPLE_US = 1000000 };

struct progress_sample {
	uint64_t at_us, done;
};

struct progress {
	FILE *out; /* NULL: say nothing */
	bool is_terminal;
	bool is_utf8;     /* the terminal shows more than ASCII */
	bool has_colours; /* never unless the caller says so after progress_init */
	uint64_t total;   /* bytes */
	uint64_t ceiling; /* bytes per second that the line could carry; 0: not known */
	struct progress_sample samples[PROGRESS_SAMPLES]; /* the latest, in a ring */
	size_t sample_count;                              /* all that were taken */
	uint64_t shown_us;
	unsigned shown_tenths; /* lines: the last tenth that was printed */
	size_t shown_width;    /* columns of the line that is on the terminal now */
	bool has_started;
	/* Told as often as a bar would be drawn; NULL: nobody. `ctx` is handed on. */
	void (*on_move)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

/* `out` NULL or `is_quiet`: nothing is ever printed. */
void progress_init(struct progress *progress, FILE *out, bool is_quiet);

/* `start_at` bytes were there before: they do not count for the speed. */
void progress_start(struct progress *progress, uint64_t total, uint64_t start_at, uint64_t now_us);

/* A word in place of the bar, while nothing moves: "erasing ...". Elsewhere a line of its own. */
void progress_say(struct progress *progress, const char *what);

void progress_update(struct progress *progress, uint64_t done, uint64_t now_us);

/*
 * End the line, so that what is printed next begins on its own; needed after failures too. Another
 * transfer may follow.
 */
void progress_end(struct progress *progress);

#endif
