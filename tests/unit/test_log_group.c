/* SPDX-License-Identifier: Apache-2.0 */
/* Mynewt's log group: requests, pages of entries, lists, and replies that are broken. */
#include "smp/log_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 1024 };

struct answer {
	uint8_t storage[BODY_SIZE];
	struct smp_reply reply;
};

static const struct smp_reply *reply_of(struct answer *answer, const char *notation)
{
	struct buf body = BUF_OVER(answer->storage);

	cbor_append(&body, notation);
	answer->reply = (struct smp_reply){
		.header = { .op = 1, .group = SMP_GROUP_LOG },
		.body = buf_span(&body),
	};
	return &answer->reply;
}

static void assert_request(
	const struct smp_request *request, enum smp_op op, uint8_t command, const char *notation)
{
	uint8_t storage[BODY_SIZE];
	struct buf wanted = BUF_OVER(storage);

	if (notation != NULL)
		cbor_append(&wanted, notation);
	assert_int_equal(request->op, op);
	assert_int_equal(request->group, SMP_GROUP_LOG);
	assert_int_equal(request->command, command);
	assert_true(span_equal(request->body, buf_span(&wanted)));
}

static void requests_carry_what_was_asked_for(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_request request;

	(void)state;
	request = smp_log_show_request(&body, span_from_text("reboot_log"), 7);
	assert_request(&request, SMP_OP_READ, 0, "{'log_name': 'reboot_log', 'ts': 0, 'index': 7}");
	request = smp_log_clear_request();
	assert_request(&request, SMP_OP_WRITE, 1, NULL);
	request = smp_log_modules_request();
	assert_request(&request, SMP_OP_READ, 3, NULL);
	request = smp_log_levels_request();
	assert_request(&request, SMP_OP_READ, 4, NULL);
	request = smp_log_list_request();
	assert_request(&request, SMP_OP_READ, 5, NULL);
}

#define ENTRY(index, message)                                                        \
	"{_ 'type': 'str', 'ts': -5, 'level': 2, 'index': " index ", 'module': 64, " \
	"'imghash': h'01020304', 'msg': " message "}"

static void entries_come_one_after_another_through_all_logs(void **state)
{
	struct answer answer;
	struct smp_log_page page;
	struct smp_log_entry entry;
	bool is_end;
	uint8_t storage[64];
	struct buf message = BUF_OVER(storage);

	(void)state;
	assert_int_equal(
		smp_log_show_reply(
			reply_of(&answer,
				"{_ 'next_index': 9, 'logs': [_ {_ 'name': 'a', 'type': 1, "
				"'entries': [_ " ENTRY(
					"3", "h'6869'") "]}, {'name': 'b', 'entries': []}, "
							"{'name': 'c', 'entries': [" ENTRY(
								"4", "h'00'") "]}], 'rc': 0}"),
			&page, ERR_IGNORED),
		STATUS_OK);
	assert_false(page.is_more);
	assert_int_equal(page.next_index, 9);
	assert_int_equal(smp_log_next(&page, &entry, &is_end, ERR_IGNORED), STATUS_OK);
	assert_false(is_end);
	assert_int_equal(entry.index, 3);
	assert_int_equal(entry.timestamp, -5);
	assert_int_equal(entry.level, 2);
	assert_int_equal(entry.module, 64);
	assert_true(span_equal(entry.type, span_from_text("str")));
	assert_true(span_equal(entry.image_hash, span_make("\1\2\3\4", 4)));
	body_append_string(&entry.message, &message);
	assert_string_equal(buf_text(&message), "hi");
	assert_int_equal(smp_log_next(&page, &entry, &is_end, ERR_IGNORED), STATUS_OK);
	assert_int_equal(entry.index, 4);
	assert_int_equal(smp_log_next(&page, &entry, &is_end, ERR_IGNORED), STATUS_OK);
	assert_true(is_end);
	assert_int_equal(smp_log_next(&page, &entry, &is_end, ERR_IGNORED), STATUS_OK);
	assert_true(is_end);
}

