/* SPDX-License-Identifier: Apache-2.0 */
/* recovery: put the device into its bootloader's serial recovery, and say how that was done. */
#include "src/commands/commands.h"
#include "src/recover.h"

enum { BUTTON_MS = 60000 };

struct shown_recovery {
	enum recover_way way;
	const char *node;
};

static void print_text(const void *result, FILE *out)
{
	const struct shown_recovery *shown = result;

	fprintf(out, "Serial recovery answers on %s: %s\n", shown->node,
		recover_way_text(shown->way));
}

static void put_json(const void *result, struct doc *object)
{
	const struct shown_recovery *shown = result;

	doc_put_text(object, "way", recover_way_name(shown->way));
	doc_put_text(object, "node", shown->node);
}

enum status command_recovery(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_text, put_json };
	struct shown_recovery shown = { 0 };
	enum status status;

	if (invocation->settings.wait)
		output_note(invocation->output, "if the device does not answer, press its reset "
						"button within a minute");
	status = recover_enter(
		invocation->port, invocation->settings.wait ? BUTTON_MS : 0, &shown.way, reterr);
	if (status != STATUS_OK)
		return status;
	invocation->was_reset = true;
	shown.node = port_name(invocation->port);
	output_result(invocation->output, &printer, &shown);
	return STATUS_OK;
}
