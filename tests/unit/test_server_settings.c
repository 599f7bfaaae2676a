/* SPDX-License-Identifier: Apache-2.0 */
/* The fake board's settings: what runs, what is saved, and what a reset makes of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fakedev/board.h"
#include "tests/support/board.h"

enum { GROUP = 3, TOO_LONG = 3002, NOT_FOUND = 3003, READ_ONLY = 3006, UNKNOWN = 3001 };

static int set_up(void **state)
{
	*state = host_new("buf-size=1024");
	return 0;
}

static int tear_down(void **state)
{
	host_free(*state);
	return 0;
}

static void put_name(struct host *host, const char *name)
{
	body_put_text(&host->body, "name");
	body_put_text(&host->body, name);
}

/* Returns the error as host_reply_error does. */
static unsigned ask(struct host *host, enum smp_op op, uint8_t command)
{
	assert_true(host_request(host, op, GROUP, command));
	return host_reply_error(host);
}

static unsigned write_bytes(struct host *host, const char *name, struct span value)
{
	body_put_map(&host->body, 2);
	put_name(host, name);
	body_put_text(&host->body, "val");
	body_put_bytes(&host->body, value);
	return ask(host, SMP_OP_WRITE, SMP_SETTINGS_VALUE);
}

static unsigned write_text(struct host *host, const char *name, const char *value)
{
	return write_bytes(host, name, span_from_text(value));
}

/* `max_size` 0: not said. */
static unsigned read_value(struct host *host, const char *name, uint64_t max_size)
{
	body_put_map(&host->body, max_size > 0 ? 2 : 1);
	put_name(host, name);
	if (max_size > 0) {
		body_put_text(&host->body, "max_size");
		body_put_uint(&host->body, max_size);
	}
	return ask(host, SMP_OP_READ, SMP_SETTINGS_VALUE);
}

static void assert_holds(struct host *host, const char *name, const char *value)
{
	struct span held;

	assert_int_equal(read_value(host, name, 0), 0);
	assert_int_equal(body_get_bytes(&host->map, "val", &held), BODY_FOUND);
	assert_true(span_equal(held, span_from_text(value)));
}

static unsigned delete_saved(struct host *host, const char *name)
{
	body_put_map(&host->body, 1);
	put_name(host, name);
	return ask(host, SMP_OP_WRITE, SMP_SETTINGS_DELETE);
}

static unsigned load(struct host *host)
{
	return ask(host, SMP_OP_READ, SMP_SETTINGS_STORE);
}

static unsigned save(struct host *host)
{
	return ask(host, SMP_OP_WRITE, SMP_SETTINGS_STORE);
}

static void a_new_board_has_the_values_of_its_build(void **state)
{
	struct host *host = *state;
	struct span value;

	assert_holds(host, "app/name", "fake board");
	assert_int_equal(read_value(host, "id/serial", 0), 0);
	assert_int_equal(body_get_bytes(&host->map, "val", &value), BODY_FOUND);
	assert_true(span_equal(value, span_make("FAKE-0001", 10))); /* with its NUL */
}

static void what_is_not_saved_is_gone_after_a_reset(void **state)
{
	struct host *host = *state;

	assert_int_equal(write_text(host, "app/name", "new"), 0);
	assert_int_equal(write_text(host, "my/x", "1"), 0);
	assert_holds(host, "app/name", "new");
	host_reset(host);
	assert_holds(host, "app/name", "fake board");
	assert_int_equal(read_value(host, "my/x", 0), NOT_FOUND);
}

static void what_is_saved_lasts(void **state)
{
	struct host *host = *state;

	assert_int_equal(write_text(host, "my/x", "1"), 0);
	assert_int_equal(save(host), 0);
	assert_int_equal(write_text(host, "my/x", "2"), 0);
	host_reset(host);
	assert_holds(host, "my/x", "1");
}

static void a_load_goes_back_to_what_is_saved(void **state)
{
	struct host *host = *state;

	assert_int_equal(write_text(host, "my/x", "1"), 0);
	assert_int_equal(save(host), 0);
	assert_int_equal(write_text(host, "my/x", "2"), 0);
	assert_int_equal(write_text(host, "my/y", "3"), 0);
	assert_int_equal(load(host), 0);
	assert_holds(host, "my/x", "1");
	assert_holds(host, "my/y", "3"); /* nothing was saved of it */
}

static void one_setting_can_be_saved_alone(void **state)
{
	struct host *host = *state;

	assert_int_equal(write_text(host, "my/x", "1"), 0);
	assert_int_equal(write_text(host, "my/y", "2"), 0);
	body_put_map(&host->body, 1);
	put_name(host, "my/y");
	assert_int_equal(save(host), 0);
	body_put_map(&host->body, 1);
	put_name(host, "my/z");
	assert_int_equal(save(host), NOT_FOUND);
	host_reset(host);
	assert_int_equal(read_value(host, "my/x", 0), NOT_FOUND);
	assert_holds(host, "my/y", "2");
}

