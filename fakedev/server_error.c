/* SPDX-License-Identifier: Apache-2.0 */
/* Group errors for those who do not know them, see server_error.h. */
#include "fakedev/server_error.h"

#include "smp/header.h"

static enum server_rc translate_image(unsigned error)
{
	switch (error) {
	case 3: /* no image */
	case 4: /* no TLVs */
		return RC_NO_ENTRY;
	case IMAGE_ERROR_NO_FREE_SLOT:
	case IMAGE_ERROR_VERSION_IS_NEWER:
	case IMAGE_ERROR_ALREADY_PENDING:
		return RC_BAD_STATE;
	case 14: /* no such slot */
	case 19: /* page offset */
	case IMAGE_ERROR_INVALID_OFFSET:
	case IMAGE_ERROR_INVALID_LENGTH:
	case IMAGE_ERROR_INVALID_HEADER:
	case IMAGE_ERROR_INVALID_HASH:
	case 25: /* flash address */
		return RC_INVALID;
	case 15: /* heap */
		return RC_NO_MEMORY;
	default:
		return RC_UNKNOWN;
	}
}

static enum server_rc translate_os(unsigned error)
{
	switch (error) {
	case OS_ERROR_INVALID_FORMAT:
		return RC_INVALID;
	case 3: /* query without an answer */
	case OS_ERROR_CLOCK_NOT_SET:
		return RC_NO_ENTRY;
	default:
		return RC_UNKNOWN;
	}
}

static enum server_rc translate_settings(unsigned error)
{
	switch (error) {
	case SETTINGS_ERROR_KEY_TOO_LONG:
		return RC_INVALID;
	case SETTINGS_ERROR_KEY_NOT_FOUND:
	case 4: /* cannot be read */
		return RC_NO_ENTRY;
	default:
		return RC_UNKNOWN;
	}
}

/* Two of them have no word in version 1: a mistake of Zephyr's, kept. */
static enum server_rc translate_basic(unsigned error)
{
	switch (error) {
	case BASIC_ERROR_FLASH_OPEN:
		return RC_NO_ENTRY;
	case BASIC_ERROR_FLASH_CONFIG:
	case BASIC_ERROR_FLASH_ERASE:
		return RC_OK;
	default:
		return RC_UNKNOWN;
	}
}

static enum server_rc translate_fs(unsigned error)
{
	switch (error) {
	case FS_ERROR_INVALID_NAME:
	case FS_ERROR_HASH_NOT_FOUND:
		return RC_INVALID;
	case FS_ERROR_NOT_FOUND:
	case FS_ERROR_MOUNT_POINT_NOT_FOUND:
		return RC_NO_ENTRY;
	default:
		return RC_UNKNOWN;
	}
}

enum server_rc server_error_translate(uint16_t group, unsigned error)
{
	if (error == 0)
		return RC_OK;
	if (group == SMP_GROUP_IMAGE)
		return translate_image(error);
	if (group == SMP_GROUP_OS)
		return translate_os(error);
	if (group == SMP_GROUP_ZEPHYR)
		return translate_basic(error);
	if (group == SMP_GROUP_SETTINGS)
		return translate_settings(error);
	if (group == SMP_GROUP_FS)
		return translate_fs(error);
	if (group == SMP_GROUP_SHELL)
		return RC_INVALID;
	return RC_UNKNOWN;
}
