/* SPDX-License-Identifier: Apache-2.0 */
/* Which board of a fleet begins when, see fleet.h. */
#include "src/fleet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "src/fleet_log.h"
#include "src/fleet_worker.h"
#include "src/interrupt.h"

enum { REASONS_MAX = 128 };

struct fleet {
	const struct fleet_config *config;
	struct fleet_worker *workers;
	int pipe[2]; /* of struct fleet_news */
	unsigned interruptions;
};

size_t fleet_count(const struct fleet_config *config, enum fleet_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < config->count; i++)
		count += config->boards[i].state == state;
	return count;
}

static bool has_failed(const struct fleet_board *board)
{
	return board->state == FLEET_ENDED && board->status != STATUS_OK;
}

size_t fleet_count_failed(const struct fleet_config *config)
{
	size_t count = 0;

	for (size_t i = 0; i < config->count; i++)
		count += has_failed(&config->boards[i]);
	return count;
}

static void change(const struct fleet *fleet, size_t index)
{
	const struct fleet_config *config = fleet->config;

	if (config->on_change != NULL)
		config->on_change(config->ctx, &config->boards[index]);
}

static void end_board(struct fleet *fleet, size_t index, enum fleet_state state)
{
	struct fleet_board *board = &fleet->config->boards[index];
	const struct fleet_worker *worker = &fleet->workers[index];

	board->state = state;
	board->status = worker->status;
	board->report = worker->report;
	board->err = worker->err;
	change(fleet, index);
}

static void start(struct fleet *fleet, size_t index)
{
	struct fleet_board *board = &fleet->config->boards[index];

	board->state = FLEET_WORKS;
	board->step = UPDATE_INSPECT;
	if (fleet_worker_start(&fleet->workers[index], board, index, fleet->pipe[1],
		    fleet->config->log_dir) == STATUS_OK)
		change(fleet, index);
	else
		end_board(fleet, index, FLEET_ENDED);
}

static bool has_canary_failed(const struct fleet_config *config)
{
	for (size_t i = 0; i < config->canaries && i < config->count; i++) {
		if (has_failed(&config->boards[i]))
			return true;
	}
	return false;
}

static bool have_canaries_ended(const struct fleet_config *config)
{
	for (size_t i = 0; i < config->canaries && i < config->count; i++) {
		if (config->boards[i].state != FLEET_ENDED)
			return false;
	}
	return true;
}

static bool have_too_many_failed(const struct fleet_config *config)
{
	return config->has_max_failures && fleet_count_failed(config) > config->max_failures;
}

/* Nothing new is started any more. */
static bool has_stopped(const struct fleet *fleet)
{
	return fleet->interruptions > 0 || has_canary_failed(fleet->config) ||
	       have_too_many_failed(fleet->config);
}

static void start_what_may(struct fleet *fleet)
{
	const struct fleet_config *config = fleet->config;
	unsigned jobs = config->jobs > 0 ? config->jobs : FLEET_JOBS_DEFAULT;

	for (size_t i = 0; i < config->count; i++) {
		if (config->boards[i].state != FLEET_WAITS)
			continue;
		if (has_stopped(fleet)) {
			end_board(fleet, i, FLEET_SKIPPED);
			continue;
		}
		if (fleet_count(config, FLEET_WORKS) >= jobs ||
			(i >= config->canaries && !have_canaries_ended(config)))
			return;
		start(fleet, i);
	}
}

static void hear(struct fleet *fleet)
{
	struct fleet_news news;
	struct fleet_board *board;

	if (read(fleet->pipe[0], &news, sizeof(news)) != sizeof(news))
		return;
	board = &fleet->config->boards[news.index];
	switch (news.event) {
	case FLEET_STEPS:
		board->step = news.step;
		board->done = board->total = 0;
		change(fleet, news.index);
		break;
	case FLEET_MOVES:
		board->done = news.done;
		board->total = news.total;
		change(fleet, news.index);
		break;
	case FLEET_ENDS:
		fleet_worker_join(&fleet->workers[news.index]);
		end_board(fleet, news.index, FLEET_ENDED);
		break;
	}
}

