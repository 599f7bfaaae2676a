/* SPDX-License-Identifier: Apache-2.0 */
/* The list of serial ports, from udev or from sysfs, see ports.h. */
#include "transport/ports.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "transport/ports_sysfs.h"
#include "transport/ports_udev.h"

enum { LIST_GROWTH = 16 };

enum status ports_list(struct port_list *ret_list, struct err *reterr)
{
	if (ports_udev_is_running())
		return ports_udev_list(ret_list, reterr);
	return ports_sysfs_list("/sys", "/dev", ret_list, reterr);
}

enum status ports_add(struct port_list *list, const struct port_info *info, struct err *reterr)
{
	size_t at = list->count;

	if (list->count % LIST_GROWTH == 0) {
		struct port_info *ports = reallocarray(
			list->ports, list->count + LIST_GROWTH, sizeof(list->ports[0]));

		if (ports == NULL)
			return err_set(reterr, STATUS_INTERNAL, "out of memory");
		list->ports = ports;
	}
	while (at > 0 && strverscmp(list->ports[at - 1].node, info->node) > 0)
		at--;
	memmove(&list->ports[at + 1], &list->ports[at],
		(list->count - at) * sizeof(list->ports[0]));
	list->ports[at] = *info;
	list->count++;
	return STATUS_OK;
}

/* True when the link, one of udev's, leads to the node; such links are relative. */
static bool leads_to(const char *link, const char *node)
{
	char target[PATH_MAX];
	ssize_t len = readlink(link, target, sizeof(target) - 1);
	const char *slash;

	if (len <= 0)
		return false;
	target[len] = '\0';
	slash = strrchr(target, '/');
	return slash != NULL && strcmp(slash, strrchr(node, '/')) == 0;
}

void ports_find_link(struct port_info *info, const char *dev)
{
	char path[PATH_MAX];
	const struct dirent *entry;
	DIR *links;

	snprintf(path, sizeof(path), "%s/serial/by-id", dev);
	links = opendir(path);
	if (links == NULL)
		return;
	while ((entry = readdir(links)) != NULL) {
		int len = snprintf(path, sizeof(path), "%s/serial/by-id/%s", dev, entry->d_name);

		if (len > 0 && len < PORT_LINK_MAX && leads_to(path, info->node) &&
			(info->by_id[0] == '\0' || strcmp(path, info->by_id) < 0))
			memcpy(info->by_id, path, (size_t)len + 1);
	}
	closedir(links);
}

void ports_free(struct port_list *list)
{
	free(list->ports);
	*list = (struct port_list){ 0 };
}

bool ports_is_path_of(const struct port_info *info, const char *path)
{
	struct stat a, b;

	if (strcmp(path, info->node) == 0)
		return true;
	if (info->by_id[0] != '\0' && strcmp(path, info->by_id) == 0)
		return true;
	/* Links lead to the node; and a container may have a node of its own for the device. */
	return stat(path, &a) == 0 && stat(info->node, &b) == 0 && S_ISCHR(a.st_mode) &&
	       S_ISCHR(b.st_mode) && a.st_rdev == b.st_rdev;
}
