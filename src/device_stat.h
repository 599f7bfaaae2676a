/* SPDX-License-Identifier: Apache-2.0 */
/* A device's statistics, as blocking calls like those of device.h. */
#ifndef SRC_DEVICE_STAT_H
#define SRC_DEVICE_STAT_H

#include "smp/stat_group.h"
#include "src/client.h"

enum status device_stat_list(
	struct client *client, struct smp_stat_list *ret_list, struct err *reterr);

/*
 * Servers refuse a name that they do not know with numbers that lead astray, or with a reply that is none
 * (observed.md): so a refusal makes this look into the list, and say in words what is not in it.
 */
enum status device_stat_show(struct client *client, const char *group,
	struct smp_stat_fields *ret_fields, struct err *reterr);

#endif
