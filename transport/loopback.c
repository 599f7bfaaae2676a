/* SPDX-License-Identifier: Apache-2.0 */
/* A device in this process, see loopback.h. */
#include "transport/loopback.h"

#include <stdlib.h>

struct loopback {
	struct transport base;
	struct loopback_peer peer;
};

static enum status refuse_absent(struct err *reterr)
{
	return err_set(reterr, STATUS_NO_PORT, "the device went away");
}

static enum status loopback_read(
	struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr)
{
	const struct loopback_peer *peer = &((struct loopback *)transport)->peer;
	size_t room = out->cap - out->len;
	uint8_t *to;

	if (!peer->is_present(peer->device, now_us))
		return refuse_absent(reterr);
	if (room == 0)
		return STATUS_OK;
	to = buf_reserve(out, room);
	if (to != NULL)
		buf_commit(out, peer->tx(peer->device, to, room, now_us));
	return STATUS_OK;
}

static enum status loopback_write(struct transport *transport, uint64_t now_us, struct span bytes,
	size_t *ret_written, struct err *reterr)
{
	const struct loopback_peer *peer = &((struct loopback *)transport)->peer;

	if (!peer->is_present(peer->device, now_us))
		return refuse_absent(reterr);
	*ret_written = peer->rx(peer->device, bytes, now_us);
	return STATUS_OK;
}

static struct pollfd loopback_pollfd(const struct transport *transport, bool wants_to_write)
{
	(void)transport;
	(void)wants_to_write;
	return (struct pollfd){ .fd = -1 };
}

static uint64_t loopback_next_wakeup_us(const struct transport *transport, uint64_t now_us)
{
	const struct loopback_peer *peer = &((const struct loopback *)transport)->peer;

	return peer->next_wakeup_us(peer->device, now_us);
}

static void loopback_close(struct transport *transport)
{
	struct loopback *loopback = (struct loopback *)transport;

	loopback->peer.close(loopback->peer.device);
	free(loopback);
}

static const struct transport_ops loopback_ops = {
	.read = loopback_read,
	.write = loopback_write,
	.pollfd = loopback_pollfd,
	.next_wakeup_us = loopback_next_wakeup_us,
	.close = loopback_close,
};

enum status loopback_open(
	const struct loopback_peer *peer, struct transport **ret_transport, struct err *reterr)
{
	struct loopback *loopback = malloc(sizeof(*loopback));

	if (loopback == NULL) {
		peer->close(peer->device);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	*loopback = (struct loopback){ .base = { &loopback_ops, peer->bytes_per_second },
		.peer = *peer };
	*ret_transport = &loopback->base;
	return STATUS_OK;
}
