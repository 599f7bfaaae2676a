/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The poll loop between fake boards and their ports, see serve.h. Of many boards only those are looked
 * at that have something to do: their port is ready, or their time has come.
 */
#include "fakedev/program/serve.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "transport/pty.h"
#include "transport/tcp.h"

enum { FROM_HOST_SIZE = 4096, TO_HOST_SIZE = 64 * 1024 };

/* One board being served. */
struct serving {
	const struct serve_place *place;
	struct fakedev *board;
	unsigned number;
	bool is_alone;
	struct transport *port; /* NULL while the board is away */
	unsigned departures;    /* of the board, as far as the port has followed */
	unsigned boots;         /* likewise */
	bool is_announced;      /* the path was printed on stdout */
	uint16_t tcp_port;      /* 0: any, the first time */
	uint64_t due_us;        /* when there is something to do for it that no descriptor tells */
	struct buf from_host;   /* read from the port, not yet taken by the board */
	struct buf to_host;     /* left by the board, not yet written to the port */
	uint8_t from_host_bytes[FROM_HOST_SIZE];
	uint8_t to_host_bytes[TO_HOST_SIZE];
};

/* All of them, and what is waited for: a descriptor for each, and behind them that of the signals. */
struct rack {
	struct serving *servings;
	struct pollfd *fds;
	size_t count;
	int signals; /* signalfd */
};

/* Tell a person what a board does: "board back", or "board 3 back" of several. */
static void tell(const struct serving *serving, const char *what)
{
	if (serving->is_alone)
		fprintf(stderr, "board %s", what);
	else
		fprintf(stderr, "board %u %s", serving->number, what);
}

/* The product id under which the board comes onto the bus. */
static uint16_t gadget_product(const struct serving *serving)
{
	const struct serve_place *place = serving->place;

	if (place->recovery_product != 0 && fakedev_is_in_recovery(serving->board))
		return place->recovery_product;
	return place->gadget->product;
}

static const char *port_path(const struct serving *serving)
{
	if (serving->place->gadget != NULL)
		return serving->place->gadget->tty;
	return serving->place->is_on_tcp ? tcp_listen_address(serving->port)
					 : pty_slave_path(serving->port);
}

/* A board that comes back has the port that it had. */
static enum status open_tcp(struct serving *serving, struct err *reterr)
{
	enum status status = tcp_listen(serving->tcp_port, &serving->port, reterr);

	if (status == STATUS_OK)
		serving->tcp_port = tcp_listen_port(serving->port);
	return status;
}

static enum status open_place(struct serving *serving, struct err *reterr)
{
	const struct serve_place *place = serving->place;

	if (place->gadget != NULL)
		return gadget_open(place->gadget, gadget_product(serving), &serving->port, reterr);
	return place->is_on_tcp ? open_tcp(serving, reterr)
				: pty_open(place->link_path, &serving->port, reterr);
}

static enum status open_port(struct serving *serving, struct err *reterr)
{
	enum status status = open_place(serving, reterr);

	if (status != STATUS_OK)
		return status;
	if (serving->is_announced) {
		tell(serving, "back at ");
		fprintf(stderr, "%s\n", port_path(serving));
	} else {
		printf("%s\n", port_path(serving));
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

static unsigned boots(const struct serving *serving)
{
	struct fakedev_counters counters;

	fakedev_get_counters(serving->board, &counters);
	return counters.boots;
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
		tell(serving, boots(serving) != serving->boots ? "reset\n" : "gone\n");
	}
	serving->departures = departures;
	serving->boots = boots(serving);
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

/* What has to happen before there is more to do for this board. */
static void plan(struct serving *serving, uint64_t now_us, struct pollfd *ret_fd)
{
	*ret_fd = (struct pollfd){ .fd = -1 };
	serving->due_us = fakedev_next_wakeup_us(serving->board, now_us);
	if (serving->port != NULL) {
		uint64_t port_us = transport_next_wakeup_us(serving->port, now_us);

		*ret_fd = transport_pollfd(serving->port, serving->to_host.len > 0);
		/* With a full buffer it is the board that has to make room first. */
		if (serving->from_host.len == serving->from_host.cap)
			ret_fd->events &= ~POLLIN;
		serving->due_us = port_us < serving->due_us ? port_us : serving->due_us;
	}
}

static enum status serve_board(
	struct serving *serving, uint64_t now_us, struct pollfd *fd, struct err *reterr)
{
	enum status status = follow(serving, now_us, reterr);

	if (status == STATUS_OK)
		status = pump(serving, now_us, reterr);
	if (status == STATUS_OK)
		plan(serving, now_us, fd);
	return status;
}

static enum status serve_those_due(struct rack *rack, uint64_t now_us, struct err *reterr)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < rack->count && status == STATUS_OK; i++) {
		struct serving *serving = &rack->servings[i];

