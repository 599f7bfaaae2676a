/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents: order, kinds, texts that are no UTF-8, and every allocation that may fail. */
#include "src/doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/support/capture.h"

static void assert_writes(const struct doc *doc, const char *expected)
{
	struct capture out;

	capture_open(&out);
	assert_true(doc_write(doc, out.file));
	assert_string_equal(capture_text(&out), expected);
	capture_close(&out);
}

static void members_stay_in_order(void **state)
{
	struct doc *doc = doc_new();

	(void)state;
	doc_put_text(doc, "z", "last letter");
	doc_put_uint(doc, "size", 483328);
	doc_put_int(doc, "rc", -5);
	doc_put_real(doc, "seconds", 1.5);
	doc_put_bool(doc, "ok", true);
	doc_put_bool(doc, "no", false);
	doc_put_text(doc, "a", NULL);
	assert_writes(doc, "{\"z\": \"last letter\", \"size\": 483328, \"rc\": -5, "
			   "\"seconds\": 1.5, \"ok\": true, \"no\": false, \"a\": null}\n");
	doc_free(doc);
}

static void children_stand_where_they_were_added(void **state)
{
	struct doc *doc = doc_new();
	struct doc *images = doc_put_array(doc_put_object(doc, "result"), "images");

	(void)state;
	doc_put_uint(doc_append_object(images), "slot", 0);
	doc_put_uint(doc_append_object(images), "slot", 1);
	doc_put_bool(doc, "after", true);
	assert_writes(doc, "{\"result\": {\"images\": [{\"slot\": 0}, {\"slot\": 1}]}, "
			   "\"after\": true}\n");
	doc_free(doc);
}

static void numbers_keep_their_extremes(void **state)
{
	struct doc *doc = doc_new();

	(void)state;
	doc_put_uint(doc, "a", UINT64_MAX);
	doc_put_int(doc, "b", INT64_MIN);
	doc_put_real(doc, "c", 454668.4);
	assert_writes(doc,
		"{\"a\": 9223372036854775807, \"b\": -9223372036854775808, \"c\": 454668.0}\n");
	doc_free(doc);
}

static void bytes_become_hex_and_no_bytes_null(void **state)
{
	struct doc *doc = doc_new();

	(void)state;
	doc_put_hex(doc, "hash", span_make("\x00\xab\xff", 3));
	doc_put_hex(doc, "none", span_make(NULL, 0));
	assert_writes(doc, "{\"hash\": \"00abff\", \"none\": null}\n");
	doc_free(doc);
}

static void a_whole_hash_of_64_bytes_fits(void **state)
{
	struct doc *doc = doc_new();
	uint8_t hash[64];
	struct capture out;

	(void)state;
	memset(hash, 0x5a, sizeof(hash));
	doc_put_hex(doc, "hash", span_make(hash, sizeof(hash)));
	capture_open(&out);
	assert_true(doc_write(doc, out.file));
	assert_int_equal(strlen(capture_text(&out)), strlen("{\"hash\": \"\"}\n") + 128);
	capture_close(&out);
	doc_free(doc);
}

static void texts_are_escaped_as_json_wants_it(void **state)
{
	struct doc *doc = doc_new();

	(void)state;
	doc_put_text(doc, "t", "say \"a\\b\"\n\x01 grün");
	assert_writes(doc, "{\"t\": \"say \\\"a\\\\b\\\"\\n\\u0001 grün\"}\n");
	doc_free(doc);
}

/* A file's name may be any bytes; JSON may not. */
static void a_text_that_is_no_utf8_is_shown_escaped(void **state)
{
	struct doc *doc = doc_new();

	(void)state;
	doc_put_text(doc, "file",
		"f\xfc"
		"r.bin");
	doc_put_text(doc, "cut", "gr\xc3");
	doc_put_text(doc, "surrogate", "\xed\xa0\x80");
	assert_writes(doc, "{\"file\": \"f\\\\xfcr.bin\", \"cut\": \"gr\\\\xc3\", "
			   "\"surrogate\": \"\\\\xed\\\\xa0\\\\x80\"}\n");
	doc_free(doc);
}

static void arrays_take_values_without_a_key(void **state)
{
	struct doc *doc = doc_new();
	struct doc *list = doc_put_array(doc, "list");

	(void)state;
	doc_put_int(list, NULL, 1);
	doc_put_text_span(list, NULL, span_make("a\0b", 3));
	doc_put_bool(doc_put_object(list, NULL), "b", true);
	doc_put_text(doc_put_array(list, NULL), NULL, NULL);
	assert_writes(doc, "{\"list\": [1, \"a\\u0000b\", {\"b\": true}, [null]]}\n");
	doc_free(doc);
}

