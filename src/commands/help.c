/* SPDX-License-Identifier: Apache-2.0 */
/* The help command. */
#include "src/help.h"

#include "src/commands/commands.h"

enum status command_help(struct invocation *invocation, struct err *reterr)
{
	const char *const *words = invocation->args;
	size_t count = invocation->arg_count, known = 0;
	const struct command *command = NULL;

	if (count > 0)
		command = command_find(words, count, &known);
	if (known < count) {
		err_set(reterr, STATUS_USAGE, "there is no command \"%s%s%s\"", words[0],
			count > 1 ? " " : "", count > 1 ? words[1] : "");
		return err_hint(reterr, "smpctl help lists the commands");
	}
	return help_show_whole(invocation->output, command, words[0], reterr);
}
