/* SPDX-License-Identifier: Apache-2.0 */
/* Which way an address is opened, see transport.h. */
#include "transport/transport.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "transport/serial.h"

enum { SCHEME_LIST_MAX = 256 };

/* True when `address` is NAME or NAME:REST. */
static bool is_of_scheme(const char *address, const char *name, const char **ret_rest)
{
	size_t len = strlen(name);

	if (strncmp(address, name, len) != 0 || (address[len] != ':' && address[len] != '\0'))
		return false;
	*ret_rest = address[len] == ':' ? address + len + 1 : "";
	return true;
}

/*
 * A word and a colon, before any slash: "/dev/serial/by-path/pci-0000:00:14.0" has colons too, and
 * is a path.
 */
static bool has_scheme(const char *address)
{
	return address[strcspn(address, ":/")] == ':';
}

static enum status refuse_scheme(const char *address, const struct transport_scheme *schemes,
	size_t scheme_count, struct err *reterr)
{
	uint8_t storage[SCHEME_LIST_MAX];
	struct buf list = BUF_OVER(storage);

	for (size_t i = 0; i < scheme_count; i++)
		buf_format(&list, "%s:, ", schemes[i].name);
	err_set(reterr, STATUS_USAGE, "no address begins with \"%.*s:\"",
		(int)strcspn(address, ":"), address);
	return err_hint(reterr,
		"addresses are %susb:, usb-path:, the path of a serial port, or its name below "
		"/dev",
		buf_text(&list));
}

static enum status open_serial(const char *address, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr)
{
	bool is_path = strchr(address, '/') != NULL;
	char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s%s", is_path ? "" : "/dev/", address);

	if (len < 0 || (size_t)len >= sizeof(path))
		return err_set(reterr, STATUS_USAGE, "the address is longer than a path may be");
	return serial_open(path, options, ret_transport, reterr);
}

enum status transport_open(const char *address, const struct transport_scheme *schemes,
	size_t scheme_count, const struct transport_options *options,
	struct transport **ret_transport, struct err *reterr)
{
	static const struct transport_options defaults = { 0 };
	const char *rest;

	if (options == NULL)
		options = &defaults;
	if (address[0] == '\0')
		return err_set(reterr, STATUS_USAGE, "the address of the port is empty");
	for (size_t i = 0; i < scheme_count; i++) {
		if (is_of_scheme(address, schemes[i].name, &rest))
			return schemes[i].open(rest, options, ret_transport, reterr);
	}
	if (has_scheme(address))
		return refuse_scheme(address, schemes, scheme_count, reterr);
	return open_serial(address, options, ret_transport, reterr);
}

void transport_close(struct transport *transport)
{
	if (transport != NULL)
		transport->ops->close(transport);
}
