/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for every error number of every group (protocol.md 1.5 and 1.7). A row without a
 * firmware's mistake behind it still says what to try.
 */
#include "smp/errors.h"
#include "smp/header.h"

static const struct smp_error_info general[] = {
	{ 0, "MGMT_ERR_EOK", "no error", "nothing to do" },
	{ 1, "MGMT_ERR_EUNKNOWN", "the device reported an unspecified failure",
		"try once more; the device's log may say more" },
	{ 2, "MGMT_ERR_ENOMEM", "the device has not enough memory or no free buffer",
		"fewer or smaller requests: --window 1, a smaller --mtu; or raise "
		"CONFIG_MCUMGR_TRANSPORT_NETBUF_COUNT in the firmware" },
	{ 3, "MGMT_ERR_EINVAL", "the device rejected the request as invalid",
		"check the arguments; older firmware also says this for an unknown hash or slot" },
	{ 4, "MGMT_ERR_ETIMEOUT", "the device timed out while working on it", "try once more" },
	{ 5, "MGMT_ERR_ENOENT", "no such item on the device",
		"list what is there first (for example: smpctl image list)" },
	{ 6, "MGMT_ERR_EBADSTATE", "not possible in the device's present state",
		"look at smpctl image list: an image that is pending or not confirmed blocks this; "
		"reset the device or confirm the image" },
	{ 7, "MGMT_ERR_EMSGSIZE", "the answer does not fit the device's buffer",
		"ask for less, or raise CONFIG_MCUMGR_TRANSPORT_NETBUF_SIZE in the firmware" },
	{ 8, "MGMT_ERR_ENOTSUP", "this firmware does not support the command",
		"the firmware was built without it, or the device is in its bootloader; smpctl "
		"groups lists what there is" },
	{ 9, "MGMT_ERR_ECORRUPT", "the request arrived damaged",
		"bytes are lost on the line: try a lower --baud or --flow rtscts" },
	{ 10, "MGMT_ERR_EBUSY",
		"the device is busy with an earlier command, or the application refuses for now",
		"wait and try again; a refused reset can be insisted on with reset --force" },
	{ 11, "MGMT_ERR_EACCESSDENIED", "refused by the device's access policy",
		"the firmware's access hook forbids this; unlock the device first if it has a "
		"way" },
	{ 12, "MGMT_ERR_UNSUPPORTED_TOO_OLD", "the protocol version of the request is too old",
		"use --smp-version 2, or auto" },
	{ 13, "MGMT_ERR_UNSUPPORTED_TOO_NEW", "the protocol version of the request is too new",
		"use --smp-version 1, or auto" },
};

static const struct smp_error_info os[] = {
	{ 0, "OS_OK", "no error", "nothing to do" },
	{ 1, "OS_UNKNOWN", "unspecified failure", "try once more" },
	{ 2, "OS_INVALID_FORMAT", "the format text contains an unknown letter",
		"known letters: s n r v b m p i o, or a for all" },
	{ 3, "OS_QUERY_YIELDS_NO_ANSWER", "the bootloader module does not know the query",
		"only the query \"mode\" is common" },
	{ 4, "OS_RTC_NOT_SET", "the clock has never been set", "set it: smpctl datetime now" },
	{ 5, "OS_RTC_COMMAND_FAILED", "the clock chip refused the command",
		"try once more; check the clock chip and its battery" },
	{ 6, "OS_QUERY_RESPONSE_VALUE_NOT_VALID", "the value to report is not valid",
		"the bootloader left no usable information for the application" },
	{ 7, "OS_HEAP_STATS_FETCH_FAILED", "heap statistics could not be read", "try once more" },
};

