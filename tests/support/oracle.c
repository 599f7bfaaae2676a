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

#include "smp/fs_download.h"
#include "smp/fs_upload.h"
#include "smp/image_group.h"
#include "smp/os_group.h"
#include "smp/os_stat.h"
#include "smp/session.h"
#include "smp/settings_group.h"
#include "smp/shell_group.h"
#include "smp/stat_group.h"
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

/* How often a key stands in the body. */
static size_t count_of(struct span body, const char *key)
{
	size_t count = 0;

	for (size_t at = 0; at + strlen(key) <= body.len; at++)
		count += memcmp(body.data + at, key, strlen(key)) == 0;
	return count;
}

static enum status take_tasks(const struct smp_reply *reply, struct err *err)
{
	struct smp_os_stat tasks;
	enum status status = smp_os_taskstat_reply(reply, &tasks, err);

	if (status == STATUS_OK) {
		assert_int_equal(tasks.count, count_of(reply->body, "\x63tid"));
		assert_int_equal(tasks.rows[0].numbers[SMP_OS_TASK_STATE],
			number_behind(reply->body, "\x65state"));
	}
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
	case SMP_OS_TASKSTAT:
		return take_tasks(reply, err);
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

static enum status take_stat_reply(const struct smp_reply *reply, struct err *err)
{
	struct smp_stat_fields fields;
	struct smp_stat_list list;
	enum status status;

	if (reply->header.command == SMP_STAT_LIST) {
		status = smp_stat_list_reply(reply, &list, err);
		if (status == STATUS_OK) {
			assert_int_equal(list.count, 1);
			assert_string_equal(list.groups[0].text, "smp_svr_stats");
		}
		return status;
	}
	status = smp_stat_show_reply(reply, &fields, err);
	if (status == STATUS_OK) {
		assert_true(fields.count > 0);
		assert_string_equal(fields.fields[0].name.text, "ticks");
		assert_int_equal(fields.fields[0].value, number_behind(reply->body, "\x65ticks"));
	}
	return status;
}

/* The short byte string behind a key, found by its bytes. */
static struct span bytes_behind(struct span body, const char *key)
{
	const uint8_t *at = memmem(body.data, body.len, key, strlen(key));

	assert_non_null(at);
	at += strlen(key);
	assert_in_range(*at, 0x40, 0x57);
	return span_make(at + 1, *at - 0x40U);
}

static enum status take_settings_reply(const struct smp_reply *reply, struct err *err)
{
	struct smp_settings_value value;
	uint8_t bytes[64];
	struct buf out = BUF_OVER(bytes);
	struct body_value map;
	enum status status;

	if (reply->header.command != SMP_SETTINGS_VALUE || reply->header.op != SMP_OP_READ_RESPONSE)
		return smp_reply_open(reply, &map, err);
	status = smp_settings_read_reply(reply, &out, &value, err);
	if (status == STATUS_OK) {
		assert_true(span_equal(buf_span(&out), bytes_behind(reply->body, "\x63val")));
		assert_false(value.is_limited);
	}
	return status;
}

/* A whole file in one message, up or down. */
static enum status take_file_reply(
	const struct smp_reply *reply, struct span content, struct err *err)
{
	const struct smp_fs_upload_config config = {
		.file = content,
		.path = span_from_text("/lfs1/a"),
		.message_max = SMP_MESSAGE_MAX_DEFAULT,
	};
	uint8_t storage[SMP_MESSAGE_MAX_DEFAULT];
	struct buf body = BUF_OVER(storage);
	struct smp_fs_download download;
	struct smp_fs_upload upload;
	struct smp_request request;
	struct span data = { 0 };
	enum status status;
	unsigned chunk;

	if (reply->header.op == SMP_OP_READ_RESPONSE) {
		assert_int_equal(smp_fs_download_init(&download, config.path, 1, err), STATUS_OK);
		assert_true(smp_fs_download_next_request(&download, &body, &request, &chunk));
		status = smp_fs_download_take_reply(&download, chunk, reply, &data, err);
		assert_true(span_equal(data, content));
		assert_int_equal(download.state, SMP_FS_DOWNLOAD_DONE);
	} else {
		assert_int_equal(smp_fs_upload_init(&upload, &config, 0, err), STATUS_OK);
		assert_true(smp_fs_upload_next_request(&upload, &body, &request, &chunk));
		status = smp_fs_upload_take_reply(&upload, chunk, reply, 0, 0, err);
		assert_int_equal(upload.state, SMP_FS_UPLOAD_DONE);
	}
	return status;
}

/* A number, or bytes that stand in the reply as they are. */
static enum status take_hash_reply(const struct smp_reply *reply, struct err *err)
{
	struct smp_fs_hash hash;
	enum status status = smp_fs_hash_reply(reply, &hash, err);

