/* SPDX-License-Identifier: Apache-2.0 */
/* Zephyr's basic group, as a blocking call like those of device.h. */
#ifndef SRC_DEVICE_BASIC_H
#define SRC_DEVICE_BASIC_H

#include "src/client.h"

/* Erase what the device has saved; it has the time that erasing flash takes, and is asked once. */
enum status device_basic_erase_storage(struct client *client, struct err *reterr);

#endif
