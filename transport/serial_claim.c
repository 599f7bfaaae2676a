/* SPDX-License-Identifier: Apache-2.0 */
/* Having a serial port alone, see serial_claim.h. */
#include "transport/serial_claim.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "transport/serial_holder.h"
#include "transport/serial_line.h"
#include "transport/serial_lock_file.h"
#include "transport/serial_refusal.h"

enum {
	/* Who is seen to hold the port is looked at again, in case it was only passing through. */
	HOLDER_LOOKS = 3,
	HOLDER_PAUSE_MS = 20,
};

static enum status open_node(const char *path, int *ret_fd, struct err *reterr)
{
	struct stat node;

	/* Before open, which could wait (a pipe) or do something (a watchdog). */
	if (stat(path, &node) == 0 && !S_ISCHR(node.st_mode))
		return err_set(reterr, STATUS_NO_PORT, "%s is not a serial port", path);
	*ret_fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (*ret_fd < 0)
		return serial_refuse_open(path, errno, reterr);
	return STATUS_OK;
}

static bool find_competitor(int fd, const struct stat *node, struct serial_holder *ret_holder)
{
	for (int i = 0; i < HOLDER_LOOKS; i++) {
		if (i > 0)
			nanosleep(
				&(struct timespec){ .tv_nsec = HOLDER_PAUSE_MS * 1000000L }, NULL);
		if (!serial_holder_find(node, fd, ret_holder) || ret_holder->plays_device)
			return false;
	}
	return true;
}

/*
 * The lock settles it among programs that lock, also against root; TIOCEXCL keeps out those that
 * come later and do not lock; those that do not lock and were here first are only to be found in
 * /proc, or, other users' programs, by their lock file. Who has the lock may see others that are
 * about to be refused, hence the second look at them.
 */
static enum status take_alone(struct serial_claim *claim, const char *path, struct err *reterr)
{
	char lock_path[PATH_MAX];
	struct serial_holder holder;
	struct stat node;
	pid_t pid;

	if (fstat(claim->fd, &node) != 0)
		return err_set_errno(reterr, STATUS_NO_PORT, errno, "%s went away", path);
	if (flock(claim->fd, LOCK_EX | LOCK_NB) != 0) {
		bool is_known = serial_holder_find(&node, claim->fd, &holder);

		return serial_refuse_held(path, is_known ? &holder : NULL, reterr);
	}
	if (find_competitor(claim->fd, &node, &holder))
		return serial_refuse_held(path, &holder, reterr);
	if (serial_lock_file_find(SERIAL_LOCK_FOLDER, path, &pid, lock_path))
		return serial_refuse_locked(path, lock_path, pid, reterr);
	claim->is_exclusive = ioctl(claim->fd, TIOCEXCL) == 0;
	return STATUS_OK;
}

enum status serial_claim_open(const char *path, struct serial_claim *ret_claim, struct err *reterr)
{
	struct serial_claim claim = { .fd = -1 };
	struct serial_line line = { 0 };
	enum status status = open_node(path, &claim.fd, reterr);

	/* Is it a terminal at all? Its settings are only ours to put back once we have it alone. */
	if (status == STATUS_OK)
		status = serial_line_save(&line, claim.fd, path, reterr);
	if (status == STATUS_OK)
		status = take_alone(&claim, path, reterr);
	if (status != STATUS_OK) {
		serial_claim_close(&claim);
		return status;
	}
	*ret_claim = claim;
	return STATUS_OK;
}

void serial_claim_close(struct serial_claim *claim)
{
	if (claim->fd < 0)
		return;
	if (claim->is_exclusive)
		ioctl(claim->fd, TIOCNXCL);
	close(claim->fd);
	*claim = (struct serial_claim){ .fd = -1 };
}