	if (status != STATUS_OK)
		return status;
	assert_int_equal(hash.size, number_behind(reply->body, "\x63len"));
	if (hash.format == SMP_FS_NUMBER)
		assert_int_equal(hash.number, number_behind(reply->body, "\x66output"));
	else
		assert_non_null(
			memmem(reply->body.data, reply->body.len, hash.bytes, hash.bytes_len));
	return status;
}

static enum status take_fs_reply(const struct smp_reply *reply, struct err *err)
{
	const char *len = reply->header.op == SMP_OP_READ_RESPONSE ? "\x63len" : "\x63off";
	bool is_short = number_behind(reply->body, len) == 3;
	struct smp_fs_hash_types types;
	struct body_value map;
	uint64_t size = 0;
	enum status status;

	/* What an error means to an upload is more than that it is one. */
	if (number_behind(reply->body, "\x62rc") > 0)
		return smp_reply_open(reply, &map, err);
	switch (reply->header.command) {
	case SMP_FS_FILE:
		return take_file_reply(reply, span_from_text(is_short ? "abc" : "hello\n"), err);
	case SMP_FS_STATUS:
		status = smp_fs_status_reply(reply, &size, err);
		assert_int_equal(size, number_behind(reply->body, len));
		return status;
	case SMP_FS_HASH:
		return take_hash_reply(reply, err);
	case SMP_FS_HASH_TYPES:
		status = smp_fs_hash_types_reply(reply, &types, err);
		assert_int_equal(types.count, count_of(reply->body, "format"));
		assert_int_equal(types.types[0].size, number_behind(reply->body, "\x64size"));
		return status;
	default:
		return smp_reply_open(reply, &map, err);
	}
}

/* Codes are small here: a positive number is its own byte, one below 0 has 0x20 in it. */
static enum status take_shell_reply(const struct smp_reply *reply, struct err *err)
{
	struct smp_shell_result result;
	enum status status = smp_shell_exec_reply(reply, &result, err);
	const uint8_t *at;

	if (status != STATUS_OK)
		return status;
	at = memmem(reply->body.data, reply->body.len, "\x63ret", 4);
	assert_non_null(at);
	assert_int_equal(result.code, at[4] < 0x20 ? at[4] : -1 - (at[4] - 0x20));
	assert_non_null(memchr(result.output.data, '\n', result.output.len));
	assert_ptr_equal(result.output.data + result.output.len, at);
	return status;
}

static enum status take_reply(struct span asked, const struct smp_reply *reply, struct err *err)
{
	struct body_value map;

	if (reply->header.group == SMP_GROUP_OS)
		return take_os_reply(asked, reply, err);
	if (reply->header.group == SMP_GROUP_IMAGE)
		return take_image_reply(asked, reply, err);
	if (reply->header.group == SMP_GROUP_STAT)
		return take_stat_reply(reply, err);
	if (reply->header.group == SMP_GROUP_SETTINGS)
		return take_settings_reply(reply, err);
	if (reply->header.group == SMP_GROUP_FS)
		return take_fs_reply(reply, err);
	if (reply->header.group == SMP_GROUP_SHELL)
		return take_shell_reply(reply, err);
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
