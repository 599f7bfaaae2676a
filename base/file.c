/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping files for reading, see file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/*
 * Map so that little comes into memory at a time. Newer kernels cache a file in pieces of up to 2 MiB,
 * and a look at one byte brings in all of its piece where addresses and pieces are aligned alike. They
 * align large mappings so that this is the case; a page behind that it is not.
 */
static void *map_bytes(int fd, size_t len)
{
	size_t page = page_size();
	uint8_t *place = mmap(NULL, page + len, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	void *data;

	if (place == MAP_FAILED)
		return MAP_FAILED;
	data = mmap(place + page, len, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0);
	munmap(place, data == MAP_FAILED ? page + len : page);
	return data;
}

/* Exactly as long as it was; false with errno when it cannot be read, or is shorter now. */
static bool read_bytes(int fd, uint8_t *data, size_t len)
{
	size_t taken = 0;

	while (taken < len) {
		ssize_t got = read(fd, data + taken, len - taken);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			errno = got == 0 ? EIO : errno;
			return false;
		}
		taken += (size_t)got;
	}
	return true;
}

/* NULL with errno when it cannot be read. */
static void *copy_bytes(int fd, size_t len)
{
	void *data = malloc(len);

	if (data != NULL && !read_bytes(fd, data, len)) {
		int failure = errno;

		free(data);
		errno = failure;
		data = NULL;
	}
	return data;
}

static enum status map_open_file(
	int fd, const char *path, uint64_t size_max, struct file_map *ret_map, struct err *reterr)
{
	struct stat stat;
	void *data;

	if (fstat(fd, &stat) < 0)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s", path);
	if (!S_ISREG(stat.st_mode))
		return err_set(reterr, STATUS_BAD_FILE, "%s: not a regular file", path);
	if ((uint64_t)stat.st_size > size_max)
		return err_set(reterr, STATUS_BAD_FILE,
			"%s: too large (%" PRIu64 " bytes, at most %" PRIu64 ")", path,
			(uint64_t)stat.st_size, size_max);
	if (stat.st_size == 0) {
		*ret_map = (struct file_map){ 0 };
		return STATUS_OK;
	}
	ret_map->is_mapped = stat.st_size > FILE_READ_MAX;
	data = ret_map->is_mapped ? map_bytes(fd, (size_t)stat.st_size)
				  : copy_bytes(fd, (size_t)stat.st_size);
	if (data == NULL || data == MAP_FAILED)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s", path);
	ret_map->bytes = span_make(data, (size_t)stat.st_size);
	return STATUS_OK;
}

enum status file_map(
	const char *path, uint64_t size_max, struct file_map *ret_map, struct err *reterr)
{
	/* O_NONBLOCK: opening a FIFO by mistake must not hang. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	enum status status;

	if (fd < 0)
		return err_set_errno(reterr, STATUS_BAD_FILE, errno, "%s", path);
	status = map_open_file(fd, path, size_max, ret_map, reterr);
	close(fd);
	return status;
}

void file_forget(struct span bytes)
{
	size_t page = page_size();
	uintptr_t from = ((uintptr_t)bytes.data + page - 1) / page * page;
	uintptr_t to = ((uintptr_t)bytes.data + bytes.len) / page * page;

	/* A page of which somebody else needs a part stays. Failure costs memory and nothing else. */
	if (from < to)
		madvise((void *)from, to - from, MADV_DONTNEED);
}

void file_unmap(struct file_map *map)
{
	/* Nobody writes there; neither function has a const for old times' sake. */
	if (map->is_mapped)
		munmap((void *)(uintptr_t)map->bytes.data, map->bytes.len);
	else
		free((void *)(uintptr_t)map->bytes.data);
	*map = (struct file_map){ 0 };
}
