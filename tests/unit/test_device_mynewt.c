/* SPDX-License-Identifier: Apache-2.0 */
/* Logs in several answers, tests, and crashes that nobody answers. */
#include "src/device_mynewt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/cbor.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { START_US = 1000000, MESSAGE_MAX = 8000, REPLIES_MAX = 8 };

struct fixture {
	struct peer peer;
	struct fake_clock clock;
	struct client *client;
	struct err err;
	struct device_log log;
	const char *replies[REPLIES_MAX]; /* in turn; NULL: silence from here on */
	unsigned asked;
	struct body_value args; /* of the latest request */
	uint8_t args_bytes[PEER_PACKET_MAX];
};

static void answer(struct peer *peer, const struct smp_header *request, struct span body)
{
	struct fixture *fixture = peer->ctx;
	const char *notation =
		fixture->asked < REPLIES_MAX ? fixture->replies[fixture->asked++] : NULL;
	uint8_t storage[2048];
	struct buf reply = BUF_OVER(storage), args = BUF_OVER(fixture->args_bytes);

	buf_append_span(&args, body);
	assert_int_equal(body_open(buf_span(&args), &fixture->args, ERR_IGNORED), STATUS_OK);
	if (notation == NULL)
		return;
	cbor_append(&reply, notation);
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
	assert_int_equal(client_open(&config, &fixture->client, ERR_IGNORED), STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	device_log_clear(&fixture->log);
	client_close(fixture->client);
	test_free(fixture);
	return 0;
}

static enum status read_log(struct fixture *fixture)
{
	return device_log_read(fixture->client, "log", &fixture->log, &fixture->err);
}

#define ENTRY(index, type, message)                                 \
	"{'type': '" type "', 'ts': 5, 'level': 1, 'index': " index \
	", 'module': 6, 'msg': " message "}"
#define PAGE(entries, tail) "{'logs': [{'name': 'log', 'entries': [" entries "]}], " tail "}"

static void a_log_is_read_as_long_as_there_is_more(void **state)
{
	struct fixture *fixture = *state;
	uint64_t index = 0;

	fixture->replies[0] =
		PAGE(ENTRY("3", "str", "h'61'") ", " ENTRY("5", "str", "h'62'"), "'rc': 1");
	fixture->replies[1] = PAGE(ENTRY("6", "str", "h'63'"), "'rc': 0");
	assert_int_equal(read_log(fixture), STATUS_OK);
	assert_int_equal(fixture->asked, 2);
	assert_int_equal(body_get_uint(&fixture->args, "index", UINT64_MAX, &index), BODY_FOUND);
	assert_int_equal(index, 6);
	assert_string_equal(fixture->log.name, "log");
	assert_int_equal(fixture->log.count, 3);
	assert_string_equal(fixture->log.entries[0].message, "a");
	assert_int_equal(fixture->log.entries[1].index, 5);
	assert_int_equal(fixture->log.entries[2].timestamp_us, 5);
	assert_int_equal(fixture->log.entries[2].module, 6);
	assert_string_equal(fixture->log.entries[2].type, "str");
}

/* mynewt-mcumgr leaves out what has no room and says rc 0. */
static void a_list_that_was_cut_without_a_word_is_read_to_its_end(void **state)
{
	struct fixture *fixture = *state;

	fixture->replies[0] = PAGE(ENTRY("3", "str", "h'61'"), "'next_index': 9, 'rc': 0");
	fixture->replies[1] = PAGE(ENTRY("4", "str", "h'62'"), "'next_index': 9, 'rc': 0");
	fixture->replies[2] = PAGE("", "'next_index': 9, 'rc': 0");
	assert_int_equal(read_log(fixture), STATUS_OK);
	assert_int_equal(fixture->asked, 3);
	assert_int_equal(fixture->log.count, 2);
}

static void more_without_an_entry_is_the_end(void **state)
{
	struct fixture *fixture = *state;

	fixture->replies[0] = PAGE("", "'rc': 1");
	assert_int_equal(read_log(fixture), STATUS_OK);
	assert_int_equal(fixture->asked, 1);
	assert_int_equal(fixture->log.count, 0);
}

static void a_device_that_repeats_itself_keeps_nobody(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < REPLIES_MAX; i++)
		fixture->replies[i] = PAGE(ENTRY("3", "str", "h'61'"), "'rc': 1");
	assert_int_equal(read_log(fixture), STATUS_PROTOCOL);
	assert_string_equal(fixture->err.message, "the indexes of the log's entries do not ascend");
	assert_int_equal(fixture->asked, 2);
}

