/* SPDX-License-Identifier: Apache-2.0 */
/* What udev says about serial ports: the part of ports.h and port_watch.h that needs libudev. */
#ifndef TRANSPORT_PORTS_UDEV_H
#define TRANSPORT_PORTS_UDEV_H

#include "transport/ports.h"

/* False in most containers. */
bool ports_udev_is_running(void);

enum status ports_udev_list(struct port_list *ret_list, struct err *reterr);

/* Announcements about the subsystem tty. */
struct ports_udev_monitor;

enum status ports_udev_monitor_open(struct ports_udev_monitor **ret_monitor, struct err *reterr);
int ports_udev_monitor_fd(const struct ports_udev_monitor *monitor);
/* Take all that wait; true when there were any. */
bool ports_udev_monitor_drain(struct ports_udev_monitor *monitor);
/* Accepts NULL. */
void ports_udev_monitor_close(struct ports_udev_monitor *monitor);

#endif
