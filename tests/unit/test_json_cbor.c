/* SPDX-License-Identifier: Apache-2.0 */
/* CBOR written down as JSON and back: every kind of value, and what only one of them knows. */
#include "src/json_cbor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/capture.h"
#include "tests/support/cbor.h"

enum { BODY_SIZE = 4096 };

static void assert_cbor(const char *json, const char *notation)
{
	uint8_t storage[BODY_SIZE], wanted_storage[BODY_SIZE];
	struct buf out = BUF_OVER(storage), wanted = BUF_OVER(wanted_storage);
	struct doc *doc;

	assert_int_equal(doc_parse(span_from_text(json), "test", &doc, ERR_IGNORED), STATUS_OK);
	assert_int_equal(json_to_cbor(doc, &out, ERR_IGNORED), STATUS_OK);
	cbor_append(&wanted, notation);
	assert_true(span_equal(buf_span(&out), buf_span(&wanted)));
	doc_free(doc);
}

static void assert_no_cbor(const char *json, const char *message)
{
	uint8_t storage[BODY_SIZE];
	struct buf out = BUF_OVER(storage);
	struct err err;
	struct doc *doc;

	assert_int_equal(doc_parse(span_from_text(json), "test", &doc, ERR_IGNORED), STATUS_OK);
	assert_int_equal(json_to_cbor(doc, &out, &err), STATUS_USAGE);
	assert_string_equal(err.message, message);
	doc_free(doc);
}

static void assert_json(struct span bytes, const char *json)
{
	struct capture capture;
	struct doc *doc = doc_new();
	struct body_value value;

	assert_int_equal(body_open_any(bytes, &value, ERR_IGNORED), STATUS_OK);
	json_put_cbor(doc, "v", &value);
	capture_open(&capture);
	assert_true(doc_write(doc, capture.file));
	assert_string_equal(capture_text(&capture), json);
	capture_close(&capture);
	doc_free(doc);
}

static void assert_notation_as_json(const char *notation, const char *json)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	cbor_append(&body, notation);
	assert_json(buf_span(&body), json);
}

#define BYTES(literal) span_make((literal), sizeof(literal) - 1)

static void every_json_value_becomes_its_cbor(void **state)
{
	(void)state;
	assert_cbor("{}", "{}");
	assert_cbor("{\"d\": \"hello\"}", "{'d': 'hello'}");
	assert_cbor("{\"a\": [1, -17, true, false, 4294967296]}",
		"{'a': [1, -17, true, false, 4294967296]}");
	assert_cbor("{\"n\": {\"m\": {}}}", "{'n': {'m': {}}}");
	assert_cbor("[[], \"\"]", "[[], '']");
}

static void null_and_numbers_with_a_point_are_what_cbor_has_for_them(void **state)
{
	static const uint8_t wanted[] = { 0x82, 0xf6, 0xfb, 0xbf, 0xf8, 0, 0, 0, 0, 0, 0 };
	uint8_t storage[BODY_SIZE];
	struct buf out = BUF_OVER(storage);
	struct doc *doc;

	(void)state;
	assert_int_equal(doc_parse(span_from_text("[null, -1.5]"), "test", &doc, ERR_IGNORED), 0);
	assert_int_equal(json_to_cbor(doc, &out, ERR_IGNORED), STATUS_OK);
	assert_true(span_equal(buf_span(&out), span_make(wanted, sizeof(wanted))));
	doc_free(doc);
}

static void hex_alone_in_its_object_is_a_byte_string(void **state)
{
	(void)state;
	assert_cbor("{\"sha\": {\"$hex\": \"0102FF\"}}", "{'sha': h'0102ff'}");
	assert_cbor("[{\"$hex\": \"\"}]", "[h'']");
	assert_cbor("{\"$hex\": \"01\", \"b\": 1}", "{'$hex': '01', 'b': 1}");
	assert_cbor("{\"$hex\": 1}", "{'$hex': 1}");
	assert_no_cbor(
		"{\"$hex\": \"012\"}", "\"$hex\" takes an even number of hex digits, not \"012\"");
	assert_no_cbor(
		"[{\"$hex\": \"zz\"}]", "\"$hex\" takes an even number of hex digits, not \"zz\"");
}

