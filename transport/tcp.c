/* SPDX-License-Identifier: Apache-2.0 */
/* The client's side of a serial port behind TCP, see tcp.h. */
#include "transport/tcp.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

enum { IDLE_S = 5, PROBE_S = 2, PROBES = 3, PORT_TEXT_SIZE = 8 };

struct tcp {
	struct transport base;
	int fd;
};

/* Where HOST:PORT leads. */
struct place {
	char host[TCP_NAME_MAX];
	char port[PORT_TEXT_SIZE];
};

static enum status refuse_place(const char *text, struct err *reterr)
{
	err_set(reterr, STATUS_USAGE, "tcp:%s is no address", text);
	return err_hint(reterr, "it takes a host and the number of a port: tcp:192.168.1.5:2000, "
				"tcp:[fe80::1%%eth0]:2000");
}

/* Does the text say a number that a port can have? */
static bool is_port(const char *text)
{
	unsigned long number;
	char *end;

	if (text[0] < '0' || text[0] > '9' || strlen(text) >= PORT_TEXT_SIZE)
		return false;
	number = strtoul(text, &end, 10);
	return *end == '\0' && number > 0 && number <= UINT16_MAX;
}

static enum status read_place(const char *text, struct place *ret_place, struct err *reterr)
{
	const char *colon = strrchr(text, ':');
	const char *host = text;
	size_t len = colon != NULL ? (size_t)(colon - text) : 0;

	if (len > 1 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	} else if (len > 0 && memchr(host, ':', len) != NULL) {
		return refuse_place(text, reterr);
	}
	if (len == 0 || len >= sizeof(ret_place->host) || !is_port(colon + 1))
		return refuse_place(text, reterr);
	memcpy(ret_place->host, host, len);
	ret_place->host[len] = '\0';
	snprintf(ret_place->port, sizeof(ret_place->port), "%s", colon + 1);
	return STATUS_OK;
}

void tcp_socket_prepare(int fd)
{
	const int on = 1, idle = IDLE_S, interval = PROBE_S, probes = PROBES;
	const unsigned unanswered_ms = (IDLE_S + PROBE_S * PROBES) * 1000;

	/* Where the kernel does not take one of them the connection works all the same. */
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof(probes));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms, sizeof(unanswered_ms));
}

/*
 * Wait for a connection that is on its way; returns an errno value, 0 for success. ECANCELED: the user
 * wants to stop.
 */
static int await_connection(int fd, int interrupt_fd)
{
	/* poll(2) takes no notice of those below 0. */
	struct pollfd fds[] = {
		{ .fd = fd, .events = POLLOUT },
		{ .fd = interrupt_fd, .events = POLLIN },
	};
	int errnum = 0;
	socklen_t size = sizeof(errnum);
	int ready;

	do
		ready = poll(fds, sizeof(fds) / sizeof(fds[0]), TCP_CONNECT_MS);
	while (ready < 0 && errno == EINTR);
	if (ready == 0)
		return ETIMEDOUT;
	if (ready > 0 && fds[0].revents == 0)
		return ECANCELED;
	if (ready < 0 || getsockopt(fd, SOL_SOCKET, SO_ERROR, &errnum, &size) != 0)
		return errno;
	return errnum;
}

/* Returns an errno value, 0 for success. */
static int connect_to(const struct addrinfo *address, int interrupt_fd, int *ret_fd)
{
	int fd =
		socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	int errnum = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, address->ai_addr, address->ai_addrlen) != 0)
		errnum = errno == EINPROGRESS ? await_connection(fd, interrupt_fd) : errno;
	if (errnum != 0) {
		close(fd);
		return errnum;
	}
	tcp_socket_prepare(fd);
	*ret_fd = fd;
	return 0;
}

