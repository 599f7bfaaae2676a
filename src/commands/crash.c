/* SPDX-License-Identifier: Apache-2.0 */
/* crash: make a Mynewt device crash on purpose. */
#include <string.h>

#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/device_mynewt.h"

static const char *const kinds[] = { "div0", "jump0", "ref0", "assert", "wdog" };

static bool is_kind(const char *word)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i], word) == 0)
			return true;
	}
	return false;
}

enum status command_crash(struct invocation *invocation, struct err *reterr)
{
	const char *kind = invocation->args[0];
	enum status status;

	if (!is_kind(kind))
		return err_set(reterr, STATUS_USAGE, "crash takes %s, not \"%s\"",
			invocation->command->arguments, kind);
	status = device_crash(invocation->client, kind, reterr);
	if (status != STATUS_OK)
		return status;
	invocation->is_resetting = true;
	print_done(invocation->output);
	return STATUS_OK;
}
