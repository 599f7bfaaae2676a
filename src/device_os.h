/* SPDX-License-Identifier: Apache-2.0 */
/* What else can be asked of a device's operating system, as blocking calls like those of device.h. */
#ifndef SRC_DEVICE_OS_H
#define SRC_DEVICE_OS_H

#include "smp/os_stat.h"
#include "src/device.h"

enum status device_os_tasks(
	struct client *client, struct smp_os_stat *ret_tasks, struct err *reterr);
enum status device_os_pools(
	struct client *client, struct smp_os_stat *ret_pools, struct err *reterr);

enum status device_os_datetime(
	struct client *client, struct device_text *ret_datetime, struct err *reterr);
/* `text` as datetime_format makes it. */
enum status device_os_set_datetime(struct client *client, const char *text, struct err *reterr);

#endif
