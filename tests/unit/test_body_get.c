/* SPDX-License-Identifier: Apache-2.0 */
/* Walking over a body that has been let in, and looking things up in it. */
#include "smp/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

enum { BODY_SIZE = 512 };

/* Parse `hex` into `storage` and open it. */
static struct body_value open_hex(const char *hex, uint8_t *storage)
{
	struct buf body = buf_over(storage, BODY_SIZE);
	struct body_value value;
	struct err err;

	assert_true(text_parse_hex(hex, &body));
	if (body_open_any(buf_span(&body), &value, &err) != STATUS_OK)
		fail_msg("%s: %s", hex, err.message);
	return value;
}

static void the_content_of_a_container_is_its_entries_and_nothing_more(void **state)
{
	static const struct {
		const char *hex;
		size_t len;
	} rows[] = {
		{ "80", 0 },
		{ "820102", 2 },
		{ "9f0102ff", 3 },
		{ "a10102", 2 },
		{ "bfff", 1 },
		{ "5f4101ff", 3 },
		{ "81820102", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t storage[BODY_SIZE];
		struct body_value value = open_hex(rows[i].hex, storage);

		assert_int_equal(value.content.len, rows[i].len);
		if (rows[i].len > 0)
			assert_ptr_equal(value.content.data, storage + 1);
	}
}

static void an_inner_container_ends_before_what_follows_it(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct body_value array = open_hex("829f01ff02", storage), inner;
	struct body_iter iter = body_iterate(&array);

	(void)state;
	assert_true(body_next(&iter, &inner));
	assert_int_equal(inner.content.len, 2);
}

static void arrays_are_walked_item_by_item(void **state)
{
	/* [1, [2, 3], "x", {}] in both forms */
	static const char *const forms[] = { "8401820203"
					     "6178"
					     "a0",
		"9f01820203"
		"6178"
		"a0"
		"ff" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t storage[BODY_SIZE];
		struct body_value array = open_hex(forms[i], storage), item;
		struct body_iter iter = body_iterate(&array);

		assert_int_equal(array.indefinite, i == 1);
		assert_true(body_next(&iter, &item));
		assert_int_equal(item.kind, BODY_UINT);
		assert_true(body_next(&iter, &item));
		assert_int_equal(item.kind, BODY_ARRAY);
		assert_int_equal(item.number, 2);
		assert_true(body_next(&iter, &item));
		assert_true(span_equal(item.content, span_from_text("x")));
		assert_true(body_next(&iter, &item));
		assert_int_equal(item.kind, BODY_MAP);
		assert_false(body_next(&iter, &item));
		assert_false(body_next(&iter, &item));
	}
}

static void maps_are_walked_pair_by_pair(void **state)
{
	static const char *const forms[] = { "a2"
					     "616101"
					     "616202",
		"bf"
		"616101"
		"616202"
		"ff" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t storage[BODY_SIZE];
		struct body_value map = open_hex(forms[i], storage), key, value;
		struct body_iter iter = body_iterate(&map);

		assert_true(body_next_pair(&iter, &key, &value));
		assert_true(span_equal(key.content, span_from_text("a")));
		assert_int_equal(value.number, 1);
		assert_true(body_next_pair(&iter, &key, &value));
		assert_true(span_equal(key.content, span_from_text("b")));
		assert_int_equal(value.number, 2);
		assert_false(body_next_pair(&iter, &key, &value));
	}
}

static void what_is_no_container_has_no_items(void **state)
{
	/* A number, a string whose bytes would be good items, and a word. */
	static const char *const others[] = { "03", "43010203", "63616263", "f5", "f6", "20",
		"fb3ff0000000000000" };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		uint8_t storage[BODY_SIZE];
		struct body_value value = open_hex(others[i], storage), item;
		struct body_iter iter = body_iterate(&value);

		assert_false(body_next(&iter, &item));
	}
}

static void a_key_is_found_wherever_it_stands(void **state)
{
	/* {"a": {"off": 9}, 7: 8, h'6f6666': 1, "of": 2, "offs": 3, "off": 4, "z": null} */
	uint8_t storage[BODY_SIZE];
	struct body_value map = open_hex("a7"
					 "6161a1636f666609"
					 "0708"
					 "436f666601"
					 "626f6602"
					 "646f66667303"
					 "636f666604"
					 "617af6",
		storage);
	struct body_value value;

	(void)state;
	assert_true(body_get(&map, "off", &value));
	assert_int_equal(value.number, 4);
	assert_true(body_get(&map, "z", &value));
	assert_int_equal(value.kind, BODY_NULL);
	assert_false(body_get(&map, "", &value));
	assert_false(body_get(&map, "OFF", &value));
}

static void the_first_of_two_equal_keys_counts(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct body_value map = open_hex("a2"
					 "62726301"
					 "62726302",
				  storage),
			  value;

	(void)state;
	assert_true(body_get(&map, "rc", &value));
	assert_int_equal(value.number, 1);
}

static void a_key_in_chunks_is_not_looked_at(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct body_value map = open_hex("a2"
					 "7f61726163ff01"
					 "62726302",
				  storage),
			  value;

	(void)state;
	assert_true(body_get(&map, "rc", &value));
	assert_int_equal(value.number, 2);
}

static void what_is_no_map_has_no_keys(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct body_value array = open_hex("8262726301", storage), value;
	uint64_t number;

	(void)state;
	assert_false(body_get(&array, "rc", &value));
	assert_int_equal(body_get_uint(&array, "rc", 9, &number), BODY_ABSENT);
}