/* Try the addresses of the host in their order. */
static enum status connect_any(
	const struct place *place, int interrupt_fd, int *ret_fd, struct err *reterr)
{
	const struct addrinfo wanted = {
		.ai_socktype = SOCK_STREAM,
		.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG,
	};
	struct addrinfo *addresses = NULL;
	int errnum = getaddrinfo(place->host, place->port, &wanted, &addresses);

	if (errnum != 0)
		return err_set(reterr, STATUS_NO_PORT, "no host %s: %s", place->host,
			gai_strerror(errnum));
	errnum = EADDRNOTAVAIL;
	for (const struct addrinfo *next = addresses;
		next != NULL && errnum != 0 && errnum != ECANCELED; next = next->ai_next)
		errnum = connect_to(next, interrupt_fd, ret_fd);
	freeaddrinfo(addresses);
	if (errnum == 0)
		return STATUS_OK;
	if (errnum == ECANCELED)
		return err_set(reterr, STATUS_INTERRUPTED, "interrupted");
	err_set_errno(reterr, STATUS_NO_PORT, errnum, "no connection to %s port %s", place->host,
		place->port);
	return err_hint(reterr, "is what serves the port (ser2net, qemu) running there?");
}

static enum status lost(int errnum, struct err *reterr)
{
	if (errnum == 0)
		err_set(reterr, STATUS_NO_PORT, "the other end has closed the connection");
	else
		err_set_errno(reterr, STATUS_NO_PORT, errnum, "the connection is lost");
	return err_hint(reterr, "the device may have gone there, or somebody else has its port");
}

enum status tcp_socket_read(int fd, struct buf *out, struct err *reterr)
{
	size_t room = out->cap - out->len;
	uint8_t *to = room > 0 ? buf_reserve(out, room) : NULL;
	ssize_t got;

	if (to == NULL)
		return STATUS_OK;
	got = recv(fd, to, room, 0);
	if (got > 0)
		buf_commit(out, (size_t)got);
	if (got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR)))
		return STATUS_OK;
	return lost(got == 0 ? 0 : errno, reterr);
}

enum status tcp_socket_write(int fd, struct span bytes, size_t *ret_written, struct err *reterr)
{
	ssize_t put;

	*ret_written = 0;
	if (bytes.len == 0)
		return STATUS_OK;
	put = send(fd, bytes.data, bytes.len, MSG_NOSIGNAL);
	if (put < 0 && errno != EAGAIN && errno != EINTR)
		return lost(errno, reterr);
	*ret_written = put > 0 ? (size_t)put : 0;
	return STATUS_OK;
}

static enum status client_read(
	struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr)
{
	(void)now_us;
	return tcp_socket_read(((const struct tcp *)transport)->fd, out, reterr);
}

static enum status client_write(struct transport *transport, uint64_t now_us, struct span bytes,
	size_t *ret_written, struct err *reterr)
{
	(void)now_us;
	return tcp_socket_write(((const struct tcp *)transport)->fd, bytes, ret_written, reterr);
}

static struct pollfd client_pollfd(const struct transport *transport, bool wants_to_write)
{
	return (struct pollfd){
		.fd = ((const struct tcp *)transport)->fd,
		.events = wants_to_write ? POLLIN | POLLOUT : POLLIN,
	};
}

static uint64_t client_next_wakeup_us(const struct transport *transport, uint64_t now_us)
{
	(void)transport;
	(void)now_us;
	return CLOCK_NEVER;
}

static void client_close(struct transport *transport)
{
	close(((struct tcp *)transport)->fd);
	free(transport);
}

static const struct transport_ops tcp_ops = {
	.read = client_read,
	.write = client_write,
	.pollfd = client_pollfd,
	.next_wakeup_us = client_next_wakeup_us,
	.close = client_close,
};

enum status tcp_open(const char *rest, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr)
{
	struct place place;
	struct tcp *tcp;
	enum status status = read_place(rest, &place, reterr);
	int interrupt_fd = options->interrupt_fd != NULL ? *options->interrupt_fd : -1;
	int fd = -1;

	if (status == STATUS_OK)
		status = connect_any(&place, interrupt_fd, &fd, reterr);
	if (status != STATUS_OK)
		return status;
	tcp = calloc(1, sizeof(*tcp));
	if (tcp == NULL) {
		close(fd);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	tcp->base.ops = &tcp_ops;
	tcp->fd = fd;
	*ret_transport = &tcp->base;
	return STATUS_OK;
}
