/* SPDX-License-Identifier: Apache-2.0 */
/* The link to a pseudo-terminal, see pty_link.h. */
#include "transport/pty_link.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum status pty_link_put(const char *link_path, const char *target, struct err *reterr)
{
	char temporary[PATH_MAX];
	struct stat old;
	int len;

	if (lstat(link_path, &old) == 0 && !S_ISLNK(old.st_mode))
		return err_set(
			reterr, STATUS_USAGE, "%s is there already and is not a link", link_path);
	len = snprintf(temporary, sizeof(temporary), "%s.%ld", link_path, (long)getpid());
	if (len < 0 || (size_t)len >= sizeof(temporary))
		return err_set(reterr, STATUS_USAGE, "the path of the link is too long");
	if (symlink(target, temporary) != 0)
		return err_set_errno(
			reterr, STATUS_USAGE, errno, "cannot make the link %s", link_path);
	if (rename(temporary, link_path) == 0)
		return STATUS_OK;
	err_set_errno(reterr, STATUS_USAGE, errno, "cannot make the link %s", link_path);
	unlink(temporary);
	return STATUS_USAGE;
}

void pty_link_remove(const char *link_path, const char *target)
{
	char is[PATH_MAX];
	ssize_t len = readlink(link_path, is, sizeof(is));

	if (len > 0 && (size_t)len == strlen(target) && memcmp(is, target, (size_t)len) == 0)
		unlink(link_path);
}
