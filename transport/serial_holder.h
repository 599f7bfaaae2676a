/* SPDX-License-Identifier: Apache-2.0 */
/* Who has a serial port open, as far as /proc shows it to us. */
#ifndef TRANSPORT_SERIAL_HOLDER_H
#define TRANSPORT_SERIAL_HOLDER_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

enum { SERIAL_HOLDER_NAME_MAX = 64 };

struct serial_holder {
	pid_t pid;
	char program[SERIAL_HOLDER_NAME_MAX]; /* harmless for a terminal */
	bool is_self;                         /* this process, through another descriptor */
	/*
	 * The port is a pseudo-terminal and the process also holds its other end: it plays the
	 * device (many test programs keep both ends), so it does not compete for what arrives.
	 */
	bool plays_device;
};

/*
 * Find a process that holds the device of `node` open, our own descriptor `own_fd` (-1: none) left
 * out. A competitor is preferred to one that plays the device. False when there is none, or none
 * that we are allowed to see: other users' processes are hidden from ordinary users.
 */
bool serial_holder_find(const struct stat *node, int own_fd, struct serial_holder *ret_holder);

/* The same for the port at `path`, nobody's descriptor left out. */
bool serial_holder_of(const char *path, struct serial_holder *ret_holder);

/* Some process of that name, which need not hold anything; names are told of other users' too. */
bool serial_holder_by_name(const char *program, struct serial_holder *ret_holder);

/* The process of that number as a holder: its name as far as it is told. */
struct serial_holder serial_holder_by_pid(pid_t pid);

#endif
