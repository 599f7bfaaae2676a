/* SPDX-License-Identifier: Apache-2.0 */
/* config: Mynewt's settings, whose values are texts (protocol.md 3.4), in mcumgr's words. */
#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/commands/setting_print.h"
#include "src/commands/setting_write.h"

enum { RC_INVALID = 3 };

/* What Zephyr's server says to a write in Mynewt's manner. */
static enum status hint_at_zephyr(enum status status, struct err *reterr)
{
	if (status == STATUS_DEVICE && !reterr->device.is_group_error &&
		reterr->device.rc == RC_INVALID)
		err_hint(reterr, "config is for Mynewt's firmware: the settings of Zephyr's are "
				 "written and saved with smpctl settings");
	return status;
}

static enum status read_value(struct invocation *invocation, struct err *reterr)
{
	struct device_setting setting;
	struct shown_setting shown = { .key = invocation->args[0], .setting = &setting };
	enum status status;

	if (invocation->settings.save) {
		err_set(reterr, STATUS_USAGE, "--save goes with a value");
		return err_hint(reterr, "smpctl config save saves everything that runs");
	}
	status = device_setting_read(invocation->client, shown.key, &setting, reterr);
	if (status != STATUS_OK)
		return status;
	output_result(invocation->output, setting_labelled_printer(), &shown);
	setting_note_rest(invocation->output, &setting);
	return STATUS_OK;
}

static enum status write_value(struct invocation *invocation, struct err *reterr)
{
	const char *key = invocation->args[0], *value = invocation->args[1];
	bool saves = invocation->settings.save;
	enum status status = device_config_write(invocation->client, key, value, saves, reterr);

	if (status == STATUS_OK)
		status = setting_show_written(invocation, key, span_from_text(value), reterr);
	if (status == STATUS_OK && !saves)
		setting_note_running(invocation->output, "config save");
	return hint_at_zephyr(status, reterr);
}

enum status command_config(struct invocation *invocation, struct err *reterr)
{
	if (invocation->args[0][0] == '\0')
		return err_set(reterr, STATUS_USAGE, "the key is empty");
	return invocation->arg_count > 1 ? write_value(invocation, reterr)
					 : read_value(invocation, reterr);
}

enum status command_config_save(struct invocation *invocation, struct err *reterr)
{
	enum status status = device_config_write(invocation->client, "", "", true, reterr);

	if (status == STATUS_OK)
		print_done(invocation->output);
	return hint_at_zephyr(status, reterr);
}
