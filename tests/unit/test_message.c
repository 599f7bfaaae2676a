/* SPDX-License-Identifier: Apache-2.0 */
/* Opening a reply: every form in which servers say no (protocol.md 1.4), and unsound bodies. */
#include "smp/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 512 };

static enum status open_body(uint16_t group, struct span body, struct err *reterr)
{
	struct smp_reply reply = { .header = { .op = 1, .group = group }, .body = body };
	struct body_value map;

	return smp_reply_open(&reply, &map, reterr);
}

static enum status open_notation(uint16_t group, const char *notation, struct err *reterr)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	cbor_append(&body, notation);
	return open_body(group, buf_span(&body), reterr);
}

static void successes_are_none_of_the_errors(void **state)
{
	static const char *const bodies[] = {
		"{}",
		"{_ }",
		"{'off': 32}",
		"{'rc': 0}",
		"{_ 'rc': 0, 'off': 32}",
		"{'err': {'group': 1, 'rc': 0}}",
		"{'ret': {'group': 1, 'rc': 0}, 'rc': 0}",
		/* The shell's own return value (protocol.md 1.3). */
		"{'o': 'not found', 'ret': -8}",
		"{'o': '', 'ret': 5}",
		"{'err': 'not a map'}",
		"{'rsn': 'all is well'}",
		"{'rc': 0, 'rc': 6}",
		"{1: 2}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct err err;

		if (open_notation(SMP_GROUP_SHELL, bodies[i], &err) != STATUS_OK)
			fail_msg("%s: %s", bodies[i], err.message);
	}
}

static void every_form_of_error_is_found(void **state)
{
	static const struct {
		const char *body;
		enum status status;
		uint16_t group;
		bool is_group_error;
		int64_t rc;
		const char *name;
	} rows[] = {
		{ "{'rc': 6}", STATUS_DEVICE, SMP_GROUP_IMAGE, false, 6, "MGMT_ERR_EBADSTATE" },
		{ "{_ 'rc': 8}", STATUS_UNSUPPORTED, SMP_GROUP_IMAGE, false, 8,
			"MGMT_ERR_ENOTSUP" },
		{ "{'rc': 300}", STATUS_DEVICE, SMP_GROUP_IMAGE, false, 300, "MGMT_ERR_EPERUSER" },
		{ "{'rc': -3}", STATUS_DEVICE, SMP_GROUP_IMAGE, false, -3, "" },
		{ "{'rc': 99}", STATUS_DEVICE, SMP_GROUP_IMAGE, false, 99, "" },
		{ "{_ 'err': {_ 'group': 1, 'rc': 9}}", STATUS_DEVICE, SMP_GROUP_IMAGE, true, 9,
			"IMAGE_NO_FREE_SLOT" },
		{ "{'err': {'rc': 9, 'more': [], 'group': 1}}", STATUS_DEVICE, SMP_GROUP_IMAGE,
			true, 9, "IMAGE_NO_FREE_SLOT" },
		/* Zephyr 3.4's word for it. */
		{ "{_ 'ret': {_ 'group': 1, 'rc': 8}}", STATUS_DEVICE, SMP_GROUP_IMAGE, true, 8,
			"IMAGE_HASH_NOT_FOUND" },
		/* Another group's error than the one that was asked. */
		{ "{'err': {'group': 8, 'rc': 3}}", STATUS_DEVICE, SMP_GROUP_FS, true, 3,
			"FS_FILE_NOT_FOUND" },
		{ "{'err': {'group': 100, 'rc': 3}}", STATUS_DEVICE, 100, true, 3, "" },
		/* Data may stand beside it (protocol.md 1.4). */
		{ "{'err': {'group': 8, 'rc': 11}, 'len': 6}", STATUS_DEVICE, SMP_GROUP_FS, true,
			11, "FS_FILE_OFFSET_NOT_VALID" },
		{ "{'off': 0, 'err': {'group': 1, 'rc': 2}, 'rc': 6}", STATUS_DEVICE,
			SMP_GROUP_IMAGE, true, 2, "IMAGE_FLASH_CONFIG_QUERY_FAIL" },
		{ "{'err': {'group': 8, 'rc': 0}, 'rc': 6}", STATUS_DEVICE, SMP_GROUP_IMAGE, false,
			6, "MGMT_ERR_EBADSTATE" },
		{ "{'err': {'group': 0, 'rc': 0}, 'ret': {'group': 1, 'rc': 3}}", STATUS_DEVICE,
			SMP_GROUP_IMAGE, true, 3, "IMAGE_NO_IMAGE" },
		{ "{'err': 3, 'rc': 5}", STATUS_DEVICE, SMP_GROUP_IMAGE, false, 5,
			"MGMT_ERR_ENOENT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err;

		if (open_notation(SMP_GROUP_IMAGE, rows[i].body, &err) != rows[i].status)
			fail_msg("%s: status %d", rows[i].body, err.status);
		assert_true(err.device.present);
		assert_int_equal(err.device.group, rows[i].group);
		assert_int_equal(err.device.is_group_error, rows[i].is_group_error);
		assert_int_equal(err.device.rc, rows[i].rc);
		assert_string_equal(err.device.name, rows[i].name);
	}
}

static void unsound_bodies_are_a_matter_of_the_protocol(void **state)
{
	static const char *const bodies[] = {
		"[]",
		"3",
		"{'rc': 'six'}",
		"{'rc': null}",
		"{'rc': 9223372036854775808}",
		"{'err': {}}",
		"{'err': {'group': 1}}",
		"{'err': {'rc': 1}}",
		"{'err': {'group': 65536, 'rc': 1}}",
		"{'err': {'group': 'image', 'rc': 1}}",
		"{'err': {'group': -1, 'rc': 1}}",
		"{'ret': {'group': 1, 'rc': h'01'}}",
	};
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		if (open_notation(SMP_GROUP_IMAGE, bodies[i], &err) != STATUS_PROTOCOL)
			fail_msg("%s", bodies[i]);
		assert_int_equal(err.status, STATUS_PROTOCOL);
		assert_false(err.device.present);
	}
	assert_int_equal(open_body(0, span_make(NULL, 0), &err), STATUS_PROTOCOL);
	assert_int_equal(open_body(0, span_from_text("\xa1\x62rc"), &err), STATUS_PROTOCOL);
	assert_int_equal(open_body(0, span_from_text("\xa0\xa0"), &err), STATUS_PROTOCOL);
	assert_int_equal(open_body(0, span_from_text("\xbf"), ERR_IGNORED), STATUS_PROTOCOL);
}

