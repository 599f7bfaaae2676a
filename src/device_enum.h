/* SPDX-License-Identifier: Apache-2.0 */
/* Which groups a device has, as a blocking call like those of device.h. */
#ifndef SRC_DEVICE_ENUM_H
#define SRC_DEVICE_ENUM_H

#include "smp/enum_group.h"
#include "src/client.h"

/*
 * The groups with what the device tells of them: where it was built without details, or they do not fit
 * its buffer, the numbers alone.
 */
enum status device_enum_groups(
	struct client *client, struct smp_enum_groups *ret_groups, struct err *reterr);

#endif