static void messages_are_shown_by_their_type(void **state)
{
	struct fixture *fixture = *state;

	fixture->replies[0] =
		PAGE(ENTRY("0", "str", "h'1b5b'") ", " ENTRY("1", "cbor", "h'a1616101'") ", " ENTRY(
			     "2", "cbor", "h'ff'") ", " ENTRY("3", "bin", "h'6162'") ", " ENTRY("4",
			     "new", "h'6162'"),
			"'rc': 0");
	assert_int_equal(read_log(fixture), STATUS_OK);
	assert_string_equal(fixture->log.entries[0].message, "\\x1b[");
	assert_string_equal(fixture->log.entries[1].message, "{\"a\": 1}");
	assert_string_equal(fixture->log.entries[2].message, "ff");
	assert_string_equal(fixture->log.entries[3].message, "6162");
	assert_string_equal(fixture->log.entries[4].message, "ab");
}

static void a_log_that_is_not_there_is_the_devices_error(void **state)
{
	struct fixture *fixture = *state;

	fixture->replies[0] = "{'rc': 5}";
	assert_int_equal(read_log(fixture), STATUS_DEVICE);
	assert_int_equal(fixture->err.device.rc, 5);
}

static enum status crash(struct fixture *fixture)
{
	return device_crash(fixture->client, "div0", &fixture->err);
}

static void silence_behind_an_echo_is_the_crash(void **state)
{
	struct fixture *fixture = *state;

	fixture->replies[0] = "{'rc': 8}";
	assert_int_equal(crash(fixture), STATUS_OK);
	assert_int_equal(fixture->peer.requests, 2);
	assert_int_equal(fixture->peer.last.group, SMP_GROUP_CRASH);
	assert_string_equal(fixture->err.message, "");
}

static void silence_to_the_echo_is_no_crash(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(crash(fixture), STATUS_TIMEOUT);
	assert_int_equal(fixture->peer.last.group, SMP_GROUP_OS);
}

static void a_crash_that_is_refused_is_an_error(void **state)
{
	struct fixture *fixture = *state;

	fixture->replies[0] = "{'r': ''}";
	fixture->replies[1] = "{'rc': 3}";
	assert_int_equal(crash(fixture), STATUS_DEVICE);
	fixture->replies[2] = "{'r': ''}";
	fixture->replies[3] = "{'rc': 8}";
	assert_int_equal(crash(fixture), STATUS_UNSUPPORTED);
}

static void a_crash_may_be_answered_first(void **state)
{
	struct fixture *fixture = *state;

	fixture->replies[0] = "{'r': ''}";
	fixture->replies[1] = "{'rc': 0}";
	assert_int_equal(crash(fixture), STATUS_OK);
}

static void a_test_is_started_once_behind_an_echo(void **state)
{
	struct fixture *fixture = *state;

	fixture->replies[0] = "{'r': ''}";
	assert_int_equal(
		device_run_test(fixture->client, "all", "", &fixture->err), STATUS_TIMEOUT);
	assert_int_equal(fixture->peer.requests, 2);
	assert_int_equal(fixture->peer.last.group, SMP_GROUP_RUN);
}

static void without_an_echo_no_test_is_started(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(
		device_run_test(fixture->client, "all", "", &fixture->err), STATUS_TIMEOUT);
	assert_int_equal(fixture->peer.last.group, SMP_GROUP_OS);
}

int main(void)
{
#define MYNEWT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		MYNEWT_TEST(a_log_is_read_as_long_as_there_is_more),
		MYNEWT_TEST(a_list_that_was_cut_without_a_word_is_read_to_its_end),
		MYNEWT_TEST(more_without_an_entry_is_the_end),
		MYNEWT_TEST(a_device_that_repeats_itself_keeps_nobody),
		MYNEWT_TEST(messages_are_shown_by_their_type),
		MYNEWT_TEST(a_log_that_is_not_there_is_the_devices_error),
		MYNEWT_TEST(silence_behind_an_echo_is_the_crash),
		MYNEWT_TEST(silence_to_the_echo_is_no_crash),
		MYNEWT_TEST(a_crash_that_is_refused_is_an_error),
		MYNEWT_TEST(a_crash_may_be_answered_first),
		MYNEWT_TEST(a_test_is_started_once_behind_an_echo),
		MYNEWT_TEST(without_an_echo_no_test_is_started),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
