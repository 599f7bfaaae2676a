/* SPDX-License-Identifier: Apache-2.0 */
/* The command completion: the script of a shell. */
#include <string.h>

#include "src/commands/commands.h"
#include "src/completion_script.h"

static void print_text(const void *result, FILE *out)
{
	fputs(result, out);
}

static void put_json(const void *result, struct doc *object)
{
	doc_put_text(object, "script", result);
}

enum status command_completion(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_text, put_json };
	static const struct {
		const char *shell, *script;
	} scripts[] = {
		{ "bash", completion_script_bash },
		{ "zsh", completion_script_zsh },
		{ "fish", completion_script_fish },
	};

	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		if (strcmp(invocation->args[0], scripts[i].shell) == 0) {
			output_result(invocation->output, &printer, scripts[i].script);
			return STATUS_OK;
		}
	}
	return err_set(reterr, STATUS_USAGE,
		"there are scripts for bash, zsh and fish, not for \"%s\"", invocation->args[0]);
}