		if (rack->fds[i].revents != 0 || serving->due_us <= now_us)
			status = serve_board(serving, now_us, &rack->fds[i], reterr);
	}
	return status;
}

/* Wait for a host, a board or a signal. */
static enum status wait_for_more(struct rack *rack, const struct clock *clock, struct err *reterr)
{
	uint64_t until_us = CLOCK_NEVER;

	for (size_t i = 0; i < rack->count; i++) {
		if (rack->servings[i].due_us < until_us)
			until_us = rack->servings[i].due_us;
	}
	if (clock->wait(clock->ctx, rack->fds, (nfds_t)rack->count + 1, until_us) >= 0)
		return STATUS_OK;
	if (errno != EINTR)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "poll");
	for (size_t i = 0; i <= rack->count; i++)
		rack->fds[i].revents = 0;
	return STATUS_OK;
}

/* Returns false when the signal says that it is enough. */
static bool take_signal(struct rack *rack, uint64_t now_us)
{
	struct signalfd_siginfo info;

	if (rack->fds[rack->count].revents == 0 ||
		read(rack->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return true;
	if (info.ssi_signo != SIGUSR1)
		return false;
	for (size_t i = 0; i < rack->count; i++) {
		fakedev_press_reset(rack->servings[i].board, now_us);
		rack->servings[i].due_us = now_us;
	}
	return true;
}

static enum status run(struct rack *rack, const struct clock *clock, struct err *reterr)
{
	uint64_t now_us = clock_now_us(clock);
	enum status status;

	do {
		status = serve_those_due(rack, now_us, reterr);
		if (status == STATUS_OK)
			status = wait_for_more(rack, clock, reterr);
		now_us = clock_now_us(clock);
	} while (status == STATUS_OK && take_signal(rack, now_us));
	return status;
}

/* The signals become readable; returns -1 on failure. */
static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum status open_rack(
	struct rack *rack, const struct serve_place *places, size_t count, struct err *reterr)
{
	*rack = (struct rack){ .count = count, .signals = open_signals() };
	if (rack->signals < 0) {
		err_set_errno(reterr, STATUS_INTERNAL, errno, "cannot wait for signals");
		return STATUS_INTERNAL;
	}
	rack->servings = calloc(count, sizeof(*rack->servings));
	rack->fds = calloc(count + 1, sizeof(*rack->fds));
	if (rack->servings == NULL || rack->fds == NULL) {
		err_set(reterr, STATUS_INTERNAL, "out of memory");
		return STATUS_INTERNAL;
	}
	for (size_t i = 0; i < count; i++) {
		struct serving *serving = &rack->servings[i];

		serving->place = &places[i];
		serving->board = places[i].board;
		serving->number = (unsigned)i;
		serving->tcp_port = places[i].tcp_port;
		serving->is_alone = count == 1;
		serving->from_host = BUF_OVER(serving->from_host_bytes);
		serving->to_host = BUF_OVER(serving->to_host_bytes);
	}
	rack->fds[count] = (struct pollfd){ .fd = rack->signals, .events = POLLIN };
	return STATUS_OK;
}

static void close_rack(struct rack *rack)
{
	for (size_t i = 0; rack->servings != NULL && i < rack->count; i++)
		close_port(&rack->servings[i]);
	if (rack->signals >= 0)
		close(rack->signals);
	free(rack->fds);
	free(rack->servings);
}

enum status serve(const struct serve_place *places, size_t count, const struct clock *clock,
	struct err *reterr)
{
	struct rack rack;
	enum status status = open_rack(&rack, places, count, reterr);

	if (status == STATUS_OK)
		status = run(&rack, clock, reterr);
	close_rack(&rack);
	return status;
}
