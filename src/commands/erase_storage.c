/* SPDX-License-Identifier: Apache-2.0 */
/* zephyr erase-storage: make the device forget what it has saved, after asking. */
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/device_basic.h"

enum { ANSWER_MAX = 64 };

static enum status ask(struct invocation *invocation, struct err *reterr)
{
	char answer[ANSWER_MAX];
	enum status status;
	ssize_t len;

	fputs("Erase all that the device has saved: settings, keys, bonds? [y/N] ",
		invocation->output->notes);
	fflush(invocation->output->notes);
	status = port_pause(invocation->port, STDIN_FILENO, CLOCK_NEVER, reterr);
	if (status != STATUS_OK)
		return status;
	/* A terminal hands out a line at a time. */
	len = read(STDIN_FILENO, answer, sizeof(answer));
	if (len <= 0)
		fputc('\n',
			invocation->output->notes); /* Ctrl-D left the cursor behind the question */
	if (len > 0 && (answer[0] == 'y' || answer[0] == 'Y'))
		return STATUS_OK;
	return err_set(reterr, STATUS_INTERRUPTED, "nothing was erased");
}

enum status command_erase_storage(struct invocation *invocation, struct err *reterr)
{
	enum status status = STATUS_OK;

	if (!invocation->settings.force && isatty(STDIN_FILENO) != 1) {
		err_set(reterr, STATUS_USAGE, "this erases all that the device has saved");
		return err_hint(reterr, "say --force where nobody can be asked");
	}
	if (!invocation->settings.force)
		status = ask(invocation, reterr);
	if (status == STATUS_OK)
		status = device_basic_erase_storage(invocation->client, reterr);
	if (status == STATUS_OK)
		print_done(invocation->output);
	return status;
}
