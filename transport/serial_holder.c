/* SPDX-License-Identifier: Apache-2.0 */
/* A walk over /proc/PID/fd, see serial_holder.h. */
#include "transport/serial_holder.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/text.h"

enum { PTY_SLAVE_MAJOR = 136, PTY_MASTER_MAJOR = 5, PTY_MASTER_MINOR = 2 };

struct search {
	const struct stat *node;
	int own_fd;
};

/* What a process was seen to do with the device. */
struct seen {
	bool holds_device;
	bool holds_other_end;
};

static bool is_pty_slave(const struct stat *node)
{
	return major(node->st_rdev) == PTY_SLAVE_MAJOR;
}

/* Numbers of pseudo-terminals are only unique within their file system: containers have others. */
static bool is_same_device(const struct stat *a, const struct stat *b)
{
	return S_ISCHR(a->st_mode) && a->st_rdev == b->st_rdev &&
	       (!is_pty_slave(b) || a->st_dev == b->st_dev);
}

/* A number that fills the whole name, else -1. */
static long parse_number(const char *name)
{
	uint64_t number;

	return text_parse_uint(name, 0, INT_MAX, &number) ? (long)number : -1;
}

/* True when descriptor `fd` of a process, some pseudo-terminal's master, is that of `node`. */
static bool is_other_end(int proc_dir, long fd, const struct stat *node)
{
	static const char index_key[] = "tty-index:";
	char name[64], line[128];
	bool is_it = false;
	FILE *info;
	int info_fd;

	snprintf(name, sizeof(name), "fdinfo/%ld", fd);
	info_fd = openat(proc_dir, name, O_RDONLY | O_CLOEXEC);
	if (info_fd < 0)
		return false;
	info = fdopen(info_fd, "r");
	if (info == NULL) {
		close(info_fd);
		return false;
	}
	while (!is_it && fgets(line, sizeof(line), info) != NULL) {
		/* "tty-index:", a tab and the number */
		if (strncmp(line, index_key, strlen(index_key)) == 0)
			is_it = strtoul(line + strlen(index_key), NULL, 10) == minor(node->st_rdev);
	}
	fclose(info);
	return is_it;
}

/* Look at one descriptor of a process. */
static void look_at_fd(const struct search *search, int proc_dir, long fd, struct seen *seen)
{
	char name[64], target[PATH_MAX];
	struct stat held;
	ssize_t len;

	snprintf(name, sizeof(name), "fd/%ld", fd);
	/* Only below /dev: a stat that follows the link into a dead network mount would hang. */
	len = readlinkat(proc_dir, name, target, sizeof(target));
	if (len < 5 || memcmp(target, "/dev/", 5) != 0 || fstatat(proc_dir, name, &held, 0) != 0)
		return;
	if (is_same_device(&held, search->node))
		seen->holds_device = true;
	else if (is_pty_slave(search->node) && S_ISCHR(held.st_mode) &&
		 held.st_rdev == makedev(PTY_MASTER_MAJOR, PTY_MASTER_MINOR))
		seen->holds_other_end |= is_other_end(proc_dir, fd, search->node);
}

static struct seen look_at_process(const struct search *search, int proc_dir, bool is_self)
{
	struct seen seen = { 0 };
	int fd_dir = openat(proc_dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *fds = fd_dir >= 0 ? fdopendir(fd_dir) : NULL;
	const struct dirent *entry;

	if (fds == NULL) {
		if (fd_dir >= 0)
			close(fd_dir);
		return seen;
	}
	while ((entry = readdir(fds)) != NULL) {
		long fd = parse_number(entry->d_name);

		if (fd >= 0 && !(is_self && fd == search->own_fd))
			look_at_fd(search, proc_dir, fd, &seen);
	}
	closedir(fds);
	return seen;
}

static void read_program(int proc_dir, struct serial_holder *holder)
{
	struct buf program = BUF_OVER(holder->program);
	uint8_t comm[32];
	int fd = openat(proc_dir, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, comm, sizeof(comm)) : 0;

	if (fd >= 0)
		close(fd);
	if (len > 0 && comm[len - 1] == '\n')
		len--;
	if (len > 0)
		text_append_escaped(&program, span_make(comm, (size_t)len));
	else
		buf_append_text(&program, "a program");
	buf_text(&program);
}

static bool find_in_process(
	const struct search *search, pid_t pid, int proc_dir, struct serial_holder *ret_holder)
{
	struct serial_holder holder = { .pid = pid, .is_self = pid == getpid() };
	struct seen seen = look_at_process(search, proc_dir, holder.is_self);

	if (!seen.holds_device)
		return false;
	holder.plays_device = seen.holds_other_end;
	read_program(proc_dir, &holder);
	*ret_holder = holder;
	return true;
}

bool serial_holder_find(const struct stat *node, int own_fd, struct serial_holder *ret_holder)
{
	struct search search = { .node = node, .own_fd = own_fd };
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	bool is_found = false;

	if (processes == NULL)
		return false;
	while ((!is_found || ret_holder->plays_device) && (entry = readdir(processes)) != NULL) {
		long pid = parse_number(entry->d_name);
		int proc_dir;

		if (pid <= 0)
			continue;
		proc_dir =
			openat(dirfd(processes), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (proc_dir < 0)
			continue;
		is_found |= find_in_process(&search, (pid_t)pid, proc_dir, ret_holder);
		close(proc_dir);
	}
	closedir(processes);
	return is_found;
}

bool serial_holder_of(const char *path, struct serial_holder *ret_holder)
{
	struct stat node;

	return stat(path, &node) == 0 && S_ISCHR(node.st_mode) &&
	       serial_holder_find(&node, -1, ret_holder);
}

struct serial_holder serial_holder_by_pid(pid_t pid)
{
	struct serial_holder holder = { .pid = pid, .is_self = pid == getpid() };
	char path[32];
	int proc_dir;

	snprintf(path, sizeof(path), "/proc/%ld", (long)pid);
	proc_dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	read_program(proc_dir, &holder);
	if (proc_dir >= 0)
		close(proc_dir);
	return holder;
}

bool serial_holder_by_name(const char *program, struct serial_holder *ret_holder)
{
	DIR *processes = opendir("/proc");
	const struct dirent *entry;
	bool is_found = false;

	while (processes != NULL && !is_found && (entry = readdir(processes)) != NULL) {
		long pid = parse_number(entry->d_name);
		struct serial_holder holder;

		if (pid <= 0)
			continue;
		holder = serial_holder_by_pid((pid_t)pid);
		is_found = strcmp(holder.program, program) == 0;
		if (is_found)
			*ret_holder = holder;
	}
	if (processes != NULL)
		closedir(processes);
	return is_found;
}
