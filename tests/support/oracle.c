/* SPDX-License-Identifier: Apache-2.0 */
/* What replies mean, see oracle.h. */
#include "tests/support/oracle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smp/image_group.h"
#include "smp/os_group.h"
#include "tests/support/rebuild.h"

/* The small integer behind a key, found by its bytes; -1 when the key is not there. */
static int64_t number_behind(struct span body, const char *key)
{
	const uint8_t *at = body.len > 0 ? memmem(body.data, body.len, key, strlen(key)) : NULL;

	if (at == NULL)
		return -1;
	at += strlen(key);
	switch (*at) {
	case 0x18:
		return at[1];
	case 0x19:
		return at[1] << 8 | at[2];
	case 0x1a:
		return (int64_t)at[1] << 24 | at[2] << 16 | at[3] << 8 | at[4];
	default:
		assert_true(*at < 0x18);
		return *at;
	}
}

static void assert_text(enum status status, struct span text, struct span wanted)
{
	assert_int_equal(status, STATUS_OK);
	assert_true(span_equal(text, wanted));
}

static enum status take_bootloader(const struct smp_reply *reply, struct err *err)
{
	int64_t wanted = number_behind(reply->body, "\x64mode");
	struct smp_os_bootloader_mode mode;
	struct span text;
	enum status status;

	if (wanted >= 0) {
		status = smp_os_bootloader_mode_reply(reply, &mode, err);
		assert_int_equal(status, STATUS_OK);
		assert_int_equal(mode.mode, wanted);
		return status;
	}
	status = smp_os_bootloader_name_reply(reply, &text, err);
	if (status == STATUS_OK)
		assert_text(status, text, span_from_text("MCUboot"));
	return status;
}

static enum status take_os_reply(struct span asked, const struct smp_reply *reply, struct err *err)
{
	struct body_value map;
	struct smp_os_params params;
	struct span text, wanted = { 0 };
	enum status status;

	switch (reply->header.command) {
	case SMP_OS_ECHO:
		status = smp_os_echo_reply(reply, &text, err);
		if (status == STATUS_OK && body_open(asked, &map, ERR_IGNORED) == STATUS_OK &&
			body_get_text(&map, "d", &wanted) == BODY_FOUND)
			assert_text(status, text, wanted);
		return status;
	case SMP_OS_PARAMS:
		status = smp_os_params_reply(reply, &params, err);
		if (status == STATUS_OK) {
			assert_int_equal(params.buf_size, number_behind(reply->body, "\x68"
										     "buf_size"));
			assert_int_equal(params.buf_count, number_behind(reply->body, "\x69"
										      "buf_count"));
		}
		return status;
	case SMP_OS_INFO:
		return smp_os_info_reply(reply, &text, err);
	case SMP_OS_BOOTLOADER:
		return take_bootloader(reply, err);
	default:
		return smp_reply_open(reply, &map, err);
	}
}

static enum status take_chunk_reply(
	struct span asked, const struct smp_reply *reply, struct err *err)
{
	int64_t offset = number_behind(asked, "\x63off");
	uint8_t *file = calloc(1, REBUILD_FILE_MAX);
	struct smp_upload upload;
	enum status status;

	assert_non_null(file);
	rebuild_upload_at(offset > 0 ? (uint64_t)offset : 0, file, &upload);
	status = smp_upload_take_reply(&upload, 0, reply, 0, 0, err);
	if (status == STATUS_OK)
		assert_int_equal(upload.offset, number_behind(reply->body, "\x63off"));
	else
		assert_int_equal(upload.state, SMP_UPLOAD_FAILED);
	free(file);
	return status;
}

static enum status take_image_reply(
	struct span asked, const struct smp_reply *reply, struct err *err)
{
	struct smp_image_slot_infos infos;
	struct smp_image_state state;
	struct body_value map;
	enum status status;

	switch (reply->header.command) {
	case SMP_IMAGE_STATE:
		status = smp_image_state_reply(reply, &state, err);
		if (status == STATUS_OK) {
			assert_in_range(state.count, 1, 4);
			assert_int_equal(state.slots[0].hash_len, 32);
			assert_true(state.slots[0].version[0] != '\0');
		}
		return status;
	case SMP_IMAGE_UPLOAD:
		return take_chunk_reply(asked, reply, err);
	case SMP_IMAGE_SLOT_INFO:
		status = smp_image_slot_info_reply(reply, &infos, err);
		if (status == STATUS_OK)
			assert_int_equal(
				infos.slots[0].size, number_behind(reply->body, "\x64size"));
		return status;
	default:
		return smp_reply_open(reply, &map, err);
	}
}

static enum status take_reply(struct span asked, const struct smp_reply *reply, struct err *err)
{
	struct body_value map;

	if (reply->header.group == SMP_GROUP_OS)
		return take_os_reply(asked, reply, err);
	if (reply->header.group == SMP_GROUP_IMAGE)
		return take_image_reply(asked, reply, err);
	return smp_reply_open(reply, &map, err);
}

void oracle_check(const char *name, struct span asked, const struct smp_reply *reply,
	struct oracle_tally *tally)
{
	int64_t rc = number_behind(reply->body, "\x62rc");
	bool is_group_error = number_behind(reply->body, "\x65group") >= 0 && rc >= 0;
	enum status wanted = STATUS_OK;
	struct err err = { .status = STATUS_OK };
	enum status status = take_reply(asked, reply, &err);

	if (rc > 0)
		wanted = !is_group_error && rc == 8 ? STATUS_UNSUPPORTED : STATUS_DEVICE;
	if (status != wanted)
		fail_msg("%s: status %d and not %d: %s", name, status, wanted, err.message);
	tally->good += rc <= 0;
	tally->general_errors += rc > 0 && !is_group_error;
	tally->group_errors += rc > 0 && is_group_error;
	if (rc <= 0)
		return;
	if (err.device.rc != rc || err.device.is_group_error != is_group_error ||
		err.device.name[0] == '\0')
		fail_msg("%s: %s", name, err.message);
	if (is_group_error)
		assert_int_equal(err.device.group, number_behind(reply->body, "\x65group"));
}
