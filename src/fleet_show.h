/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fleet while it works: on a terminal one line per board, drawn over itself; elsewhere a JSON line
 * for everything that happens, for the logs of test rigs.
 */
#ifndef SRC_FLEET_SHOW_H
#define SRC_FLEET_SHOW_H

#include <stdio.h>

#include "src/fleet.h"

struct fleet_show {
	FILE *out; /* NULL: nothing is shown */
	bool is_terminal;
	const struct fleet_board *boards;
	size_t count;
	struct clock clock; /* the machine's, unless a test puts another in */
	uint64_t shown_us;
	bool has_stopped;
	FILE *stop_out; /* where a stop is told though nothing else is shown; NULL: nowhere */
	size_t name_width;
	size_t *widths;   /* of the lines that are on the terminal now, in columns */
	size_t lines;     /* how many of these there are */
	unsigned *tenths; /* of each board's upload, that a JSON line has told */
};

/* STATUS_INTERNAL: out of memory. Give back with fleet_show_end. */
enum status fleet_show_begin(struct fleet_show *show, FILE *out, bool is_quiet,
	const struct fleet_board *boards, size_t count, struct err *reterr);

/* As fleet_config.on_change and on_stop; `ctx` is the show. */
void fleet_show_change(void *ctx, const struct fleet_board *board);
void fleet_show_stop(void *ctx);

/* The last state stays on the terminal. */
void fleet_show_end(struct fleet_show *show);

#endif