static void a_delete_takes_the_saved_value_and_leaves_the_running_one(void **state)
{
	struct host *host = *state;

	assert_int_equal(write_text(host, "my/x", "1"), 0);
	assert_int_equal(save(host), 0);
	assert_int_equal(delete_saved(host, "my/x"), 0);
	assert_holds(host, "my/x", "1");
	host_reset(host);
	assert_int_equal(read_value(host, "my/x", 0), NOT_FOUND);
	assert_int_equal(delete_saved(host, "my/x"), 0); /* as a real storage does */
}

static void an_erased_storage_is_noticed_at_the_reset(void **state)
{
	struct host *host = *state;
	struct server server = { .ram = NULL };

	assert_int_equal(write_text(host, "app/name", "mine"), 0);
	assert_int_equal(save(host), 0);
	server.ram = host->board->ram;
	server_settings_erase(&server);
	assert_holds(host, "app/name", "mine");
	host_reset(host);
	assert_holds(host, "app/name", "fake board");
}

static void a_long_value_is_cut_without_a_word_unless_more_was_asked_for(void **state)
{
	struct host *host = *state;
	char value[41] = "";
	struct span held;

	memset(value, 'v', 40);
	assert_int_equal(write_text(host, "my/x", value), 0);
	assert_int_equal(read_value(host, "my/x", 0), 0);
	assert_int_equal(body_get_bytes(&host->map, "val", &held), BODY_FOUND);
	assert_int_equal(held.len, 32);
	assert_false(body_get(&host->map, "max_size", &(struct body_value){ 0 }));
	assert_int_equal(read_value(host, "my/x", 33), 0);
	assert_int_equal(host_reply_uint(host, "max_size"), 32);
	assert_int_equal(read_value(host, "my/x", 5), 0);
	assert_int_equal(body_get_bytes(&host->map, "val", &held), BODY_FOUND);
	assert_int_equal(held.len, 5);
	assert_false(body_get(&host->map, "max_size", &(struct body_value){ 0 }));
}

static void names_have_31_characters_at_most(void **state)
{
	struct host *host = *state;

	assert_int_equal(write_text(host, "a/23456789012345678901234567890", "1"), 0);
	assert_int_equal(write_text(host, "a/234567890123456789012345678901", "1"), TOO_LONG);
	assert_int_equal(read_value(host, "a/234567890123456789012345678901", 0), TOO_LONG);
	assert_int_equal(delete_saved(host, "a/234567890123456789012345678901"), TOO_LONG);
	assert_int_equal(write_text(host, "", "1"), 3);
	assert_int_equal(read_value(host, "", 0), 3);
	assert_int_equal(ask(host, SMP_OP_READ, SMP_SETTINGS_VALUE), 3);
}

static void what_the_store_has_no_room_for_is_refused(void **state)
{
	struct host *host = *state;
	uint8_t value[STORE_SETTING_VALUE_MAX + 1] = { 0 };
	char name[16];
	unsigned count = 0;

	assert_int_equal(write_bytes(host, "my/x", span_make(value, sizeof(value))), UNKNOWN);
	assert_int_equal(write_bytes(host, "my/x", span_make(value, sizeof(value) - 1)), 0);
	for (; count < STORE_SETTINGS_MAX; count++) {
		snprintf(name, sizeof(name), "my/%u", count);
		if (write_text(host, name, "1") != 0)
			break;
	}
	assert_int_equal(count, STORE_SETTINGS_MAX - 4); /* those of the build, and my/x */
	assert_int_equal(host_reply_error(host), UNKNOWN);
	assert_int_equal(write_text(host, "my/0", "2"), 0);
	host_reset(host); /* frees what was not saved */
	assert_int_equal(write_text(host, "my/new", "1"), 0);
}

static void a_value_that_nobody_may_change_is_refused(void **state)
{
	struct host *host = *state;

	assert_int_equal(write_text(host, "id/serial", "mine"), READ_ONLY);
	assert_int_equal(save(host), 0);
	host->version = SMP_VERSION_1;
	assert_int_equal(write_text(host, "id/serial", "mine"), 1);
	assert_int_equal(read_value(host, "my/none", 0), 5);
	assert_int_equal(write_text(host, "a/234567890123456789012345678901", "1"), 3);
}

