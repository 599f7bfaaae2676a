/* SPDX-License-Identifier: Apache-2.0 */
/* The statistics group's requests, and what is made of its replies. */
#include "smp/stat_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 16384 };

struct fixture {
	struct buf body;
	uint8_t body_bytes[BODY_SIZE];
	struct smp_stat_list list;
	struct smp_stat_fields fields;
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	fixture->body = BUF_OVER(fixture->body_bytes);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	test_free(*state);
	return 0;
}

static enum status read_list(struct fixture *fixture)
{
	struct smp_reply reply = {
		.header = { .op = 1, .group = SMP_GROUP_STAT, .command = SMP_STAT_LIST },
		.body = buf_span(&fixture->body),
	};

	assert_false(fixture->body.overflow);
	return smp_stat_list_reply(&reply, &fixture->list, &fixture->err);
}

static enum status read_fields(struct fixture *fixture)
{
	struct smp_reply reply = {
		.header = { .op = 1, .group = SMP_GROUP_STAT, .command = SMP_STAT_SHOW },
		.body = buf_span(&fixture->body),
	};

	assert_false(fixture->body.overflow);
	return smp_stat_show_reply(&reply, &fixture->fields, &fixture->err);
}

static void write_down(struct fixture *fixture, const char *notation)
{
	buf_clear(&fixture->body);
	cbor_append(&fixture->body, notation);
}

static void requests_name_the_group(void **state)
{
	struct fixture *fixture = *state;
	uint8_t storage[64];
	struct buf wanted = BUF_OVER(storage);
	struct smp_request request = smp_stat_list_request();

	assert_int_equal(request.op, SMP_OP_READ);
	assert_int_equal(request.group, SMP_GROUP_STAT);
	assert_int_equal(request.command, SMP_STAT_LIST);
	assert_int_equal(request.body.len, 0);
	request = smp_stat_show_request(&fixture->body, span_from_text("ble"));
	cbor_append(&wanted, "{'name': 'ble'}");
	assert_int_equal(request.op, SMP_OP_READ);
	assert_int_equal(request.group, SMP_GROUP_STAT);
	assert_int_equal(request.command, SMP_STAT_SHOW);
	assert_true(span_equal(request.body, buf_span(&wanted)));
}

static void groups_are_listed_in_their_order(void **state)
{
	struct fixture *fixture = *state;

	write_down(fixture, "{_ 'rc': 0, 'stat_list': [_ 'zeta', 'alpha', '']}");
	assert_int_equal(read_list(fixture), STATUS_OK);
	assert_int_equal(fixture->list.count, 3);
	assert_string_equal(fixture->list.groups[0].text, "zeta");
	assert_string_equal(fixture->list.groups[1].text, "alpha");
	assert_string_equal(fixture->list.groups[2].text, "");
	write_down(fixture, "{'stat_list': []}");
	assert_int_equal(read_list(fixture), STATUS_OK);
	assert_int_equal(fixture->list.count, 0);
}

static void fields_keep_their_order_and_their_numbers(void **state)
{
	struct fixture *fixture = *state;

	write_down(fixture, "{_ 'name': 'x', 'fields': {_ 'tx': 4294967296, 'rx': 0, 's2': "
			    "18446744073709551615}}");
	assert_int_equal(read_fields(fixture), STATUS_OK);
	assert_int_equal(fixture->fields.count, 3);
	assert_string_equal(fixture->fields.fields[0].name.text, "tx");
	assert_int_equal(fixture->fields.fields[0].value, UINT64_C(4294967296));
	assert_string_equal(fixture->fields.fields[1].name.text, "rx");
	assert_int_equal(fixture->fields.fields[1].value, 0);
	assert_int_equal(fixture->fields.fields[2].value, UINT64_MAX);
}

static void of_fields_with_the_same_name_the_first_is_kept(void **state)
{
	struct fixture *fixture = *state;

	write_down(fixture, "{'fields': {'a': 1, 'b': 2, 'a': 3}}");
	assert_int_equal(read_fields(fixture), STATUS_OK);
	assert_int_equal(fixture->fields.count, 2);
	assert_int_equal(fixture->fields.fields[0].value, 1);
	assert_int_equal(fixture->fields.fields[1].value, 2);
}

