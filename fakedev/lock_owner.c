/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the kernel's table of locks, see lock_owner.h. */
#include "fakedev/lock_owner.h"

#include <stdio.h>
#include <sys/sysmacros.h>

enum { LOCK_LINE_MAX = 256 };

/*
 * "1: FLOCK  ADVISORY  WRITE 1234 08:01:393229 0 EOF". Those who wait have "->" behind the colon and
 * do not fit the pattern.
 */
static bool line_names(const char *line, dev_t device, ino_t inode, pid_t *ret_pid)
{
	unsigned major_number, minor_number;
	unsigned long long file;
	int pid;

	if (sscanf(line, "%*u: FLOCK %*s %*s %d %x:%x:%llu", &pid, &major_number, &minor_number,
		    &file) != 4)
		return false;
	if (pid <= 0 || file != inode || major_number != major(device) ||
		minor_number != minor(device))
		return false;
	*ret_pid = pid;
	return true;
}

bool lock_owner_find(const char *table_path, dev_t device, ino_t inode, pid_t *ret_pid)
{
	FILE *table = fopen(table_path, "re");
	char line[LOCK_LINE_MAX];
	bool is_found = false;

	if (table == NULL)
		return false;
	while (!is_found && fgets(line, sizeof(line), table) != NULL)
		is_found = line_names(line, device, inode, ret_pid);
	fclose(table);
	return is_found;
}
