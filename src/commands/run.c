/* SPDX-License-Identifier: Apache-2.0 */
/* run: the tests built into a Mynewt device. */
#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/commands/names_print.h"
#include "src/device_mynewt.h"

static void print_tests(const void *result, FILE *out)
{
	names_print(result, "available tests:", out);
}

static void put_tests(const void *result, struct doc *object)
{
	names_put(result, "tests", object);
}

enum status command_run_list(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_tests, put_tests };
	struct smp_name_list list;
	enum status status = device_run_list(invocation->client, &list, reterr);

	if (status == STATUS_OK)
		output_result(invocation->output, &printer, &list);
	return status;
}

enum status command_run_test(struct invocation *invocation, struct err *reterr)
{
	const char *test = invocation->arg_count > 0 ? invocation->args[0] : "all";
	const char *token = invocation->arg_count > 1 ? invocation->args[1] : "";
	enum status status = device_run_test(invocation->client, test, token, reterr);

	if (status == STATUS_DEVICE)
		err_hint(reterr, "smpctl run list shows the device's tests");
	if (status != STATUS_OK)
		return status;
	print_done(invocation->output);
	return STATUS_OK;
}
