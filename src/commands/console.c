/* SPDX-License-Identifier: Apache-2.0 */
/* console: the device's text and the user's keys. */
#include "src/console.h"

#include <unistd.h>

#include "src/commands/commands.h"
#include "src/runner.h"

enum status command_console(struct invocation *invocation, struct err *reterr)
{
	struct output *output = invocation->output;
	bool has_keys = isatty(STDIN_FILENO) == 1;
	enum status status;

	if (output->json)
		return err_set(reterr, STATUS_USAGE,
			"the console shows text as it comes, there is no JSON of it");
	if (client_framing(port_client(invocation->port)) == SMP_FRAMING_RAW) {
		err_set(reterr, STATUS_USAGE,
			"with raw framing the port has no console, only packets");
		return err_hint(
			reterr, "the device's console is on another port: smpctl ports lists them");
	}
	if (has_keys)
		output_note(output, "console of %s; Ctrl-] ends it", port_name(invocation->port));
	status = console_run(runner_link(invocation->runner), output->results, reterr);
	/* What the device says last is seldom a whole line. */
	if (has_keys && !output->quiet)
		fputs("\nconsole ended\n", output->notes);
	return status;
}
