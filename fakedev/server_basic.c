/* SPDX-License-Identifier: Apache-2.0 */
/* Zephyr's basic group: erasing the storage partition (protocol.md 3.10). */
#include "fakedev/server.h"

struct answer server_erase_storage(
	struct server *server, const struct request *request, struct buf *body)
{
	(void)request;
	(void)body;
	server_settings_erase(server);
	return answer_ok();
}
