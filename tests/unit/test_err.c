/* SPDX-License-Identifier: Apache-2.0 */
/* The error record: what is kept when it does not fit, and the table that scripts rely on. */
#include "base/err.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void setting_fills_the_record_anew(void **state)
{
	struct err err = { .hint = "old hint", .device = { .present = true, .rc = 9 } };

	(void)state;
	assert_int_equal(err_set(&err, STATUS_TIMEOUT, "no reply in %u ms", 250), STATUS_TIMEOUT);
	assert_int_equal(err.status, STATUS_TIMEOUT);
	assert_string_equal(err.message, "no reply in 250 ms");
	assert_string_equal(err.hint, "");
	assert_false(err.device.present);
	assert_int_equal(err.device.rc, 0);
}

static void a_message_may_quote_the_record_that_it_replaces(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, STATUS_TIMEOUT, "no reply");
	err_set(&err, STATUS_DEVICE, "gave up (%s)", err.message);
	assert_string_equal(err.message, "gave up (no reply)");
	err_set_errno(&err, STATUS_NO_PORT, ENOENT, "%s", err.message);
	assert_string_equal(err.message, "gave up (no reply): No such file or directory");
	err_hint(&err, "plug it in");
	err_hint(&err, "%s again", err.hint);
	assert_string_equal(err.hint, "plug it in again");
}

static void a_long_message_is_cut_and_ends(void **state)
{
	char text[2 * ERR_MESSAGE_MAX];
	struct err err;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_set(&err, STATUS_USAGE, "%s", text);
	assert_int_equal(strlen(err.message), ERR_MESSAGE_MAX - 1);
	err_hint(&err, "%s", text);
	assert_int_equal(strlen(err.hint), ERR_HINT_MAX - 1);
}

static void the_text_of_errno_stands_behind_the_message(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(
		err_set_errno(&err, STATUS_NO_PORT, ENOENT, "open %s", "/dev/x"), STATUS_NO_PORT);
	assert_string_equal(err.message, "open /dev/x: No such file or directory");
}

static void the_text_of_errno_survives_a_message_that_is_too_long(void **state)
{
	char path[4096];
	const char *reason;
	struct err err;

	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	err_set_errno(&err, STATUS_BAD_FILE, ENAMETOOLONG, "%s", path);
	assert_int_equal(strlen(err.message), ERR_MESSAGE_MAX - 1);
	reason = strstr(err.message, "ppp: File name too long");
	assert_non_null(reason);
	assert_string_equal(reason, "ppp: File name too long");
}

static void wrapping_reads_from_the_outside_in(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, STATUS_TIMEOUT, "no reply in 2.0 s (3 tries)");
	err.device.rc = 7;
	err_hint(&err, "is it on?");
	assert_int_equal(err_wrap(&err, "chunk at %u", 4096), STATUS_TIMEOUT);
	assert_int_equal(err_wrap(&err, "image upload"), STATUS_TIMEOUT);
	assert_string_equal(
		err.message, "image upload: chunk at 4096: no reply in 2.0 s (3 tries)");
	assert_string_equal(err.hint, "is it on?");
	assert_int_equal(err.device.rc, 7);
}

static void wrapping_cuts_the_context_and_not_the_cause(void **state)
{
	char context[ERR_MESSAGE_MAX], cause[ERR_MESSAGE_MAX];
	size_t cause_len = ERR_MESSAGE_MAX - 10;
	struct err err;

	(void)state;
	memset(context, 'c', sizeof(context) - 1);
	context[sizeof(context) - 1] = '\0';
	memset(cause, 'x', cause_len);
	cause[cause_len] = '\0';
	err_set(&err, STATUS_DEVICE, "%s", cause);
	err_wrap(&err, "%s", context);
	assert_int_equal(strlen(err.message), ERR_MESSAGE_MAX - 1);
	assert_memory_equal(err.message, "ccccccc: ", 9);
	assert_string_equal(err.message + 9, cause);
}

static void wrapping_a_full_record_leaves_it_alone(void **state)
{
	char cause[ERR_MESSAGE_MAX];
	struct err err;

	(void)state;
	/* From "room for one character of context" to "full". */
	for (size_t len = ERR_MESSAGE_MAX - 4; len < ERR_MESSAGE_MAX; len++) {
		memset(cause, 'x', len);
		cause[len] = '\0';
		err_set(&err, STATUS_DEVICE, "%s", cause);
		assert_int_equal(err_wrap(&err, "upload"), STATUS_DEVICE);
		if (len == ERR_MESSAGE_MAX - 4) {
			assert_memory_equal(err.message, "u: x", 4);
			assert_string_equal(err.message + 3, cause);
		} else {
			assert_string_equal(err.message, cause);
		}
	}
}

static void an_ignored_record_still_gives_the_status(void **state)
{
	(void)state;
	assert_int_equal(err_set(ERR_IGNORED, STATUS_DEVICE, "x"), STATUS_DEVICE);
	assert_int_equal(err_set_errno(ERR_IGNORED, STATUS_NO_PORT, EIO, "x"), STATUS_NO_PORT);
}

static void clearing_means_ok(void **state)
{
	struct err err;

	(void)state;
	err_set(&err, STATUS_DEVICE, "x");
	err_clear(&err);
	assert_int_equal(err.status, STATUS_OK);
	assert_string_equal(err.message, "");
}

/* docs/cli.md "Exit codes": scripts depend on these. */
static void exit_codes_and_names_are_those_of_the_manual(void **state)
{
	static const struct {
		enum status status;
		int code;
		const char *name;
	} rows[] = {
		{ STATUS_OK, 0, "ok" },
		{ STATUS_INTERNAL, 1, "internal" },
		{ STATUS_USAGE, 2, "usage" },
		{ STATUS_NO_PORT, 3, "no-port" },
		{ STATUS_PORT_BUSY, 4, "port-busy" },
		{ STATUS_TIMEOUT, 5, "timeout" },
		{ STATUS_PROTOCOL, 6, "protocol" },
		{ STATUS_DEVICE, 7, "device" },
		{ STATUS_BAD_FILE, 8, "bad-file" },
		{ STATUS_UNSUPPORTED, 9, "unsupported" },
		{ STATUS_NOT_UPDATED, 10, "not-updated" },
		{ STATUS_PARTIAL, 11, "partial" },
		{ STATUS_INTERRUPTED, 130, "interrupted" },
	};

	(void)state;
	assert_int_equal(sizeof(rows) / sizeof(rows[0]), STATUS_COUNT);
	for (size_t i = 0; i < STATUS_COUNT; i++) {
		assert_int_equal(status_exit_code(rows[i].status), rows[i].code);
		assert_string_equal(status_name(rows[i].status), rows[i].name);
		assert_true(strlen(status_text(rows[i].status)) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(setting_fills_the_record_anew),
		cmocka_unit_test(a_message_may_quote_the_record_that_it_replaces),
		cmocka_unit_test(a_long_message_is_cut_and_ends),
		cmocka_unit_test(the_text_of_errno_stands_behind_the_message),
		cmocka_unit_test(the_text_of_errno_survives_a_message_that_is_too_long),
		cmocka_unit_test(wrapping_reads_from_the_outside_in),
		cmocka_unit_test(wrapping_cuts_the_context_and_not_the_cause),
		cmocka_unit_test(wrapping_a_full_record_leaves_it_alone),
		cmocka_unit_test(an_ignored_record_still_gives_the_status),
		cmocka_unit_test(clearing_means_ok),
		cmocka_unit_test(exit_codes_and_names_are_those_of_the_manual),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
