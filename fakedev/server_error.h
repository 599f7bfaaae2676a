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
