/* SPDX-License-Identifier: Apache-2.0 */
/* The device side of a USB serial port, see gadget.h. */
#include "transport/gadget.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "transport/serial_line.h"

enum { PATH_SIZE = 1024, LOOK_PERIOD_US = 20 * 1000 };

#define FUNCTION_PREFIX "acm."

struct gadget_port {
	struct transport base;
	struct gadget gadget;
	int tty; /* -1 between a hang-up and the next look */
};

/* Read a number from a file of the gadget. Returns an errno value, 0 for success. */
static int read_number(const char *path, uint64_t max, uint64_t *ret_number)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[32];
	ssize_t got;
	int errnum;

	if (fd < 0)
		return errno;
	got = read(fd, text, sizeof(text) - 1);
	errnum = got < 0 ? errno : 0;
	close(fd);
	if (errnum != 0)
		return errnum;
	text[got] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return text_parse_uint(text, 0, max, ret_number) ? 0 : EINVAL;
}

/* Write a line into a file of the gadget, in one go. Returns an errno value, 0 for success. */
static int write_line(const struct gadget *gadget, const char *file, const char *line)
{
	char path[PATH_SIZE];
	char text[128];
	int len = snprintf(text, sizeof(text), "%s\n", line);
	int errnum = 0;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", gadget->folder, file);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return errno;
	if (write(fd, text, (size_t)len) < 0)
		errnum = errno;
	close(fd);
	return errnum;
}

/* The name of the gadget's function `acm`, of several the first one's; false: there is none. */
static bool find_function(const char *folder, char name[NAME_MAX + 1])
{
	char path[PATH_SIZE];
	const struct dirent *entry;
	DIR *functions;

	name[0] = '\0';
	snprintf(path, sizeof(path), "%s/functions", folder);
	functions = opendir(path);
	if (functions == NULL)
		return false;
	while ((entry = readdir(functions)) != NULL) {
		if (strncmp(entry->d_name, FUNCTION_PREFIX, strlen(FUNCTION_PREFIX)) == 0 &&
			(name[0] == '\0' || strcmp(entry->d_name, name) < 0))
			snprintf(name, NAME_MAX + 1, "%s", entry->d_name);
	}
	closedir(functions);
	return name[0] != '\0';
}

enum status gadget_find(
	const char *folder, const char *controller, struct gadget *ret_gadget, struct err *reterr)
{
	struct gadget gadget = { 0 };
	char function[NAME_MAX + 1];
	char path[PATH_SIZE];
	uint64_t product, port;
	int errnum;

	if (strlen(folder) >= sizeof(gadget.folder) ||
		strlen(controller) >= sizeof(gadget.controller))
		return err_set(reterr, STATUS_USAGE, "%s, %s: too long", folder, controller);
	snprintf(gadget.folder, sizeof(gadget.folder), "%s", folder);
	snprintf(gadget.controller, sizeof(gadget.controller), "%s", controller);
	snprintf(path, sizeof(path), "%s/idProduct", folder);
	errnum = read_number(path, UINT16_MAX, &product);
	if (errnum != 0)
		return err_set_errno(reterr, STATUS_USAGE, errnum, "%s is no USB gadget", folder);
	if (!find_function(folder, function))
		return err_set(reterr, STATUS_USAGE, "%s has no function acm", folder);
	snprintf(path, sizeof(path), "%s/functions/%s/port_num", folder, function);
	errnum = read_number(path, UINT8_MAX, &port);
	if (errnum != 0)
		return err_set_errno(reterr, STATUS_USAGE, errnum, "%s", path);
	snprintf(gadget.tty, sizeof(gadget.tty), "/dev/ttyGS%u", (unsigned)port);
	gadget.product = (uint16_t)product;
	*ret_gadget = gadget;
	return STATUS_OK;
}

