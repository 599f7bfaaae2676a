/* SPDX-License-Identifier: Apache-2.0 */
/* Processes and their costs, see child.h. */
#include "bench/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"

extern char **environ;

enum { ERRORS_SHOWN = 400 };

static uint64_t time_us(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * 1000 * 1000 + (uint64_t)time->tv_usec;
}

static enum status start(
	const char *const *argv, int out_fd, int errors_fd, pid_t *ret_pid, struct err *reterr)
{
	posix_spawn_file_actions_t actions;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, error, "%s", argv[0]);
	error = posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(&actions, errors_fd, STDERR_FILENO);
	/* The words are not changed; the standard has no const there for old times' sake. */
	if (error == 0)
		error = posix_spawn(
			ret_pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, error, "%s", argv[0]);
	return STATUS_OK;
}

/* The program failed: say how, and what it said itself. */
static enum status explain(const char *program, int wait_status, int errors_fd, struct err *reterr)
{
	uint8_t said[ERRORS_SHOWN], storage[2 * ERRORS_SHOWN];
	struct buf text = BUF_OVER(storage);
	ssize_t len = pread(errors_fd, said, sizeof(said), 0);

	while (len > 0 && said[len - 1] == '\n')
		len--;
	if (len > 0)
		text_append_escaped(&text, span_make(said, (size_t)len));
	if (WIFSIGNALED(wait_status))
		return err_set(reterr, STATUS_INTERNAL, "%s: killed by signal %d: %s", program,
			WTERMSIG(wait_status), buf_text(&text));
	return err_set(reterr, STATUS_INTERNAL, "%s: exit code %d: %s", program,
		WEXITSTATUS(wait_status), buf_text(&text));
}

static enum status finish(const char *program, pid_t pid, int errors_fd,
	struct child_cost *ret_cost, struct err *reterr)
{
	struct rusage usage;
	int wait_status;

	while (wait4(pid, &wait_status, 0, &usage) < 0) {
		if (errno != EINTR)
			return err_set_errno(reterr, STATUS_INTERNAL, errno, "%s", program);
	}
	if (!WIFEXITED(wait_status) || WEXITSTATUS(wait_status) != 0)
		return explain(program, wait_status, errors_fd, reterr);
	ret_cost->cpu_us = time_us(&usage.ru_utime) + time_us(&usage.ru_stime);
	ret_cost->peak_kib = (uint64_t)usage.ru_maxrss;
	return STATUS_OK;
}

enum status child_run(const char *const *argv, struct child_cost *ret_cost, struct err *reterr)
{
	int out_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int errors_fd = memfd_create("errors", MFD_CLOEXEC);
	struct clock clock = clock_monotonic();
	uint64_t begin_us = clock_now_us(&clock);
	struct child_cost cost = { 0 };
	enum status status;
	pid_t pid;

	if (out_fd < 0 || errors_fd < 0)
		status = err_set_errno(reterr, STATUS_INTERNAL, errno, "%s", argv[0]);
	else
		status = start(argv, out_fd, errors_fd, &pid, reterr);
	if (status == STATUS_OK)
		status = finish(argv[0], pid, errors_fd, &cost, reterr);
	cost.wall_us = clock_now_us(&clock) - begin_us;
	close(out_fd);
	close(errors_fd);
	if (status == STATUS_OK)
		*ret_cost = cost;
	return status;
}

/* The first line that a board prints is the path of its pseudo-terminal. */
static bool read_port(int fd, char port[CHILD_PATH_MAX])
{
	size_t len = 0;

	while (len < CHILD_PATH_MAX - 1) {
		ssize_t got = read(fd, port + len, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		if (port[len] == '\n')
			break;
		len++;
	}
	port[len] = '\0';
	return len > 0;
}

enum status child_board_start(
	const char *const *argv, struct child_board *ret_board, struct err *reterr)
{
	struct child_board board = { .errors_fd = memfd_create("errors", MFD_CLOEXEC) };
	int out[2] = { -1, -1 };
	enum status status;

	if (board.errors_fd < 0 || pipe2(out, O_CLOEXEC) != 0) {
		status = err_set_errno(reterr, STATUS_INTERNAL, errno, "%s", argv[0]);
		close(board.errors_fd);
		return status;
	}
	status = start(argv, out[1], board.errors_fd, &board.pid, reterr);
	close(out[1]);
	if (status == STATUS_OK && !read_port(out[0], board.port)) {
		struct child_cost cost;

		kill(board.pid, SIGTERM);
		status = finish(argv[0], board.pid, board.errors_fd, &cost, reterr);
		if (status == STATUS_OK)
			status = err_set(reterr, STATUS_INTERNAL, "%s names no port", argv[0]);
	}
	close(out[0]);
	if (status != STATUS_OK)
		close(board.errors_fd);
	else
		*ret_board = board;
	return status;
}

enum status child_board_stop(struct child_board *board, struct err *reterr)
{
	struct child_cost cost;
	enum status status;

	kill(board->pid, SIGTERM);
	status = finish("smpctl-fakedev", board->pid, board->errors_fd, &cost, reterr);
	close(board->errors_fd);
	return status;
}
