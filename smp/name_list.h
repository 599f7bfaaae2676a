/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in a reply, and lists of them: those of logs, modules, levels and tests in Mynewt's groups
 * (protocol.md 3.5, 3.6). A part of log_group.c, run_group.c and stat_group.c.
 */
#ifndef SMP_NAME_LIST_H
#define SMP_NAME_LIST_H

#include "smp/message.h"

enum {
	SMP_NAMES_MAX = 256,
	SMP_NAME_MAX =
		128, /* the servers' own limits are 64 and below; each character may be \xNN */
};

struct smp_name {
	char text[SMP_NAME_MAX]; /* escaped, and whole: a reply with a longer one is refused */
	uint64_t number;         /* of a module or level */
};

struct smp_name_list {
	struct smp_name names[SMP_NAMES_MAX];
	size_t count;
};

/* Copy a name, escaped; false when it is too long. */
bool smp_name_copy(struct span name, char ret_text[SMP_NAME_MAX]);

/* The array of texts under `key`, in the device's order. Errors as smp_reply_open. */
enum status smp_name_list_read(const struct smp_reply *reply, const char *key,
	struct smp_name_list *ret_list, struct err *reterr);

/* The map of names and numbers under `key`, in the order of the numbers. */
enum status smp_name_list_read_map(const struct smp_reply *reply, const char *key,
	struct smp_name_list *ret_list, struct err *reterr);

#endif
