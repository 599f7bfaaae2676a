/* SPDX-License-Identifier: Apache-2.0 */
/* Telling application and bootloader apart, see presence.h. */
#include "src/presence.h"

#include "src/device.h"

enum status presence_hail(struct client *client, uint32_t timeout_ms, struct err *reterr)
{
	struct smp_request request = smp_os_params_request();
	struct smp_reply reply;

	request.timeout_ms = timeout_ms;
	request.tries = 1;
	return client_call(client, &request, &reply, NULL, reterr);
}

enum status presence_hail_either(struct client *client, uint32_t timeout_ms, struct err *reterr)
{
	enum smp_framing framing = client_framing(client);
	enum status status = presence_hail(client, timeout_ms, reterr);

	if (status != STATUS_TIMEOUT && status != STATUS_PROTOCOL)
		return status;
	client_set_framing(
		client, framing == SMP_FRAMING_RAW ? SMP_FRAMING_CONSOLE : SMP_FRAMING_RAW);
	status = presence_hail(client, timeout_ms, reterr);
	if (status == STATUS_TIMEOUT || status == STATUS_PROTOCOL)
		client_set_framing(client, framing);
	return status;
}

enum status presence_identify(
	struct client *client, enum presence *ret_presence, struct err *reterr)
{
	struct smp_image_state state;
	bool is_recovery = false;
	enum status status = device_image_state(client, &state, reterr);

	*ret_presence = PRESENCE_APPLICATION;
	if (status == STATUS_UNSUPPORTED || status == STATUS_DEVICE) {
		err_clear(reterr);
		return STATUS_OK;
	}
	if (status == STATUS_OK)
		status = device_is_recovery(client, &state, &is_recovery, reterr);
	if (status == STATUS_OK && is_recovery)
		*ret_presence = PRESENCE_RECOVERY;
	return status;
}
