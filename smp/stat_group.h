/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The statistics group, client side (protocol.md 3.3). Requests and replies as in os_group.h.
 */
#ifndef SMP_STAT_GROUP_H
#define SMP_STAT_GROUP_H

#include "smp/name_list.h"

enum {
	SMP_STAT_GROUPS_MAX = 128,
	SMP_STAT_FIELDS_MAX = 256, /* of one group; the longest ones of Mynewt's have some 60 */
};

/* Escaped, and whole: a reply with a longer one is refused. */
struct smp_stat_name {
	char text[SMP_NAME_MAX];
};

struct smp_stat_list {
	struct smp_stat_name groups[SMP_STAT_GROUPS_MAX];
	size_t count;
};

struct smp_stat_field {
	struct smp_stat_name name;
	uint64_t value;
};

/* In the order of the device. Of fields with the same name only the first is kept. */
struct smp_stat_fields {
	struct smp_stat_field fields[SMP_STAT_FIELDS_MAX];
	size_t count;
};

struct smp_request smp_stat_list_request(void);
enum status smp_stat_list_reply(
	const struct smp_reply *reply, struct smp_stat_list *ret_list, struct err *reterr);

struct smp_request smp_stat_show_request(struct buf *body, struct span group);
enum status smp_stat_show_reply(
	const struct smp_reply *reply, struct smp_stat_fields *ret_fields, struct err *reterr);

#endif
