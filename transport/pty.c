/* SPDX-License-Identifier: Apache-2.0 */
/* The master side of a pseudo-terminal, see pty.h. */
#include "transport/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "transport/pty_link.h"
#include "transport/serial_line.h"

enum { SLAVE_PATH_MAX = 64, LOOK_PERIOD_US = 20 * 1000 };

struct pty {
	struct transport base;
	int master;
	char slave_path[SLAVE_PATH_MAX];
	char *link_path; /* NULL: none */
	bool is_hung_up; /* at the last read no client was there */
};

/*
 * See that the slave can be opened, and after a client (`was_used`) make it as new. The open and
 * close also set the master's hang-up mark, which a pseudo-terminal that was never opened lacks.
 * Returns an errno value, 0 for success.
 */
static int refresh_slave(const struct pty *pty, bool was_used)
{
	int slave = open(pty->slave_path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	int errnum = 0;

	if (slave < 0)
		return errno;
	if (was_used) {
		ioctl(slave, TIOCNXCL); /* root gets in despite the mark, and can lift it */
		if (!serial_line_make_raw(slave))
			errnum = errno;
		ioctl(slave, TCFLSH, TCIFLUSH);
	}
	close(slave);
	return errnum;
}

static enum status make_terminal(struct pty *pty, struct err *reterr)
{
	int errnum;

	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (pty->master < 0)
		return err_set_errno(
			reterr, STATUS_INTERNAL, errno, "cannot make a pseudo-terminal");
	errnum = grantpt(pty->master) == 0 && unlockpt(pty->master) == 0
			 ? ptsname_r(pty->master, pty->slave_path, sizeof(pty->slave_path))
			 : errno;
	if (errnum == 0)
		errnum = refresh_slave(pty, true);
	if (errnum != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, errnum,
			"cannot set up the pseudo-terminal %s", pty->slave_path);
	if (pty->link_path == NULL)
		return STATUS_OK;
	return pty_link_put(pty->link_path, pty->slave_path, reterr);
}

/* The slave is lost to a dead client's TIOCEXCL: put a new one in its place. */
static enum status replace_terminal(struct pty *pty, struct err *reterr)
{
	int old_master = pty->master;
	enum status status = make_terminal(pty, reterr);

	close(old_master);
	return status;
}

/*
 * No client is there. The slave is tried at every look and not only when a client was seen to
 * leave: one that comes and is killed between two looks is never seen.
 */
static enum status look_after_slave(struct pty *pty, struct err *reterr)
{
	int errnum = refresh_slave(pty, !pty->is_hung_up);

	pty->is_hung_up = true;
	if (errnum == EBUSY)
		return replace_terminal(pty, reterr);
	if (errnum != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, errnum,
			"cannot make the pseudo-terminal %s ready again", pty->slave_path);
	return STATUS_OK;
}

static enum status pty_read(
	struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr)
{
	struct pty *pty = (struct pty *)transport;
	size_t room = out->cap - out->len;
	uint8_t *to = room > 0 ? buf_reserve(out, room) : NULL;
	ssize_t got;

	(void)now_us;
	if (to == NULL)
		return STATUS_OK;
	got = read(pty->master, to, room);
	/* EIO means: everything that a client has written was read, and no client is there. */
	if (got < 0 && errno == EIO)
		return look_after_slave(pty, reterr);
	if (got < 0 && errno != EAGAIN && errno != EINTR)
		return err_set_errno(
			reterr, STATUS_INTERNAL, errno, "cannot read the pseudo-terminal");
	pty->is_hung_up = false;
	buf_commit(out, got > 0 ? (size_t)got : 0);
	return STATUS_OK;
}

static enum status pty_write(struct transport *transport, uint64_t now_us, struct span bytes,
	size_t *ret_written, struct err *reterr)
{
	const struct pty *pty = (const struct pty *)transport;
	ssize_t put;

	(void)now_us;
	/* The kernel would keep the bytes for the next client; a UART loses them. */
	if (bytes.len == 0 || !pty_has_client(transport)) {
		*ret_written = bytes.len;
		return STATUS_OK;
	}
	put = write(pty->master, bytes.data, bytes.len);
	if (put < 0 && errno != EAGAIN && errno != EINTR)
		return err_set_errno(
			reterr, STATUS_INTERNAL, errno, "cannot write the pseudo-terminal");
	*ret_written = put > 0 ? (size_t)put : 0;
	return STATUS_OK;
}

static struct pollfd pty_pollfd(const struct transport *transport, bool wants_to_write)
{
	const struct pty *pty = (const struct pty *)transport;
	short events = wants_to_write ? POLLIN | POLLOUT : POLLIN;

	return (struct pollfd){ .fd = pty->is_hung_up ? -1 : pty->master, .events = events };
}

static uint64_t pty_next_wakeup_us(const struct transport *transport, uint64_t now_us)
{
	return ((const struct pty *)transport)->is_hung_up ? now_us + LOOK_PERIOD_US : CLOCK_NEVER;
}

static void pty_close(struct transport *transport)
{
	struct pty *pty = (struct pty *)transport;

	if (pty->link_path != NULL)
		pty_link_remove(pty->link_path, pty->slave_path);
	if (pty->master >= 0)
		close(pty->master);
	free(pty->link_path);
	free(pty);
}

static const struct transport_ops pty_ops = {
	.read = pty_read,
	.write = pty_write,
	.pollfd = pty_pollfd,
	.next_wakeup_us = pty_next_wakeup_us,
	.close = pty_close,
};

enum status pty_open(const char *link_path, struct transport **ret_transport, struct err *reterr)
{
	struct pty *pty = calloc(1, sizeof(*pty));
	enum status status = STATUS_OK;

	if (pty == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	pty->base.ops = &pty_ops;
	pty->master = -1;
	pty->is_hung_up = true;
	if (link_path != NULL) {
		pty->link_path = strdup(link_path);
		if (pty->link_path == NULL)
			status = err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	if (status == STATUS_OK)
		status = make_terminal(pty, reterr);
	if (status != STATUS_OK) {
		pty_close(&pty->base);
		return status;
	}
	*ret_transport = &pty->base;
	return STATUS_OK;
}

const char *pty_slave_path(const struct transport *transport)
{
	return ((const struct pty *)transport)->slave_path;
}

bool pty_has_client(const struct transport *transport)
{
	struct pollfd fd = { .fd = ((const struct pty *)transport)->master, .events = POLLIN };

	return poll(&fd, 1, 0) < 1 || (fd.revents & POLLHUP) == 0;
}