static const struct smp_error_info image[] = {
	{ 0, "IMAGE_OK", "no error", "nothing to do" },
	{ 1, "IMAGE_UNKNOWN", "unspecified failure",
		"harmless when a blank slot was to be erased; else try once more and read the "
		"device's log" },
	{ 2, "IMAGE_FLASH_CONFIG_QUERY_FAIL", "the flash layout could not be read",
		"check the partitions of the firmware's build" },
	{ 3, "IMAGE_NO_IMAGE", "there is no image in the slot", "upload one first" },
	{ 4, "IMAGE_NO_TLVS", "the image has no TLV area",
		"upload the signed file of the build (zephyr.signed.bin), not zephyr.bin" },
	{ 5, "IMAGE_INVALID_TLV", "the image has a malformed TLV or TLV area",
		"erase the slot and upload the file again" },
	{ 6, "IMAGE_TLV_MULTIPLE_HASHES_FOUND", "the image contains more than one hash TLV",
		"sign the image again, once" },
	{ 7, "IMAGE_TLV_INVALID_SIZE", "the hash TLV has a wrong size",
		"sign with an imgtool that fits the bootloader's hash algorithm" },
	{ 8, "IMAGE_HASH_NOT_FOUND", "no image with this hash",
		"see smpctl image list for the hashes that the device holds" },
	{ 9, "IMAGE_NO_FREE_SLOT",
		"no slot may be overwritten now (in use, pending, or being tested)",
		"see smpctl image list: confirm the running image, or reset the device so that "
		"the bootloader settles what is pending" },
	{ 10, "IMAGE_FLASH_OPEN_FAILED", "the slot could not be opened",
		"check the partitions of the firmware's build" },
	{ 11, "IMAGE_FLASH_READ_FAILED", "the slot could not be read",
		"try once more; the flash chip may be faulty" },
	{ 12, "IMAGE_FLASH_WRITE_FAILED", "the slot could not be written",
		"erase the slot and try once more; the flash chip may be faulty or protected" },
	{ 13, "IMAGE_FLASH_ERASE_FAILED", "the slot could not be erased",
		"try once more; the flash chip may be faulty or protected" },
	{ 14, "IMAGE_INVALID_SLOT", "no such slot", "see smpctl image slots" },
	{ 15, "IMAGE_NO_FREE_MEMORY", "the device is out of heap memory",
		"reset the device; or raise CONFIG_HEAP_MEM_POOL_SIZE in the firmware" },
	{ 16, "IMAGE_FLASH_CONTEXT_ALREADY_SET", "the flash writer is already in use",
		"another upload is going on; wait for it, or reset the device" },
	{ 17, "IMAGE_FLASH_CONTEXT_NOT_SET", "the flash writer has not been started",
		"start the upload again" },
	{ 18, "IMAGE_FLASH_AREA_DEVICE_NULL", "there is no flash device for the slot",
		"check the partitions of the firmware's build" },
	{ 19, "IMAGE_INVALID_PAGE_OFFSET", "a flash page offset is not valid",
		"check the partitions of the firmware's build" },
	{ 20, "IMAGE_INVALID_OFFSET", "the request has no offset",
		"this is a mistake of the client: please report it" },
	{ 21, "IMAGE_INVALID_LENGTH", "the first chunk has no image length",
		"this is a mistake of the client: please report it" },
	{ 22, "IMAGE_INVALID_IMAGE_HEADER", "the first chunk is shorter than an image header",
		"use a larger --mtu" },
	{ 23, "IMAGE_INVALID_IMAGE_HEADER_MAGIC", "the file does not begin as an MCUboot image",
		"upload the signed file of the build (zephyr.signed.bin), not zephyr.bin" },
	{ 24, "IMAGE_INVALID_HASH", "the hash is missing or of the wrong length",
		"give the whole hash that smpctl image list shows" },
	{ 25, "IMAGE_INVALID_FLASH_ADDRESS", "the image was linked for another slot's address",
		"direct-xip: upload the file that was built for the other slot" },
	{ 26, "IMAGE_VERSION_GET_FAILED", "the version of the running image could not be read",
		"upload without --upgrade" },
	{ 27, "IMAGE_CURRENT_VERSION_IS_NEWER", "the running version is the same or newer",
		"raise the image's version, or upload without --upgrade" },
	{ 28, "IMAGE_ALREADY_PENDING", "another image change is already pending",
		"reset the device so that the bootloader carries it out, or erase the slot" },
	{ 29, "IMAGE_INVALID_IMAGE_VECTOR_TABLE", "the image's vector table is not valid",
		"check the header size that the image was signed with (imgtool --header-size) "
		"against CONFIG_ROM_START_OFFSET" },
	{ 30, "IMAGE_INVALID_IMAGE_TOO_LARGE", "the image does not fit the slot",
		"see smpctl image slots; a file made with imgtool --pad is as large as the slot" },
	{ 31, "IMAGE_INVALID_IMAGE_DATA_OVERRUN", "more data was sent than announced",
		"start the upload again with --restart" },
	{ 32, "IMAGE_CONFIRMATION_DENIED", "this image may not be confirmed",
		"the firmware allows only some images to be confirmed; confirm the running one" },
	{ 33, "IMAGE_SETTING_TEST_TO_ACTIVE_DENIED", "the running image cannot be set for test",
		"it runs already: smpctl image confirm makes it stay" },
	{ 34, "IMAGE_ACTIVE_SLOT_NOT_KNOWN", "the running slot could not be determined",
		"check the bootloader information that the firmware was built to read" },
};

