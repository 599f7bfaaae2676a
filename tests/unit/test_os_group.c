/* SPDX-License-Identifier: Apache-2.0 */
/* The OS group's requests, and what is made of its replies. */
#include "smp/os_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 512 };

/* A reply with storage of its own. */
struct answer {
	uint8_t storage[BODY_SIZE];
	struct smp_reply reply;
};

static const struct smp_reply *reply_of(struct answer *answer, const char *notation)
{
	struct buf body = BUF_OVER(answer->storage);

	cbor_append(&body, notation);
	answer->reply = (struct smp_reply){
		.header = { .op = 1, .group = SMP_GROUP_OS },
		.body = buf_span(&body),
	};
	return &answer->reply;
}

static void assert_request(const struct smp_request *request, enum smp_op op,
	enum smp_os_command command, const char *notation)
{
	uint8_t storage[BODY_SIZE];
	struct buf wanted = BUF_OVER(storage);

	if (notation != NULL)
		cbor_append(&wanted, notation);
	assert_int_equal(request->op, op);
	assert_int_equal(request->group, SMP_GROUP_OS);
	assert_int_equal(request->command, command);
	assert_true(span_equal(request->body, buf_span(&wanted)));
	assert_int_equal(request->timeout_ms, 0);
	assert_int_equal(request->tries, 0);
}

static void requests_carry_what_was_asked_for(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;

	(void)state;
	request = smp_os_echo_request(&body, span_from_text("hello"));
	assert_request(&request, SMP_OP_WRITE, SMP_OS_ECHO, "{'d': 'hello'}");
	buf_clear(&body);
	request = smp_os_echo_request(&body, span_make(NULL, 0));
	assert_request(&request, SMP_OP_WRITE, SMP_OS_ECHO, "{'d': ''}");
	request = smp_os_params_request();
	assert_request(&request, SMP_OP_READ, SMP_OS_PARAMS, NULL);
	buf_clear(&body);
	request = smp_os_info_request(&body, span_from_text("snr"));
	assert_request(&request, SMP_OP_READ, SMP_OS_INFO, "{'format': 'snr'}");
	buf_clear(&body);
	request = smp_os_info_request(&body, span_make(NULL, 0));
	assert_request(&request, SMP_OP_READ, SMP_OS_INFO, "{}");
	buf_clear(&body);
	request = smp_os_bootloader_request(&body, span_make(NULL, 0));
	assert_request(&request, SMP_OP_READ, SMP_OS_BOOTLOADER, "{}");
	buf_clear(&body);
	request = smp_os_bootloader_request(&body, span_from_text("mode"));
	assert_request(&request, SMP_OP_READ, SMP_OS_BOOTLOADER, "{'query': 'mode'}");
	request = smp_os_datetime_request();
	assert_request(&request, SMP_OP_READ, SMP_OS_DATETIME, NULL);
	buf_clear(&body);
	request = smp_os_set_datetime_request(&body, span_from_text("2026-01-02T03:04:05"));
	assert_request(
		&request, SMP_OP_WRITE, SMP_OS_DATETIME, "{'datetime': '2026-01-02T03:04:05'}");
}

