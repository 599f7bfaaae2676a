/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tells when serial ports come and go, without polling: udev's own announcements, which come after
 * it has set a port's permissions and links; where udev does not run, the changes of /dev.
 *
 * Open the watch first and list the ports then, or what happens in between is missed. What changed
 * is not told: list again.
 */
#ifndef TRANSPORT_PORT_WATCH_H
#define TRANSPORT_PORT_WATCH_H

#include <poll.h>
#include <stdbool.h>

#include "base/err.h"

struct port_watch;

/* Errors: STATUS_INTERNAL (no watching here: no netlink, too many watches). */
enum status port_watch_open(struct port_watch **ret_watch, struct err *reterr);

/* What to poll for. */
struct pollfd port_watch_pollfd(const struct port_watch *watch);

/* Take what was announced; true when some port may have come, gone or changed. Never waits. */
bool port_watch_drain(struct port_watch *watch);

/* Accepts NULL. */
void port_watch_close(struct port_watch *watch);

#endif
