/* SPDX-License-Identifier: Apache-2.0 */
/* Who holds a file lock, for the message that says why a board is busy. */
#ifndef FAKEDEV_LOCK_OWNER_H
#define FAKEDEV_LOCK_OWNER_H

#include <stdbool.h>
#include <sys/types.h>

#define LOCK_OWNER_TABLE "/proc/locks"

/*
 * The process that holds the flock(2) on the file `inode` of `device`, by the kernel's table of
 * locks (flock cannot be asked, as fcntl locks can). False when the table does not say: the holder
 * lives in another container, or the file system numbers its files differently.
 */
bool lock_owner_find(const char *table_path, dev_t device, ino_t inode, pid_t *ret_pid);

#endif
