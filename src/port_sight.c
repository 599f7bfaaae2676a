/* SPDX-License-Identifier: Apache-2.0 */
/* What can be seen of a port from outside, see port.h. */
#include <string.h>
#include <unistd.h>

#include "src/port_parts.h"

bool port_is_bare_path(const struct port *port)
{
	return port->is_serial && !port->has_identity;
}

bool port_may_leave(const struct port *port)
{
	return port_is_bare_path(port) || (port->has_identity && port->identity.is_usb);
}

bool port_is_inside(const struct port *port)
{
	return port->is_inside;
}

bool port_path_is_new(const struct port *port)
{
	struct stat now;

	return lstat(port->node, &now) == 0 &&
	       (now.st_ino != port->path.st_ino ||
		       now.st_ctim.tv_sec != port->path.st_ctim.tv_sec ||
		       now.st_ctim.tv_nsec != port->path.st_ctim.tv_nsec);
}

static enum port_sight look_in_list(const struct port *port)
{
	enum port_sight sight = PORT_SIGHT_GONE;
	const struct port_info *info = NULL;
	struct port_list list = { 0 };

	if (ports_list(&list, ERR_IGNORED) != STATUS_OK)
		return PORT_SIGHT_SAME;
	if (port_find_info(port, &list, &info, ERR_IGNORED) == STATUS_OK)
		sight = info->product_id == port->product_id &&
					strcmp(info->product, port->product) == 0
				? PORT_SIGHT_SAME
				: PORT_SIGHT_CHANGED;
	ports_free(&list);
	return sight;
}

enum port_sight port_look(const struct port *port)
{
	if (port_is_bare_path(port))
		return access(port->node, F_OK) == 0 ? PORT_SIGHT_SAME : PORT_SIGHT_GONE;
	return port_may_leave(port) ? look_in_list(port) : PORT_SIGHT_SAME;
}
