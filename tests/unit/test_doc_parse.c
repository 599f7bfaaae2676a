/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents that are read: what is found in them, changed in them, and wrong with them. */
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

static struct doc *parse(const char *text)
{
	struct doc *doc = NULL;
	struct err err = { .status = STATUS_OK };

	if (doc_parse(span_from_text(text), "file", &doc, &err) != STATUS_OK)
		fail_msg("%s", err.message);
	return doc;
}

static void assert_refused(const char *text, const char *place)
{
	struct doc *doc = NULL;
	struct err err;

	assert_int_equal(doc_parse(span_from_text(text), "file", &doc, &err), STATUS_BAD_FILE);
	assert_null(doc);
	assert_ptr_equal(strstr(err.message, place), err.message);
}

static void elements_are_found_by_their_place(void **state)
{
	struct doc *doc = parse("[{\"a\": \"first\"}, 7, {\"a\": \"third\"}]");

	(void)state;
	assert_true(doc_is_array(doc));
	assert_int_equal(doc_count(doc), 3);
	assert_string_equal(doc_get_text(doc_at(doc, 0), "a"), "first");
	assert_null(doc_at(doc, 1));
	assert_string_equal(doc_get_text(doc_at(doc, 2), "a"), "third");
	assert_null(doc_at(doc, 3));
	doc_free(doc);
}

static void only_texts_are_texts(void **state)
{
	struct doc *doc =
		parse("{\"text\": \"x\", \"empty\": \"\", \"number\": 1, \"null\": null}");

	(void)state;
	assert_false(doc_is_array(doc));
	assert_int_equal(doc_count(doc), 4);
	assert_string_equal(doc_get_text(doc, "text"), "x");
	assert_string_equal(doc_get_text(doc, "empty"), "");
	assert_null(doc_get_text(doc, "number"));
	assert_null(doc_get_text(doc, "null"));
	assert_null(doc_get_text(doc, "missing"));
	doc_free(doc);
}

static void every_value_says_what_it_is(void **state)
{
	struct doc *doc = parse("[null, true, false, -7, 0.1, \"text\", [1, 2], {\"a\": 1}]");

	(void)state;
	assert_int_equal(doc_value(doc_element(doc, 0)).kind, DOC_NULL);
	assert_int_equal(doc_value(doc_element(doc, 1)).kind, DOC_BOOL);
	assert_int_equal(doc_value(doc_element(doc, 1)).integer, 1);
	assert_int_equal(doc_value(doc_element(doc, 2)).kind, DOC_BOOL);
	assert_int_equal(doc_value(doc_element(doc, 2)).integer, 0);
	assert_int_equal(doc_value(doc_element(doc, 3)).kind, DOC_INTEGER);
	assert_int_equal(doc_value(doc_element(doc, 3)).integer, -7);
	assert_int_equal(doc_value(doc_element(doc, 4)).kind, DOC_REAL);
	assert_true(doc_value(doc_element(doc, 4)).real == 0.1);
	assert_int_equal(doc_value(doc_element(doc, 5)).kind, DOC_TEXT);
	assert_true(span_equal(doc_value(doc_element(doc, 5)).text, span_from_text("text")));
	assert_int_equal(doc_value(doc_element(doc, 6)).kind, DOC_ARRAY);
	assert_int_equal(doc_count(doc_element(doc, 6)), 2);
	assert_int_equal(doc_value(doc_element(doc, 7)).kind, DOC_OBJECT);
	assert_int_equal(doc_count(doc_element(doc, 5)), 0);
	doc_free(doc);
}

static void keys_come_one_after_another(void **state)
{
	struct doc *doc = parse("{\"z\": 1, \"a\": {}, \"m\": \"x\"}");
	struct doc *empty = parse("{}");

	(void)state;
	assert_string_equal(doc_next_key(doc, NULL), "z");
	assert_string_equal(doc_next_key(doc, "z"), "a");
	assert_string_equal(doc_next_key(doc, "a"), "m");
	assert_null(doc_next_key(doc, "m"));
	assert_null(doc_next_key(empty, NULL));
	doc_free(doc);
	doc_free(empty);
}

static void what_was_read_can_be_changed_and_written(void **state)
{
	struct doc *doc = parse("[{\"n\": 1}, {\"n\": 0.0009765625}]");
	struct capture out;

	(void)state;
	doc_remove(doc, 0);
	doc_put_text(doc_append_object(doc), "n", "new");
	capture_open(&out);
	assert_true(doc_write_indented(doc, out.file));
	assert_string_equal(capture_text(&out), "[\n    {\n        \"n\": 0.0009765625\n    },\n"
						"    {\n        \"n\": \"new\"\n    }\n]\n");
	capture_close(&out);
	doc_free(doc);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
	(void)state;
	assert_refused("[\n1,\n2", "file:3: no sound JSON: ");
	assert_refused("", "file:1: no sound JSON: ");
	assert_refused("7", "file:1: no sound JSON: ");
	assert_refused("[] []", "file:1: no sound JSON: ");
	assert_refused("{\"a\": 1,\n\"a\": 2}", "file:2: no sound JSON: ");
	assert_refused("[\"\xff\"]", "file:1: no sound JSON: ");
}

static unsigned allocations_left;

static void *scarce_malloc(size_t size)
{
	if (allocations_left == 0)
		return NULL;
	allocations_left--;
	return malloc(size);
}

static void running_out_of_memory_is_no_fault_of_the_file(void **state)
{
	struct doc *doc = NULL;
	struct err err = { .status = STATUS_OK };
	unsigned needed = 0;

	(void)state;
	json_set_alloc_funcs(scarce_malloc, free);
	do {
		allocations_left = needed++;
		doc_parse(span_from_text("[{\"a\": \"x\"}]"), "file", &doc, &err);
		assert_true(doc != NULL || err.status != STATUS_OK);
	} while (doc == NULL);
	json_set_alloc_funcs(malloc, free);
	assert_true(needed > 4);
	doc_free(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_are_found_by_their_place),
		cmocka_unit_test(only_texts_are_texts),
		cmocka_unit_test(every_value_says_what_it_is),
		cmocka_unit_test(keys_come_one_after_another),
		cmocka_unit_test(what_was_read_can_be_changed_and_written),
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
		cmocka_unit_test(running_out_of_memory_is_no_fault_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