static const struct smp_error_info stat[] = {
	{ 0, "STAT_OK", "no error", "nothing to do" },
	{ 1, "STAT_UNKNOWN", "unspecified failure", "try once more" },
	{ 2, "STAT_INVALID_GROUP", "no such statistics group", "see smpctl stat list" },
	{ 3, "STAT_INVALID_STAT_NAME", "no such statistic", "see smpctl stat GROUP" },
	{ 4, "STAT_INVALID_STAT_SIZE", "the statistic has an unsupported size",
		"only 16, 32 and 64 bits are known to the device" },
	{ 5, "STAT_WALK_ABORTED", "the listing was interrupted", "try once more" },
};

static const struct smp_error_info settings[] = {
	{ 0, "SETTINGS_OK", "no error", "nothing to do" },
	{ 1, "SETTINGS_UNKNOWN", "unspecified failure",
		"the firmware may not take this value, for its length or range; its log may say "
		"more" },
	{ 2, "SETTINGS_KEY_TOO_LONG", "the setting's name is too long",
		"31 characters by default; CONFIG_MCUMGR_GRP_SETTINGS_NAME_LEN in the firmware" },
	{ 3, "SETTINGS_KEY_NOT_FOUND", "no such setting", "check the name" },
	{ 4, "SETTINGS_READ_NOT_SUPPORTED", "the setting's module cannot be read",
		"it can perhaps only be written" },
	{ 5, "SETTINGS_ROOT_KEY_NOT_FOUND", "the first part of the name is unknown",
		"check the name up to the first slash" },
	{ 6, "SETTINGS_WRITE_NOT_SUPPORTED", "the setting cannot be written", "it is read-only" },
	{ 7, "SETTINGS_DELETE_NOT_SUPPORTED", "the setting cannot be deleted",
		"write a new value instead" },
	{ 8, "SETTINGS_SAVE_NOT_SUPPORTED", "the setting cannot be saved",
		"it lives in memory only" },
};

static const struct smp_error_info fs[] = {
	{ 0, "FS_OK", "no error", "nothing to do" },
	{ 1, "FS_UNKNOWN", "unspecified failure", "try once more" },
	{ 2, "FS_FILE_INVALID_NAME", "the path is not valid",
		"paths are absolute and at most 64 characters long: /lfs1/file" },
	{ 3, "FS_FILE_NOT_FOUND", "no such file", "check the path and the mount point" },
	{ 4, "FS_FILE_IS_DIRECTORY", "the path is a directory", "name a file in it" },
	{ 5, "FS_FILE_OPEN_FAILED", "the file could not be opened",
		"the directory above it must exist" },
	{ 6, "FS_FILE_SEEK_FAILED", "the position cannot be reached", "try once more" },
	{ 7, "FS_FILE_READ_FAILED", "reading failed", "try once more" },
	{ 8, "FS_FILE_TRUNCATE_FAILED", "the file could not be shortened", "delete it first" },
	{ 9, "FS_FILE_DELETE_FAILED", "the file could not be deleted", "it may be in use" },
	{ 10, "FS_FILE_WRITE_FAILED", "writing failed", "the file system may be full" },
	{ 11, "FS_FILE_OFFSET_NOT_VALID", "the chunk is out of order", "start the transfer again" },
	{ 12, "FS_FILE_OFFSET_LARGER_THAN_FILE", "the offset lies beyond the end of the file",
		"older firmware says so of the hash of an empty file, too; else the file has "
		"become shorter meanwhile" },
	{ 13, "FS_CHECKSUM_HASH_NOT_FOUND", "unknown checksum type", "see smpctl fs hashes" },
	{ 14, "FS_MOUNT_POINT_NOT_FOUND", "there is no file system at this path",
		"check the mount point, for example /lfs1; the folder must exist, too" },
	{ 15, "FS_READ_ONLY_FILESYSTEM", "the file system is read-only",
		"choose another mount point" },
	{ 16, "FS_FILE_EMPTY", "the file is empty", "there is nothing to hash" },
	{ 17, "FS_FILE_CLOSE_FAILED", "the file could not be closed",
		"the last data may be missing: compare the hash" },
};

static const struct smp_error_info shell[] = {
	{ 0, "SHELL_OK", "no error", "nothing to do" },
	{ 1, "SHELL_UNKNOWN", "unspecified failure", "try once more" },
	{ 2, "SHELL_COMMAND_TOO_LONG", "the command line is too long",
		"CONFIG_SHELL_CMD_BUFF_SIZE in the firmware limits it" },
	{ 3, "SHELL_EMPTY_COMMAND", "the command line is empty", "give the words of a command" },
};

