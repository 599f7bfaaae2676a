/* SPDX-License-Identifier: Apache-2.0 */
/* Serial ports that come and go, see port_watch.h. */
#include "transport/port_watch.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "transport/ports_udev.h"

enum { EVENTS_MAX = 4096 };

struct port_watch {
	struct ports_udev_monitor *monitor; /* NULL: udev does not run */
	int dev_fd;                         /* inotify of /dev, when udev does not run; else -1 */
};

/*
 * The kernel makes and removes the nodes itself (devtmpfs), and by then sysfs is up to date. New
 * permissions count too: something in the place of udev may set them.
 */
static enum status watch_dev(struct port_watch *watch, struct err *reterr)
{
	watch->dev_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (watch->dev_fd >= 0 &&
		inotify_add_watch(watch->dev_fd, "/dev/",
			IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB) >= 0)
		return STATUS_OK;
	return err_set_errno(reterr, STATUS_INTERNAL, errno, "cannot watch /dev for ports");
}

enum status port_watch_open(struct port_watch **ret_watch, struct err *reterr)
{
	struct port_watch *watch = calloc(1, sizeof(*watch));
	enum status status;

	if (watch == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	watch->dev_fd = -1;
	if (ports_udev_is_running())
		status = ports_udev_monitor_open(&watch->monitor, reterr);
	else
		status = watch_dev(watch, reterr);
	if (status != STATUS_OK) {
		port_watch_close(watch);
		return status;
	}
	*ret_watch = watch;
	return STATUS_OK;
}

struct pollfd port_watch_pollfd(const struct port_watch *watch)
{
	int fd = watch->monitor != NULL ? ports_udev_monitor_fd(watch->monitor) : watch->dev_fd;

	return (struct pollfd){ .fd = fd, .events = POLLIN };
}

bool port_watch_drain(struct port_watch *watch)
{
	_Alignas(struct inotify_event) char events[EVENTS_MAX];
	bool is_any = false;

	if (watch->monitor != NULL)
		return ports_udev_monitor_drain(watch->monitor);
	while (read(watch->dev_fd, events, sizeof(events)) > 0)
		is_any = true;
	return is_any;
}

void port_watch_close(struct port_watch *watch)
{
	if (watch == NULL)
		return;
	ports_udev_monitor_close(watch->monitor);
	if (watch->dev_fd >= 0)
		close(watch->dev_fd);
	free(watch);
}
