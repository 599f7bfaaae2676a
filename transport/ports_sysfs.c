/* SPDX-License-Identifier: Apache-2.0 */
/* Serial ports as sysfs shows them, see ports_sysfs.h. */
#include "transport/ports_sysfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* Path of a device's folder; climb() shortens it in place, down to the root of sysfs at most. */
struct folder {
	char path[PATH_MAX];
	size_t root_len;
};

static bool join(char path[PATH_MAX], const char *folder, const char *name)
{
	int len = snprintf(path, PATH_MAX, "%s/%s", folder, name);

	return len > 0 && len < PATH_MAX;
}

/* The text of an attribute without its line feed; false, and empty, when there is none. */
static bool read_attribute(const char *folder, const char *name, char *text, size_t cap)
{
	char path[PATH_MAX];
	int fd = join(path, folder, name) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t len = fd >= 0 ? read(fd, text, cap - 1) : -1;

	if (fd >= 0)
		close(fd);
	text[len > 0 ? len : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return len >= 0;
}

/* An attribute that is a number; false when it is not there or something else. */
static bool read_number(const char *folder, const char *name, int base, unsigned long *ret_number)
{
	char text[32], *end;
	unsigned long number;

	if (!read_attribute(folder, name, text, sizeof(text)))
		return false;
	number = strtoul(text, &end, base);
	if (end == text || *end != '\0')
		return false;
	*ret_number = number;
	return true;
}

/* The last part of what a link points to: that is how sysfs names a driver or a subsystem. */
static void read_link_name(const char *folder, const char *name, char *text, size_t cap)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t len = join(path, folder, name) ? readlink(path, target, sizeof(target) - 1) : -1;
	const char *slash;
	size_t name_len;

	target[len > 0 ? len : 0] = '\0';
	slash = strrchr(target, '/');
	name_len = slash != NULL ? strnlen(slash + 1, cap - 1) : 0;
	if (name_len > 0)
		memcpy(text, slash + 1, name_len);
	text[name_len] = '\0';
}

static bool has(const char *folder, const char *name)
{
	char path[PATH_MAX];

	return join(path, folder, name) && access(path, F_OK) == 0;
}

/* To the next device above that has the attribute; every device has "uevent". */
static bool climb(struct folder *folder, const char *attribute)
{
	char *slash;

	while ((slash = strrchr(folder->path, '/')) != NULL &&
		slash > folder->path + folder->root_len) {
		*slash = '\0';
		if (has(folder->path, attribute))
			return true;
	}
	return false;
}

static void read_usb(struct folder folder, struct port_info *info)
{
	unsigned long vendor_id, product_id, interface_number, interface_count = 0;

	if (!has(folder.path, "bInterfaceNumber") && !climb(&folder, "bInterfaceNumber"))
		return;
	if (!read_number(folder.path, "bInterfaceNumber", 16, &interface_number) ||
		!climb(&folder, "idVendor") ||
		!read_number(folder.path, "idVendor", 16, &vendor_id) ||
		!read_number(folder.path, "idProduct", 16, &product_id))
		return;
	read_number(folder.path, "bNumInterfaces", 10, &interface_count);
	info->is_usb = true;
	info->vendor_id = (uint16_t)vendor_id;
	info->product_id = (uint16_t)product_id;
	info->interface_number = (uint8_t)interface_number;
	info->interface_count = (uint8_t)interface_count;
	snprintf(info->bus, sizeof(info->bus), "usb");
	snprintf(info->place, sizeof(info->place), "%s", strrchr(folder.path, '/') + 1);
	read_attribute(folder.path, "manufacturer", info->maker, sizeof(info->maker));
	read_attribute(folder.path, "product", info->product, sizeof(info->product));
	read_attribute(folder.path, "serial", info->serial_number, sizeof(info->serial_number));
}

/* False for what is no serial port, see ports.h. */
static bool read_port(const char *sys, const char *dev, const char *name, struct port_info *info)
{
	char path[PATH_MAX];
	struct folder folder = { .root_len = strlen(sys) };
	unsigned long uart_type;

	if (!join(path, dev, name) || strlen(path) >= sizeof(info->node) || access(path, F_OK) != 0)
		return false;
	memcpy(info->node, path, strlen(path) + 1);
	if (snprintf(path, sizeof(path), "%s/class/tty/%s", sys, name) >= PATH_MAX ||
		realpath(path, folder.path) == NULL)
		return false;
	/* Type 0 is a place for a UART that was not found there. */
	if (read_number(folder.path, "type", 10, &uart_type) && uart_type == 0)
		return false;
	/* Since Linux 6.5 a layer of its own, "serial-base", stands above each UART's port. */
	do {
		if (!climb(&folder, "uevent"))
			return false;
		read_link_name(folder.path, "subsystem", info->bus, sizeof(info->bus));
	} while (strcmp(info->bus, "serial-base") == 0);
	read_link_name(folder.path, "driver", info->driver, sizeof(info->driver));
	read_usb(folder, info);
	ports_find_link(info, dev);
	return true;
}

enum status ports_sysfs_list(
	const char *sys, const char *dev, struct port_list *ret_list, struct err *reterr)
{
	char real_sys[PATH_MAX], path[PATH_MAX];
	struct port_list list = { .is_without_udev = true };
	enum status status = STATUS_OK;
	const struct dirent *entry;
	DIR *ttys = NULL;

	/* A machine without /sys/class/tty has no serial ports. */
	if (realpath(sys, real_sys) != NULL && join(path, real_sys, "class/tty"))
		ttys = opendir(path);
	while (ttys != NULL && status == STATUS_OK && (entry = readdir(ttys)) != NULL) {
		struct port_info info = { 0 };

		if (entry->d_name[0] != '.' && read_port(real_sys, dev, entry->d_name, &info))
			status = ports_add(&list, &info, reterr);
	}
	if (ttys != NULL)
		closedir(ttys);
	if (status != STATUS_OK) {
		ports_free(&list);
		return status;
	}
	*ret_list = list;
	return STATUS_OK;
}