static const struct smp_error_info enumeration[] = {
	{ 0, "ENUM_OK", "no error", "nothing to do" },
	{ 1, "ENUM_UNKNOWN", "unspecified failure", "try once more" },
	{ 2, "ENUM_TOO_MANY_GROUP_ENTRIES", "too many groups asked for", "ask for fewer" },
	{ 3, "ENUM_INSUFFICIENT_HEAP_FOR_ENTRIES", "the device is out of heap memory",
		"ask for fewer groups" },
	{ 4, "ENUM_INDEX_TOO_LARGE", "there is no group with this index", "see smpctl groups" },
};

static const struct smp_error_info transport[] = {
	{ 0, "TRANSPORT_OK", "no error", "nothing to do" },
	{ 1, "TRANSPORT_UNKNOWN", "unspecified failure", "try once more" },
	{ 2, "TRANSPORT_MISSING_REQUIRED_FUNCTIONS", "the transport lacks required functions",
		"choose another transport of the device" },
	{ 3, "TRANSPORT_MISSING_INFO_FUNCTIONS", "the transport cannot tell about itself",
		"choose another transport of the device" },
	{ 4, "TRANSPORT_INVALID_TRANSPORT", "no such transport", "list the transports first" },
	{ 5, "TRANSPORT_INVALID_MODE", "no such mode", "list the modes first" },
	{ 6, "TRANSPORT_ALL_CONTEXTS_USED", "all bridge contexts are in use",
		"disconnect one first" },
	{ 7, "TRANSPORT_BOTH_TRANSPORT_AND_ALL", "one transport and all of them were asked for",
		"choose one of the two" },
	{ 8, "TRANSPORT_NOT_BRIDGED", "the transport is not bridged", "connect it first" },
	{ 9, "TRANSPORT_SAME_BRIDGE_DEVICE", "both ends are the same device",
		"choose two different transports" },
	{ 10, "TRANSPORT_INGOING_NOT_SUPPORTED", "the transport cannot be the near end",
		"choose another transport" },
	{ 11, "TRANSPORT_OUTGOING_NOT_SUPPORTED", "the transport cannot be the far end",
		"choose another transport" },
	{ 12, "TRANSPORT_INCOMING_ALREADY_BRIDGED", "the near end is bridged already",
		"disconnect it first" },
	{ 13, "TRANSPORT_OUTGOING_ALREADY_BRIDGED", "the far end is bridged already",
		"disconnect it first" },
	{ 14, "TRANSPORT_CONNECT_MISSING_PARAM", "a parameter is missing", "check the arguments" },
	{ 15, "TRANSPORT_INVALID_PARAM", "a parameter is not valid", "check the arguments" },
	{ 16, "TRANSPORT_UNSUPPORTED_PARAM", "a parameter is not supported",
		"check the arguments" },
	{ 17, "TRANSPORT_CONNECT_FAILED", "connecting failed", "check the far device" },
};

static const struct smp_error_info zephyr[] = {
	{ 0, "ZEPHYR_OK", "no error", "nothing to do" },
	{ 1, "ZEPHYR_UNKNOWN", "unspecified failure", "try once more" },
	{ 2, "ZEPHYR_FLASH_OPEN_FAILED", "the storage partition could not be opened",
		"check the partitions of the firmware's build" },
	{ 3, "ZEPHYR_FLASH_CONFIG_QUERY_FAIL", "the storage partition's layout is unreadable",
		"check the partitions of the firmware's build" },
	{ 4, "ZEPHYR_FLASH_ERASE_FAILED", "erasing the storage partition failed",
		"try once more; the flash chip may be faulty or protected" },
};

#define ROWS(table) (table), sizeof(table) / sizeof((table)[0])

static const struct smp_error_space spaces[] = {
	{ false, 0, ROWS(general) },
	{ true, SMP_GROUP_OS, ROWS(os) },
	{ true, SMP_GROUP_IMAGE, ROWS(image) },
	{ true, SMP_GROUP_STAT, ROWS(stat) },
	{ true, SMP_GROUP_SETTINGS, ROWS(settings) },
	{ true, SMP_GROUP_FS, ROWS(fs) },
	{ true, SMP_GROUP_SHELL, ROWS(shell) },
	{ true, SMP_GROUP_ENUM, ROWS(enumeration) },
	{ true, SMP_GROUP_TRANSPORT, ROWS(transport) },
	{ true, SMP_GROUP_ZEPHYR, ROWS(zephyr) },
};

const struct smp_error_space *smp_error_spaces(size_t *ret_count)
{
	*ret_count = sizeof(spaces) / sizeof(spaces[0]);
	return spaces;
}
