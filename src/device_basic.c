/* SPDX-License-Identifier: Apache-2.0 */
/* Zephyr's basic group, see device_basic.h. */
#include "src/device_basic.h"

#include "smp/basic_group.h"
#include "src/device.h"

enum status device_basic_erase_storage(struct client *client, struct err *reterr)
{
	struct smp_request request = smp_basic_erase_storage_request();

	request.timeout_ms = device_timeout_ms(client, DEVICE_SLOW_TIMEOUT_MS);
	request.tries = 1; /* a repetition would erase once more */
	return device_tell(client, &request, reterr);
}