static void a_reset_asks_for_no_more_than_is_wanted(void **state)
{
	static const struct {
		bool force;
		enum smp_os_boot_mode mode;
		const char *body;
	} rows[] = {
		{ false, SMP_OS_BOOT_NORMAL, "{}" },
		{ true, SMP_OS_BOOT_NORMAL, "{'force': true}" },
		{ false, SMP_OS_BOOT_BOOTLOADER, "{'boot_mode': 1}" },
		{ true, SMP_OS_BOOT_BOOTLOADER, "{'force': true, 'boot_mode': 1}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t storage[BODY_SIZE];
		struct buf body = BUF_OVER(storage);
		struct smp_request request =
			smp_os_reset_request(&body, rows[i].force, rows[i].mode);

		assert_request(&request, SMP_OP_WRITE, SMP_OS_RESET, rows[i].body);
	}
}

typedef enum status (*text_reader)(const struct smp_reply *, struct span *, struct err *);

static void texts_are_read_from_their_field(void **state)
{
	static const struct {
		text_reader read;
		const char *good, *wanted;
		const char *other_type, *absent;
	} rows[] = {
		{ smp_os_echo_reply, "{_ 'r': 'hello'}", "hello", "{'r': h'6869'}",
			"{'d': 'hello'}" },
		{ smp_os_echo_reply, "{'more': [1], 'r': ''}", "", "{'r': null}", "{}" },
		{ smp_os_info_reply, "{'rc': 0, 'output': 'Zephyr'}", "Zephyr", "{'output': 1}",
			"{'rc': 0}" },
		{ smp_os_bootloader_name_reply, "{_ 'bootloader': 'MCUboot'}", "MCUboot",
			"{'bootloader': true}", "{'mode': 1}" },
		{ smp_os_datetime_reply, "{_ 'datetime': '2026-01-02T03:04:05'}",
			"2026-01-02T03:04:05", "{'datetime': 5}", "{'rc': 0}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer answer;
		struct span text;
		struct err err;

		assert_int_equal(
			rows[i].read(reply_of(&answer, rows[i].good), &text, &err), STATUS_OK);
		assert_true(span_equal(text, span_from_text(rows[i].wanted)));
		assert_int_equal(rows[i].read(reply_of(&answer, rows[i].other_type), &text, &err),
			STATUS_PROTOCOL);
		assert_int_equal(rows[i].read(reply_of(&answer, rows[i].absent), &text, &err),
			STATUS_PROTOCOL);
		assert_int_equal(rows[i].read(reply_of(&answer, "{'rc': 8}"), &text, &err),
			STATUS_UNSUPPORTED);
	}
}

static void params_need_both_numbers(void **state)
{
	static const char *const broken[] = {
		"{}",
		"{'buf_size': 384}",
		"{'buf_count': 4}",
		"{'buf_size': '384', 'buf_count': 4}",
		"{'buf_size': 384, 'buf_count': -4}",
		"{'buf_size': 4294967296, 'buf_count': 4}",
	};
	struct smp_os_params params = { 1, 2 };
	struct answer answer;

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_int_equal(
			smp_os_params_reply(reply_of(&answer, broken[i]), &params, ERR_IGNORED),
			STATUS_PROTOCOL);
	assert_int_equal(params.buf_size, 1);
	assert_int_equal(params.buf_count, 2);
	assert_int_equal(
		smp_os_params_reply(reply_of(&answer, "{_ 'buf_count': 4, 'buf_size': 4294967295}"),
			&params, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(params.buf_size, UINT32_MAX);
	assert_int_equal(params.buf_count, 4);
}

static void the_bootloaders_mode_may_forbid_downgrades(void **state)
{
	struct smp_os_bootloader_mode mode = { .mode = 77 };
	struct answer answer;

	(void)state;
	assert_int_equal(smp_os_bootloader_mode_reply(reply_of(&answer, "{}"), &mode, ERR_IGNORED),
		STATUS_PROTOCOL);
	assert_int_equal(
		smp_os_bootloader_mode_reply(
			reply_of(&answer, "{'mode': 3, 'no-downgrade': 1}"), &mode, ERR_IGNORED),
		STATUS_PROTOCOL);
	assert_int_equal(mode.mode, 77);
	assert_int_equal(
		smp_os_bootloader_mode_reply(
			reply_of(&answer, "{'mode': 3, 'no-downgrade': true}"), &mode, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(mode.mode, 3);
	assert_true(mode.no_downgrade);
	assert_int_equal(
		smp_os_bootloader_mode_reply(reply_of(&answer, "{'mode': -1}"), &mode, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(mode.mode, -1);
	assert_false(mode.no_downgrade);
}

static void modes_have_the_names_of_the_specification(void **state)
{
	static const struct {
		int64_t mode;
		const char *name;
	} rows[] = {
		{ -1, "unknown" },
		{ 0, "single slot" },
		{ 1, "swap using scratch" },
		{ 2, "overwrite only" },
		{ 3, "swap using move" },
		{ 4, "direct-xip" },
		{ 5, "direct-xip with revert" },
		{ 6, "RAM load" },
		{ 7, "firmware loader" },
		{ 8, "single slot RAM load" },
		{ 9, "swap using offset" },
		{ 10, "unknown" },
		{ INT64_MIN, "unknown" },
		{ INT64_MAX, "unknown" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(smp_os_bootloader_mode_name(rows[i].mode), rows[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_carry_what_was_asked_for),
		cmocka_unit_test(a_reset_asks_for_no_more_than_is_wanted),
		cmocka_unit_test(texts_are_read_from_their_field),
		cmocka_unit_test(params_need_both_numbers),
		cmocka_unit_test(the_bootloaders_mode_may_forbid_downgrades),
		cmocka_unit_test(modes_have_the_names_of_the_specification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
