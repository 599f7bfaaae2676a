/* SPDX-License-Identifier: Apache-2.0 */
/* A board for which no time passes, see quick_board.h. */
#include "bench/quick_board.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fakedev/fakedev.h"
#include "transport/pty.h"

enum { START_US = 1000 * 1000, BYTES_MAX = 16 * 1024 };

struct serving {
	struct fakedev *board;
	struct transport *port;
	uint64_t now_us; /* moves on when the board wants it to */
	struct buf from_host, to_host;
	uint8_t from_host_bytes[BYTES_MAX], to_host_bytes[BYTES_MAX];
};

/* Let all happen that happens by itself. True when the board has left something for the host. */
static bool let_happen(struct serving *serving)
{
	struct buf *out = &serving->to_host;
	size_t room = out->cap - out->len;
	uint8_t *to = buf_reserve(out, room);
	size_t len = 0;

	while (to != NULL && room > 0) {
		uint64_t next_us = fakedev_next_wakeup_us(serving->board, serving->now_us);

		len = fakedev_tx(serving->board, to, room, serving->now_us);
		if (len > 0 || next_us == CLOCK_NEVER)
			break;
		serving->now_us = next_us > serving->now_us ? next_us : serving->now_us + 1;
	}
	buf_commit(out, len);
	return len > 0;
}

static enum status write_to_host(struct serving *serving, struct err *reterr)
{
	size_t written = 0;
	enum status status = STATUS_OK;

	if (serving->to_host.len > 0)
		status = transport_write(serving->port, serving->now_us,
			buf_span(&serving->to_host), &written, reterr);
	buf_consume(&serving->to_host, written);
	return status;
}

static enum status pump(struct serving *serving, struct err *reterr)
{
	enum status status =
		transport_read(serving->port, serving->now_us, &serving->from_host, reterr);
	size_t taken;

	if (status != STATUS_OK)
		return status;
	do {
		taken = fakedev_rx(serving->board, buf_span(&serving->from_host), serving->now_us);
		buf_consume(&serving->from_host, taken);
	} while (let_happen(serving) || (taken > 0 && serving->from_host.len > 0));
	return write_to_host(serving, reterr);
}

/* Until the leash is let go. */
static enum status serve(struct serving *serving, int leash_fd, struct err *reterr)
{
	enum status status = STATUS_OK;

	while (status == STATUS_OK) {
		struct pollfd fds[] = {
			{ .fd = leash_fd, .events = POLLIN },
			transport_pollfd(serving->port, serving->to_host.len > 0),
		};
		uint64_t next_us = transport_next_wakeup_us(serving->port, serving->now_us);

		if (poll(fds, 2, next_us == CLOCK_NEVER ? -1 : 1) < 0 && errno != EINTR)
			return err_set_errno(reterr, STATUS_INTERNAL, errno, "poll");
		if (fds[0].revents != 0)
			return STATUS_OK;
		if (next_us != CLOCK_NEVER)
			serving->now_us += 1000;
		status = pump(serving, reterr);
	}
	return status;
}

static enum status open_serving(const struct fakedev_config *config, struct serving *serving,
	int port_fd, struct err *reterr)
{
	const char *path;
	enum status status = fakedev_create(config, START_US, &serving->board, reterr);

	serving->now_us = START_US;
	serving->from_host = BUF_OVER(serving->from_host_bytes);
	serving->to_host = BUF_OVER(serving->to_host_bytes);
	if (status == STATUS_OK)
		status = pty_open(NULL, &serving->port, reterr);
	if (status != STATUS_OK)
		return status;
	path = pty_slave_path(serving->port);
	if (write(port_fd, path, strlen(path)) != (ssize_t)strlen(path))
		status = err_set_errno(reterr, STATUS_INTERNAL, errno, "pipe");
	close(port_fd);
	return status;
}

/* The life of the board's process. */
static int run(const struct fakedev_config *config, int port_fd, int leash_fd)
{
	struct serving *serving = calloc(1, sizeof(*serving));
	struct err err = { 0 };
	const char *complaint;
	enum status status;

	if (serving == NULL)
		return EXIT_FAILURE;
	status = open_serving(config, serving, port_fd, &err);
	if (status == STATUS_OK)
		status = serve(serving, leash_fd, &err);
	if (status != STATUS_OK)
		fprintf(stderr, "bench: board: %s\n", err.message);
	complaint = serving->board != NULL ? fakedev_complaint(serving->board, 0) : NULL;
	if (complaint != NULL)
		fprintf(stderr, "bench: the board complains: %s\n", complaint);
	transport_close(serving->port);
	fakedev_destroy(serving->board);
	free(serving);
	return status == STATUS_OK && complaint == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}

static enum status wait_for_end(pid_t pid, struct err *reterr)
{
	int wait_status = -1;

	while (waitpid(pid, &wait_status, 0) < 0) {
		if (errno != EINTR)
			return err_set_errno(reterr, STATUS_INTERNAL, errno, "the board");
	}
	if (wait_status != 0)
		return err_set(reterr, STATUS_INTERNAL, "the board failed");
	return STATUS_OK;
}

static enum status start(const struct fakedev_config *config, const int port_fds[2],
	const int leash_fds[2], struct quick_board *board, struct err *reterr)
{
	ssize_t len;

	board->leash_fd = leash_fds[1];
	board->pid = fork();
	if (board->pid < 0) {
		close(port_fds[1]);
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "fork");
	}
	if (board->pid == 0) {
		close(leash_fds[1]);
		close(port_fds[0]);
		_exit(run(config, port_fds[1], leash_fds[0]));
	}
	close(port_fds[1]);
	len = read(port_fds[0], board->port, sizeof(board->port) - 1);
	if (len > 0)
		return STATUS_OK;
	wait_for_end(board->pid, ERR_IGNORED);
	return err_set(reterr, STATUS_INTERNAL, "the board did not start");
}

enum status quick_board_start(
	const struct fakedev_config *config, struct quick_board *ret_board, struct err *reterr)
{
	struct quick_board board = { 0 };
	int port_fds[2], leash_fds[2];
	enum status status;

	if (pipe2(port_fds, O_CLOEXEC) != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "pipe");
	if (pipe2(leash_fds, O_CLOEXEC) != 0) {
		close(port_fds[0]);
		close(port_fds[1]);
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "pipe");
	}
	status = start(config, port_fds, leash_fds, &board, reterr);
	close(port_fds[0]);
	close(leash_fds[0]);
	if (status == STATUS_OK)
		*ret_board = board;
	else
		close(leash_fds[1]);
	return status;
}

enum status quick_board_stop(struct quick_board *board, struct err *reterr)
{
	close(board->leash_fd);
	return wait_for_end(board->pid, reterr);
}
