/* SPDX-License-Identifier: Apache-2.0 */
/* The settings group's requests, and what is made of its replies. */
#include "smp/settings_group.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"

enum { BODY_SIZE = 512, VALUE_SIZE = 8 };

struct fixture {
	uint8_t body_bytes[BODY_SIZE];
	struct buf body; /* of the request */
	uint8_t reply_bytes[BODY_SIZE];
	struct smp_reply reply;
	uint8_t value_bytes[VALUE_SIZE];
	struct buf out; /* the value that was read */
	struct smp_settings_value value;
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));

	fixture->body = BUF_OVER(fixture->body_bytes);
	fixture->out = BUF_OVER(fixture->value_bytes);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	test_free(*state);
	return 0;
}

static void assert_request(struct fixture *fixture, struct smp_request request, enum smp_op op,
	enum smp_settings_command command, const char *notation)
{
	uint8_t storage[BODY_SIZE];
	struct buf wanted = BUF_OVER(storage);

	if (notation != NULL)
		cbor_append(&wanted, notation);
	assert_int_equal(request.op, op);
	assert_int_equal(request.group, SMP_GROUP_SETTINGS);
	assert_int_equal(request.command, command);
	assert_true(span_equal(request.body, buf_span(&wanted)));
	buf_clear(&fixture->body);
}

static void requests_carry_what_was_asked_for(void **state)
{
	struct fixture *fixture = *state;
	struct buf *body = &fixture->body;
	struct span key = span_from_text("my/x"), none = span_make(NULL, 0);

	assert_request(fixture, smp_settings_read_request(body, key, 0), SMP_OP_READ,
		SMP_SETTINGS_VALUE, "{'name': 'my/x'}");
	assert_request(fixture, smp_settings_read_request(body, key, 400), SMP_OP_READ,
		SMP_SETTINGS_VALUE, "{'name': 'my/x', 'max_size': 400}");
	assert_request(fixture, smp_settings_write_request(body, key, span_make("\x01\x02", 2)),
		SMP_OP_WRITE, SMP_SETTINGS_VALUE, "{'name': 'my/x', 'val': h'0102'}");
	assert_request(fixture, smp_settings_write_request(body, key, none), SMP_OP_WRITE,
		SMP_SETTINGS_VALUE, "{'name': 'my/x', 'val': h''}");
	assert_request(fixture, smp_settings_delete_request(body, key), SMP_OP_WRITE,
		SMP_SETTINGS_DELETE, "{'name': 'my/x'}");
	assert_request(
		fixture, smp_settings_commit_request(), SMP_OP_WRITE, SMP_SETTINGS_COMMIT, NULL);
	assert_request(fixture, smp_settings_load_request(), SMP_OP_READ, SMP_SETTINGS_STORE, NULL);
	assert_request(fixture, smp_settings_save_request(body, none), SMP_OP_WRITE,
		SMP_SETTINGS_STORE, "{}");
	assert_request(fixture, smp_settings_save_request(body, key), SMP_OP_WRITE,
		SMP_SETTINGS_STORE, "{'name': 'my/x'}");
}

static void mynewts_config_writes_texts_and_saves_in_one_go(void **state)
{
	struct fixture *fixture = *state;
	struct buf *body = &fixture->body;
	struct span key = span_from_text("id/serial"), none = span_make(NULL, 0);

	assert_request(fixture, smp_settings_config_request(body, key, span_from_text("7"), false),
		SMP_OP_WRITE, SMP_SETTINGS_VALUE, "{'name': 'id/serial', 'val': '7'}");
	assert_request(fixture, smp_settings_config_request(body, key, none, true), SMP_OP_WRITE,
		SMP_SETTINGS_VALUE, "{'name': 'id/serial', 'val': '', 'save': true}");
	assert_request(fixture, smp_settings_config_request(body, none, none, true), SMP_OP_WRITE,
		SMP_SETTINGS_VALUE, "{'name': '', 'save': true}");
}

static enum status read_reply(struct fixture *fixture, const char *notation)
{
	struct buf reply = BUF_OVER(fixture->reply_bytes);

	cbor_append(&reply, notation);
	fixture->reply = (struct smp_reply){
		.header = { .op = 1, .group = SMP_GROUP_SETTINGS },
		.body = buf_span(&reply),
	};
	buf_clear(&fixture->out);
	return smp_settings_read_reply(
		&fixture->reply, &fixture->out, &fixture->value, &fixture->err);
}

static void a_value_is_bytes_or_mynewts_text(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(read_reply(fixture, "{_ 'val': h'0102'}"), STATUS_OK);
	assert_true(span_equal(buf_span(&fixture->out), span_make("\x01\x02", 2)));
	assert_false(fixture->value.is_text);
	assert_false(fixture->value.is_limited);
	assert_int_equal(read_reply(fixture, "{'val': 'two', 'rc': 0}"), STATUS_OK);
	assert_true(span_equal(buf_span(&fixture->out), span_from_text("two")));
	assert_true(fixture->value.is_text);
	assert_int_equal(read_reply(fixture, "{'val': h''}"), STATUS_OK);
	assert_int_equal(fixture->out.len, 0);
}

static void a_device_may_hand_out_less_than_was_asked_for(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(read_reply(fixture, "{'val': h'01', 'max_size': 32}"), STATUS_OK);
	assert_true(fixture->value.is_limited);
	assert_int_equal(fixture->value.max_size, 32);
}

static void a_reply_without_a_sound_value_is_refused(void **state)
{
	static const char *const broken[] = {
		"{}",
		"{'max_size': 32}",
		"{'val': 1}",
		"{'val': null}",
		"{'val': ['a']}",
		"{'val': h'01', 'max_size': '32'}",
		"{'val': h'01', 'max_size': -1}",
		"{'val': h'01', 'max_size': 4294967296}",
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
		assert_int_equal(read_reply(fixture, broken[i]), STATUS_PROTOCOL);
	assert_int_equal(read_reply(fixture, "{'val': h'0102030405060708'}"), STATUS_OK);
	assert_int_equal(read_reply(fixture, "{'val': h'010203040506070809'}"), STATUS_PROTOCOL);
	assert_int_equal(fixture->out.len, 0);
}

static void an_error_is_the_devices(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(read_reply(fixture, "{'err': {'group': 3, 'rc': 3}}"), STATUS_DEVICE);
	assert_string_equal(fixture->err.device.name, "SETTINGS_KEY_NOT_FOUND");
	assert_int_equal(read_reply(fixture, "{'rc': 8}"), STATUS_UNSUPPORTED);
}

int main(void)
{
#define GROUP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		GROUP_TEST(requests_carry_what_was_asked_for),
		GROUP_TEST(mynewts_config_writes_texts_and_saves_in_one_go),
		GROUP_TEST(a_value_is_bytes_or_mynewts_text),
		GROUP_TEST(a_device_may_hand_out_less_than_was_asked_for),
		GROUP_TEST(a_reply_without_a_sound_value_is_refused),
		GROUP_TEST(an_error_is_the_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
