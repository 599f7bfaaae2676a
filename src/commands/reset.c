/* SPDX-License-Identifier: Apache-2.0 */
/* reset: restart the device and, with --wait, follow it until it answers again. */
#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/device.h"
#include "src/follow.h"
#include "src/swap_ahead.h"

struct shown_reset {
	struct follow_result follow;
	const char *node;
};

static const char *who_answers(const struct shown_reset *shown)
{
	return shown->follow.is_recovery ? "recovery" : "application";
}

static double seconds(const struct shown_reset *shown)
{
	return (double)shown->follow.duration_us / 1e6;
}

static void print_text(const void *result, FILE *out)
{
	const struct shown_reset *shown = result;

	fprintf(out, "The %s answers on %s, %.1f s after the reset\n",
		shown->follow.is_recovery ? "bootloader's serial recovery" : "application",
		shown->node, seconds(shown));
	if (shown->follow.was_trapped)
		fprintf(out, "The bootloader had taken the first question for a wish to stay, and "
			     "was reset once more\n");
}

static void put_json(const void *result, struct doc *object)
{
	const struct shown_reset *shown = result;

	doc_put_text(object, "answers", who_answers(shown));
	doc_put_text(object, "node", shown->node);
	doc_put_real(object, "seconds", seconds(shown));
	doc_put_bool(object, "was_reset_again", shown->follow.was_trapped);
}

static enum status wait_for_return(
	struct invocation *invocation, struct follow_wish wish, struct err *reterr)
{
	static const struct result_printer printer = { print_text, put_json };
	struct shown_reset shown = { 0 };
	enum status status;

	wish.wants_recovery = invocation->settings.bootloader;
	output_detail(invocation->output, "the device was reset; waiting for it");
	status = follow_reset(invocation->port, &wish, &shown.follow, reterr);
	if (status != STATUS_OK)
		return status;
	if (invocation->settings.bootloader && !shown.follow.is_recovery) {
		err_set(reterr, STATUS_UNSUPPORTED,
			"the device has started its application, not its bootloader");
		return err_hint(reterr, "it needs CONFIG_MCUMGR_GRP_OS_RESET_BOOT_MODE and "
					"BOOT_SERIAL_BOOT_MODE; smpctl recovery tries other ways");
	}
	invocation->was_reset = true;
	shown.node = port_name(invocation->port);
	output_result(invocation->output, &printer, &shown);
	return STATUS_OK;
}

enum status command_reset(struct invocation *invocation, struct err *reterr)
{
	const struct settings *settings = &invocation->settings;
	struct follow_wish wish = { 0 };
	enum status status;

	if (settings->wait)
		wish = swap_ahead_wish(invocation->client);
	status = device_reset(invocation->client, settings->force,
		settings->bootloader ? SMP_OS_BOOT_BOOTLOADER : SMP_OS_BOOT_NORMAL, reterr);
	if (status != STATUS_OK)
		return status;
	if (invocation->settings.wait)
		return wait_for_return(invocation, wish, reterr);
	invocation->is_resetting = true;
	print_done(invocation->output);
	return STATUS_OK;
}
