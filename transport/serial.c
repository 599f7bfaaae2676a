/* SPDX-License-Identifier: Apache-2.0 */
/* A serial port of Linux, see serial.h. */
#include "transport/serial.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "transport/serial_claim.h"
#include "transport/serial_line.h"

enum {
	/* How long close lets the last bytes leave before it drops them. */
	LEAVE_LOOKS = 10,
	LEAVE_PAUSE_MS = 10,
	BAUD_DEFAULT = 115200,
	/* Device numbers as the kernel's devices.txt gives them. */
	CDC_ACM_MAJOR = 166,
	PTY_MAJOR_FIRST = 136,
	PTY_MAJOR_LAST = 143,
};

struct serial {
	struct transport base;
	struct serial_claim claim;
	char *path;
	struct serial_line line;
};

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

static enum status refuse_gone(const struct serial *serial, int errnum, struct err *reterr)
{
	if (errnum == 0)
		return err_set(reterr, STATUS_NO_PORT, "%s went away", serial->path);
	return err_set_errno(reterr, STATUS_NO_PORT, errnum, "%s went away", serial->path);
}

static bool is_hung_up(const struct serial *serial)
{
	struct pollfd fd = { .fd = serial->claim.fd, .events = POLLIN };

	return poll(&fd, 1, 0) > 0 && (fd.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

/* One read, a signal and an empty port being nothing; negative with errno set. */
static ssize_t read_some(int fd, void *to, size_t room)
{
	ssize_t got = read(fd, to, room);

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return got;
}

static enum status serial_read(
	struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr)
{
	const struct serial *serial = (const struct serial *)transport;
	size_t room = out->cap - out->len;
	uint8_t *to = room > 0 ? buf_reserve(out, room) : NULL;
	ssize_t got;

	(void)now_us;
	if (to == NULL)
		return STATUS_OK;
	got = read_some(serial->claim.fd, to, room);
	/*
	 * With VMIN 0 an empty port and a vanished one both read as 0 bytes; poll knows. Bytes may
	 * have come in between, so the last word has another read.
	 */
	if (got == 0 && is_hung_up(serial)) {
		got = read_some(serial->claim.fd, to, room);
		if (got == 0)
			return refuse_gone(serial, 0, reterr);
	}
	if (got < 0)
		return refuse_gone(serial, errno, reterr);
	buf_commit(out, (size_t)got);
	return STATUS_OK;
}

static enum status serial_write(struct transport *transport, uint64_t now_us, struct span bytes,
	size_t *ret_written, struct err *reterr)
{
	const struct serial *serial = (const struct serial *)transport;
	ssize_t put = bytes.len > 0 ? write(serial->claim.fd, bytes.data, bytes.len) : 0;

	(void)now_us;
	if (put < 0 && errno != EAGAIN && errno != EINTR)
		return refuse_gone(serial, errno, reterr);
	*ret_written = put > 0 ? (size_t)put : 0;
	return STATUS_OK;
}

static struct pollfd serial_pollfd(const struct transport *transport, bool wants_to_write)
{
	short events = wants_to_write ? POLLIN | POLLOUT : POLLIN;

	return (struct pollfd){ .fd = ((const struct serial *)transport)->claim.fd,
		.events = events };
}

static uint64_t serial_next_wakeup_us(const struct transport *transport, uint64_t now_us)
{
	(void)transport;
	(void)now_us;
	return CLOCK_NEVER;
}

/* Give the last bytes a moment to leave, and drop what is left then. False when it will not go. */
static bool let_bytes_leave(int fd)
{
	int left = 0;

	for (int i = 0; i < LEAVE_LOOKS; i++) {
		if (ioctl(fd, TIOCOUTQ, &left) != 0 || left == 0)
			return true;
		pause_ms(LEAVE_PAUSE_MS);
	}
	ioctl(fd, TCFLSH, TCOFLUSH);
	return ioctl(fd, TIOCOUTQ, &left) != 0 || left == 0;
}

static void *close_slowly(void *ctx)
{
	close((int)(intptr_t)ctx);
	return NULL;
}

/*
 * The driver of USB ports drops nothing, and close(2) waits 30 s for a device that takes no bytes;
 * nothing but a signal ends that. So it waits in a thread of its own, which the end of the process
 * ends, too.
 */
static void close_aside(struct serial_claim *claim)
{
	pthread_t thread;

	ioctl(claim->fd, TIOCNXCL);
	flock(claim->fd, LOCK_UN);
	if (pthread_create(&thread, NULL, close_slowly, (void *)(intptr_t)claim->fd) == 0) {
		pthread_detach(thread);
		claim->fd = -1;
	}
}

static void serial_close(struct transport *transport)
{
	struct serial *serial = (struct serial *)transport;

	if (serial->claim.fd >= 0) {
		bool is_empty = let_bytes_leave(serial->claim.fd);

		serial_line_restore(&serial->line, serial->claim.fd);
		if (!is_empty)
			close_aside(&serial->claim);
		serial_claim_close(&serial->claim);
	}
	free(serial->path);
	free(serial);
}

static const struct transport_ops serial_ops = {
	.read = serial_read,
	.write = serial_write,
	.pollfd = serial_pollfd,
	.next_wakeup_us = serial_next_wakeup_us,
	.close = serial_close,
};

/* On a pseudo-terminal or a USB CDC-ACM port the baud rate is only a number. */
static uint32_t line_rate(int fd, const struct transport_options *options)
{
	uint32_t baud = options != NULL && options->baud != 0 ? options->baud : BAUD_DEFAULT;
	struct stat node;

	if (fstat(fd, &node) != 0 || major(node.st_rdev) == CDC_ACM_MAJOR ||
		(major(node.st_rdev) >= PTY_MAJOR_FIRST && major(node.st_rdev) <= PTY_MAJOR_LAST))
		return 0;
	/* A start bit and a stop bit around each byte. */
	return baud / 10;
}

static enum status prepare(
	struct serial *serial, const struct transport_options *options, struct err *reterr)
{
	enum status status = serial_claim_open(serial->path, &serial->claim, reterr);
	int fd = serial->claim.fd;

	if (status != STATUS_OK)
		return status;
	status = serial_line_save(&serial->line, fd, serial->path, reterr);
	if (status != STATUS_OK)
		return status;
	status = serial_line_configure(&serial->line, fd, serial->path, options, reterr);
	serial->base.bytes_per_second = line_rate(fd, options);
	return status;
}

enum status serial_open(const char *path, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr)
{
	struct serial *serial = calloc(1, sizeof(*serial));
	enum status status;

	if (serial == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	serial->base.ops = &serial_ops;
	serial->claim.fd = -1;
	serial->path = strdup(path);
	if (serial->path == NULL)
		status = err_set(reterr, STATUS_INTERNAL, "out of memory");
	else
		status = prepare(serial, options, reterr);
	if (status != STATUS_OK) {
		serial_close(&serial->base);
		return status;
	}
	*ret_transport = &serial->base;
	return STATUS_OK;
}
