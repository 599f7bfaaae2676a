/* SPDX-License-Identifier: Apache-2.0 */
/* settings get, set, delete, commit, load, save: Zephyr's settings (protocol.md 3.4). */
#include <string.h>

#include "base/text.h"
#include "src/commands/commands.h"
#include "src/commands/done.h"
#include "src/commands/setting_print.h"
#include "src/commands/setting_write.h"

enum { RC_INVALID = 3, RC_NO_ENTRY = 5 };

/* The key, which is the first argument. */
static enum status take_key(
	const struct invocation *invocation, const char **ret_key, struct err *reterr)
{
	*ret_key = invocation->args[0];
	if (**ret_key == '\0')
		return err_set(reterr, STATUS_USAGE, "the key is empty");
	return STATUS_OK;
}

/* The general numbers have hints that are about images. */
static enum status hint_at_key(enum status status, struct err *reterr)
{
	if (status != STATUS_DEVICE || reterr->device.is_group_error)
		return status;
	if (reterr->device.rc == RC_NO_ENTRY)
		err_hint(reterr, "check the key: a device does not tell which ones there are");
	else if (reterr->device.rc == RC_INVALID)
		err_hint(reterr, "the key may be too long; the settings of Mynewt's firmware are "
				 "written with smpctl config");
	return status;
}

enum status command_settings_get(struct invocation *invocation, struct err *reterr)
{
	struct device_setting setting;
	struct shown_setting shown = { .setting = &setting };
	enum status status = take_key(invocation, &shown.key, reterr);

	if (status == STATUS_OK)
		status = device_setting_read(invocation->client, shown.key, &setting, reterr);
	if (status != STATUS_OK)
		return hint_at_key(status, reterr);
	output_result(invocation->output, setting_printer(), &shown);
	setting_note_rest(invocation->output, &setting);
	return STATUS_OK;
}

/* VALUE as it was typed, or the bytes that it stands for. */
static enum status take_value(
	const struct invocation *invocation, struct buf *value, struct err *reterr)
{
	const char *word = invocation->args[1];
	bool is_hex = invocation->settings.hex;

	if (is_hex && strncmp(word, "0x", 2) == 0)
		word += 2;
	if (strlen(word) > (is_hex ? 2 : 1) * value->cap)
		return err_set(reterr, STATUS_USAGE, "a value of more than %zu bytes", value->cap);
	if (!is_hex)
		buf_append_text(value, word);
	else if (word[0] != '\0' && !text_parse_hex(word, value))
		return err_set(reterr, STATUS_USAGE,
			"\"%s\" is no run of hex digits, two for each byte", word);
	return STATUS_OK;
}

enum status command_settings_set(struct invocation *invocation, struct err *reterr)
{
	uint8_t storage[DEVICE_SETTING_MAX];
	struct buf value = BUF_OVER(storage);
	const char *key;
	enum status status = take_key(invocation, &key, reterr);

	if (status == STATUS_OK)
		status = take_value(invocation, &value, reterr);
	if (status == STATUS_OK)
		status = device_setting_write(invocation->client, key, buf_span(&value), reterr);
	if (status == STATUS_OK)
		status = setting_show_written(invocation, key, buf_span(&value), reterr);
	if (status == STATUS_OK)
		setting_note_running(invocation->output, "settings save");
	return hint_at_key(status, reterr);
}

/* Zephyr takes the saved value away; most modules go on with what they have. */
enum status command_settings_delete(struct invocation *invocation, struct err *reterr)
{
	struct device_setting left;
	const char *key;
	enum status status = take_key(invocation, &key, reterr);

	if (status == STATUS_OK)
		status = device_setting_delete(invocation->client, key, reterr);
	if (status != STATUS_OK)
		return hint_at_key(status, reterr);
	print_done(invocation->output);
	if (device_setting_read(invocation->client, key, &left, ERR_IGNORED) == STATUS_OK)
		output_note(invocation->output,
			"what was saved is gone; the running value stays until the next reset");
	return STATUS_OK;
}

enum status command_settings_commit(struct invocation *invocation, struct err *reterr)
{
	enum status status = device_settings_commit(invocation->client, reterr);

	if (status == STATUS_OK)
		print_done(invocation->output);
	return status;
}

enum status command_settings_load(struct invocation *invocation, struct err *reterr)
{
	enum status status = device_settings_load(invocation->client, reterr);

	if (status == STATUS_OK)
		print_done(invocation->output);
	return status;
}

enum status command_settings_save(struct invocation *invocation, struct err *reterr)
{
	const char *key = NULL;
	enum status status = STATUS_OK;

	if (invocation->arg_count > 0)
		status = take_key(invocation, &key, reterr);
	if (status == STATUS_OK)
		status = device_settings_save(invocation->client, key, reterr);
	if (status == STATUS_OK)
		print_done(invocation->output);
	return hint_at_key(status, reterr);
}
