/* SPDX-License-Identifier: Apache-2.0 */
/* Which groups a device has, see device_enum.h. */
#include "src/device_enum.h"

static enum status ask_list(
	struct client *client, struct smp_enum_groups *ret_groups, struct err *reterr)
{
	struct smp_request request = smp_enum_list_request();
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	return status == STATUS_OK ? smp_enum_list_reply(&reply, ret_groups, reterr) : status;
}

static enum status ask_details(
	struct client *client, struct smp_enum_groups *ret_groups, struct err *reterr)
{
	struct smp_request request = smp_enum_details_request();
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	return status == STATUS_OK ? smp_enum_details_reply(&reply, ret_groups, reterr) : status;
}

enum status device_enum_groups(
	struct client *client, struct smp_enum_groups *ret_groups, struct err *reterr)
{
	struct smp_enum_groups details;
	enum status status = ask_list(client, ret_groups, reterr);

	if (status != STATUS_OK)
		return status;
	status = ask_details(client, &details, reterr);
	if (status == STATUS_DEVICE || status == STATUS_UNSUPPORTED) {
		err_clear(reterr);
		return STATUS_OK;
	}
	if (status != STATUS_OK)
		return err_wrap(reterr, "asking for details");
	*ret_groups = details;
	return STATUS_OK;
}
