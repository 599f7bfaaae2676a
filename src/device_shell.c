/* SPDX-License-Identifier: Apache-2.0 */
/* The device's own shell, see device_shell.h. */
#include "src/device_shell.h"

#include "src/device.h"

enum {
	BODY_SIZE_MAX = 65536,
	COMMAND_TIMEOUT_MS = 10000, /* a command may work for a while */
};

enum status device_shell_exec(struct client *client, const char *const *words, size_t count,
	struct smp_shell_result *ret_result, struct err *reterr)
{
	uint8_t storage[BODY_SIZE_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_shell_exec_request(&body, words, count);
	struct smp_reply reply;
	enum status status;

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the words are too long");
	request.timeout_ms = device_timeout_ms(client, COMMAND_TIMEOUT_MS);
	request.tries = 1;
	status = device_find_alive(client, reterr);
	if (status != STATUS_OK)
		return status;
	status = client_call(client, &request, &reply, NULL, reterr);
	if (status == STATUS_TIMEOUT)
		err_hint(reterr, "an echo was answered before, so the command may still be at "
				 "work: -t 60s waits longer");
	return status == STATUS_OK ? smp_shell_exec_reply(&reply, ret_result, reterr) : status;
}
