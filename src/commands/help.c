/* SPDX-License-Identifier: Apache-2.0 */
/* The help command. */
#include "src/help.h"

#include "src/commands/commands.h"

enum status command_help(struct invocation *invocation, struct err *reterr)
{
	const struct command *command;
	size_t known;

	if (invocation->arg_count == 0) {
		help_print_overview(invocation->output->results);
		return STATUS_OK;
	}
	command = command_find(invocation->args, invocation->arg_count, &known);
	if (command == NULL || known < invocation->arg_count) {
		err_set(reterr, STATUS_USAGE, "there is no command \"%s%s%s\"", invocation->args[0],
			invocation->arg_count > 1 ? " " : "",
			invocation->arg_count > 1 ? invocation->args[1] : "");
		return err_hint(reterr, "smpctl help lists the commands");
	}
	help_print_command(command, invocation->output->results);
	return STATUS_OK;
}
