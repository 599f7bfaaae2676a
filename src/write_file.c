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

enum { PATH_SIZE = 4096, NEW_FILE_MODE = 0666 };

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
	return true;
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
static enum status find_place(
	const char *path, char place[PATH_MAX], mode_t *ret_mode, struct err *reterr)
{
	struct stat stat_buffer;

	*ret_mode = 0;
	if (path[0] == '\0')
		return err_set(reterr, STATUS_USAGE, "the name of the file is empty");
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
	*ret_mode = stat_buffer.st_mode & 0777;
	return STATUS_OK;
}

struct write_file {
	int fd; /* of the temporary file; -1: closed */
	bool may_replace;
	bool is_made, is_finished;
	mode_t mode; /* of the file that is replaced; 0: there is none */
	char place[PATH_MAX];
	char temporary[PATH_SIZE];
};

/*
 * As mkstemp does, but with the mode of any new file: what is written is a result, no secret. The umask
 * cannot be asked without changing it, so the kernel has to apply it.
 */
static int create_beside(char *template)
{
	int fd = mkstemp(template);

	if (fd < 0)
		return fd;
	close(fd);
	unlink(template);
	return open(template, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, NEW_FILE_MODE);
}

/* A file with a name of its own beside the place; it is open for writing. */
static enum status make_temporary(struct write_file *file, struct err *reterr)
{
	int len = snprintf(file->temporary, sizeof(file->temporary), "%s.XXXXXX", file->place);
	struct stat stat_unused;

	if (len < 0 || (size_t)len >= sizeof(file->temporary))
		return err_set(reterr, STATUS_USAGE, "%s: the name is too long", file->place);
	/* In the end it counts once more, but nobody shall work for nothing. */
	if (!file->may_replace && lstat(file->place, &stat_unused) == 0)
		return explain(file->place, EEXIST, reterr);
	file->fd = create_beside(file->temporary);
	if (file->fd < 0)
		return explain(file->place, errno, reterr);
	file->is_made = true;
	return STATUS_OK;
}

enum status write_file_open(
	const char *path, bool may_replace, struct write_file **ret_file, struct err *reterr)
{
	struct write_file *file = calloc(1, sizeof(*file));
	enum status status;

	if (file == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	file->fd = -1;
	file->may_replace = may_replace;
	status = find_place(path, file->place, &file->mode, reterr);
	if (status == STATUS_OK)
		status = make_temporary(file, reterr);
	if (status != STATUS_OK) {
		write_file_close(file);
		return status;
	}
	*ret_file = file;
	return STATUS_OK;
}

enum status write_file_append(struct write_file *file, struct span bytes, struct err *reterr)
{
	if (!write_all(file->fd, bytes))
		return explain(file->place, errno, reterr);
	return STATUS_OK;
}

enum status write_file_finish(struct write_file *file, struct err *reterr)
{
	int errnum = 0;

	if ((file->mode != 0 && fchmod(file->fd, file->mode) != 0) || fsync(file->fd) != 0)
		errnum = errno;
	if (close(file->fd) != 0 && errnum == 0)
		errnum = errno;
	file->fd = -1;
	if (errnum == 0 && !give_name(file->temporary, file->place, file->may_replace))
		errnum = errno;
	if (errnum != 0)
		return explain(file->place, errnum, reterr);
	file->is_finished = true;
	return STATUS_OK;
}

void write_file_close(struct write_file *file)
{
	if (file == NULL)
		return;
	if (file->fd >= 0)
		close(file->fd);
	if (file->is_made && !file->is_finished)
		unlink(file->temporary);
	free(file);
}

enum status write_file(const char *path, struct span bytes, bool may_replace, struct err *reterr)
{
	struct write_file *file;
	enum status status = write_file_open(path, may_replace, &file, reterr);

	if (status != STATUS_OK)
		return status;
	status = write_file_append(file, bytes, reterr);
	if (status == STATUS_OK)
		status = write_file_finish(file, reterr);
	write_file_close(file);
	return status;
}
