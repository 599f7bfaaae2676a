/* SPDX-License-Identifier: Apache-2.0 */
/* Paths into documents: what they find, how it is compared, and what is said when nothing is there. */
#include "src/json_path.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char text[] = "{\"images\": [{\"slot\": 0, \"version\": \"1.0.0\", \"active\": true},"
			   " {\"slot\": 1, \"hash\": null, \"tags\": [[\"a\", 2.5]]}],"
			   " \"status\": -3, \"empty\": \"\", \"seconds\": 0.1}";

static enum status look_up(const char *path, char *value, size_t size, struct err *reterr)
{
	struct doc *doc = NULL;
	struct buf out = buf_over(value, size);
	enum status status = doc_parse(span_from_text(text), "test", &doc, reterr);

	assert_int_equal(status, STATUS_OK);
	status = json_path_look_up(doc, path, &out, reterr);
	buf_text(&out);
	doc_free(doc);
	return status;
}

static void assert_finds(const char *path, const char *expected)
{
	char value[256] = "";

	assert_int_equal(look_up(path, value, sizeof(value), ERR_IGNORED), STATUS_OK);
	assert_string_equal(value, expected);
}

static void assert_misses(const char *path, const char *hint)
{
	struct err err = { .status = STATUS_OK };
	char value[256] = "";

	assert_int_equal(look_up(path, value, sizeof(value), &err), STATUS_NOT_UPDATED);
	assert_string_equal(err.hint, hint);
	assert_non_null(strstr(err.message, path));
}

static void members_and_elements_are_found(void **state)
{
	(void)state;
	assert_finds("images[0].version", "1.0.0");
	assert_finds("images[1].slot", "1");
	assert_finds("images[01].slot", "1");
	assert_finds("images[1].tags[0][1]", "2.5");
	assert_finds("status", "-3");
}

static void values_are_texts_or_json(void **state)
{
	(void)state;
	assert_finds("images[0].active", "true");
	assert_finds("images[1].hash", "null");
	assert_finds("empty", "");
	assert_finds("seconds", "0.1");
	assert_finds("images[1].tags", "[[\"a\", 2.5]]");
}

static void what_is_there_instead_is_named(void **state)
{
	(void)state;
	assert_misses("imagse", "there is: images, status, empty, seconds");
	assert_misses("images[0].hash", "images[0] has: slot, version, active");
	assert_misses("images[2].slot", "images has: 2 elements");
	assert_misses("images.slot", "images has: 2 elements");
	assert_misses("status.code", "");
	assert_misses("status[0]", "");
	assert_misses("[0]", "there is: images, status, empty, seconds");
}

static void what_is_no_path_is_refused(void **state)
{
	static const char *const wrong[] = { "", ".", "images.", "images..slot", ".images",
		"images[", "images[]", "images[0", "images[-1]", "images[x]", "images[0]slot",
		"images[1234567890]", "images[0]]" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char value[256] = "";

		assert_int_equal(
			look_up(wrong[i], value, sizeof(value), ERR_IGNORED), STATUS_USAGE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_and_elements_are_found),
		cmocka_unit_test(values_are_texts_or_json),
		cmocka_unit_test(what_is_there_instead_is_named),
		cmocka_unit_test(what_is_no_path_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
