/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers and names of errors. The tables here are written down from docs/protocol.md 1.5 and
 * 1.7 a second time: a number that slips in one of them does not slip in both.
 */
#include "smp/errors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "smp/header.h"

enum { NAME_SIZE = 80 };

static const char *const general[] = { "MGMT_ERR_EOK", "MGMT_ERR_EUNKNOWN", "MGMT_ERR_ENOMEM",
	"MGMT_ERR_EINVAL", "MGMT_ERR_ETIMEOUT", "MGMT_ERR_ENOENT", "MGMT_ERR_EBADSTATE",
	"MGMT_ERR_EMSGSIZE", "MGMT_ERR_ENOTSUP", "MGMT_ERR_ECORRUPT", "MGMT_ERR_EBUSY",
	"MGMT_ERR_EACCESSDENIED", "MGMT_ERR_UNSUPPORTED_TOO_OLD", "MGMT_ERR_UNSUPPORTED_TOO_NEW" };

static const char *const os[] = { "OK", "UNKNOWN", "INVALID_FORMAT", "QUERY_YIELDS_NO_ANSWER",
	"RTC_NOT_SET", "RTC_COMMAND_FAILED", "QUERY_RESPONSE_VALUE_NOT_VALID",
	"HEAP_STATS_FETCH_FAILED" };

static const char *const image[] = { "OK", "UNKNOWN", "FLASH_CONFIG_QUERY_FAIL", "NO_IMAGE",
	"NO_TLVS", "INVALID_TLV", "TLV_MULTIPLE_HASHES_FOUND", "TLV_INVALID_SIZE", "HASH_NOT_FOUND",
	"NO_FREE_SLOT", "FLASH_OPEN_FAILED", "FLASH_READ_FAILED", "FLASH_WRITE_FAILED",
	"FLASH_ERASE_FAILED", "INVALID_SLOT", "NO_FREE_MEMORY", "FLASH_CONTEXT_ALREADY_SET",
	"FLASH_CONTEXT_NOT_SET", "FLASH_AREA_DEVICE_NULL", "INVALID_PAGE_OFFSET", "INVALID_OFFSET",
	"INVALID_LENGTH", "INVALID_IMAGE_HEADER", "INVALID_IMAGE_HEADER_MAGIC", "INVALID_HASH",
	"INVALID_FLASH_ADDRESS", "VERSION_GET_FAILED", "CURRENT_VERSION_IS_NEWER",
	"ALREADY_PENDING", "INVALID_IMAGE_VECTOR_TABLE", "INVALID_IMAGE_TOO_LARGE",
	"INVALID_IMAGE_DATA_OVERRUN", "CONFIRMATION_DENIED", "SETTING_TEST_TO_ACTIVE_DENIED",
	"ACTIVE_SLOT_NOT_KNOWN" };

static const char *const stat[] = { "OK", "UNKNOWN", "INVALID_GROUP", "INVALID_STAT_NAME",
	"INVALID_STAT_SIZE", "WALK_ABORTED" };

static const char *const settings[] = { "OK", "UNKNOWN", "KEY_TOO_LONG", "KEY_NOT_FOUND",
	"READ_NOT_SUPPORTED", "ROOT_KEY_NOT_FOUND", "WRITE_NOT_SUPPORTED", "DELETE_NOT_SUPPORTED",
	"SAVE_NOT_SUPPORTED" };

static const char *const fs[] = { "OK", "UNKNOWN", "FILE_INVALID_NAME", "FILE_NOT_FOUND",
	"FILE_IS_DIRECTORY", "FILE_OPEN_FAILED", "FILE_SEEK_FAILED", "FILE_READ_FAILED",
	"FILE_TRUNCATE_FAILED", "FILE_DELETE_FAILED", "FILE_WRITE_FAILED", "FILE_OFFSET_NOT_VALID",
	"FILE_OFFSET_LARGER_THAN_FILE", "CHECKSUM_HASH_NOT_FOUND", "MOUNT_POINT_NOT_FOUND",
	"READ_ONLY_FILESYSTEM", "FILE_EMPTY", "FILE_CLOSE_FAILED" };

static const char *const shell[] = { "OK", "UNKNOWN", "COMMAND_TOO_LONG", "EMPTY_COMMAND" };

static const char *const enumeration[] = { "OK", "UNKNOWN", "TOO_MANY_GROUP_ENTRIES",
	"INSUFFICIENT_HEAP_FOR_ENTRIES", "INDEX_TOO_LARGE" };

static const char *const transport[] = { "OK", "UNKNOWN", "MISSING_REQUIRED_FUNCTIONS",
	"MISSING_INFO_FUNCTIONS", "INVALID_TRANSPORT", "INVALID_MODE", "ALL_CONTEXTS_USED",
	"BOTH_TRANSPORT_AND_ALL", "NOT_BRIDGED", "SAME_BRIDGE_DEVICE", "INGOING_NOT_SUPPORTED",
	"OUTGOING_NOT_SUPPORTED", "INCOMING_ALREADY_BRIDGED", "OUTGOING_ALREADY_BRIDGED",
	"CONNECT_MISSING_PARAM", "INVALID_PARAM", "UNSUPPORTED_PARAM", "CONNECT_FAILED" };

