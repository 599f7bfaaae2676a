/* SPDX-License-Identifier: Apache-2.0 */
/* When the value of a setting is a text, and what is shown of it. */
#include "src/commands/setting_print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"

#define BYTES(text) (text), sizeof(text) - 1

static struct device_setting make(const char *bytes, size_t len)
{
	struct device_setting setting = { .len = len };

	memcpy(setting.bytes, bytes, len);
	return setting;
}

static const struct row {
	const char *bytes;
	size_t len;
	const char *text; /* as printed */
	const char *json;
} rows[] = {
	{ BYTES("plain"), "plain\n", "\"value\": \"plain\", \"hex\": \"706c61696e\"" },
	{ BYTES(""), "\n", "\"value\": \"\", \"hex\": \"\"" },
	{ BYTES("gr\xc3\xbcn"), "gr\xc3\xbcn\n", "\"value\": \"gr\xc3\xbcn\", " },
	{ BYTES("a\\\"b"), "a\\\"b\n", "\"value\": \"a\\\\\\\"b\", " },
	{ BYTES("C string\0"), "C string\n", "\"value\": \"C string\", " },
	{ BYTES("\0"), "0x00\n", "\"value\": null, \"hex\": \"00\"" },
	{ BYTES("two\0\0"), "0x74776f0000\n", "\"value\": null, " },
	{ BYTES("in\0side"), "0x696e0073696465\n", "\"value\": null, " },
	{ BYTES("line\n"), "0x6c696e650a\n", "\"value\": null, " },
	{ BYTES("\033[2J"), "0x1b5b324a\n", "\"value\": null, " },
	{ BYTES("\x7f"), "0x7f\n", "\"value\": null, " },
	{ BYTES("\xc2\x9b"), "0xc29b\n", "\"value\": null, " }, /* steers terminals, too */
	{ BYTES("\xc3"), "0xc3\n", "\"value\": null, " },
	{ BYTES("\xff\x01"), "0xff01\n", "\"value\": null, " },
};

static void a_value_is_a_text_when_all_of_it_can_be_printed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct device_setting setting = make(rows[i].bytes, rows[i].len);
		struct shown_setting shown = { .key = "k", .setting = &setting };
		struct capture capture;
		struct doc *doc = doc_new();

		capture_open(&capture);
		setting_printer()->text(&shown, capture.file);
		assert_string_equal(capture_text(&capture), rows[i].text);
		setting_printer()->json(&shown, doc);
		assert_true(doc_write(doc, capture.file));
		assert_non_null(strstr(capture_text(&capture), rows[i].json));
		doc_free(doc);
		capture_close(&capture);
	}
}

static void the_longest_value_is_shown_whole(void **state)
{
	struct device_setting setting = { .len = DEVICE_SETTING_MAX, .may_be_cut = true };
	struct shown_setting shown = { .key = "k", .setting = &setting };
	struct capture capture;
	struct doc *doc = doc_new();

	(void)state;
	memset(setting.bytes, 0xff, sizeof(setting.bytes));
	capture_open(&capture);
	setting_printer()->text(&shown, capture.file);
	assert_int_equal(strlen(capture_text(&capture)), 2 + 2 * DEVICE_SETTING_MAX + 1);
	setting_printer()->json(&shown, doc);
	assert_true(doc_write(doc, capture.file));
	assert_non_null(strstr(capture_text(&capture), "ff\", \"may_be_cut\": true}"));
	doc_free(doc);
	capture_close(&capture);
}

static void what_a_device_does_not_show_is_null(void **state)
{
	struct shown_setting shown = { .key = "k" };
	struct capture capture;
	struct doc *doc = doc_new();

	(void)state;
	capture_open(&capture);
	setting_done_printer()->text(&shown, capture.file);
	setting_done_printer()->json(&shown, doc);
	assert_true(doc_write(doc, capture.file));
	assert_string_equal(
		capture_text(&capture), "Done\n{\"key\": \"k\", \"value\": null, \"hex\": null}\n");
	doc_free(doc);
	capture_close(&capture);
}

static const char *described(const char *bytes, size_t len, char out[256])
{
	struct buf text = buf_over(out, 256);

	setting_describe(span_make(bytes, len), &text);
	return buf_text(&text);
}

static void messages_name_a_value_in_short(void **state)
{
	char out[256], wanted[256], value[65];

	(void)state;
	memset(value, 'v', sizeof(value));
	snprintf(wanted, sizeof(wanted), "\"%.64s\"", value);
	assert_string_equal(described(BYTES("one two"), out), "\"one two\"");
	assert_string_equal(described(BYTES("one\0"), out), "\"one\\x00\"");
	assert_string_equal(described(BYTES("\x01\x02"), out), "0x0102");
	assert_string_equal(described(value, 64, out), wanted);
	strcat(wanted, "...");
	assert_string_equal(described(value, 65, out), wanted);
}

static void the_rest_is_noted_where_the_value_does_not_show_it(void **state)
{
	struct device_setting c_string = make(BYTES("C\0")), cut = make(BYTES("cut"));
	struct capture capture;
	struct output output = { .notes = NULL };

	(void)state;
	cut.may_be_cut = true;
	capture_open(&capture);
	output.notes = capture.file;
	setting_note_rest(&output, &c_string);
	assert_string_equal(capture_text(&capture), "a NUL stands behind the text\n");
	setting_note_rest(&output, &cut);
	assert_non_null(strstr(capture_text(&capture),
		"warning: the device hands out no more than 3 bytes, the value may be longer\n"));
	capture_close(&capture);
	capture_open(&capture);
	output = (struct output){ .notes = capture.file, .json = true };
	setting_note_rest(&output, &c_string);
	assert_string_equal(capture_text(&capture), "");
	capture_close(&capture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_a_text_when_all_of_it_can_be_printed),
		cmocka_unit_test(the_longest_value_is_shown_whole),
		cmocka_unit_test(what_a_device_does_not_show_is_null),
		cmocka_unit_test(messages_name_a_value_in_short),
		cmocka_unit_test(the_rest_is_noted_where_the_value_does_not_show_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
