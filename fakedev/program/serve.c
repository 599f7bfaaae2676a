/* SPDX-License-Identifier: Apache-2.0 */
/* The poll loop between a fake board and its pseudo-terminal, see serve.h. */
#include "fakedev/program/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "transport/pty.h"

enum { FROM_HOST_SIZE = 4096, TO_HOST_SIZE = 64 * 1024, POLL_SIGNAL = 0, POLL_PORT = 1 };

struct serving {
	struct fakedev *board;
	const char *link_path;
	struct transport *port; /* NULL while the board is away */
	unsigned departures;    /* of the board, as far as the port has followed */
	bool is_announced;      /* the path was printed on stdout */
	int signals;            /* signalfd */
	struct buf from_host;   /* read from the port, not yet taken by the board */
	struct buf to_host;     /* left by the board, not yet written to the port */
	uint8_t from_host_bytes[FROM_HOST_SIZE];
	uint8_t to_host_bytes[TO_HOST_SIZE];
};

static enum status open_port(struct serving *serving, struct err *reterr)
{
	enum status status = pty_open(serving->link_path, &serving->port, reterr);

	if (status != STATUS_OK)
		return status;
	if (serving->is_announced) {
		fprintf(stderr, "board back at %s\n", pty_slave_path(serving->port));
	} else {
		printf("%s\n", pty_slave_path(serving->port));
		fflush(stdout);
		serving->is_announced = true;
	}
	return STATUS_OK;
}

static enum status write_to_host(struct serving *serving, uint64_t now_us, struct err *reterr)
{
	size_t written;
	enum status status = transport_write(
		serving->port, now_us, buf_span(&serving->to_host), &written, reterr);

	if (status == STATUS_OK)
		buf_consume(&serving->to_host, written);
	return status;
}

/* What nobody reads is lost when the buffer is full, as on a UART. */
static void fetch_from_board(struct serving *serving, uint64_t now_us)
{
	struct buf *out = &serving->to_host;
	uint8_t lost[256];
	size_t len;

	do {
		bool is_full = out->len == out->cap;

		len = is_full ? fakedev_tx(serving->board, lost, sizeof(lost), now_us)
			      : fakedev_tx(serving->board, out->data + out->len,
					out->cap - out->len, now_us);
		if (!is_full)
			buf_commit(out, len);
	} while (len > 0);
}

static void close_port(struct serving *serving)
{
	transport_close(serving->port);
	serving->port = NULL;
	buf_clear(&serving->from_host);
	buf_clear(&serving->to_host);
}

/* Let the port follow the board off the bus and onto it again. */
static enum status follow(struct serving *serving, uint64_t now_us, struct err *reterr)
{
	unsigned departures = fakedev_departures(serving->board, now_us);
	enum status status = STATUS_OK;

	if (departures != serving->departures && serving->port != NULL) {
		fetch_from_board(serving, now_us);
		status = write_to_host(serving, now_us, reterr);
		close_port(serving);
		fputs("board reset\n", stderr);
	}
	serving->departures = departures;
	if (status == STATUS_OK && serving->port == NULL &&
		fakedev_is_present(serving->board, now_us))
		status = open_port(serving, reterr);
	return status;
}

/* Move bytes both ways, as many as will go. */
static enum status pump(struct serving *serving, uint64_t now_us, struct err *reterr)
{
	struct buf *in = &serving->from_host;
	enum status status;

	if (serving->port == NULL)
		return STATUS_OK;
	status = transport_read(serving->port, now_us, in, reterr);
	if (status != STATUS_OK)
		return status;
	buf_consume(in, fakedev_rx(serving->board, buf_span(in), now_us));
	fetch_from_board(serving, now_us);
	return write_to_host(serving, now_us, reterr);
}

/* Wait for the host, the board or a signal. Sets *ret_stop for the last. */
static enum status wait_for_more(struct serving *serving, const struct clock *clock,
	uint64_t now_us, bool *ret_stop, struct err *reterr)
{
	struct pollfd fds[] = {
		[POLL_SIGNAL] = { .fd = serving->signals, .events = POLLIN },
		[POLL_PORT] = { .fd = -1 },
	};
	uint64_t until_us = fakedev_next_wakeup_us(serving->board, now_us);

	if (serving->port != NULL) {
		uint64_t port_us = transport_next_wakeup_us(serving->port, now_us);

		fds[POLL_PORT] = transport_pollfd(serving->port, serving->to_host.len > 0);
		/* With a full buffer it is the board that has to make room first. */
		if (serving->from_host.len == serving->from_host.cap)
			fds[POLL_PORT].events &= ~POLLIN;
		until_us = port_us < until_us ? port_us : until_us;
	}
	if (clock->wait(clock->ctx, fds, 2, until_us) < 0 && errno != EINTR)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "poll");
	*ret_stop = (fds[POLL_SIGNAL].revents & POLLIN) != 0;
	return STATUS_OK;
}

static enum status run(struct serving *serving, const struct clock *clock, struct err *reterr)
{
	bool is_stopped = false;

	while (!is_stopped) {
		uint64_t now_us = clock_now_us(clock);
		enum status status = follow(serving, now_us, reterr);

		if (status == STATUS_OK)
			status = pump(serving, now_us, reterr);
		if (status == STATUS_OK)
			status = wait_for_more(serving, clock, now_us, &is_stopped, reterr);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* SIGINT and SIGTERM become readable; returns -1 on failure. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

enum status serve(
	struct fakedev *board, const char *link_path, const struct clock *clock, struct err *reterr)
{
	struct serving serving = { .board = board, .link_path = link_path };
	enum status status;

	serving.from_host = BUF_OVER(serving.from_host_bytes);
	serving.to_host = BUF_OVER(serving.to_host_bytes);
	serving.signals = open_signals();
	if (serving.signals < 0)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "cannot wait for signals");
	status = run(&serving, clock, reterr);
	close_port(&serving);
	close(serving.signals);
	return status;
}