/* Six digits say all about a time or a speed that was measured; what others have sent is theirs. */
static void measurements_are_rounded_and_other_numbers_are_not(void **state)
{
	struct doc *doc = doc_new();

	(void)state;
	doc_put_real(doc, "speed", 67200.4876);
	doc_put_real(doc, "tenth", 0.1);
	doc_put_double(doc, "pi", 3.14159265358979);
	doc_put_double(doc, "also_a_tenth", 0.1);
	assert_writes(doc, "{\"speed\": 67200.5, \"tenth\": 0.1, "
			   "\"pi\": 3.14159265358979, \"also_a_tenth\": 0.1}\n");
	doc_free(doc);
}

static void control_characters_of_eight_bits_are_escaped_too(void **state)
{
	struct doc *doc = doc_new();

	(void)state;
	doc_put_text(doc, "text",
		"\x1b[1m\x7f \xc2\x9b"
		"31m \xc2\xa0 \xc3\x9f");
	assert_writes(doc, "{\"text\": \"\\u001B[1m\\u007F \\u009B31m \xc2\xa0 \xc3\x9f\"}\n");
	doc_free(doc);
}

static void a_failure_that_is_told_counts(void **state)
{
	struct capture out;
	struct doc *doc = doc_new();

	(void)state;
	doc_fail(NULL);
	doc_fail(doc_put_object(doc, "a"));
	capture_open(&out);
	assert_false(doc_write(doc, out.file));
	assert_string_equal(capture_text(&out), "");
	capture_close(&out);
	doc_free(doc);
}

static void nothing_can_be_put_into_nothing(void **state)
{
	struct capture out;

	(void)state;
	doc_put_text(NULL, "a", "b");
	doc_put_uint(NULL, "a", 1);
	doc_put_real(NULL, "a", 1);
	doc_put_hex(NULL, "a", span_make("x", 1));
	assert_null(doc_put_object(NULL, "a"));
	assert_null(doc_put_array(NULL, "a"));
	assert_null(doc_append_object(NULL));
	doc_free(NULL);
	capture_open(&out);
	assert_false(doc_write(NULL, out.file));
	assert_string_equal(capture_text(&out), "");
	capture_close(&out);
}

static void a_file_that_takes_nothing_is_a_failure(void **state)
{
	struct doc *doc = doc_new();
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	assert_non_null(full);
	assert_false(doc_write(doc, full));
	fclose(full);
	doc_free(doc);
}

static unsigned allocations_left;

static void *scarce_malloc(size_t size)
{
	if (allocations_left == 0)
		return NULL;
	allocations_left--;
	return malloc(size);
}

/* True when the document says of itself that all of it is there. */
static bool build_and_write(FILE *out)
{
	struct doc *doc = doc_new();
	struct doc *images = doc_put_array(doc_put_object(doc, "result"), "images");
	bool is_written;

	doc_put_uint(doc_append_object(images), "slot", 1);
	doc_put_text(doc, "hint", "plug it in");
	doc_put_real(doc, "seconds", 1);
	is_written = doc_write(doc, out);
	doc_free(doc);
	return is_written;
}

static void a_document_with_a_hole_is_not_written(void **state)
{
	struct capture out;
	unsigned needed = 0;

	(void)state;
	capture_open(&out);
	json_set_alloc_funcs(scarce_malloc, free);
	do {
		allocations_left = needed++;
	} while (!build_and_write(out.file));
	json_set_alloc_funcs(malloc, free);
	/* The loop ended with the first allocation that was not needed any more. */
	assert_true(needed > 8);
	assert_string_equal(capture_text(&out),
		"{\"result\": {\"images\": [{\"slot\": 1}]}, \"hint\": \"plug it in\", "
		"\"seconds\": 1.0}\n");
	capture_close(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_stay_in_order),
		cmocka_unit_test(children_stand_where_they_were_added),
		cmocka_unit_test(numbers_keep_their_extremes),
		cmocka_unit_test(bytes_become_hex_and_no_bytes_null),
		cmocka_unit_test(a_whole_hash_of_64_bytes_fits),
		cmocka_unit_test(texts_are_escaped_as_json_wants_it),
		cmocka_unit_test(a_text_that_is_no_utf8_is_shown_escaped),
		cmocka_unit_test(arrays_take_values_without_a_key),
		cmocka_unit_test(measurements_are_rounded_and_other_numbers_are_not),
		cmocka_unit_test(control_characters_of_eight_bits_are_escaped_too),
		cmocka_unit_test(a_failure_that_is_told_counts),
		cmocka_unit_test(nothing_can_be_put_into_nothing),
		cmocka_unit_test(a_file_that_takes_nothing_is_a_failure),
		cmocka_unit_test(a_document_with_a_hole_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
