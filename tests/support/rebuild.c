/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded requests made anew by our client, see rebuild.h. */
#include "tests/support/rebuild.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smp/basic_group.h"
#include "smp/fs_download.h"
#include "smp/fs_upload.h"
#include "smp/image_group.h"
#include "smp/os_group.h"
#include "smp/os_stat.h"
#include "smp/session.h"
#include "smp/settings_group.h"
#include "smp/shell_group.h"
#include "smp/stat_group.h"
#include "tests/support/far_end.h"
#include "tests/support/upload_walk.h"

enum { CHUNK_MESSAGE_MAX = 2000, SHELL_WORDS_MAX = 8, SHELL_WORD_SIZE = 32 };

bool rebuild_is_ours(const struct smp_header *header)
{
	switch (header->group << 8 | header->command) {
	case SMP_GROUP_OS << 8 | SMP_OS_ECHO:
	case SMP_GROUP_OS << 8 | SMP_OS_TASKSTAT:
	case SMP_GROUP_OS << 8 | SMP_OS_MPSTAT:
	case SMP_GROUP_OS << 8 | SMP_OS_DATETIME:
	case SMP_GROUP_OS << 8 | SMP_OS_RESET:
	case SMP_GROUP_OS << 8 | SMP_OS_PARAMS:
	case SMP_GROUP_OS << 8 | SMP_OS_INFO:
	case SMP_GROUP_OS << 8 | SMP_OS_BOOTLOADER:
	case SMP_GROUP_IMAGE << 8 | SMP_IMAGE_STATE:
	case SMP_GROUP_IMAGE << 8 | SMP_IMAGE_UPLOAD:
	case SMP_GROUP_IMAGE << 8 | SMP_IMAGE_ERASE:
	case SMP_GROUP_IMAGE << 8 | SMP_IMAGE_SLOT_INFO:
	case SMP_GROUP_STAT << 8 | SMP_STAT_SHOW:
	case SMP_GROUP_STAT << 8 | SMP_STAT_LIST:
	case SMP_GROUP_SETTINGS << 8 | SMP_SETTINGS_VALUE:
	case SMP_GROUP_SETTINGS << 8 | SMP_SETTINGS_DELETE:
	case SMP_GROUP_SETTINGS << 8 | SMP_SETTINGS_COMMIT:
	case SMP_GROUP_SETTINGS << 8 | SMP_SETTINGS_STORE:
	case SMP_GROUP_FS << 8 | SMP_FS_FILE:
	case SMP_GROUP_FS << 8 | SMP_FS_STATUS:
	case SMP_GROUP_FS << 8 | SMP_FS_HASH:
	case SMP_GROUP_FS << 8 | SMP_FS_HASH_TYPES:
	case SMP_GROUP_FS << 8 | SMP_FS_CLOSE:
	case SMP_GROUP_SHELL << 8 | SMP_SHELL_EXEC:
	case SMP_GROUP_ZEPHYR << 8 | SMP_ZEPHYR_ERASE_STORAGE:
		return true;
	default:
		return false;
	}
}

static struct smp_request os_request(
	const struct smp_header *header, const struct body_value *map, struct buf *body)
{
	struct span text = { 0 };
	bool force = false;
	uint64_t boot_mode = 0;

	switch (header->command) {
	case SMP_OS_ECHO:
		(void)body_get_text(map, "d", &text);
		return smp_os_echo_request(body, text);
	case SMP_OS_TASKSTAT:
		return smp_os_taskstat_request();
	case SMP_OS_MPSTAT:
		return smp_os_mpstat_request();
	case SMP_OS_DATETIME:
		if (header->op == SMP_OP_READ)
			return smp_os_datetime_request();
		(void)body_get_text(map, "datetime", &text);
		return smp_os_set_datetime_request(body, text);
	case SMP_OS_RESET:
		(void)body_get_bool(map, "force", &force);
		(void)body_get_uint(map, "boot_mode", SMP_OS_BOOT_BOOTLOADER, &boot_mode);
		return smp_os_reset_request(body, force, (enum smp_os_boot_mode)boot_mode);
	case SMP_OS_INFO:
		(void)body_get_text(map, "format", &text);
		return smp_os_info_request(body, text);
	case SMP_OS_BOOTLOADER:
		(void)body_get_text(map, "query", &text);
		return smp_os_bootloader_request(body, text);
	default:
		return smp_os_params_request();
	}
}

