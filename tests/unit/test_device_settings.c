/* SPDX-License-Identifier: Apache-2.0 */
/* The blocking calls for settings and statistics, against a device that does one odd thing. */
#include "src/device_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "src/device_stat.h"
#include "tests/support/cbor.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { START_US = 1000000, MESSAGE_MAX = 8000, REPLIES_MAX = 2 };

struct fixture {
	struct peer peer;
	struct fake_clock clock;
	struct client *client;
	struct err err;
	const char *replies[REPLIES_MAX]; /* in cbor.h's notation; the last one stays */
	struct buf asked;                 /* body of the latest request */
	uint8_t asked_bytes[PEER_PACKET_MAX];
};

static void answer(struct peer *peer, const struct smp_header *request, struct span body)
{
	struct fixture *fixture = peer->ctx;
	size_t at = peer->requests < REPLIES_MAX ? peer->requests - 1 : REPLIES_MAX - 1;
	uint8_t storage[PEER_PACKET_MAX - SMP_HEADER_SIZE];
	struct buf reply = BUF_OVER(storage);

	buf_clear(&fixture->asked);
	buf_append_span(&fixture->asked, body);
	cbor_append(&reply, fixture->replies[at]);
	peer_reply(peer, request, buf_span(&reply));
}

static int set_up(void **state)
{
	struct fixture *fixture = test_calloc(1, sizeof(*fixture));
	struct client_config config = {
		.transport = peer_open(&fixture->peer),
		.session = { .timeout_ms = 2000, .tries = 3, .message_max = MESSAGE_MAX },
		.interrupt_fd = -1,
	};

	fake_clock_init(&fixture->clock, START_US);
	config.clock = fake_clock_get(&fixture->clock);
	fixture->peer.answer = answer;
	fixture->peer.ctx = fixture;
	fixture->asked = BUF_OVER(fixture->asked_bytes);
	assert_int_equal(client_open(&config, &fixture->client, ERR_IGNORED), STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	client_close(fixture->client);
	test_free(fixture);
	return 0;
}

static void will_answer(struct fixture *fixture, const char *first, const char *second)
{
	fixture->peer.requests = 0;
	fixture->replies[0] = first;
	fixture->replies[1] = second;
}

static void assert_asked(
	struct fixture *fixture, enum smp_op op, uint8_t command, const char *expected)
{
	uint8_t storage[512];
	struct buf out = BUF_OVER(storage);
	struct body_value map;

	assert_int_equal(fixture->peer.last.op, op);
	assert_int_equal(fixture->peer.last.command, command);
	assert_int_equal(body_open(buf_span(&fixture->asked), &map, ERR_IGNORED), STATUS_OK);
	body_describe(&map, 16, &out);
	assert_string_equal(buf_text(&out), expected);
}

static void a_value_is_read_with_room_for_more_than_devices_give(void **state)
{
	struct fixture *fixture = *state;
	struct device_setting setting;

	will_answer(fixture, "{'val': h'0102', 'max_size': 32}", NULL);
	assert_int_equal(
		device_setting_read(fixture->client, "my/x", &setting, &fixture->err), STATUS_OK);
	assert_asked(fixture, SMP_OP_READ, SMP_SETTINGS_VALUE,
		"{\"name\": \"my/x\", \"max_size\": 4096}");
	assert_true(span_equal(device_setting_span(&setting), span_make("\x01\x02", 2)));
	assert_false(setting.may_be_cut);
}

static void a_value_as_long_as_the_devices_limit_may_be_cut(void **state)
{
	static const struct {
		const char *reply;
		bool may_be_cut;
	} rows[] = {
		{ "{'val': h'010203', 'max_size': 4}", false },
		{ "{'val': h'01020304', 'max_size': 4}", true },
		{ "{'val': h'01020304'}", false },
		{ "{'val': '', 'max_size': 0}", true },
		{ "{'val': h'01020304', 'max_size': 5000}", false },
	};
	struct fixture *fixture = *state;
	struct device_setting setting;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		will_answer(fixture, rows[i].reply, NULL);
		assert_int_equal(
			device_setting_read(fixture->client, "my/x", &setting, &fixture->err),
			STATUS_OK);
		assert_int_equal(setting.may_be_cut, rows[i].may_be_cut);
	}
}

