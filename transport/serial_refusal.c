/* SPDX-License-Identifier: Apache-2.0 */
/* Why a serial port cannot be had, see serial_refusal.h. */
#include "transport/serial_refusal.h"

#include <errno.h>
#include <glob.h>
#include <grp.h>
#include <stddef.h>
#include <string.h>

#include "base/buf.h"

enum { GROUP_STORAGE_MAX = 4096, PORTS_LISTED_MAX = 8, PORT_LIST_MAX = 400 };

enum status serial_refuse_held(
	const char *path, const struct serial_holder *holder, struct err *reterr)
{
	if (holder == NULL) {
		err_set(reterr, STATUS_PORT_BUSY, "%s is held by another program", path);
		return err_hint(reterr, "`sudo fuser -v %s` shows which", path);
	}
	if (holder->is_self)
		return err_set(
			reterr, STATUS_PORT_BUSY, "%s is already open in this program", path);
	err_set(reterr, STATUS_PORT_BUSY, "%s is held by %s (pid %ld)", path, holder->program,
		(long)holder->pid);
	if (strcmp(holder->program, "ModemManager") == 0)
		return err_hint(reterr,
			"it looks at every new port for some seconds: try again, or "
			"have udev set ID_MM_DEVICE_IGNORE for this device");
	return err_hint(
		reterr, "two programs would steal each other's bytes: close that one first");
}

static enum status hint_group(const struct stat *node, const char *path, struct err *reterr)
{
	char storage[GROUP_STORAGE_MAX];
	struct group group, *found = NULL;

	if ((node->st_mode & S_IRGRP) == 0 || (node->st_mode & S_IWGRP) == 0)
		return err_hint(
			reterr, "its group may not use it either; a udev rule can allow it");
	if (getgrgid_r(node->st_gid, &group, storage, sizeof(storage), &found) != 0 ||
		found == NULL)
		return err_hint(reterr, "it belongs to group number %lu, which has no name",
			(unsigned long)node->st_gid);
	return err_hint(reterr,
		"%s belongs to group \"%s\": run `sudo usermod -aG %s $USER`, then "
		"log out and in again",
		path, group.gr_name, group.gr_name);
}

static enum status refuse_permission(const char *path, int errnum, struct err *reterr)
{
	struct stat node;

	err_set_errno(reterr, STATUS_PORT_BUSY, errnum, "no permission to open %s", path);
	if (stat(path, &node) != 0)
		return STATUS_PORT_BUSY;
	return hint_group(&node, path, reterr);
}

/* The usual names of USB serial ports: enough for a hint, the whole list is another command's. */
static enum status hint_ports(struct err *reterr)
{
	uint8_t storage[PORT_LIST_MAX];
	struct buf list = BUF_OVER(storage);
	glob_t ports = { 0 };

	glob("/dev/ttyACM*", 0, NULL, &ports);
	glob("/dev/ttyUSB*", GLOB_APPEND, NULL, &ports);
	for (size_t i = 0; i < ports.gl_pathc && i < PORTS_LISTED_MAX; i++)
		buf_format(&list, "%s%s", i > 0 ? ", " : "", ports.gl_pathv[i]);
	if (ports.gl_pathc > PORTS_LISTED_MAX)
		buf_append_text(&list, ", ...");
	globfree(&ports);
	if (list.len == 0)
		return err_hint(reterr, "no USB serial port is here: is the board plugged in?");
	return err_hint(reterr, "these ports are here: %s", buf_text(&list));
}

static enum status refuse_busy(const char *path, struct err *reterr)
{
	struct serial_holder holder;
	struct stat node;

	if (stat(path, &node) == 0 && serial_holder_find(&node, -1, &holder))
		return serial_refuse_held(path, &holder, reterr);
	return serial_refuse_held(path, NULL, reterr);
}

enum status serial_refuse_open(const char *path, int errnum, struct err *reterr)
{
	switch (errnum) {
	case EACCES:
	case EPERM:
		return refuse_permission(path, errnum, reterr);
	case EBUSY:
		return refuse_busy(path, reterr);
	case ENOENT:
	case ENOTDIR:
	case ENODEV:
	case ENXIO:
		err_set_errno(reterr, STATUS_NO_PORT, errnum, "no serial port %s", path);
		return hint_ports(reterr);
	default:
		return err_set_errno(reterr, STATUS_NO_PORT, errnum, "cannot open %s", path);
	}
}