static struct smp_request image_request(
	const struct smp_header *header, const struct body_value *map, struct buf *body)
{
	struct span hash = { 0 };
	bool confirm = false;
	uint64_t number = 0;
	int64_t slot = -1;

	switch (header->command) {
	case SMP_IMAGE_ERASE:
		if (body_get_uint(map, "slot", INT64_MAX, &number) == BODY_FOUND)
			slot = (int64_t)number;
		return smp_image_erase_request(body, slot);
	case SMP_IMAGE_SLOT_INFO:
		return smp_image_slot_info_request();
	default:
		if (header->op == SMP_OP_READ)
			return smp_image_state_request();
		(void)body_get_bytes(map, "hash", &hash);
		(void)body_get_bool(map, "confirm", &confirm);
		return smp_image_mark_request(body, hash, confirm);
	}
}

static struct smp_request stat_request(
	const struct smp_header *header, const struct body_value *map, struct buf *body)
{
	struct span name = { 0 };

	if (header->command == SMP_STAT_LIST)
		return smp_stat_list_request();
	(void)body_get_text(map, "name", &name);
	return smp_stat_show_request(body, name);
}

static struct smp_request settings_request(
	const struct smp_header *header, const struct body_value *map, struct buf *body)
{
	bool is_read = header->op == SMP_OP_READ;
	struct span name = { 0 }, value = { 0 };
	uint64_t max_size = 0;

	(void)body_get_text(map, "name", &name);
	(void)body_get_bytes(map, "val", &value);
	(void)body_get_uint(map, "max_size", UINT32_MAX, &max_size);
	switch (header->command) {
	case SMP_SETTINGS_DELETE:
		return smp_settings_delete_request(body, name);
	case SMP_SETTINGS_COMMIT:
		return smp_settings_commit_request();
	case SMP_SETTINGS_STORE:
		return is_read ? smp_settings_load_request()
			       : smp_settings_save_request(body, name);
	default:
		return is_read ? smp_settings_read_request(body, name, (uint32_t)max_size)
			       : smp_settings_write_request(body, name, value);
	}
}

static struct smp_request shell_request(const struct body_value *map, struct buf *body)
{
	char texts[SHELL_WORDS_MAX][SHELL_WORD_SIZE];
	const char *words[SHELL_WORDS_MAX];
	struct body_value argv, word;
	struct body_iter iter;
	size_t count = 0;

	assert_true(body_get(map, "argv", &argv));
	iter = body_iterate(&argv);
	while (body_next(&iter, &word)) {
		assert_true(count < SHELL_WORDS_MAX && word.content.len < SHELL_WORD_SIZE);
		memcpy(texts[count], word.content.data, word.content.len);
		texts[count][word.content.len] = '\0';
		words[count] = texts[count];
		count++;
	}
	return smp_shell_exec_request(body, words, count);
}

/* Of a file that is as short as those of the recordings: all of it in one message. */
static struct smp_request file_request(
	const struct smp_header *header, const struct body_value *map, struct buf *body)
{
	struct smp_fs_upload_config config = { .message_max = CHUNK_MESSAGE_MAX };
	struct smp_fs_download download;
	struct smp_fs_upload upload;
	struct smp_request request;
	unsigned chunk;

	(void)body_get_text(map, "name", &config.path);
	if (header->op == SMP_OP_READ) {
		assert_int_equal(
			smp_fs_download_init(&download, config.path, 1, ERR_IGNORED), STATUS_OK);
		assert_true(smp_fs_download_next_request(&download, body, &request, &chunk));
		return request;
	}
	(void)body_get_bytes(map, "data", &config.file);
	assert_int_equal(smp_fs_upload_init(&upload, &config, 0, ERR_IGNORED), STATUS_OK);
	assert_true(smp_fs_upload_next_request(&upload, body, &request, &chunk));
	return request;
}

static struct smp_request fs_request(
	const struct smp_header *header, const struct body_value *map, struct buf *body)
{
	struct span path = { 0 }, type = { 0 };

	(void)body_get_text(map, "name", &path);
	(void)body_get_text(map, "type", &type);
	switch (header->command) {
	case SMP_FS_STATUS:
		return smp_fs_status_request(body, path);
	case SMP_FS_HASH:
		return smp_fs_hash_request(body, path, type);
	case SMP_FS_HASH_TYPES:
		return smp_fs_hash_types_request();
	case SMP_FS_CLOSE:
		return smp_fs_close_request();
	default:
		return file_request(header, map, body);
	}
}

/* Ask for the chunk at `offset`, behind the first chunk when it is not that. */
static bool ask_at(struct smp_upload *upload, uint64_t offset, struct buf *body,
	struct smp_request *ret_request)
{
	unsigned chunk;

