/* SPDX-License-Identifier: Apache-2.0 */
/* Why a serial port cannot be had, see serial_refusal.h. */
#include "transport/serial_refusal.h"

#include <errno.h>
#include <grp.h>
#include <stddef.h>
#include <string.h>

#include "transport/port_choice.h"

enum { GROUP_STORAGE_MAX = 4096 };

static const char modem_manager[] = "ModemManager";

static enum status hint_modem_manager(struct err *reterr)
{
	return err_hint(reterr,
		"ModemManager looks at every new port for some seconds: try again, or install "
		"contrib/70-smpctl.rules, which tells it to leave boards alone");
}

/* Who it is only root may see, but the usual suspect can be named. */
static enum status refuse_held_by_unknown(const char *path, struct err *reterr)
{
	struct serial_holder suspect;

	err_set(reterr, STATUS_PORT_BUSY, "%s is held by another program", path);
	if (serial_holder_by_name(modem_manager, &suspect))
		return hint_modem_manager(reterr);
	return err_hint(reterr, "`sudo fuser -v %s` shows which", path);
}

enum status serial_refuse_held(
	const char *path, const struct serial_holder *holder, struct err *reterr)
{
	if (holder == NULL)
		return refuse_held_by_unknown(path, reterr);
	if (holder->is_self)
		return err_set(
			reterr, STATUS_PORT_BUSY, "%s is already open in this program", path);
	err_set(reterr, STATUS_PORT_BUSY, "%s is held by %s (pid %ld)", path, holder->program,
		(long)holder->pid);
	if (strcmp(holder->program, modem_manager) == 0)
		return hint_modem_manager(reterr);
	return err_hint(
		reterr, "two programs would steal each other's bytes: close that one first");
}

enum status serial_refuse_locked(
	const char *path, const char *lock_path, pid_t pid, struct err *reterr)
{
	struct serial_holder holder = serial_holder_by_pid(pid);

	err_set(reterr, STATUS_PORT_BUSY, "%s is locked by %s (pid %ld)", path, holder.program,
		(long)pid);
	return err_hint(reterr,
		"close that program first; if it has nothing to do with the port, "
		"%s is a leftover and may be removed",
		lock_path);
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

static enum status hint_ports(struct err *reterr)
{
	struct port_list list = { 0 };
	enum status status = reterr->status;

	if (ports_list(&list, ERR_IGNORED) != STATUS_OK)
		return status;
	port_choice_hint(&list, reterr);
	ports_free(&list);
	return status;
}

static enum status refuse_busy(const char *path, struct err *reterr)
{
	struct serial_holder holder;
	bool is_known = serial_holder_of(path, &holder);

	return serial_refuse_held(path, is_known ? &holder : NULL, reterr);
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