static void fields_that_older_servers_do_not_send_are_empty(void **state)
{
	struct answer answer;
	struct smp_log_page page;
	struct smp_log_entry entry;
	bool is_end;

	(void)state;
	assert_int_equal(smp_log_show_reply(
				 reply_of(&answer,
					 "{'logs': [{'entries': [{'msg': 'x', 'ts': 1, 'level': 0, "
					 "'index': 0, 'module': 0}]}]}"),
				 &page, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(page.next_index, 0);
	assert_int_equal(smp_log_next(&page, &entry, &is_end, ERR_IGNORED), STATUS_OK);
	assert_int_equal(entry.type.len, 0);
	assert_int_equal(entry.image_hash.len, 0);
}

static void rc_1_beside_entries_says_that_there_are_more(void **state)
{
	struct answer answer;
	struct smp_log_page page;
	struct err err;

	(void)state;
	assert_int_equal(
		smp_log_show_reply(reply_of(&answer, "{'logs': [], 'rc': 1}"), &page, &err),
		STATUS_OK);
	assert_true(page.is_more);
	assert_int_equal(
		smp_log_show_reply(reply_of(&answer, "{'rc': 1}"), &page, &err), STATUS_DEVICE);
	assert_int_equal(err.device.rc, 1);
	assert_int_equal(
		smp_log_show_reply(reply_of(&answer, "{'logs': [], 'rc': 5}"), &page, &err),
		STATUS_DEVICE);
	assert_int_equal(smp_log_show_reply(reply_of(&answer, "{'rc': 8}"), &page, &err),
		STATUS_UNSUPPORTED);
}

static void broken_pages_are_refused(void **state)
{
	static const char *const pages[] = { "{'rc': 0}", "{'logs': 1}", "{'logs': {}}",
		"{'logs': [], 'next_index': 'x'}" };
	static const char *const entries[] = {
		"{'logs': [1]}",
		"{'logs': [{}]}",
		"{'logs': [{'entries': 1}]}",
		"{'logs': [{'entries': [1]}]}",
		"{'logs': [{'entries': [{}]}]}",
		"{'logs': [{'entries': [{'ts': 1, 'level': 0, 'index': 0, 'module': 0}]}]}",
		"{'logs': [{'entries': [{'ts': 1, 'level': 0, 'index': 0, 'module': 0, 'msg': "
		"1}]}]}",
		"{'logs': [{'entries': [{'ts': 1, 'level': -1, 'index': 0, 'module': 0, 'msg': "
		"''}]}]}",
	};
	struct answer answer;
	struct smp_log_page page;
	struct smp_log_entry entry;
	bool is_end;

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		assert_int_equal(
			smp_log_show_reply(reply_of(&answer, pages[i]), &page, ERR_IGNORED),
			STATUS_PROTOCOL);
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		assert_int_equal(
			smp_log_show_reply(reply_of(&answer, entries[i]), &page, ERR_IGNORED),
			STATUS_OK);
		assert_int_equal(
			smp_log_next(&page, &entry, &is_end, ERR_IGNORED), STATUS_PROTOCOL);
	}
}

static void logs_are_listed_as_the_device_does(void **state)
{
	struct answer answer;
	struct smp_name_list list;

	(void)state;
	assert_int_equal(
		smp_log_list_reply(reply_of(&answer, "{'rc': 0, 'log_list': [_ 'b', 'a']}"), &list,
			ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.names[0].text, "b");
	assert_string_equal(list.names[1].text, "a");
}

static void modules_and_levels_are_listed_by_number(void **state)
{
	struct answer answer;
	struct smp_name_list list;

	(void)state;
	assert_int_equal(
		smp_log_modules_reply(
			reply_of(&answer, "{'module_map': {'OS': 1, 'APP': 64, 'DEFAULT': 0}}"),
			&list, ERR_IGNORED),
		STATUS_OK);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.names[0].text, "DEFAULT");
	assert_string_equal(list.names[1].text, "OS");
	assert_string_equal(list.names[2].text, "APP");
	assert_int_equal(list.names[2].number, 64);
	assert_int_equal(
		smp_log_levels_reply(reply_of(&answer, "{'level_map': {'WARN': 2, 'INFO': 1}}"),
			&list, ERR_IGNORED),
		STATUS_OK);
	assert_string_equal(list.names[0].text, "INFO");
}

static void lists_that_are_none_are_refused(void **state)
{
	static const char *const texts[] = { "{}", "{'log_list': {}}", "{'log_list': [1]}" };
	static const char *const maps[] = { "{}", "{'level_map': []}", "{'level_map': {'a': 'b'}}",
		"{'level_map': {1: 1}}" };
	struct answer answer;
	struct smp_name_list list;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(
			smp_log_list_reply(reply_of(&answer, texts[i]), &list, ERR_IGNORED),
			STATUS_PROTOCOL);
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]); i++)
		assert_int_equal(
			smp_log_levels_reply(reply_of(&answer, maps[i]), &list, ERR_IGNORED),
			STATUS_PROTOCOL);
	assert_int_equal(smp_log_list_reply(reply_of(&answer, "{'rc': 8}"), &list, ERR_IGNORED),
		STATUS_UNSUPPORTED);
}