static const char *const zephyr[] = { "OK", "UNKNOWN", "FLASH_OPEN_FAILED",
	"FLASH_CONFIG_QUERY_FAIL", "FLASH_ERASE_FAILED" };

#define NAMES(table) (table), sizeof(table) / sizeof((table)[0])

static const struct space {
	bool is_group;
	uint16_t group;
	const char *prefix;
	const char *const *names;
	size_t count;
} wanted_spaces[] = {
	{ false, SMP_GROUP_OS, "", NAMES(general) },
	{ true, SMP_GROUP_OS, "OS_", NAMES(os) },
	{ true, SMP_GROUP_IMAGE, "IMAGE_", NAMES(image) },
	{ true, SMP_GROUP_STAT, "STAT_", NAMES(stat) },
	{ true, SMP_GROUP_SETTINGS, "SETTINGS_", NAMES(settings) },
	{ true, SMP_GROUP_FS, "FS_", NAMES(fs) },
	{ true, SMP_GROUP_SHELL, "SHELL_", NAMES(shell) },
	{ true, SMP_GROUP_ENUM, "ENUM_", NAMES(enumeration) },
	{ true, SMP_GROUP_TRANSPORT, "TRANSPORT_", NAMES(transport) },
	{ true, SMP_GROUP_ZEPHYR, "ZEPHYR_", NAMES(zephyr) },
};

enum { SPACE_COUNT = sizeof(wanted_spaces) / sizeof(wanted_spaces[0]) };

static void compare_space(const struct space *wanted)
{
	for (size_t rc = 0; rc < wanted->count; rc++) {
		const struct smp_error_info *info =
			smp_error_find(wanted->group, wanted->is_group, (int64_t)rc);
		char name[NAME_SIZE];

		snprintf(name, sizeof(name), "%s%s", wanted->prefix, wanted->names[rc]);
		if (info == NULL || info->rc != rc || strcmp(info->name, name) != 0)
			fail_msg("%s is not found as %zu", name, rc);
	}
	assert_null(smp_error_find(wanted->group, wanted->is_group, (int64_t)wanted->count));
	assert_null(smp_error_find(wanted->group, wanted->is_group, -1));
}

static void every_number_has_the_name_of_the_specification(void **state)
{
	size_t count;

	(void)state;
	smp_error_spaces(&count);
	assert_int_equal(count, SPACE_COUNT);
	for (size_t i = 0; i < SPACE_COUNT; i++)
		compare_space(&wanted_spaces[i]);
}

static void every_row_has_a_name_a_meaning_and_a_hint(void **state)
{
	size_t count, rows = 0, wanted = 0;
	const struct smp_error_space *spaces = smp_error_spaces(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < spaces[i].count; j++, rows++) {
			const struct smp_error_info *info = &spaces[i].rows[j];

			if (strlen(info->name) < 4 || strlen(info->meaning) < 4 ||
				strlen(info->hint) < 4)
				fail_msg("space %zu, row %zu lacks words", i, j);
			assert_true(strlen(info->name) < ERR_NAME_MAX);
			assert_true(strlen(info->hint) < ERR_HINT_MAX);
			/* Clauses: they are put behind others. */
			assert_null(strchr(info->meaning, '\n'));
			if (info->meaning[0] >= 'A' && info->meaning[0] <= 'Z')
				fail_msg("%s: \"%s\" begins in upper case", info->name,
					info->meaning);
			if (info->meaning[strlen(info->meaning) - 1] == '.')
				fail_msg("%s: \"%s\" is a sentence", info->name, info->meaning);
		}
	}
	for (size_t i = 0; i < SPACE_COUNT; i++)
		wanted += wanted_spaces[i].count;
	assert_int_equal(rows, wanted);
}

static void no_name_stands_for_two_numbers(void **state)
{
	size_t count;
	const struct smp_error_space *spaces = smp_error_spaces(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < spaces[i].count; j++) {
			for (size_t k = 0; k < count; k++) {
				for (size_t l = 0; l < spaces[k].count; l++) {
					bool is_same = strcmp(spaces[i].rows[j].name,
							       spaces[k].rows[l].name) == 0;

					assert_int_equal(is_same, i == k && j == l);
				}
			}
		}
	}
}

static void numbers_of_the_application_have_one_name(void **state)
{
	const int64_t user[] = { 256, 257, 100000, INT64_MAX };

	(void)state;
	for (size_t i = 0; i < sizeof(user) / sizeof(user[0]); i++) {
		const struct smp_error_info *info = smp_error_find(SMP_GROUP_OS, false, user[i]);

		assert_non_null(info);
		assert_string_equal(info->name, "MGMT_ERR_EPERUSER");
		assert_null(smp_error_find(SMP_GROUP_OS, true, user[i]));
	}
	assert_null(smp_error_find(SMP_GROUP_OS, false, 255));
	assert_null(smp_error_find(SMP_GROUP_OS, false, INT64_MIN));
}

