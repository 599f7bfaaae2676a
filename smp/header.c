/* SPDX-License-Identifier: Apache-2.0 */
/* The SMP header, see header.h. */
#include "smp/header.h"

#include "base/endian.h"

bool smp_header_decode(struct span packet, struct smp_header *ret_header)
{
	const uint8_t *p = packet.data;

	if (packet.len < SMP_HEADER_SIZE)
		return false;
	*ret_header = (struct smp_header){
		.op = p[0] & 7,
		.version = p[0] >> 3 & 3,
		.flags = p[1],
		.length = get_be16(p + 2),
		.group = get_be16(p + 4),
		.sequence = p[6],
		.command = p[7],
	};
	return true;
}

void smp_header_encode(const struct smp_header *header, uint8_t ret_bytes[SMP_HEADER_SIZE])
{
	ret_bytes[0] = (uint8_t)((header->version & 3) << 3 | (header->op & 7));
	ret_bytes[1] = header->flags;
	put_be16(ret_bytes + 2, header->length);
	put_be16(ret_bytes + 4, header->group);
	ret_bytes[6] = header->sequence;
	ret_bytes[7] = header->command;
}

const char *smp_group_name(uint16_t group)
{
	static const char *const names[] = {
		[SMP_GROUP_OS] = "os",
		[SMP_GROUP_IMAGE] = "image",
		[SMP_GROUP_STAT] = "stat",
		[SMP_GROUP_SETTINGS] = "settings",
		[SMP_GROUP_LOG] = "log",
		[SMP_GROUP_CRASH] = "crash",
		[SMP_GROUP_SPLIT] = "split",
		[SMP_GROUP_RUN] = "run",
		[SMP_GROUP_FS] = "fs",
		[SMP_GROUP_SHELL] = "shell",
		[SMP_GROUP_ENUM] = "enum",
		[SMP_GROUP_TRANSPORT] = "transport",
		[SMP_GROUP_ZEPHYR] = "zephyr",
	};

	return group < sizeof(names) / sizeof(names[0]) ? names[group] : NULL;
}

const char *smp_command_name(uint16_t group, uint8_t command)
{
	static const struct {
		uint16_t group;
		uint8_t command;
		const char *name;
	} names[] = {
		{ SMP_GROUP_OS, SMP_OS_ECHO, "echo" },
		{ SMP_GROUP_OS, SMP_OS_CONSOLE_ECHO, "console-echo" },
		{ SMP_GROUP_OS, SMP_OS_TASKSTAT, "taskstat" },
		{ SMP_GROUP_OS, SMP_OS_MPSTAT, "mpstat" },
		{ SMP_GROUP_OS, SMP_OS_DATETIME, "datetime" },
		{ SMP_GROUP_OS, SMP_OS_RESET, "reset" },
		{ SMP_GROUP_OS, SMP_OS_PARAMS, "params" },
		{ SMP_GROUP_OS, SMP_OS_INFO, "info" },
		{ SMP_GROUP_OS, SMP_OS_BOOTLOADER, "bootloader" },
		{ SMP_GROUP_IMAGE, SMP_IMAGE_STATE, "state" },
		{ SMP_GROUP_IMAGE, SMP_IMAGE_UPLOAD, "upload" },
		{ SMP_GROUP_IMAGE, SMP_IMAGE_FILE, "file" },
		{ SMP_GROUP_IMAGE, SMP_IMAGE_CORELIST, "corelist" },
		{ SMP_GROUP_IMAGE, SMP_IMAGE_CORELOAD, "coreload" },
		{ SMP_GROUP_IMAGE, SMP_IMAGE_ERASE, "erase" },
		{ SMP_GROUP_IMAGE, SMP_IMAGE_SLOT_INFO, "slot-info" },
		{ SMP_GROUP_STAT, SMP_STAT_SHOW, "show" },
		{ SMP_GROUP_STAT, SMP_STAT_LIST, "list" },
		{ SMP_GROUP_SETTINGS, SMP_SETTINGS_VALUE, "value" },
		{ SMP_GROUP_SETTINGS, SMP_SETTINGS_DELETE, "delete" },
		{ SMP_GROUP_SETTINGS, SMP_SETTINGS_COMMIT, "commit" },
		{ SMP_GROUP_SETTINGS, SMP_SETTINGS_STORE, "store" },
		{ SMP_GROUP_FS, SMP_FS_FILE, "file" },
		{ SMP_GROUP_FS, SMP_FS_STATUS, "status" },
		{ SMP_GROUP_FS, SMP_FS_HASH, "hash" },
		{ SMP_GROUP_FS, SMP_FS_HASH_TYPES, "hash-types" },
		{ SMP_GROUP_FS, SMP_FS_CLOSE, "close" },
		{ SMP_GROUP_SHELL, SMP_SHELL_EXEC, "exec" },
		{ SMP_GROUP_ENUM, SMP_ENUM_COUNT, "count" },
		{ SMP_GROUP_ENUM, SMP_ENUM_LIST, "list" },
		{ SMP_GROUP_ENUM, SMP_ENUM_SINGLE, "single" },
		{ SMP_GROUP_ENUM, SMP_ENUM_DETAILS, "details" },
		{ SMP_GROUP_ZEPHYR, SMP_ZEPHYR_ERASE_STORAGE, "erase-storage" },
		{ SMP_GROUP_LOG, SMP_LOG_SHOW, "show" },
		{ SMP_GROUP_LOG, SMP_LOG_CLEAR, "clear" },
		{ SMP_GROUP_LOG, SMP_LOG_APPEND, "append" },
		{ SMP_GROUP_LOG, SMP_LOG_MODULES, "modules" },
		{ SMP_GROUP_LOG, SMP_LOG_LEVELS, "levels" },
		{ SMP_GROUP_LOG, SMP_LOG_LIST, "list" },
		{ SMP_GROUP_CRASH, SMP_CRASH_TRIGGER, "trigger" },
		{ SMP_GROUP_RUN, SMP_RUN_TEST, "test" },
		{ SMP_GROUP_RUN, SMP_RUN_LIST, "list" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].group == group && names[i].command == command)
			return names[i].name;
	}
	return NULL;
}

void smp_describe_command(uint16_t group, uint8_t command, struct buf *out)
{
	const char *group_name = smp_group_name(group);
	const char *command_name = smp_command_name(group, command);

	if (group_name != NULL)
		buf_append_text(out, group_name);
	else
		buf_format(out, "group %u", group);
	if (command_name != NULL)
		buf_format(out, " %s", command_name);
	else
		buf_format(out, " command %u", command);
}
