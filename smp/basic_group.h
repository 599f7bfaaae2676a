/* SPDX-License-Identifier: Apache-2.0 */
/* Zephyr's basic group, client side (protocol.md 3.10). */
#ifndef SMP_BASIC_GROUP_H
#define SMP_BASIC_GROUP_H

#include "smp/message.h"

/*
 * Erase the storage partition: settings, bonds. The reply says nothing but errors. Servers break the
 * message of some of them in version 1.
 */
struct smp_request smp_basic_erase_storage_request(void);

#endif