static void names_are_harmless_and_whole(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	char name[SMP_NAME_MAX + 1];
	struct smp_reply reply = { .header = { .op = 1 } };
	struct smp_name_list list;

	(void)state;
	body_put_map(&body, 1);
	body_put_text(&body, "log_list");
	body_put_array(&body, 1);
	body_put_text(&body, "a\x1b[2J");
	reply.body = buf_span(&body);
	assert_int_equal(smp_log_list_reply(&reply, &list, ERR_IGNORED), STATUS_OK);
	assert_string_equal(list.names[0].text, "a\\x1b[2J");
	memset(name, 'n', SMP_NAME_MAX);
	name[SMP_NAME_MAX] = '\0';
	buf_clear(&body);
	body_put_map(&body, 1);
	body_put_text(&body, "log_list");
	body_put_array(&body, 1);
	body_put_text(&body, name);
	reply.body = buf_span(&body);
	assert_int_equal(smp_log_list_reply(&reply, &list, ERR_IGNORED), STATUS_PROTOCOL);
}

static void there_is_an_end_to_the_names(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);
	struct smp_reply reply = { .header = { .op = 1 } };
	struct smp_name_list list;

	(void)state;
	for (size_t count = SMP_NAMES_MAX; count <= SMP_NAMES_MAX + 1; count++) {
		buf_clear(&body);
		body_put_map(&body, 1);
		body_put_text(&body, "log_list");
		body_put_array(&body, count);
		for (size_t i = 0; i < count; i++)
			body_put_text(&body, "n");
		reply.body = buf_span(&body);
		assert_int_equal(smp_log_list_reply(&reply, &list, ERR_IGNORED),
			count == SMP_NAMES_MAX ? STATUS_OK : STATUS_PROTOCOL);
	}
}

static void known_numbers_have_names(void **state)
{
	(void)state;
	assert_string_equal(smp_log_level_name(0), "DEBUG");
	assert_string_equal(smp_log_level_name(4), "CRITICAL");
	assert_null(smp_log_level_name(5));
	assert_string_equal(smp_log_module_name(6), "REBOOT");
	assert_null(smp_log_module_name(7));
	assert_string_equal(smp_log_module_name(8), "TEST");
	assert_null(smp_log_module_name(64));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_carry_what_was_asked_for),
		cmocka_unit_test(entries_come_one_after_another_through_all_logs),
		cmocka_unit_test(fields_that_older_servers_do_not_send_are_empty),
		cmocka_unit_test(rc_1_beside_entries_says_that_there_are_more),
		cmocka_unit_test(broken_pages_are_refused),
		cmocka_unit_test(logs_are_listed_as_the_device_does),
		cmocka_unit_test(modules_and_levels_are_listed_by_number),
		cmocka_unit_test(lists_that_are_none_are_refused),
		cmocka_unit_test(names_are_harmless_and_whole),
		cmocka_unit_test(there_is_an_end_to_the_names),
		cmocka_unit_test(known_numbers_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