static void names_are_made_harmless(void **state)
{
	struct fixture *fixture = *state;

	write_down(fixture, "{'fields': {'\033[2J': 1}}");
	assert_int_equal(read_fields(fixture), STATUS_OK);
	assert_string_equal(fixture->fields.fields[0].name.text, "\\x1b[2J");
	write_down(fixture, "{'stat_list': ['\033[2J']}");
	assert_int_equal(read_list(fixture), STATUS_OK);
	assert_string_equal(fixture->list.groups[0].text, "\\x1b[2J");
}

static void a_name_that_does_not_fit_is_refused_and_not_cut(void **state)
{
	struct fixture *fixture = *state;
	char name[SMP_NAME_MAX + 1];

	memset(name, 'n', sizeof(name));
	for (size_t len = SMP_NAME_MAX - 1; len <= SMP_NAME_MAX + 1; len++) {
		buf_clear(&fixture->body);
		body_put_map(&fixture->body, 1);
		body_put_text(&fixture->body, "stat_list");
		body_put_array(&fixture->body, 1);
		body_put_text_span(&fixture->body, span_make(name, len));
		assert_int_equal(
			read_list(fixture), len < SMP_NAME_MAX ? STATUS_OK : STATUS_PROTOCOL);
	}
}

static void broken_replies_are_refused(void **state)
{
	static const char *const lists[] = { "{}", "{'stat_list': {}}", "{'stat_list': 'a'}",
		"{'stat_list': [1]}", "{'stat_list': ['a', h'62']}" };
	static const char *const fields[] = { "{}", "{'name': 'a'}", "{'fields': ['a']}",
		"{'fields': {'a': -1}}", "{'fields': {'a': '1'}}", "{'fields': {1: 1}}",
		"{'fields': {'a': 1, 'b': null}}" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		write_down(fixture, lists[i]);
		assert_int_equal(read_list(fixture), STATUS_PROTOCOL);
	}
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		write_down(fixture, fields[i]);
		assert_int_equal(read_fields(fixture), STATUS_PROTOCOL);
	}
	write_down(fixture, "{'err': {'group': 2, 'rc': 2}}");
	assert_int_equal(read_fields(fixture), STATUS_DEVICE);
	assert_string_equal(fixture->err.device.name, "STAT_INVALID_GROUP");
	write_down(fixture, "{'rc': 8}");
	assert_int_equal(read_list(fixture), STATUS_UNSUPPORTED);
}

static void put_names(struct fixture *fixture, size_t count, bool are_fields)
{
	char name[32];

	buf_clear(&fixture->body);
	body_put_map(&fixture->body, 1);
	body_put_text(&fixture->body, are_fields ? "fields" : "stat_list");
	if (are_fields)
		body_put_map(&fixture->body, count);
	else
		body_put_array(&fixture->body, count);
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "n%zu", i);
		body_put_text(&fixture->body, name);
		if (are_fields)
			body_put_uint(&fixture->body, i);
	}
}

static void there_is_a_limit_and_it_is_kept(void **state)
{
	struct fixture *fixture = *state;

	put_names(fixture, SMP_STAT_GROUPS_MAX, false);
	assert_int_equal(read_list(fixture), STATUS_OK);
	assert_int_equal(fixture->list.count, SMP_STAT_GROUPS_MAX);
	put_names(fixture, SMP_STAT_GROUPS_MAX + 1, false);
	assert_int_equal(read_list(fixture), STATUS_PROTOCOL);
	put_names(fixture, SMP_STAT_FIELDS_MAX, true);
	assert_int_equal(read_fields(fixture), STATUS_OK);
	assert_int_equal(fixture->fields.count, SMP_STAT_FIELDS_MAX);
	put_names(fixture, SMP_STAT_FIELDS_MAX + 1, true);
	assert_int_equal(read_fields(fixture), STATUS_PROTOCOL);
}

int main(void)
{
#define GROUP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		GROUP_TEST(requests_name_the_group),
		GROUP_TEST(groups_are_listed_in_their_order),
		GROUP_TEST(fields_keep_their_order_and_their_numbers),
		GROUP_TEST(of_fields_with_the_same_name_the_first_is_kept),
		GROUP_TEST(names_are_made_harmless),
		GROUP_TEST(a_name_that_does_not_fit_is_refused_and_not_cut),
		GROUP_TEST(broken_replies_are_refused),
		GROUP_TEST(there_is_a_limit_and_it_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
