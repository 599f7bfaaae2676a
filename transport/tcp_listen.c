/* SPDX-License-Identifier: Apache-2.0 */
/* The device's side of a serial port behind TCP, see tcp.h. */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "transport/tcp.h"

enum { ADDRESS_SIZE = 32, QUEUE_MAX = 8, LOOK_PERIOD_US = 200 * 1000 };

struct listener {
	struct transport base;
	int listening;
	int client; /* -1: none is there */
	uint16_t port;
	char address[ADDRESS_SIZE];
};

static void drop_client(struct listener *listener)
{
	if (listener->client >= 0)
		close(listener->client);
	listener->client = -1;
}

/*
 * Let a client in where there is none, and turn all others away. Only one of the two descriptors can be
 * polled, so they learn it when the client in says something, or at the next look.
 */
static void answer_door(struct listener *listener)
{
	int fd;

	while ((fd = accept4(listener->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		if (listener->client >= 0) {
			close(fd);
			continue;
		}
		tcp_socket_prepare(fd);
		listener->client = fd;
	}
}

static enum status listener_read(
	struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr)
{
	struct listener *listener = (struct listener *)transport;

	(void)now_us;
	(void)reterr;
	/* First, since who has left makes room for the next one, who may wait already. */
	if (listener->client >= 0 &&
		tcp_socket_read(listener->client, out, ERR_IGNORED) != STATUS_OK)
		drop_client(listener);
	answer_door(listener);
	return STATUS_OK;
}

static enum status listener_write(struct transport *transport, uint64_t now_us, struct span bytes,
	size_t *ret_written, struct err *reterr)
{
	struct listener *listener = (struct listener *)transport;

	(void)now_us;
	(void)reterr;
	*ret_written = bytes.len;
	if (listener->client >= 0 &&
		tcp_socket_write(listener->client, bytes, ret_written, ERR_IGNORED) != STATUS_OK)
		drop_client(listener);
	return STATUS_OK;
}

static struct pollfd listener_pollfd(const struct transport *transport, bool wants_to_write)
{
	const struct listener *listener = (const struct listener *)transport;

	if (listener->client < 0)
		return (struct pollfd){ .fd = listener->listening, .events = POLLIN };
	return (struct pollfd){
		.fd = listener->client,
		.events = wants_to_write ? POLLIN | POLLOUT : POLLIN,
	};
}

/* Who waits at the door while somebody is in. */
static uint64_t listener_next_wakeup_us(const struct transport *transport, uint64_t now_us)
{
	return ((const struct listener *)transport)->client >= 0 ? now_us + LOOK_PERIOD_US
								 : CLOCK_NEVER;
}

static void listener_close(struct transport *transport)
{
	struct listener *listener = (struct listener *)transport;

	drop_client(listener);
	if (listener->listening >= 0)
		close(listener->listening);
	free(listener);
}

static const struct transport_ops listener_ops = {
	.read = listener_read,
	.write = listener_write,
	.pollfd = listener_pollfd,
	.next_wakeup_us = listener_next_wakeup_us,
	.close = listener_close,
};

/* Returns an errno value, 0 for success. */
static int start_listening(struct listener *listener, uint16_t port)
{
	struct sockaddr_in here = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t size = sizeof(here);
	const int on = 1;

	listener->listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	/* A board comes back to its port a moment after it left. */
	if (listener->listening < 0 ||
		setsockopt(listener->listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		bind(listener->listening, (const struct sockaddr *)&here, sizeof(here)) != 0 ||
		listen(listener->listening, QUEUE_MAX) != 0 ||
		getsockname(listener->listening, (struct sockaddr *)&here, &size) != 0)
		return errno;
	listener->port = ntohs(here.sin_port);
	snprintf(listener->address, sizeof(listener->address), "tcp:127.0.0.1:%u",
		(unsigned)listener->port);
	return 0;
}

enum status tcp_listen(uint16_t port, struct transport **ret_transport, struct err *reterr)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	int errnum;

	if (listener == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	listener->base.ops = &listener_ops;
	listener->client = -1;
	errnum = start_listening(listener, port);
	if (errnum != 0) {
		listener_close(&listener->base);
		return err_set_errno(reterr,
			errnum == EADDRINUSE || errnum == EACCES ? STATUS_PORT_BUSY
								 : STATUS_INTERNAL,
			errnum, "cannot listen on TCP port %u", (unsigned)port);
	}
	*ret_transport = &listener->base;
	return STATUS_OK;
}

const char *tcp_listen_address(const struct transport *transport)
{
	return ((const struct listener *)transport)->address;
}

uint16_t tcp_listen_port(const struct transport *transport)
{
	return ((const struct listener *)transport)->port;
}
