/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 8-byte SMP header (protocol.md 1.1) and the numbers in it.
 */
#ifndef SMP_HEADER_H
#define SMP_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum { SMP_HEADER_SIZE = 8 };

enum smp_op {
	SMP_OP_READ = 0,
	SMP_OP_READ_RESPONSE = 1,
	SMP_OP_WRITE = 2,
	SMP_OP_WRITE_RESPONSE = 3,
};

/* The two version bits of the first byte; 2 and 3 are reserved. */
enum smp_version { SMP_VERSION_1 = 0, SMP_VERSION_2 = 1 };

/* Management groups (protocol.md 1.6). */
enum smp_group {
	SMP_GROUP_OS = 0,
	SMP_GROUP_IMAGE = 1,
	SMP_GROUP_STAT = 2,
	SMP_GROUP_SETTINGS = 3,
	SMP_GROUP_LOG = 4,
	SMP_GROUP_CRASH = 5,
	SMP_GROUP_SPLIT = 6,
	SMP_GROUP_RUN = 7,
	SMP_GROUP_FS = 8,
	SMP_GROUP_SHELL = 9,
	SMP_GROUP_ENUM = 10,
	SMP_GROUP_TRANSPORT = 11,
	SMP_GROUP_ZEPHYR = 63,
	SMP_GROUP_USER = 64, /* this and above belong to the application */
};

/* Commands of the OS group (protocol.md 3.1). */
enum smp_os_command {
	SMP_OS_ECHO = 0,
	SMP_OS_CONSOLE_ECHO = 1,
	SMP_OS_TASKSTAT = 2,
	SMP_OS_MPSTAT = 3,
	SMP_OS_DATETIME = 4,
	SMP_OS_RESET = 5,
	SMP_OS_PARAMS = 6,
	SMP_OS_INFO = 7,
	SMP_OS_BOOTLOADER = 8,
};

/* Commands of the image group (protocol.md 3.2). */
enum smp_image_command {
	SMP_IMAGE_STATE = 0,
	SMP_IMAGE_UPLOAD = 1,
	SMP_IMAGE_FILE = 2,
	SMP_IMAGE_CORELIST = 3,
	SMP_IMAGE_CORELOAD = 4,
	SMP_IMAGE_ERASE = 5,
	SMP_IMAGE_SLOT_INFO = 6,
};

/* Commands of the statistics group (protocol.md 3.3). */
enum smp_stat_command {
	SMP_STAT_SHOW = 0,
	SMP_STAT_LIST = 1,
};

/* Commands of the settings group, Mynewt's config (protocol.md 3.4). */
enum smp_settings_command {
	SMP_SETTINGS_VALUE = 0,
	SMP_SETTINGS_DELETE = 1,
	SMP_SETTINGS_COMMIT = 2,
	SMP_SETTINGS_STORE = 3, /* a read loads, a write saves */
};

/* Commands of the file system group (protocol.md 3.7). */
enum smp_fs_command {
	SMP_FS_FILE = 0, /* a read downloads, a write uploads */
	SMP_FS_STATUS = 1,
	SMP_FS_HASH = 2,
	SMP_FS_HASH_TYPES = 3,
	SMP_FS_CLOSE = 4,
};

/* Commands of the shell group (protocol.md 3.8). */
enum smp_shell_command { SMP_SHELL_EXEC = 0 };

/* Commands of the enumeration group (protocol.md 3.9). */
enum smp_enum_command {
	SMP_ENUM_COUNT = 0,
	SMP_ENUM_LIST = 1,
	SMP_ENUM_SINGLE = 2,
	SMP_ENUM_DETAILS = 3,
};

/* Commands of the Zephyr basic group (protocol.md 3.10). */
enum smp_zephyr_command { SMP_ZEPHYR_ERASE_STORAGE = 0 };

/* Commands of Mynewt's log group (protocol.md 3.5). */
enum smp_log_command {
	SMP_LOG_SHOW = 0,
	SMP_LOG_CLEAR = 1,
	SMP_LOG_APPEND = 2,
	SMP_LOG_MODULES = 3,
	SMP_LOG_LEVELS = 4,
	SMP_LOG_LIST = 5,
};

/* Commands of Mynewt's crash and run groups (protocol.md 3.6). */
enum smp_crash_command { SMP_CRASH_TRIGGER = 0 };
enum smp_run_command {
	SMP_RUN_TEST = 0,
	SMP_RUN_LIST = 1,
};

struct smp_header {
	uint8_t op;      /* 0..7, enum smp_op */
	uint8_t version; /* 0..3, enum smp_version */
	uint8_t flags;   /* no flag is defined */
	uint16_t length; /* bytes of body behind the header */
	uint16_t group;
	uint8_t sequence;
	uint8_t command;
};

/* False when fewer than SMP_HEADER_SIZE bytes are there. */
bool smp_header_decode(struct span packet, struct smp_header *ret_header);

void smp_header_encode(const struct smp_header *header, uint8_t ret_bytes[SMP_HEADER_SIZE]);

/* Short names for messages and traces: "image", "upload". "group 64" has none: NULL. */
const char *smp_group_name(uint16_t group);
const char *smp_command_name(uint16_t group, uint8_t command);

/* "image upload", "group 64 command 3" */
void smp_describe_command(uint16_t group, uint8_t command, struct buf *out);

#endif
