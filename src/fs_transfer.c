/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a transfer, see fs_transfer.h. */
#include "src/fs_transfer.h"

#include "src/device_fs.h"

enum { ABANDON_TIMEOUT_MS = 500 };

enum status fs_transfer_close(struct client *client, struct err *reterr)
{
	enum status status = device_fs_close(client, reterr);

	if (status != STATUS_UNSUPPORTED && status != STATUS_DEVICE)
		return status;
	err_clear(reterr);
	return STATUS_OK;
}

void fs_transfer_abandon(struct client *client, enum status status)
{
	struct smp_request request = smp_fs_close_request();
	struct smp_reply reply;

	/* What is not answered yet would be waited for before the close is sent. */
	if (status == STATUS_TIMEOUT || status == STATUS_NO_PORT ||
		smp_session_in_flight(client_session(client)) > 0)
		return;
	/* A favour: nobody waits for it. */
	request.timeout_ms = ABANDON_TIMEOUT_MS;
	request.tries = 1;
	(void)client_call(client, &request, &reply, NULL, ERR_IGNORED);
}
