/* SPDX-License-Identifier: Apache-2.0 */
/* Writing a file whole or not at all, see write_file.h. */
#include "src/write_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 4096, MODE = 0644 };

static bool write_all(int fd, struct span bytes)
{
	while (bytes.len > 0) {
		ssize_t written = write(fd, bytes.data, bytes.len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes = span_sub(bytes, (size_t)written, bytes.len);
	}
	return fsync(fd) == 0;
}

/* Give the finished file its name. False: see errno, EEXIST when the name is taken. */
static bool give_name(const char *temporary, const char *path, bool may_replace)
{
	struct stat stat_unused;

	if (may_replace)
		return rename(temporary, path) == 0;
	if (renameat2(AT_FDCWD, temporary, AT_FDCWD, path, RENAME_NOREPLACE) == 0)
		return true;
	if (errno != EINVAL)
		return false;
	/* A file system that cannot look and rename in one step. */
	if (lstat(path, &stat_unused) == 0) {
		errno = EEXIST;
		return false;
	}
	return rename(temporary, path) == 0;
}

static enum status explain(const char *path, int errnum, struct err *reterr)
{
	if (errnum != EEXIST)
		return err_set_errno(reterr, STATUS_USAGE, errnum, "%s: cannot be written", path);
	err_set(reterr, STATUS_USAGE, "%s: exists already", path);
	return err_hint(reterr, "give another name, or --force to replace it");
}

/*
 * What stands behind a link is written, not the link; and nothing but a file is ever replaced, for a
 * renamed file in the place of /dev/null would be the end of the system.
 */
static enum status find_place(const char *path, char place[PATH_MAX], struct err *reterr)
{
	struct stat stat_buffer;

	if (stat(path, &stat_buffer) != 0) {
		snprintf(place, PATH_MAX, "%s", path);
		return STATUS_OK;
	}
	if (!S_ISREG(stat_buffer.st_mode)) {
		err_set(reterr, STATUS_USAGE, "%s: not a regular file", path);
		return err_hint(reterr, "give the name of a file, which may be new");
	}
	if (realpath(path, place) == NULL)
		return explain(path, errno, reterr);
	return STATUS_OK;
}

static enum status write_at(
	const char *path, struct span bytes, bool may_replace, struct err *reterr)
{
	char temporary[PATH_SIZE];
	int fd, errnum = 0, len = snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);

	if (len < 0 || (size_t)len >= sizeof(temporary))
		return err_set(reterr, STATUS_USAGE, "%s: the name is too long", path);
	fd = mkstemp(temporary);
	if (fd < 0)
		return explain(path, errno, reterr);
	if (fchmod(fd, MODE) != 0 || !write_all(fd, bytes))
		errnum = errno;
	if (close(fd) != 0 && errnum == 0)
		errnum = errno;
	if (errnum == 0 && !give_name(temporary, path, may_replace))
		errnum = errno;
	if (errnum == 0)
		return STATUS_OK;
	unlink(temporary);
	return explain(path, errnum, reterr);
}

enum status write_file(const char *path, struct span bytes, bool may_replace, struct err *reterr)
{
	char place[PATH_MAX];

	if (find_place(path, place, reterr) != STATUS_OK)
		return reterr->status;
	return write_at(place, bytes, may_replace, reterr);
}