static void groups_without_a_table_have_no_names(void **state)
{
	(void)state;
	assert_null(smp_error_find(SMP_GROUP_LOG, true, 1));
	assert_null(smp_error_find(SMP_GROUP_USER, true, 1));
	assert_null(smp_error_find(UINT16_MAX, true, 0));
}

static void the_log_group_swaps_two_general_numbers(void **state)
{
	(void)state;
	assert_string_equal(smp_error_find(SMP_GROUP_LOG, false, 7)->name, "MGMT_ERR_ECORRUPT");
	assert_string_equal(smp_error_find(SMP_GROUP_LOG, false, 9)->name, "MGMT_ERR_EMSGSIZE");
	assert_string_equal(smp_error_find(SMP_GROUP_LOG, false, 8)->name, "MGMT_ERR_ENOTSUP");
	assert_string_equal(smp_error_find(SMP_GROUP_LOG, false, 6)->name, "MGMT_ERR_EBADSTATE");
	assert_string_equal(smp_error_find(SMP_GROUP_IMAGE, false, 7)->name, "MGMT_ERR_EMSGSIZE");
}

static void a_named_error_fills_the_whole_record(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(
		smp_error_set(&err, SMP_GROUP_IMAGE, true, 9, span_make(NULL, 0)), STATUS_DEVICE);
	assert_int_equal(err.status, STATUS_DEVICE);
	assert_string_equal(err.message,
		"device error IMAGE_NO_FREE_SLOT (group image, rc 9): no slot may be overwritten "
		"now (in use, pending, or being tested)");
	assert_non_null(strstr(err.hint, "smpctl image list"));
	assert_true(err.device.present);
	assert_true(err.device.is_group_error);
	assert_int_equal(err.device.group, SMP_GROUP_IMAGE);
	assert_int_equal(err.device.rc, 9);
	assert_string_equal(err.device.name, "IMAGE_NO_FREE_SLOT");
}

static void a_general_error_names_no_group(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(
		smp_error_set(&err, SMP_GROUP_IMAGE, false, 6, span_make(NULL, 0)), STATUS_DEVICE);
	assert_non_null(strstr(err.message, "MGMT_ERR_EBADSTATE (rc 6): "));
	assert_false(err.device.is_group_error);
	assert_int_equal(err.device.group, SMP_GROUP_IMAGE);
}

static void an_unknown_number_is_told_as_it_is(void **state)
{
	struct err err;

	(void)state;
	smp_error_set(&err, 70, true, INT64_MIN, span_make(NULL, 0));
	assert_string_equal(err.message,
		"device error without a known name (group 70, rc -9223372036854775808)");
	assert_string_equal(err.device.name, "");
	assert_true(err.hint[0] != '\0');
	smp_error_set(&err, SMP_GROUP_OS, false, -5, span_make(NULL, 0));
	assert_string_equal(err.message, "device error without a known name (rc -5)");
}

static void only_the_general_number_says_unsupported(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(smp_error_set(&err, SMP_GROUP_OS, false, 8, span_make(NULL, 0)),
		STATUS_UNSUPPORTED);
	assert_int_equal(err.status, STATUS_UNSUPPORTED);
	assert_int_equal(
		smp_error_set(&err, SMP_GROUP_IMAGE, true, 8, span_make(NULL, 0)), STATUS_DEVICE);
	assert_int_equal(smp_error_set(ERR_IGNORED, SMP_GROUP_OS, false, 8, span_make(NULL, 0)),
		STATUS_UNSUPPORTED);
}

static void the_devices_reason_is_escaped_and_bounded(void **state)
{
	char reason[5000];
	struct err err;

	(void)state;
	smp_error_set(&err, SMP_GROUP_IMAGE, false, 6, span_from_text("no \x1b[31mslot\n"));
	assert_non_null(strstr(err.message, "; the device says: no \\x1b[31mslot\\n"));
	memset(reason, '\n', sizeof(reason));
	smp_error_set(&err, SMP_GROUP_IMAGE, false, 6, span_make(reason, sizeof(reason)));
	assert_null(strchr(err.message, '\n'));
	assert_non_null(strstr(err.message, "the device says: \\n\\n"));
	assert_true(strlen(err.message) < ERR_MESSAGE_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_has_the_name_of_the_specification),
		cmocka_unit_test(every_row_has_a_name_a_meaning_and_a_hint),
		cmocka_unit_test(no_name_stands_for_two_numbers),
		cmocka_unit_test(numbers_of_the_application_have_one_name),
		cmocka_unit_test(groups_without_a_table_have_no_names),
		cmocka_unit_test(the_log_group_swaps_two_general_numbers),
		cmocka_unit_test(a_named_error_fills_the_whole_record),
		cmocka_unit_test(a_general_error_names_no_group),
		cmocka_unit_test(an_unknown_number_is_told_as_it_is),
		cmocka_unit_test(only_the_general_number_says_unsupported),
		cmocka_unit_test(the_devices_reason_is_escaped_and_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
