/* SPDX-License-Identifier: Apache-2.0 */
/* The enumeration group, client side: which management groups there are (protocol.md 3.9). */
#ifndef SMP_ENUM_GROUP_H
#define SMP_ENUM_GROUP_H

#include "smp/message.h"

enum {
	SMP_ENUM_GROUPS_MAX = 256,
	SMP_ENUM_NAME_MAX = 64, /* a longer name is cut off */
};

struct smp_enum_group {
	uint16_t group;
	char name[SMP_ENUM_NAME_MAX]; /* the device's, escaped; "": it does not tell */
	bool has_handlers;
	uint32_t handlers; /* places in the group's table of commands, some of which may be empty */
};

struct smp_enum_groups {
	size_t count;
	struct smp_enum_group groups[SMP_ENUM_GROUPS_MAX];
};

/* Only the numbers. */
struct smp_request smp_enum_list_request(void);
enum status smp_enum_list_reply(
	const struct smp_reply *reply, struct smp_enum_groups *ret_groups, struct err *reterr);

/* All that a device tells of all its groups; many are built without this command. */
struct smp_request smp_enum_details_request(void);
enum status smp_enum_details_reply(
	const struct smp_reply *reply, struct smp_enum_groups *ret_groups, struct err *reterr);

#endif
