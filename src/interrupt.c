/* SPDX-License-Identifier: Apache-2.0 */
/* Signals as a descriptor, see interrupt.h. */
#include "src/interrupt.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void fill_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

void interrupt_block(void)
{
	sigset_t set;

	fill_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

int interrupt_open(void)
{
	sigset_t set;
	int fd;

	fill_set(&set);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd >= 0)
		interrupt_block();
	return fd;
}

void interrupt_close(int fd)
{
	sigset_t set;

	if (fd < 0)
		return;
	/* The signal that was read from the descriptor must not strike now. */
	close(fd);
	fill_set(&set);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

bool interrupt_take(int fd)
{
	/* A signalfd gives whole records of this size; other descriptors at most as much. */
	char record[sizeof(struct signalfd_siginfo)];

	return read(fd, record, sizeof(record)) > 0;
}