/* The first one only stops what has not begun. */
static void interrupt(struct fleet *fleet)
{
	const struct fleet_config *config = fleet->config;

	fleet->interruptions++;
	if (fleet->interruptions == 1 && config->on_stop != NULL)
		config->on_stop(config->ctx);
	for (size_t i = 0; fleet->interruptions > 1 && i < config->count; i++)
		fleet_worker_interrupt(&fleet->workers[i]);
}

static void run(struct fleet *fleet)
{
	struct pollfd fds[] = {
		{ .fd = fleet->pipe[0], .events = POLLIN },
		{ .fd = fleet->config->interrupt_fd, .events = POLLIN },
	};

	start_what_may(fleet);
	while (fleet_count(fleet->config, FLEET_WORKS) > 0) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[1].revents != 0 && interrupt_take(fleet->config->interrupt_fd))
			interrupt(fleet);
		if (fds[0].revents != 0)
			hear(fleet);
		start_what_may(fleet);
	}
}

/* The status that all boards have ended with; else some are well, and some are not. */
static enum status find_common(const struct fleet_config *config)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct fleet_board *board = &config->boards[i];

		if (board->state != FLEET_ENDED || board->status != config->boards[0].status)
			return STATUS_PARTIAL;
	}
	return config->boards[0].status;
}

/* Has Ctrl-C kept any board from its update? */
static bool was_broken_off(const struct fleet *fleet)
{
	for (size_t i = 0; fleet->interruptions > 0 && i < fleet->config->count; i++) {
		const struct fleet_board *board = &fleet->config->boards[i];

		if (board->state == FLEET_SKIPPED || board->status == STATUS_INTERRUPTED)
			return true;
	}
	return false;
}

static enum status judge(const struct fleet *fleet, struct err *reterr)
{
	const struct fleet_config *config = fleet->config;
	size_t failed = fleet_count_failed(config);
	size_t skipped = fleet_count(config, FLEET_SKIPPED);
	char storage[REASONS_MAX];
	struct buf reasons = BUF_OVER(storage);

	if (failed + skipped == 0)
		return STATUS_OK;
	if (config->count == 1) {
		*reterr = config->boards[0].err;
		return reterr->status;
	}
	if (failed > 0)
		buf_format(&reasons, "%zu failed", failed);
	if (skipped > 0)
		buf_format(&reasons, "%s%zu not started%s", failed > 0 ? ", " : "", skipped,
			has_canary_failed(config)      ? " because a canary failed"
			: have_too_many_failed(config) ? " because too many failed"
						       : "");
	err_set(reterr, was_broken_off(fleet) ? STATUS_INTERRUPTED : find_common(config),
		"%zu of %zu boards are not updated: %s", failed + skipped, config->count,
		buf_text(&reasons));
	return err_hint(reterr, "the same command goes on with those");
}

static enum status begin(struct fleet *fleet, struct err *reterr)
{
	const struct fleet_config *config = fleet->config;

	if (pipe2(fleet->pipe, O_CLOEXEC) != 0 || fcntl(fleet->pipe[1], F_SETFL, O_NONBLOCK) != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "pipe");
	fleet->workers = calloc(config->count, sizeof(*fleet->workers));
	if (fleet->workers == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	return config->log_dir != NULL ? fleet_log_make_folder(config->log_dir, reterr) : STATUS_OK;
}

static void end(struct fleet *fleet)
{
	free(fleet->workers);
	for (size_t i = 0; i < 2; i++) {
		if (fleet->pipe[i] >= 0)
			close(fleet->pipe[i]);
	}
}

enum status fleet_run(const struct fleet_config *config, struct err *reterr)
{
	struct fleet fleet = { .config = config, .pipe = { -1, -1 } };
	enum status status = begin(&fleet, reterr);

	if (status == STATUS_OK) {
		run(&fleet);
		status = judge(&fleet, reterr);
	}
	end(&fleet);
	return status;
}
