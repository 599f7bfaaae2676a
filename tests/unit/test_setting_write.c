/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a device that holds another value than the one that was written. */
#include "src/commands/setting_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"
#include "tests/support/cbor.h"
#include "tests/support/fake_clock.h"
#include "tests/support/peer.h"

enum { MESSAGE_MAX = 4000 };

struct fixture {
	struct peer peer;
	struct fake_clock clock;
	const char *reply; /* in cbor.h's notation; NULL: silence */
	struct capture results, notes;
	struct output output;
	struct invocation invocation;
	struct err err;
};

static void answer(struct peer *peer, const struct smp_header *request, struct span body)
{
	struct fixture *fixture = peer->ctx;
	uint8_t storage[MESSAGE_MAX];
	struct buf reply = BUF_OVER(storage);

	(void)body;
	if (fixture->reply == NULL)
		return;
	cbor_append(&reply, fixture->reply);
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

	fake_clock_init(&fixture->clock, 0);
	config.clock = fake_clock_get(&fixture->clock);
	fixture->peer.answer = answer;
	fixture->peer.ctx = fixture;
	capture_open(&fixture->results);
	capture_open(&fixture->notes);
	fixture->output = (struct output){
		.results = fixture->results.file,
		.notes = fixture->notes.file,
	};
	fixture->invocation.output = &fixture->output;
	assert_int_equal(client_open(&config, &fixture->invocation.client, ERR_IGNORED), STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	client_close(fixture->invocation.client);
	capture_close(&fixture->results);
	capture_close(&fixture->notes);
	test_free(fixture);
	return 0;
}

static enum status show(struct fixture *fixture, const char *written, const char *reply)
{
	fixture->reply = reply;
	return setting_show_written(
		&fixture->invocation, "my/x", span_from_text(written), &fixture->err);
}

static void the_same_value_needs_no_words(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(show(fixture, "12", "{'val': h'3132'}"), STATUS_OK);
	assert_string_equal(capture_text(&fixture->results), "Done\n");
	assert_string_equal(capture_text(&fixture->notes), "");
}

static void another_value_is_a_warning_that_names_both(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(show(fixture, "13", "{'val': h'3132'}"), STATUS_OK);
	assert_string_equal(capture_text(&fixture->results), "Done\n");
	assert_string_equal(capture_text(&fixture->notes),
		"warning: the device holds \"12\" now, and not \"13\"\n");
}

static void a_shorter_value_is_another_one_unless_it_is_cut(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(show(fixture, "123", "{'val': h'3132', 'max_size': 2}"), STATUS_OK);
	assert_string_equal(capture_text(&fixture->notes),
		"read back: the first 2 of 3 bytes, the device hands out no more\n");
	assert_int_equal(show(fixture, "123", "{'val': h'3132', 'max_size': 9}"), STATUS_OK);
	assert_non_null(strstr(capture_text(&fixture->notes), "holds \"12\" now, and not \"123\""));
	assert_int_equal(show(fixture, "923", "{'val': h'3132', 'max_size': 2}"), STATUS_OK);
	assert_non_null(strstr(capture_text(&fixture->notes), "holds \"12\" now, and not \"923\""));
}

static void a_value_that_cannot_be_read_is_written_all_the_same(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(show(fixture, "1", "{'err': {'group': 3, 'rc': 4}}"), STATUS_OK);
	assert_string_equal(capture_text(&fixture->results), "Done\n");
	assert_non_null(strstr(capture_text(&fixture->notes), "warning: it cannot be read back: "));
	assert_int_equal(show(fixture, "1", "{'rc': 8}"), STATUS_OK);
}

static void silence_is_a_failure_that_says_what_was_done(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(show(fixture, "1", NULL), STATUS_TIMEOUT);
	assert_non_null(strstr(fixture->err.message, "written, but reading back: no reply"));
	assert_string_equal(capture_text(&fixture->results), "");
	assert_int_equal(show(fixture, "1", "{'val': 1}"), STATUS_PROTOCOL);
}

int main(void)
{
#define WRITE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WRITE_TEST(the_same_value_needs_no_words),
		WRITE_TEST(another_value_is_a_warning_that_names_both),
		WRITE_TEST(a_shorter_value_is_another_one_unless_it_is_cut),
		WRITE_TEST(a_value_that_cannot_be_read_is_written_all_the_same),
		WRITE_TEST(silence_is_a_failure_that_says_what_was_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