/* Raw before a byte comes: it would be echoed to the host. Returns an errno value. */
static int open_tty(struct gadget_port *port)
{
	int errnum = 0;

	port->tty = open(port->gadget.tty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (port->tty < 0)
		return errno;
	if (!serial_line_make_raw(port->tty)) {
		errnum = errno;
		close(port->tty);
		port->tty = -1;
	}
	return errnum;
}

/* The terminal hung up, for the cable was pulled: what was on its way is lost. */
static void hang_up(struct gadget_port *port)
{
	close(port->tty);
	port->tty = -1;
}

static enum status gadget_read(
	struct transport *transport, uint64_t now_us, struct buf *out, struct err *reterr)
{
	struct gadget_port *port = (struct gadget_port *)transport;
	size_t room = out->cap - out->len;
	uint8_t *to = room > 0 ? buf_reserve(out, room) : NULL;
	ssize_t got;

	(void)now_us;
	(void)reterr;
	if (to == NULL || (port->tty < 0 && open_tty(port) != 0))
		return STATUS_OK;
	got = read(port->tty, to, room);
	if (got > 0)
		buf_commit(out, (size_t)got);
	else if (got == 0 || (errno != EAGAIN && errno != EINTR))
		hang_up(port);
	return STATUS_OK;
}

static enum status gadget_write(struct transport *transport, uint64_t now_us, struct span bytes,
	size_t *ret_written, struct err *reterr)
{
	const struct gadget_port *port = (const struct gadget_port *)transport;
	ssize_t put;

	(void)now_us;
	(void)reterr;
	if (port->tty < 0 || bytes.len == 0) {
		*ret_written = bytes.len;
		return STATUS_OK;
	}
	put = write(port->tty, bytes.data, bytes.len);
	if (put < 0 && (errno == EAGAIN || errno == EINTR))
		put = 0;
	/* With the cable pulled they are lost; read sees to the rest. */
	*ret_written = put >= 0 ? (size_t)put : bytes.len;
	return STATUS_OK;
}

static struct pollfd gadget_pollfd(const struct transport *transport, bool wants_to_write)
{
	short events = wants_to_write ? POLLIN | POLLOUT : POLLIN;

	return (struct pollfd){ .fd = ((const struct gadget_port *)transport)->tty,
		.events = events };
}

static uint64_t gadget_next_wakeup_us(const struct transport *transport, uint64_t now_us)
{
	return ((const struct gadget_port *)transport)->tty < 0 ? now_us + LOOK_PERIOD_US
								: CLOCK_NEVER;
}

static void gadget_close(struct transport *transport)
{
	struct gadget_port *port = (struct gadget_port *)transport;

	/* First off the bus: with a host that does not read, closing would wait for it for 15 s. */
	write_line(&port->gadget, "UDC", "");
	if (port->tty >= 0)
		close(port->tty);
	free(port);
}

static const struct transport_ops gadget_ops = {
	.read = gadget_read,
	.write = gadget_write,
	.pollfd = gadget_pollfd,
	.next_wakeup_us = gadget_next_wakeup_us,
	.close = gadget_close,
};

static enum status plug_in(struct gadget_port *port, uint16_t product, struct err *reterr)
{
	const struct gadget *gadget = &port->gadget;
	char id[8];
	int errnum;

	/* A board that was killed left it on the bus; off it already is an error that is none. */
	write_line(gadget, "UDC", "");
	snprintf(id, sizeof(id), "0x%04x", product);
	errnum = write_line(gadget, "idProduct", id);
	if (errnum != 0)
		return err_set_errno(
			reterr, STATUS_USAGE, errnum, "%s: cannot set idProduct", gadget->folder);
	errnum = open_tty(port);
	if (errnum != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, errnum, "%s", gadget->tty);
	errnum = write_line(gadget, "UDC", gadget->controller);
	if (errnum != 0)
		return err_set_errno(reterr, STATUS_USAGE, errnum, "%s: cannot be plugged into %s",
			gadget->folder, gadget->controller);
	return STATUS_OK;
}

enum status gadget_open(const struct gadget *gadget, uint16_t product,
	struct transport **ret_transport, struct err *reterr)
{
	struct gadget_port *port = calloc(1, sizeof(*port));
	enum status status;

	if (port == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	port->base.ops = &gadget_ops;
	port->gadget = *gadget;
	port->tty = -1;
	status = plug_in(port, product, reterr);
	if (status != STATUS_OK) {
		gadget_close(&port->base);
		return status;
	}
	*ret_transport = &port->base;
	return STATUS_OK;
}
