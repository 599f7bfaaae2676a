/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers with which a server refuses (protocol.md 1.5 and 1.7), written down here a second
 * time on purpose: the client has its own table, and a mistake in one of them must not hide behind
 * the other.
 */
#ifndef FAKEDEV_SERVER_ERROR_H
#define FAKEDEV_SERVER_ERROR_H

#include <stdint.h>

/* `rc`: the same for all groups. */
enum server_rc {
	RC_OK = 0,
	RC_UNKNOWN = 1,
	RC_NO_MEMORY = 2,
	RC_INVALID = 3,
	RC_NO_ENTRY = 5,
	RC_BAD_STATE = 6,
	RC_MESSAGE_SIZE = 7,
	RC_NOT_SUPPORTED = 8,
	RC_CORRUPT = 9,
	RC_VERSION_TOO_OLD = 12,
	RC_VERSION_TOO_NEW = 13,
};

/* `err.rc` of the OS group. */
enum server_os_error {
	OS_ERROR_INVALID_FORMAT = 2,
	OS_ERROR_CLOCK_NOT_SET = 4,
};

/* `err.rc` of the file system group. */
enum server_fs_error {
	FS_ERROR_INVALID_NAME = 2,
	FS_ERROR_NOT_FOUND = 3,
	FS_ERROR_IS_DIRECTORY = 4,
	FS_ERROR_OPEN_FAILED = 5,
	FS_ERROR_WRITE_FAILED = 10,
	FS_ERROR_OFFSET_NOT_VALID = 11,
	FS_ERROR_OFFSET_LARGER_THAN_FILE = 12,
	FS_ERROR_HASH_NOT_FOUND = 13,
	FS_ERROR_MOUNT_POINT_NOT_FOUND = 14,
};

/* `err.rc` of the shell group. */
enum server_shell_error {
	SHELL_ERROR_TOO_LONG = 2,
	SHELL_ERROR_EMPTY = 3,
};

/* `err.rc` of the settings group. */
enum server_settings_error {
	SETTINGS_ERROR_UNKNOWN = 1,
	SETTINGS_ERROR_KEY_TOO_LONG = 2,
	SETTINGS_ERROR_KEY_NOT_FOUND = 3,
	SETTINGS_ERROR_WRITE_NOT_SUPPORTED = 6,
};

/* `err.rc` of the enumeration group. */
enum server_enum_error {
	ENUM_ERROR_INDEX_TOO_LARGE = 4,
};

/* `err.rc` of Zephyr's basic group. */
enum server_basic_error {
	BASIC_ERROR_FLASH_OPEN = 2,
	BASIC_ERROR_FLASH_CONFIG = 3,
	BASIC_ERROR_FLASH_ERASE = 4,
};

/* `err.rc` of the image group. */
enum server_image_error {
	IMAGE_ERROR_UNKNOWN = 1,
	IMAGE_ERROR_HASH_NOT_FOUND = 8,
	IMAGE_ERROR_NO_FREE_SLOT = 9,
	IMAGE_ERROR_FLASH_OPEN_FAILED = 10,
	IMAGE_ERROR_FLASH_WRITE_FAILED = 12,
	IMAGE_ERROR_INVALID_OFFSET = 20,
	IMAGE_ERROR_INVALID_LENGTH = 21,
	IMAGE_ERROR_INVALID_HEADER = 22,
	IMAGE_ERROR_INVALID_MAGIC = 23,
	IMAGE_ERROR_INVALID_HASH = 24,
	IMAGE_ERROR_VERSION_IS_NEWER = 27,
	IMAGE_ERROR_ALREADY_PENDING = 28,
	IMAGE_ERROR_TOO_LARGE = 30,
	IMAGE_ERROR_DATA_OVERRUN = 31,
	IMAGE_ERROR_CONFIRMATION_DENIED = 32,
	IMAGE_ERROR_TEST_OF_ACTIVE = 33,
};

/* What a request of version 1 is told in place of a group error. */
enum server_rc server_error_translate(uint16_t group, unsigned error);

#endif
