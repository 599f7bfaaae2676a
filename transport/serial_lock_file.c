/* SPDX-License-Identifier: Apache-2.0 */
/* UUCP lock files, see serial_lock_file.h. */
#include "transport/serial_lock_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { CONTENT_MAX = 64 };

static const char dev_folder[] = "/dev/";

/*
 * LCK.. and the node's name; a node in a folder below /dev has a '_' for each slash. Links are
 * followed first: who opens /dev/serial/by-id/... locks ttyACM0.
 */
static bool name_lock(const char *folder, const char *path, char lock_path[PATH_MAX])
{
	char node[PATH_MAX];
	char *name = node;
	int len;

	if (realpath(path, node) == NULL)
		return false;
	if (strncmp(node, dev_folder, strlen(dev_folder)) == 0)
		name += strlen(dev_folder);
	for (char *slash = name; (slash = strchr(slash, '/')) != NULL;)
		*slash = '_';
	len = snprintf(lock_path, PATH_MAX, "%s/LCK..%s", folder, name);
	return len > 0 && len < PATH_MAX;
}

/* The number of a process; 0 when there is none. */
static pid_t parse_pid(char *content, size_t len)
{
	uint64_t number;
	int binary;

	if (len == sizeof(binary)) {
		memcpy(&binary, content, sizeof(binary));
		/* Text has no zero byte, and the number of a process never fills all four. */
		if (binary > 0 && memchr(content, '\0', len) != NULL)
			return binary;
	}
	/* "      1234\n", with the program's and the user's name behind it in some. */
	content[len] = '\0';
	content += strspn(content, " ");
	content[strcspn(content, " \n")] = '\0';
	return text_parse_uint(content, 1, INT_MAX, &number) ? (pid_t)number : 0;
}

static pid_t read_pid(const char *lock_path)
{
	char content[CONTENT_MAX];
	int fd = open(lock_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len;

	if (fd < 0)
		return 0;
	len = read(fd, content, sizeof(content) - 1);
	close(fd);
	return len > 0 ? parse_pid(content, (size_t)len) : 0;
}

static bool is_alive(pid_t pid)
{
	return kill(pid, 0) == 0 || errno == EPERM;
}

bool serial_lock_file_find(
	const char *folder, const char *path, pid_t *ret_pid, char ret_lock_path[PATH_MAX])
{
	char lock_path[PATH_MAX];
	pid_t pid = name_lock(folder, path, lock_path) ? read_pid(lock_path) : 0;

	/* Our own number in it was somebody's who is no more. */
	if (pid == 0 || pid == getpid() || !is_alive(pid))
		return false;
	*ret_pid = pid;
	memcpy(ret_lock_path, lock_path, strlen(lock_path) + 1);
	return true;
}
