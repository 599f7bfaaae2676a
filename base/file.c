/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping files for reading, see file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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
	data = mmap(NULL, (size_t)stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED)
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

void file_unmap(struct file_map *map)
{
	if (map->bytes.data != NULL) {
		union {
			const uint8_t *data;
			void *address;
		} mapped = { .data = map->bytes.data };

		munmap(mapped.address, map->bytes.len);
	}
	*map = (struct file_map){ 0 };
}
