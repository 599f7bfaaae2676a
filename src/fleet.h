/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Updates of several boards side by side. Each board has a thread of its own (fleet_worker.h), and
 * this is who says when it begins.
 *
 *   Ctrl-C once    what runs is finished, nothing new is started
 *   twice          what runs is interrupted, as a single update is
 */
#ifndef SRC_FLEET_H
#define SRC_FLEET_H

#include "src/update.h"

enum {
	FLEET_BOARDS_MAX = 256,
	FLEET_JOBS_DEFAULT = 32,
};

enum fleet_state {
	FLEET_WAITS,
	FLEET_WORKS,
	FLEET_ENDED,
	FLEET_SKIPPED, /* never started: a canary or too many others failed, or Ctrl-C */
};

struct fleet_board {
	const char *name;         /* its address, as given or as found */
	struct settings settings; /* its own: the port, and what its line of a list says */
	const char *file;
	const struct firmware *firmware;
	const struct file_parts *parts; /* checked */

	/* Only the fleet writes these; `report` and `err` are valid when it has ended. */
	enum fleet_state state;
	enum update_step step;
	uint64_t done, total; /* bytes of the upload under way; total 0: none is */
	enum status status;
	struct update_report report;
	struct err err;
};

struct fleet_config {
	struct fleet_board *boards;
	size_t count;
	unsigned jobs;     /* boards at a time; 0: FLEET_JOBS_DEFAULT */
	unsigned canaries; /* the first so many must succeed before the others begin */
	bool has_max_failures;
	unsigned max_failures; /* when more have failed no other is started */
	const char *log_dir;   /* one file per board in there; NULL: no logs */
	int interrupt_fd;      /* see client.h */
	/* Called in the caller's thread when something about a board has changed; may be NULL. */
	void (*on_change)(void *ctx, const struct fleet_board *board);
	/* The same for the first Ctrl-C: nothing new is started from now on. */
	void (*on_stop)(void *ctx);
	void *ctx;
};

/*
 * Update them all. STATUS_OK when every board is; the status of the only one, or of all that failed
 * alike; STATUS_INTERRUPTED when Ctrl-C has kept one from it; STATUS_PARTIAL when some failed or were
 * skipped. STATUS_INTERNAL, STATUS_USAGE (log_dir): nothing was done.
 */
enum status fleet_run(const struct fleet_config *config, struct err *reterr);

/* How many are in this state, and of those that ended how many failed. */
size_t fleet_count(const struct fleet_config *config, enum fleet_state state);
size_t fleet_count_failed(const struct fleet_config *config);

#endif
