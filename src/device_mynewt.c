/* SPDX-License-Identifier: Apache-2.0 */
/* Mynewt's lists, tests and crashes, see device_mynewt.h; the logs themselves are device_log.c. */
#include "src/device_mynewt.h"

#include "src/device.h"

enum { BODY_SIZE = 1024 };

static enum status ask_for_names(struct client *client, const struct smp_request *request,
	enum status (*read)(const struct smp_reply *, struct smp_name_list *, struct err *),
	struct smp_name_list *ret_list, struct err *reterr)
{
	struct smp_reply reply;
	enum status status = client_call(client, request, &reply, NULL, reterr);

	return status == STATUS_OK ? read(&reply, ret_list, reterr) : status;
}

enum status device_log_list(
	struct client *client, struct smp_name_list *ret_list, struct err *reterr)
{
	struct smp_request request = smp_log_list_request();

	return ask_for_names(client, &request, smp_log_list_reply, ret_list, reterr);
}

enum status device_log_modules(
	struct client *client, struct smp_name_list *ret_list, struct err *reterr)
{
	struct smp_request request = smp_log_modules_request();

	return ask_for_names(client, &request, smp_log_modules_reply, ret_list, reterr);
}

enum status device_log_levels(
	struct client *client, struct smp_name_list *ret_list, struct err *reterr)
{
	struct smp_request request = smp_log_levels_request();

	return ask_for_names(client, &request, smp_log_levels_reply, ret_list, reterr);
}

enum status device_log_erase(struct client *client, struct err *reterr)
{
	struct smp_request request = smp_log_clear_request();

	return device_tell(client, &request, reterr);
}

enum status device_run_list(
	struct client *client, struct smp_name_list *ret_list, struct err *reterr)
{
	struct smp_request request = smp_run_list_request();

	return ask_for_names(client, &request, smp_run_list_reply, ret_list, reterr);
}

enum status device_run_test(
	struct client *client, const char *name, const char *token, struct err *reterr)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request =
		smp_run_test_request(&body, span_from_text(name), span_from_text(token));
	enum status status;

	if (body.overflow)
		return err_set(reterr, STATUS_USAGE, "the test's name and token are too long");
	status = device_find_alive(client, reterr);
	if (status != STATUS_OK)
		return status;
	request.tries = 1; /* a repetition would run it once more */
	return device_tell(client, &request, reterr);
}

enum status device_crash(struct client *client, const char *kind, struct err *reterr)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request = smp_crash_request(&body, span_from_text(kind));
	enum status status = device_find_alive(client, reterr);

	if (status != STATUS_OK)
		return status;
	request.tries = 1; /* the device must not come back to another crash */
	status = device_tell(client, &request, reterr);
	/* PROTOCOL: its last words. */
	if ((status == STATUS_TIMEOUT || status == STATUS_NO_PORT || status == STATUS_PROTOCOL) &&
		client_has_sent(client)) {
		err_clear(reterr);
		return STATUS_OK;
	}
	return status;
}