static void nesting_ends_where_the_fence_does(void **state)
{
	char json[64] = "";
	uint8_t storage[BODY_SIZE];
	struct buf out = BUF_OVER(storage);
	struct body_value value;
	struct doc *doc;

	(void)state;
	memset(json, '[', 15);
	memset(json + 15, ']', 15);
	assert_int_equal(doc_parse(span_from_text(json), "test", &doc, ERR_IGNORED), STATUS_OK);
	assert_int_equal(json_to_cbor(doc, &out, ERR_IGNORED), STATUS_OK);
	assert_int_equal(body_open_any(buf_span(&out), &value, ERR_IGNORED), STATUS_OK);
	doc_free(doc);
	memset(json, '[', 16);
	memset(json + 16, ']', 16);
	assert_no_cbor(json, "the JSON is nested deeper than 15");
}

static void what_does_not_fit_is_noticed(void **state)
{
	uint8_t storage[8];
	struct buf out = BUF_OVER(storage);
	struct doc *doc;

	(void)state;
	assert_int_equal(
		doc_parse(span_from_text("[\"123456789\"]"), "test", &doc, ERR_IGNORED), 0);
	assert_int_equal(json_to_cbor(doc, &out, ERR_IGNORED), STATUS_OK);
	assert_true(out.overflow);
	doc_free(doc);
}

static void every_cbor_value_becomes_json(void **state)
{
	(void)state;
	assert_notation_as_json("{'a': 1, 'b': [-2, true], 'c': {'d': 'x'}}",
		"{\"v\": {\"a\": 1, \"b\": [-2, true], \"c\": {\"d\": \"x\"}}}\n");
	assert_notation_as_json("{_ 'l': [_ 1, 2]}", "{\"v\": {\"l\": [1, 2]}}\n");
	assert_notation_as_json("{'h': h'00ff'}", "{\"v\": {\"h\": {\"$hex\": \"00ff\"}}}\n");
	assert_notation_as_json("h''", "{\"v\": {\"$hex\": \"\"}}\n");
	assert_notation_as_json("[]", "{\"v\": []}\n");
	assert_json(BYTES("\xf6"), "{\"v\": null}\n");
	assert_json(BYTES("\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a"), "{\"v\": 1.1}\n");
	assert_json(BYTES("\xf9\x3c\x00"), "{\"v\": 1.0}\n");
}

static void chunks_of_a_string_are_joined(void **state)
{
	(void)state;
	assert_json(BYTES("\x5f\x41\x01\x42\x02\x03\xff"), "{\"v\": {\"$hex\": \"010203\"}}\n");
	assert_json(BYTES("\x7f\x61\x61\x61\x62\xff"), "{\"v\": \"ab\"}\n");
	assert_json(BYTES("\xa1\x7f\x61\x61\x61\x62\xff\x7f\x61\x63\xff"),
		"{\"v\": {\"ab\": \"c\"}}\n");
}

static void what_json_has_not_is_a_text(void **state)
{
	(void)state;
	assert_json(
		BYTES("\x1b\x7f\xff\xff\xff\xff\xff\xff\xff"), "{\"v\": 9223372036854775807}\n");
	assert_json(BYTES("\x1b\x80\x00\x00\x00\x00\x00\x00\x00"),
		"{\"v\": \"9223372036854775808\"}\n");
	assert_json(BYTES("\x3b\xff\xff\xff\xff\xff\xff\xff\xff"),
		"{\"v\": \"-18446744073709551616\"}\n");
	assert_json(BYTES("\xf7"), "{\"v\": \"undefined\"}\n");
	assert_json(BYTES("\xf9\x7e\x00"), "{\"v\": \"NaN\"}\n");
	assert_json(BYTES("\xf9\xfc\x00"), "{\"v\": \"-Infinity\"}\n");
}

