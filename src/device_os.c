/* SPDX-License-Identifier: Apache-2.0 */
/* The operating system's statistics and clock, see device_os.h. */
#include "src/device_os.h"

enum {
	/* protocol.md 1.5 and 1.7 */
	RC_NO_ENTRY = 5,     /* in version 1 a clock that was never set says this */
	RC_MESSAGE_SIZE = 7, /* the answer is longer than the device's buffer */
	BODY_SIZE = 128,
};

static bool is_general_error(const struct err *err, int64_t rc)
{
	return err->device.present && !err->device.is_group_error && err->device.rc == rc;
}

enum status device_os_tasks(
	struct client *client, struct smp_os_stat *ret_tasks, struct err *reterr)
{
	struct smp_request request = smp_os_taskstat_request();
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = smp_os_taskstat_reply(&reply, ret_tasks, reterr);
	if (status == STATUS_DEVICE && is_general_error(reterr, RC_MESSAGE_SIZE))
		err_hint(reterr, "the list of its tasks does not fit the device's buffer: raise "
				 "CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE, or build it with "
				 "CONFIG_MCUMGR_GRP_OS_TASKSTAT_ONLY_SUPPORTED_STATS");
	return status;
}

enum status device_os_pools(
	struct client *client, struct smp_os_stat *ret_pools, struct err *reterr)
{
	struct smp_request request = smp_os_mpstat_request();
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = smp_os_mpstat_reply(&reply, ret_pools, reterr);
	return status;
}

enum status device_os_datetime(
	struct client *client, struct device_text *ret_datetime, struct err *reterr)
{
	struct smp_request request = smp_os_datetime_request();
	struct span text = { 0 };
	struct smp_reply reply;
	enum status status = client_call(client, &request, &reply, NULL, reterr);

	if (status == STATUS_OK)
		status = smp_os_datetime_reply(&reply, &text, reterr);
	if (status == STATUS_DEVICE && is_general_error(reterr, RC_NO_ENTRY))
		err_hint(reterr, "the clock has never been set: smpctl datetime now");
	if (status == STATUS_OK)
		device_keep_text(text, ret_datetime);
	return status;
}

enum status device_os_set_datetime(struct client *client, const char *text, struct err *reterr)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_os_set_datetime_request(&body, span_from_text(text));

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the time is too long");
	return device_tell(client, &request, reterr);
}
