/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A serial port at the other end of a TCP connection: ser2net, a labgrid exporter, qemu's -serial tcp:.
 * The bytes pass as they are: no telnet, no RFC 2217. What speed the line behind it has is not known
 * here, so options of the line have no effect.
 */
#ifndef TRANSPORT_TCP_H
#define TRANSPORT_TCP_H

#include "transport/transport.h"

enum { TCP_CONNECT_MS = 5000, TCP_NAME_MAX = 256 };

/*
 * The open function of a transport_scheme; `rest` is "HOST:PORT", an IPv6 address in brackets. Waits for
 * the connection, at most TCP_CONNECT_MS for each address of the host, behind a look-up of its name, which
 * nothing interrupts.
 * Errors: STATUS_USAGE (malformed), STATUS_NO_PORT (no such host, nobody listens), STATUS_INTERRUPTED.
 */
enum status tcp_open(const char *rest, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr);

/*
 * The other side, for a program that plays the device: listens on 127.0.0.1, and lets one client in at a
 * time. Others are turned away, as ser2net does. A client that comes and goes is no event; while none is there
 * nothing is read and what is written is lost, as with a pseudo-terminal (pty.h).
 * `port` 0: any that is free. Errors: STATUS_PORT_BUSY, STATUS_INTERNAL.
 */
enum status tcp_listen(uint16_t port, struct transport **ret_transport, struct err *reterr);

/* Its address for tcp_open with the scheme in front, "tcp:127.0.0.1:4321". Valid while it is open. */
const char *tcp_listen_address(const struct transport *transport);

uint16_t tcp_listen_port(const struct transport *transport);

/* Bytes between a connected socket and a transport's caller, for both sides. Errors: STATUS_NO_PORT. */
enum status tcp_socket_read(int fd, struct buf *out, struct err *reterr);
enum status tcp_socket_write(int fd, struct span bytes, size_t *ret_written, struct err *reterr);

/* Send at once what is written, and notice a peer that has vanished. */
void tcp_socket_prepare(int fd);

#endif
