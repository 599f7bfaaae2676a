/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OS group's statistics, client side: tasks and memory pools (protocol.md 3.1). Both are rows with a
 * name and some numbers, of which a device leaves out what it does not count.
 *
 * Rows stay in the order of the device. Names may repeat, and may be empty.
 */
#ifndef SMP_OS_STAT_H
#define SMP_OS_STAT_H

#include "smp/message.h"

enum {
	SMP_OS_STAT_ROWS_MAX = 256,
	SMP_OS_STAT_NAME_MAX = 64, /* a longer name is cut off */
	SMP_OS_STAT_NUMBERS_MAX = 9,
};

/* The numbers of a task. */
enum smp_os_task_number {
	SMP_OS_TASK_PRIORITY, /* Zephyr: below 0 for threads that are not preempted */
	SMP_OS_TASK_ID,
	SMP_OS_TASK_STATE,      /* bits that mean something to the kernel of that version */
	SMP_OS_TASK_STACK_SIZE, /* bytes */
	SMP_OS_TASK_STACK_USED, /* bytes, at most so far */
	SMP_OS_TASK_RUNTIME,    /* ticks or cycles */
	SMP_OS_TASK_SWITCHES,   /* to this task */
	SMP_OS_TASK_LAST_CHECKIN,
	SMP_OS_TASK_NEXT_CHECKIN,
};

/* The numbers of a memory pool. */
enum smp_os_pool_number {
	SMP_OS_POOL_BLOCK_SIZE, /* bytes; left out by Zephyr, where it is 1 */
	SMP_OS_POOL_BLOCKS,
	SMP_OS_POOL_FREE,     /* blocks */
	SMP_OS_POOL_MIN_FREE, /* the fewest that were free so far */
};

struct smp_os_stat_row {
	char name[SMP_OS_STAT_NAME_MAX]; /* escaped */
	unsigned known;                  /* bit N: numbers[N] was sent */
	int64_t numbers[SMP_OS_STAT_NUMBERS_MAX];
};

struct smp_os_stat {
	size_t count;
	struct smp_os_stat_row rows[SMP_OS_STAT_ROWS_MAX];
};

struct smp_request smp_os_taskstat_request(void);
enum status smp_os_taskstat_reply(
	const struct smp_reply *reply, struct smp_os_stat *ret_tasks, struct err *reterr);

struct smp_request smp_os_mpstat_request(void);

/* Takes all three layouts in use: pools at the top, under "mpools", and under "tasks" (Zephyr's own). */
enum status smp_os_mpstat_reply(
	const struct smp_reply *reply, struct smp_os_stat *ret_pools, struct err *reterr);

#endif