/* A Mynewt client's text is no byte string. */
static void arguments_of_another_type_are_invalid(void **state)
{
	struct host *host = *state;

	body_put_map(&host->body, 2);
	put_name(host, "my/x");
	body_put_text(&host->body, "val");
	body_put_text(&host->body, "text");
	assert_int_equal(ask(host, SMP_OP_WRITE, SMP_SETTINGS_VALUE), 3);
	body_put_map(&host->body, 2);
	put_name(host, "app/name");
	body_put_text(&host->body, "max_size");
	body_put_text(&host->body, "many");
	assert_int_equal(ask(host, SMP_OP_READ, SMP_SETTINGS_VALUE), 3);
}

/* `text` NULL: none is sent. */
static unsigned write_config(struct host *host, const char *name, const char *text, bool saves)
{
	body_put_map(&host->body, text != NULL ? 3 : 2);
	put_name(host, name);
	if (text != NULL) {
		body_put_text(&host->body, "val");
		body_put_text(&host->body, text);
	}
	body_put_text(&host->body, "save");
	body_put_bool(&host->body, saves);
	return ask(host, SMP_OP_WRITE, SMP_SETTINGS_VALUE);
}

static void assert_text(struct host *host, const char *name, const char *value)
{
	struct span held;

	assert_int_equal(read_value(host, name, 0), 0);
	assert_int_equal(body_get_text(&host->map, "val", &held), BODY_FOUND);
	assert_true(span_equal(held, span_from_text(value)));
}

static void mynewts_values_are_texts_that_a_write_may_save(void **state)
{
	struct host *host = host_new("mynewt");

	(void)state;
	assert_text(host, "app/interval", "1000");
	assert_int_equal(write_config(host, "my/x", "1", true), 0);
	assert_int_equal(write_config(host, "my/y", "2", false), 0);
	assert_int_equal(write_config(host, "my/x", "3", false), 0);
	assert_text(host, "my/x", "3");
	host_reset(host);
	assert_text(host, "my/x", "1");
	assert_int_equal(read_value(host, "my/y", 0), 5);
	assert_int_equal(write_config(host, "my/y", "2", false), 0);
	assert_int_equal(write_config(host, "", NULL, true), 0);
	host_reset(host);
	assert_text(host, "my/y", "2");
	host_free(host);
}

static void mynewt_refuses_what_it_cannot_write_with_a_general_number(void **state)
{
	struct host *host = host_new("mynewt");

	(void)state;
	assert_int_equal(write_config(host, "", "1", false), 3);
	assert_int_equal(write_config(host, "id/serial", "mine", false), 1);
	assert_int_equal(write_config(host, "a/234567890123456789012345678901", "1", false), 3);
	assert_int_equal(write_bytes(host, "my/x", span_from_text("1")), 3);
	host_free(host);
}

static void settings_last_in_the_state_file(void **state)
{
	char path[] = "/tmp/smpctl-test-settings-XXXXXX", options[64];
	int fd = mkstemp(path);
	struct host *host;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(options, sizeof(options), "state=%s", path);
	host = host_new(options);
	assert_int_equal(write_text(host, "my/saved", "1"), 0);
	assert_int_equal(save(host), 0);
	assert_int_equal(write_text(host, "my/running", "2"), 0);
	host_free(host);
	/* The next process finds the board as it was: no reset was between them. */
	host = host_new(options);
	assert_holds(host, "my/saved", "1");
	assert_holds(host, "my/running", "2");
	host_reset(host);
	assert_holds(host, "my/saved", "1");
	assert_int_equal(read_value(host, "my/running", 0), NOT_FOUND);
	host_free(host);
	unlink(path);
}

int main(void)
{
#define SETTINGS_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		SETTINGS_TEST(a_new_board_has_the_values_of_its_build),
		SETTINGS_TEST(what_is_not_saved_is_gone_after_a_reset),
		SETTINGS_TEST(what_is_saved_lasts),
		SETTINGS_TEST(a_load_goes_back_to_what_is_saved),
		SETTINGS_TEST(one_setting_can_be_saved_alone),
		SETTINGS_TEST(a_delete_takes_the_saved_value_and_leaves_the_running_one),
		SETTINGS_TEST(an_erased_storage_is_noticed_at_the_reset),
		SETTINGS_TEST(a_long_value_is_cut_without_a_word_unless_more_was_asked_for),
		SETTINGS_TEST(names_have_31_characters_at_most),
		SETTINGS_TEST(what_the_store_has_no_room_for_is_refused),
		SETTINGS_TEST(a_value_that_nobody_may_change_is_refused),
		SETTINGS_TEST(arguments_of_another_type_are_invalid),
		cmocka_unit_test(mynewts_values_are_texts_that_a_write_may_save),
		cmocka_unit_test(mynewt_refuses_what_it_cannot_write_with_a_general_number),
		cmocka_unit_test(settings_last_in_the_state_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
