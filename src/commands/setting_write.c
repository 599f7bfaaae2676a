/* SPDX-License-Identifier: Apache-2.0 */
/* Reading back what was written, see setting_write.h. */
#include "src/commands/setting_write.h"

#include "src/commands/setting_print.h"

enum { DESCRIPTION_MAX = 320 };

static void compare(
	struct output *output, struct span written, const struct device_setting *setting)
{
	struct span held = device_setting_span(setting);
	char held_storage[DESCRIPTION_MAX], written_storage[DESCRIPTION_MAX];
	struct buf held_text = BUF_OVER(held_storage), written_text = BUF_OVER(written_storage);

	if (span_equal(held, written))
		return;
	if (setting->may_be_cut && span_equal(held, span_sub(written, 0, held.len))) {
		output_note(output,
			"read back: the first %zu of %zu bytes, the device hands out no more",
			held.len, written.len);
		return;
	}
	setting_describe(held, &held_text);
	setting_describe(written, &written_text);
	output_note(output, "warning: the device holds %s now, and not %s", buf_text(&held_text),
		buf_text(&written_text));
}

enum status setting_show_written(
	struct invocation *invocation, const char *key, struct span written, struct err *reterr)
{
	struct device_setting held;
	struct shown_setting shown = { .key = key, .setting = &held };
	struct err refusal = { .status = STATUS_OK };
	enum status status = device_setting_read(invocation->client, key, &held, &refusal);

	if (status == STATUS_OK) {
		compare(invocation->output, written, &held);
	} else if (status == STATUS_DEVICE || status == STATUS_UNSUPPORTED) {
		output_note(
			invocation->output, "warning: it cannot be read back: %s", refusal.message);
		shown.setting = NULL;
	} else {
		*reterr = refusal;
		return err_wrap(reterr, "written, but reading back");
	}
	output_result(invocation->output, setting_done_printer(), &shown);
	return STATUS_OK;
}

void setting_note_running(struct output *output, const char *how_to_save)
{
	output_note(output, "this is the running value: smpctl %s makes it last", how_to_save);
}