static void keys_that_are_no_text_are_described(void **state)
{
	(void)state;
	assert_json(BYTES("\xa3\x01\x02\x41\x05\x03\x82\xf7\xf7\x04"),
		"{\"v\": {\"1\": 2, \"h'05'\": 3, \"[undefined, undefined]\": 4}}\n");
}

static void a_map_that_repeats_a_key_is_a_list(void **state)
{
	(void)state;
	assert_json(BYTES("\xa2\x61\x61\x01\x61\x61\xa1\x61\x62\x02"),
		"{\"v\": [{\"a\": 1}, {\"a\": {\"b\": 2}}]}\n");
	/* 1 and "1" are the same in JSON. */
	assert_json(BYTES("\xa1\x61\x78\xa2\x01\x02\x61\x31\x03"),
		"{\"v\": {\"x\": [{\"1\": 2}, {\"1\": 3}]}}\n");
}

static void nothing_that_steers_a_terminal_comes_through(void **state)
{
	(void)state;
	/* ESC, NUL, DEL and the eight-bit CSI in a text; ESC in a key; bytes that are no UTF-8. */
	assert_json(BYTES("\x66\x1b\x00\x7f\xc2\x9b\x6d"),
		"{\"v\": \"\\u001B\\u0000\\u007F\\u009Bm\"}\n");
	assert_json(BYTES("\xa1\x61\x1b\x01"), "{\"v\": {\"\\\\x1b\": 1}}\n");
	assert_json(BYTES("\x62\xff\x0a"), "{\"v\": \"\\\\xff\\\\n\"}\n");
}

static void bytes_that_are_no_cbor_have_a_form(void **state)
{
	struct capture capture;
	struct doc *doc = doc_new();

	(void)state;
	json_put_bytes(doc, "v", BYTES("\x9a\x0f"));
	json_put_bytes(doc, "w", span_make(NULL, 0));
	capture_open(&capture);
	assert_true(doc_write(doc, capture.file));
	assert_string_equal(
		capture_text(&capture), "{\"v\": {\"$hex\": \"9a0f\"}, \"w\": {\"$hex\": \"\"}}\n");
	capture_close(&capture);
	doc_free(doc);
}

/* The longest text that a byte can become. */
static void a_key_of_many_undefineds_has_room(void **state)
{
	uint8_t bytes[300];
	struct capture capture;
	struct doc *doc = doc_new();
	struct body_value value;
	const char *text;

	(void)state;
	memset(bytes, 0xf7, sizeof(bytes));
	bytes[0] = 0xa1;
	bytes[1] = 0x99;
	bytes[2] = 0x01;
	bytes[3] = 0x27;
	assert_int_equal(body_open(span_make(bytes, 300), &value, ERR_IGNORED), STATUS_OK);
	json_put_cbor(doc, "v", &value);
	capture_open(&capture);
	assert_true(doc_write(doc, capture.file));
	text = capture_text(&capture);
	assert_non_null(strstr(text, "undefined, undefined]\": \"undefined\"}}\n"));
	capture_close(&capture);
	doc_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_json_value_becomes_its_cbor),
		cmocka_unit_test(null_and_numbers_with_a_point_are_what_cbor_has_for_them),
		cmocka_unit_test(hex_alone_in_its_object_is_a_byte_string),
		cmocka_unit_test(nesting_ends_where_the_fence_does),
		cmocka_unit_test(what_does_not_fit_is_noticed),
		cmocka_unit_test(every_cbor_value_becomes_json),
		cmocka_unit_test(chunks_of_a_string_are_joined),
		cmocka_unit_test(what_json_has_not_is_a_text),
		cmocka_unit_test(keys_that_are_no_text_are_described),
		cmocka_unit_test(a_map_that_repeats_a_key_is_a_list),
		cmocka_unit_test(nothing_that_steers_a_terminal_comes_through),
		cmocka_unit_test(bytes_that_are_no_cbor_have_a_form),
		cmocka_unit_test(a_key_of_many_undefineds_has_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
