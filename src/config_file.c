/* SPDX-License-Identifier: Apache-2.0 */
/* The user's files, see config_file.h. */
#include "src/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMPORARY_SUFFIX ".XXXXXX" /* for mkstemp */

static enum status make_path(const char *folder, const char *between, const char *name, char *path,
	size_t size, struct err *reterr)
{
	int written = snprintf(path, size, "%s/%s%s", folder, between, name);

	if (written < 0 || (size_t)written >= size)
		return err_set(reterr, STATUS_USAGE, "the path of %s is too long", name);
	return STATUS_OK;
}

/* An absolute path out of the environment, or NULL. */
static const char *folder_of(const char *variable)
{
	const char *folder = getenv(variable);

	return folder != NULL && folder[0] == '/' ? folder : NULL;
}

enum status config_file_home_path(const char *name, char *path, size_t size, struct err *reterr)
{
	const char *home = folder_of("HOME");

	if (home == NULL)
		return err_set(reterr, STATUS_USAGE, "HOME is not set: where is %s?", name);
	return make_path(home, "", name, path, size, reterr);
}

enum status config_file_path(const char *name, char *path, size_t size, struct err *reterr)
{
	const char *config_home = folder_of("XDG_CONFIG_HOME"), *home = folder_of("HOME");

	if (config_home != NULL)
		return make_path(config_home, "smpctl/", name, path, size, reterr);
	if (home != NULL)
		return make_path(home, ".config/smpctl/", name, path, size, reterr);
	return err_set(reterr, STATUS_USAGE,
		"neither HOME nor XDG_CONFIG_HOME is set: where is %s?", name);
}

/* All folders above the path's last part; it is left cut off there. */
static enum status make_folders(char *path, struct err *reterr)
{
	char *slash = path;

	while ((slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return err_set_errno(reterr, STATUS_BAD_FILE, errno, "folder %s", path);
		if (strchr(slash + 1, '/') == NULL)
			break;
		*slash = '/';
	}
	return STATUS_OK;
}

enum status config_file_lock(const char *path, int *ret_lock, struct err *reterr)
{
	char folder[PATH_MAX];
	enum status status;
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	status = make_folders(folder, reterr);
	if (status != STATUS_OK)
		return status;
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "folder %s", folder);
	/* Where locks are not to be had (some network drives) it must do without. */
	while (flock(fd, LOCK_EX) < 0 && errno == EINTR)
		;
	*ret_lock = fd;
	return STATUS_OK;
}

void config_file_unlock(int lock)
{
	close(lock);
}

/* Write, and wait until it is on the disk: a name must not lead to less than the whole. */
static bool write_all(int fd, config_file_writer *write, const void *content)
{
	FILE *out = fdopen(fd, "w");
	bool is_written;

	if (out == NULL) {
		close(fd);
		return false;
	}
	is_written = write(content, out) && fflush(out) == 0 && fsync(fd) == 0;
	return fclose(out) == 0 && is_written;
}

static enum status write_beside(const char *target, char *temporary, config_file_writer *write,
	const void *content, struct err *reterr)
{
	struct stat old;
	int fd = mkostemp(temporary, O_CLOEXEC);

	if (fd < 0)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s", temporary);
	if (stat(target, &old) == 0)
		fchmod(fd, old.st_mode & 07777);
	if (write_all(fd, write, content) && rename(temporary, target) == 0)
		return STATUS_OK;
	err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s cannot be written", target);
	unlink(temporary);
	return STATUS_BAD_FILE;
}

enum status config_file_replace(
	const char *path, config_file_writer *write, const void *content, struct err *reterr)
{
	char target[PATH_MAX], temporary[PATH_MAX + sizeof(TEMPORARY_SUFFIX)];

	if (realpath(path, target) == NULL) {
		if (errno != ENOENT)
			return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s", path);
		snprintf(target, sizeof(target), "%s", path);
	}
	snprintf(temporary, sizeof(temporary), "%s%s", target, TEMPORARY_SUFFIX);
	return write_beside(target, temporary, write, content, reterr);
}
