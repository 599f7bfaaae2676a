/* SPDX-License-Identifier: Apache-2.0 */
/* image list and image slots: what the device holds, and where it could hold more. */
#include <unistd.h>

#include "src/columns.h"
#include "src/commands/commands.h"
#include "src/commands/image_print.h"
#include "src/commands/slots_print.h"
#include "src/device.h"

enum { WIDTH_DEFAULT = 80 };

enum status command_image_list(struct invocation *invocation, struct err *reterr)
{
	struct output *output = invocation->output;
	struct smp_image_state state;
	struct image_table table = {
		.state = &state,
		.has_whole_hashes = invocation->settings.verbose,
		.has_colours = output_has_colours(output),
	};
	enum status status = device_image_state(invocation->client, &state, reterr);

	if (status != STATUS_OK)
		return status;
	if (invocation->settings.table)
		output_result(output, image_table_printer(), &table);
	else
		output_result(output, image_state_printer(), &state);
	return STATUS_OK;
}

/* What is in the slots; a device that does not tell has slots all the same. */
static enum status ask_contents(struct invocation *invocation, struct smp_image_state *state,
	struct shown_slots *shown, struct err *reterr)
{
	enum status status = device_image_state(invocation->client, state, reterr);

	if (status == STATUS_DEVICE || status == STATUS_UNSUPPORTED) {
		err_clear(reterr);
		return STATUS_OK;
	}
	shown->state = state;
	return status;
}

/* A terminal gets the picture; a file or a pipe what it has always got. */
static size_t picture_width(const struct output *output)
{
	size_t rows, columns;

	if (output->json || isatty(fileno(output->results)) != 1)
		return 0;
	if (!columns_of_terminal(output->results, &rows, &columns))
		return WIDTH_DEFAULT;
	return columns < SLOTS_PICTURE_WIDTH_MAX ? columns : SLOTS_PICTURE_WIDTH_MAX;
}

enum status command_image_slots(struct invocation *invocation, struct err *reterr)
{
	struct output *output = invocation->output;
	struct smp_image_slot_infos infos;
	struct smp_image_state state;
	struct shown_slots shown = {
		.infos = &infos,
		.width = picture_width(output),
		.is_utf8 = terminal_is_utf8() && terminal_is_drawable(output->results),
		.has_colours = output_has_colours(output),
	};
	enum status status = device_slot_infos(invocation->client, &infos, reterr);

	if (status == STATUS_OK && shown.width > 0)
		status = ask_contents(invocation, &state, &shown, reterr);
	if (status == STATUS_OK)
		output_result(output, slots_printer(), &shown);
	return status;
}
