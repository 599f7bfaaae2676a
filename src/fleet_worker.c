/* SPDX-License-Identifier: Apache-2.0 */
/* One board, one thread, see fleet_worker.h. */
#include "src/fleet_worker.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "src/fleet_log.h"
#include "src/update_show.h"

/* False when the pipe is full. */
static bool tell(const struct fleet_worker *worker, struct fleet_news news)
{
	news.index = worker->index;
	while (write(worker->news_fd, &news, sizeof(news)) < 0) {
		if (errno != EINTR)
			return false;
	}
	return true;
}

/* Without this news the board would be waited for in vain; nothing of it depends on us any more. */
static void tell_end(const struct fleet_worker *worker)
{
	struct pollfd room = { .fd = worker->news_fd, .events = POLLOUT };

	while (!tell(worker, (struct fleet_news){ .event = FLEET_ENDS }))
		(void)poll(&room, 1, -1);
}

static void on_outline(void *ctx, const struct update_outline *outline)
{
	struct fleet_worker *worker = ctx;

	update_show_outline(outline, port_name(worker->port), &worker->output);
}

static void on_step(void *ctx, const struct update_plan *plan, const struct upload_item *item)
{
	struct fleet_worker *worker = ctx;

	update_show_step(plan, item, &worker->output);
	/* This one is where it starts from. */
	if (plan->step != UPDATE_INSPECT)
		tell(worker, (struct fleet_news){ .event = FLEET_STEPS, .step = plan->step });
}

static void on_move(void *ctx, uint64_t done, uint64_t total)
{
	tell(ctx, (struct fleet_news){ .event = FLEET_MOVES, .done = done, .total = total });
}

static enum status update_board(struct fleet_worker *worker)
{
	const struct fleet_board *board = worker->board;
	const struct settings *settings = &board->settings;
	struct port_config config = {
		.settings = settings,
		.output = &worker->output,
		.clock = clock_monotonic(),
		.interrupt_fd = worker->interrupt_fd,
	};
	struct update_job job = {
		.settings = settings,
		.output = &worker->output,
		.firmware = board->firmware,
		.parts = board->parts,
		.health = { settings->check, settings->check_echo, settings->check_version,
			fileno(worker->output.notes) },
		.progress = &worker->progress,
		.listener = { on_outline, on_step, worker },
	};
	enum status status = port_open(&config, &worker->port, &worker->err);

	if (status == STATUS_OK)
		status = update_run(worker->port, &job, &worker->report, &worker->err);
	port_free(worker->port);
	worker->port = NULL;
	return status;
}

/* For the report of a board that cannot even be opened; an update fills it in itself. */
static void name_target(struct fleet_worker *worker)
{
	const struct file_parts *parts = worker->board->parts;
	struct buf to = BUF_OVER(worker->report.to);

	if (parts->count > 0)
		mcuboot_version_text(&parts->parts[0]->image.version, &to);
	buf_text(&to);
}

static void *work(void *ctx)
{
	struct fleet_worker *worker = ctx;
	struct clock clock = clock_monotonic();
	uint64_t start_us = clock_now_us(&clock);

	name_target(worker);
	progress_init(&worker->progress, worker->output.notes, false);
	worker->progress.on_move = on_move;
	worker->progress.ctx = worker;
	worker->status = update_board(worker);
	/* With the time for which the port was waited for. */
	worker->report.duration_us = clock_now_us(&clock) - start_us;
	fleet_log_end(&worker->output, worker->status, &worker->report, &worker->err);
	tell_end(worker);
	return NULL;
}

static enum status start_thread(struct fleet_worker *worker)
{
	int failure;

	worker->interrupt_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (worker->interrupt_fd < 0)
		return err_set_errno(&worker->err, STATUS_INTERNAL, errno, "eventfd");
	failure = pthread_create(&worker->thread, NULL, work, worker);
	worker->is_running = failure == 0;
	if (failure == 0)
		return STATUS_OK;
	close(worker->interrupt_fd);
	return err_set_errno(&worker->err, STATUS_INTERNAL, failure, "cannot start a thread");
}

enum status fleet_worker_start(struct fleet_worker *worker, const struct fleet_board *board,
	size_t index, int news_fd, const char *log_dir)
{
	enum status status;

	worker->board = board;
	worker->index = index;
	worker->news_fd = news_fd;
	status = fleet_log_open(log_dir, index, board->name, &worker->output, &worker->err);
	if (status == STATUS_OK) {
		status = start_thread(worker);
		/* From here on what it says of itself is the thread's. */
		if (status == STATUS_OK)
			return STATUS_OK;
		fleet_log_end(&worker->output, status, &worker->report, &worker->err);
	}
	worker->status = status;
	return status;
}

void fleet_worker_interrupt(const struct fleet_worker *worker)
{
	uint64_t one = 1;

	if (worker->is_running)
		(void)!write(worker->interrupt_fd, &one, sizeof(one));
}

void fleet_worker_join(struct fleet_worker *worker)
{
	pthread_join(worker->thread, NULL);
	worker->is_running = false;
	close(worker->interrupt_fd);
}
