/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The thread that updates one board of a fleet, with a port, a client and an output of its own. It
 * shares nothing with the others but the firmware, which is only read, and a pipe through which it
 * tells its news: so no board's failure, unplugging or silence touches another.
 */
#ifndef SRC_FLEET_WORKER_H
#define SRC_FLEET_WORKER_H

#include <pthread.h>

#include "src/fleet.h"

/* What is read from the pipe: shorter than PIPE_BUF, so it arrives whole. */
struct fleet_news {
	size_t index; /* of the board */
	enum fleet_event {
		FLEET_STEPS, /* a step begins */
		FLEET_MOVES, /* of an upload there is more */
		FLEET_ENDS,  /* the thread has nothing more to do and can be joined */
	} event;
	enum update_step step;
	uint64_t done, total;
};

struct fleet_worker {
	const struct fleet_board *board;
	size_t index;
	int news_fd;
	pthread_t thread;
	bool is_running;
	int interrupt_fd; /* an eventfd */
	struct output output;
	struct progress progress;
	struct port *port;
	/* Valid when it was joined, or could not be started. */
	enum status status;
	struct update_report report;
	struct err err;
};

/*
 * Begin the update. `news_fd` does not block: when nobody takes the news, what is not the end is
 * dropped rather than to let a board wait for a terminal. STATUS_USAGE (the log cannot be written),
 * STATUS_INTERNAL: worker->err says why nothing was begun.
 */
enum status fleet_worker_start(struct fleet_worker *worker, const struct fleet_board *board,
	size_t index, int news_fd, const char *log_dir);

/* Ctrl-C for this one. */
void fleet_worker_interrupt(const struct fleet_worker *worker);

/* Wait for its end, which FLEET_ENDS has told. */
void fleet_worker_join(struct fleet_worker *worker);

#endif