static void the_reason_is_shown_escaped(void **state)
{
	struct err err;

	(void)state;
	open_notation(SMP_GROUP_IMAGE, "{'rc': 6, 'rsn': 'no\x1b slot'}", &err);
	assert_non_null(strstr(err.message, "; the device says: no\\x1b slot"));
	open_notation(SMP_GROUP_IMAGE, "{'rsn': 'app reject', 'err': {'group': 1, 'rc': 1}}", &err);
	assert_non_null(strstr(err.message, "; the device says: app reject"));
	/* A reason of another type is none, and no reason to hide the error. */
	assert_int_equal(
		open_notation(SMP_GROUP_IMAGE, "{'rsn': 5, 'rc': 6}", &err), STATUS_DEVICE);
	assert_null(strstr(err.message, "says"));
}

static void the_log_groups_numbers_are_swapped(void **state)
{
	struct err err;

	(void)state;
	open_notation(SMP_GROUP_LOG, "{'rc': 9}", &err);
	assert_string_equal(err.device.name, "MGMT_ERR_EMSGSIZE");
	assert_int_equal(err.device.rc, 9);
}

static void fields_are_required_or_not(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(smp_field_required(BODY_FOUND, "off", &err), STATUS_OK);
	assert_int_equal(smp_field_optional(BODY_FOUND, "off", &err), STATUS_OK);
	assert_int_equal(smp_field_optional(BODY_ABSENT, "off", &err), STATUS_OK);
	assert_int_equal(smp_field_required(BODY_ABSENT, "off", &err), STATUS_PROTOCOL);
	assert_string_equal(err.message, "the reply lacks \"off\"");
	assert_int_equal(smp_field_required(BODY_WRONG_TYPE, "off", &err), STATUS_PROTOCOL);
	assert_int_equal(smp_field_optional(BODY_WRONG_TYPE, "off", &err), STATUS_PROTOCOL);
	assert_non_null(strstr(err.message, "\"off\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(successes_are_none_of_the_errors),
		cmocka_unit_test(every_form_of_error_is_found),
		cmocka_unit_test(unsound_bodies_are_a_matter_of_the_protocol),
		cmocka_unit_test(the_reason_is_shown_escaped),
		cmocka_unit_test(the_log_groups_numbers_are_swapped),
		cmocka_unit_test(fields_are_required_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