/* {"u": 300, "n": -5, "b": h'0102', "t": "hi", "y": true, "x": (_ h'01'), "big": 2^63, "low": -2^63 - 1} */
static const char mixed[] = "a8"
			    "6175"
			    "19012c"
			    "616e"
			    "24"
			    "6162"
			    "420102"
			    "6174"
			    "626869"
			    "6179"
			    "f5"
			    "6178"
			    "5f4101ff"
			    "63626967"
			    "1b8000000000000000"
			    "636c6f77"
			    "3b8000000000000000";

static void unsigned_numbers_are_found_up_to_a_limit(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct body_value map = open_hex(mixed, storage);
	uint64_t number = 77;

	(void)state;
	assert_int_equal(body_get_uint(&map, "none", 1000, &number), BODY_ABSENT);
	assert_int_equal(body_get_uint(&map, "n", 1000, &number), BODY_WRONG_TYPE);
	assert_int_equal(body_get_uint(&map, "t", 1000, &number), BODY_WRONG_TYPE);
	assert_int_equal(body_get_uint(&map, "y", 1000, &number), BODY_WRONG_TYPE);
	assert_int_equal(body_get_uint(&map, "u", 299, &number), BODY_WRONG_TYPE);
	assert_int_equal(number, 77);
	assert_int_equal(body_get_uint(&map, "u", 300, &number), BODY_FOUND);
	assert_int_equal(number, 300);
}

static void signed_numbers_are_found_when_they_fit(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct body_value map = open_hex(mixed, storage);
	int64_t number = 77;

	(void)state;
	assert_int_equal(body_get_int(&map, "none", &number), BODY_ABSENT);
	assert_int_equal(body_get_int(&map, "y", &number), BODY_WRONG_TYPE);
	assert_int_equal(body_get_int(&map, "b", &number), BODY_WRONG_TYPE);
	assert_int_equal(body_get_int(&map, "big", &number), BODY_WRONG_TYPE);
	assert_int_equal(body_get_int(&map, "low", &number), BODY_WRONG_TYPE);
	assert_int_equal(number, 77);
	assert_int_equal(body_get_int(&map, "n", &number), BODY_FOUND);
	assert_int_equal(number, -5);
	assert_int_equal(body_get_int(&map, "u", &number), BODY_FOUND);
	assert_int_equal(number, 300);
}

static void the_ends_of_64_bits_with_sign_are_reached(void **state)
{
	struct body_value value = { .kind = BODY_UINT, .number = INT64_MAX };
	int64_t number;

	(void)state;
	assert_true(body_value_int(&value, &number));
	assert_true(number == INT64_MAX);
	value.kind = BODY_NEGATIVE;
	assert_true(body_value_int(&value, &number));
	assert_true(number == INT64_MIN);
	value.number++;
	assert_false(body_value_int(&value, &number));
}

static void words_and_strings_are_found_by_their_type(void **state)
{
	uint8_t storage[BODY_SIZE];
	struct body_value map = open_hex(mixed, storage);
	struct span found = { 0 };
	bool yes = false;

	(void)state;
	assert_int_equal(body_get_bool(&map, "none", &yes), BODY_ABSENT);
	assert_int_equal(body_get_bool(&map, "u", &yes), BODY_WRONG_TYPE);
	assert_int_equal(body_get_bool(&map, "y", &yes), BODY_FOUND);
	assert_true(yes);
	assert_int_equal(body_get_bytes(&map, "none", &found), BODY_ABSENT);
	assert_int_equal(body_get_bytes(&map, "t", &found), BODY_WRONG_TYPE);
	assert_int_equal(body_get_bytes(&map, "x", &found), BODY_WRONG_TYPE);
	assert_int_equal(body_get_bytes(&map, "b", &found), BODY_FOUND);
	assert_true(span_equal(found, span_from_text("\x01\x02")));
	assert_int_equal(body_get_text(&map, "none", &found), BODY_ABSENT);
	assert_int_equal(body_get_text(&map, "b", &found), BODY_WRONG_TYPE);
	assert_int_equal(body_get_text(&map, "t", &found), BODY_FOUND);
	assert_true(span_equal(found, span_from_text("hi")));
}

static void the_chunks_of_a_string_are_joined(void **state)
{
	static const char *const forms[] = { "43616263", "63616263", "5f416140426263ff",
		"7f6261626163ff" };

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		uint8_t storage[BODY_SIZE], joined[8];
		struct body_value string = open_hex(forms[i], storage);
		struct buf out = BUF_OVER(joined);

		body_append_string(&string, &out);
		assert_string_equal(buf_text(&out), "abc");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_content_of_a_container_is_its_entries_and_nothing_more),
		cmocka_unit_test(an_inner_container_ends_before_what_follows_it),
		cmocka_unit_test(arrays_are_walked_item_by_item),
		cmocka_unit_test(maps_are_walked_pair_by_pair),
		cmocka_unit_test(what_is_no_container_has_no_items),
		cmocka_unit_test(a_key_is_found_wherever_it_stands),
		cmocka_unit_test(the_first_of_two_equal_keys_counts),
		cmocka_unit_test(a_key_in_chunks_is_not_looked_at),
		cmocka_unit_test(what_is_no_map_has_no_keys),
		cmocka_unit_test(unsigned_numbers_are_found_up_to_a_limit),
		cmocka_unit_test(signed_numbers_are_found_when_they_fit),
		cmocka_unit_test(the_ends_of_64_bits_with_sign_are_reached),
		cmocka_unit_test(words_and_strings_are_found_by_their_type),
		cmocka_unit_test(the_chunks_of_a_string_are_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
