/* SPDX-License-Identifier: Apache-2.0 */
/* datetime: read the device's clock, or set it and read it back. */
#include "src/datetime.h"

#include <string.h>
#include <time.h>

#include "src/commands/commands.h"
#include "src/device_os.h"

enum { DIFFERENCE_MAX_S = 10 }; /* between what was set and what is read back */

/* As mcumgr prints it. */
static void print_datetime(const void *result, FILE *out)
{
	fprintf(out, "Datetime(RFC 3339 format): %s\n", ((const struct device_text *)result)->text);
}

static void put_datetime(const void *result, struct doc *object)
{
	doc_put_text(object, "datetime", ((const struct device_text *)result)->text);
}

static enum status read_argument(const char *argument, int64_t *ret_seconds,
	char ret_text[DATETIME_SIZE], struct err *reterr)
{
	bool is_time = true;

	if (strcmp(argument, "now") == 0)
		*ret_seconds = (int64_t)time(NULL);
	else
		is_time = datetime_parse(argument, ret_seconds);
	if (is_time && datetime_format(*ret_seconds, ret_text))
		return STATUS_OK;
	err_set(reterr, STATUS_USAGE, "\"%s\" is no time", argument);
	return err_hint(reterr, "now, or a time such as 2026-01-02T03:04:05Z or "
				"2026-01-02T04:04:05+01:00; without a zone it is UTC");
}

/* A clock that says what cannot be read is shown, and left to the user to judge. */
static enum status compare(int64_t set_s, const struct device_text *shown, struct err *reterr)
{
	int64_t shown_s;

	if (!datetime_parse(shown->text, &shown_s) ||
		(shown_s >= set_s - DIFFERENCE_MAX_S && shown_s <= set_s + DIFFERENCE_MAX_S))
		return STATUS_OK;
	return err_set(reterr, STATUS_DEVICE,
		"the device took the time, but its clock says %.64s now", shown->text);
}

static enum status set_clock(struct client *client, const char *argument,
	struct device_text *ret_shown, struct err *reterr)
{
	char text[DATETIME_SIZE];
	int64_t seconds = 0;
	enum status status = read_argument(argument, &seconds, text, reterr);

	if (status == STATUS_OK)
		status = device_os_set_datetime(client, text, reterr);
	if (status != STATUS_OK)
		return status;
	if (device_os_datetime(client, ret_shown, reterr) != STATUS_OK)
		return err_wrap(reterr, "reading back");
	return compare(seconds, ret_shown, reterr);
}

enum status command_datetime(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_datetime, put_datetime };
	struct device_text shown;
	enum status status =
		invocation->arg_count > 0
			? set_clock(invocation->client, invocation->args[0], &shown, reterr)
			: device_os_datetime(invocation->client, &shown, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &shown);
	return status;
}