static void every_write_says_what_the_device_said(void **state)
{
	struct fixture *fixture = *state;
	struct client *client = fixture->client;
	struct err *err = &fixture->err;

	will_answer(fixture, "{}", "{}");
	assert_int_equal(
		device_setting_write(client, "my/x", span_make("\x01", 1), err), STATUS_OK);
	assert_asked(
		fixture, SMP_OP_WRITE, SMP_SETTINGS_VALUE, "{\"name\": \"my/x\", \"val\": h'01'}");
	assert_int_equal(device_setting_delete(client, "my/x", err), STATUS_OK);
	assert_asked(fixture, SMP_OP_WRITE, SMP_SETTINGS_DELETE, "{\"name\": \"my/x\"}");
	assert_int_equal(device_settings_commit(client, err), STATUS_OK);
	assert_asked(fixture, SMP_OP_WRITE, SMP_SETTINGS_COMMIT, "{}");
	assert_int_equal(device_settings_load(client, err), STATUS_OK);
	assert_asked(fixture, SMP_OP_READ, SMP_SETTINGS_STORE, "{}");
	assert_int_equal(device_settings_save(client, NULL, err), STATUS_OK);
	assert_asked(fixture, SMP_OP_WRITE, SMP_SETTINGS_STORE, "{}");
	assert_int_equal(device_settings_save(client, "my/x", err), STATUS_OK);
	assert_asked(fixture, SMP_OP_WRITE, SMP_SETTINGS_STORE, "{\"name\": \"my/x\"}");
	assert_int_equal(device_config_write(client, "my/x", "1", true, err), STATUS_OK);
	assert_asked(fixture, SMP_OP_WRITE, SMP_SETTINGS_VALUE,
		"{\"name\": \"my/x\", \"val\": \"1\", \"save\": true}");
	will_answer(fixture, "{'err': {'group': 3, 'rc': 6}}", "{'rc': 8}");
	assert_int_equal(
		device_setting_write(client, "my/x", span_make("\x01", 1), err), STATUS_DEVICE);
	assert_int_equal(err->device.rc, 6);
	assert_int_equal(device_settings_commit(client, err), STATUS_UNSUPPORTED);
}

static enum status show(struct fixture *fixture, const char *group)
{
	struct smp_stat_fields fields;

	return device_stat_show(fixture->client, group, &fields, &fixture->err);
}

static void a_group_that_is_not_listed_is_said_to_be_missing(void **state)
{
	struct fixture *fixture = *state;

	/* As recorded: the number of another group. */
	will_answer(
		fixture, "{'err': {'group': 63, 'rc': 3}}", "{'stat_list': ['wifi', 'ble\033']}");
	assert_int_equal(show(fixture, "none"), STATUS_DEVICE);
	assert_string_equal(fixture->err.message, "the device has no statistics group \"none\"");
	assert_string_equal(fixture->err.hint, "it has wifi, ble\\x1b");
	assert_true(fixture->err.device.present);
	assert_int_equal(fixture->err.device.rc, 3);
	assert_string_equal(fixture->err.device.name, "");
	will_answer(fixture, "{'rc': 1}", "{'stat_list': []}");
	assert_int_equal(show(fixture, "none"), STATUS_DEVICE);
	assert_string_equal(fixture->err.message, "the device has no statistics group \"none\"");
	assert_string_equal(fixture->err.hint, "");
}

static void a_refusal_stands_when_the_list_does_not_explain_it(void **state)
{
	struct fixture *fixture = *state;

	will_answer(fixture, "{'err': {'group': 2, 'rc': 4}}", "{'stat_list': ['wifi']}");
	assert_int_equal(show(fixture, "wifi"), STATUS_DEVICE);
	assert_string_equal(fixture->err.device.name, "STAT_INVALID_STAT_SIZE");
	will_answer(fixture, "{'err': {'group': 2, 'rc': 2}}", "{'rc': 7}");
	assert_int_equal(show(fixture, "wifi"), STATUS_DEVICE);
	assert_string_equal(fixture->err.device.name, "STAT_INVALID_GROUP");
	/* A device without statistics is not asked twice. */
	will_answer(fixture, "{'rc': 8}", "{'rc': 8}");
	assert_int_equal(show(fixture, "wifi"), STATUS_UNSUPPORTED);
	assert_int_equal(fixture->peer.requests, 1);
}

int main(void)
{
#define DEVICE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		DEVICE_TEST(a_value_is_read_with_room_for_more_than_devices_give),
		DEVICE_TEST(a_value_as_long_as_the_devices_limit_may_be_cut),
		DEVICE_TEST(every_write_says_what_the_device_said),
		DEVICE_TEST(a_group_that_is_not_listed_is_said_to_be_missing),
		DEVICE_TEST(a_refusal_stands_when_the_list_does_not_explain_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
