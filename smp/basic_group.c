/* SPDX-License-Identifier: Apache-2.0 */
/* Zephyr's basic group, see basic_group.h. */
#include "smp/basic_group.h"

struct smp_request smp_basic_erase_storage_request(void)
{
	return (struct smp_request){
		.op = SMP_OP_WRITE,
		.group = SMP_GROUP_ZEPHYR,
		.command = SMP_ZEPHYR_ERASE_STORAGE,
	};
}