	if (!smp_upload_next_request(upload, body, ret_request, &chunk))
		return false;
	if (offset == 0)
		return true;
	assert_int_equal(upload_walk_answer(upload, offset, 1), STATUS_OK);
	return smp_upload_next_request(upload, body, ret_request, &chunk);
}

/* The chunk with this data out of a file that has it at the right place. */
static bool upload_request(struct span packet, const struct body_value *map, uint8_t *file,
	struct buf *body, struct smp_request *ret_request)
{
	struct smp_upload_config config = { .message_max = CHUNK_MESSAGE_MAX };
	uint64_t offset = 0, len = 0, image = 0;
	struct span data = { 0 };
	struct smp_upload upload;

	(void)body_get_uint(map, "off", REBUILD_FILE_MAX, &offset);
	(void)body_get_uint(map, "image", UINT32_MAX, &image);
	(void)body_get_bool(map, "upgrade", &config.upgrade_only);
	(void)body_get_bytes(map, "sha", &config.sha);
	(void)body_get_bytes(map, "data", &data);
	/* A later chunk does not say where the file ends: let it be the last one. */
	len = offset + data.len;
	if (offset == 0) {
		(void)body_get_uint(map, "len", REBUILD_FILE_MAX, &len);
		config.message_max = packet.len;
	}
	if (offset + data.len > len || len > REBUILD_FILE_MAX)
		return false;
	if (data.len > 0)
		memcpy(file + offset, data.data, data.len);
	config.file = span_make(file, (size_t)len);
	config.image = (uint32_t)image;
	return smp_upload_init(&upload, &config, 0, ERR_IGNORED) == STATUS_OK &&
	       ask_at(&upload, offset, body, ret_request);
}

bool rebuild_request(struct span packet, struct rebuilt *ret_rebuilt)
{
	struct buf body = BUF_OVER(ret_rebuilt->body);
	struct body_value map = { .kind = BODY_MAP };
	struct smp_header header;
	uint8_t *file;
	bool is_made = true;

	assert_true(smp_header_decode(packet, &header));
	/* What is no map has no arguments. */
	if (body_open(span_sub(packet, SMP_HEADER_SIZE, packet.len), &map, ERR_IGNORED) !=
		STATUS_OK)
		map = (struct body_value){ .kind = BODY_MAP };
	if (header.group == SMP_GROUP_OS) {
		ret_rebuilt->request = os_request(&header, &map, &body);
	} else if (header.group == SMP_GROUP_STAT) {
		ret_rebuilt->request = stat_request(&header, &map, &body);
	} else if (header.group == SMP_GROUP_SETTINGS) {
		ret_rebuilt->request = settings_request(&header, &map, &body);
	} else if (header.group == SMP_GROUP_FS) {
		ret_rebuilt->request = fs_request(&header, &map, &body);
	} else if (header.group == SMP_GROUP_SHELL) {
		ret_rebuilt->request = shell_request(&map, &body);
	} else if (header.group == SMP_GROUP_ZEPHYR) {
		ret_rebuilt->request = smp_basic_erase_storage_request();
	} else if (header.command != SMP_IMAGE_UPLOAD) {
		ret_rebuilt->request = image_request(&header, &map, &body);
	} else {
		file = calloc(1, REBUILD_FILE_MAX);
		assert_non_null(file);
		is_made = upload_request(packet, &map, file, &body, &ret_rebuilt->request);
		free(file);
	}
	assert_false(body.overflow);
	return is_made;
}

void rebuild_wire(
	const struct smp_request *request, const struct smp_header *header, struct buf *wire)
{
	struct smp_session_config config = {
		.message_max = SMP_PACKET_MAX,
		.version = header->version == SMP_VERSION_1 ? SMP_FORCE_VERSION_1
							    : SMP_FORCE_VERSION_2,
		.first_sequence = header->sequence,
	};
	struct far_end far;

	far_end_open(&far, &config);
	far_end_submit_request(&far, request);
	far_end_write(&far, SIZE_MAX, wire);
	far_end_close(&far);
}

void rebuild_upload_at(uint64_t offset, const uint8_t *file, struct smp_upload *ret_upload)
{
	struct smp_upload_config config = {
		.file = span_make(file, REBUILD_FILE_MAX),
		.message_max = CHUNK_MESSAGE_MAX,
	};
	uint8_t storage[CHUNK_MESSAGE_MAX];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;

	assert_int_equal(smp_upload_init(ret_upload, &config, 0, ERR_IGNORED), STATUS_OK);
	assert_true(ask_at(ret_upload, offset, &body, &request));
}
