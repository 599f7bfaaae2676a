/* SPDX-License-Identifier: Apache-2.0 */
/* Reading CBOR bodies: what is let in, what is kept out, and what is found inside. */
#include "smp/body.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

enum { BODY_SIZE = 512 };

/* A body given in hex, in memory of exactly its size, so that the sanitizer sees every step over. */
static struct span body_of(const char *hex)
{
	size_t len = strlen(hex) / 2;
	uint8_t *memory = calloc(1, len + (len == 0));
	struct buf out = buf_over(memory, len);

	assert_non_null(memory);
	assert_true(len == 0 || text_parse_hex(hex, &out));
	return span_make(memory, len);
}

static void body_free(struct span body)
{
	free((void *)(uintptr_t)body.data);
}

static bool is_sound(struct span body)
{
	struct body_value value;

	return body_open_any(body, &value, ERR_IGNORED) == STATUS_OK;
}

static void assert_unsound(const char *hex)
{
	struct span body = body_of(hex);
	struct body_value value;
	struct err err = { 0 };

	if (body_open_any(body, &value, &err) == STATUS_OK)
		fail_msg("%s was let in", hex);
	assert_int_equal(err.status, STATUS_PROTOCOL);
	assert_true(strlen(err.message) > 0);
	body_free(body);
}

static void assert_sound(const char *hex)
{
	struct span body = body_of(hex);

	if (!is_sound(body))
		fail_msg("%s was kept out", hex);
	body_free(body);
}

static void scalars_have_a_kind_and_a_number(void **state)
{
	static const struct {
		const char *hex;
		enum body_kind kind;
		uint64_t number;
	} rows[] = {
		{ "00", BODY_UINT, 0 },
		{ "17", BODY_UINT, 23 },
		{ "1818", BODY_UINT, 24 },
		{ "18ff", BODY_UINT, 255 },
		{ "190100", BODY_UINT, 256 },
		{ "1a00010000", BODY_UINT, 65536 },
		{ "1bffffffffffffffff", BODY_UINT, UINT64_MAX },
		{ "1b0000000000000001", BODY_UINT, 1 }, /* longer than needed is allowed */
		{ "20", BODY_NEGATIVE, 0 },
		{ "3863", BODY_NEGATIVE, 99 },
		{ "3903e7", BODY_NEGATIVE, 999 },
		{ "3a0000ffff", BODY_NEGATIVE, 65535 },
		{ "3bffffffffffffffff", BODY_NEGATIVE, UINT64_MAX },
		{ "f4", BODY_BOOL, 0 },
		{ "f5", BODY_BOOL, 1 },
		{ "f6", BODY_NULL, 0 },
		{ "f7", BODY_UNDEFINED, 0 },
		{ "80", BODY_ARRAY, 0 },
		{ "820102", BODY_ARRAY, 2 },
		{ "a0", BODY_MAP, 0 },
		{ "a10102", BODY_MAP, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span body = body_of(rows[i].hex);
		struct body_value value;

		assert_int_equal(body_open_any(body, &value, ERR_IGNORED), STATUS_OK);
		assert_int_equal(value.kind, rows[i].kind);
		assert_true(value.number == rows[i].number);
		assert_false(value.indefinite);
		body_free(body);
	}
}

static void floats_of_every_width_are_read(void **state)
{
	static const struct {
		const char *hex;
		double real;
	} rows[] = {
		{ "f93e00", 1.5 },
		{ "f90000", 0.0 },
		{ "fac0200000", -2.5 },
		{ "fb3ff199999999999a", 1.1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span body = body_of(rows[i].hex);
		struct body_value value;

		assert_int_equal(body_open_any(body, &value, ERR_IGNORED), STATUS_OK);
		assert_int_equal(value.kind, BODY_FLOAT);
		assert_true(value.real >= rows[i].real && value.real <= rows[i].real);
		body_free(body);
	}
}

static void strings_are_borrowed_from_the_body(void **state)
{
	struct span body = body_of("426869");
	struct body_value value;

	(void)state;
	assert_int_equal(body_open_any(body, &value, ERR_IGNORED), STATUS_OK);
	assert_int_equal(value.kind, BODY_BYTES);
	assert_ptr_equal(value.content.data, body.data + 1);
	assert_int_equal(value.content.len, 2);
	body_free(body);
}

/* The last but one nests strings, arrays and maps, all of indefinite length, as Zephyr does. */
static const char *const sound_bodies[] = {
	"00",
	"1818",
	"190100",
	"1a00010000",
	"1bffffffffffffffff",
	"3bffffffffffffffff",
	"40",
	"43010203",
	"60",
	"6161",
	"f4",
	"f6",
	"f7",
	"f93e00",
	"fac0200000",
	"fb3ff199999999999a",
	"80",
	"83010203",
	"a0",
	"a1616101",
	"a26161016162820203",
	"9fff",
	"9f0102ff",
	"bfff",
	"bf616101ff",
	"5fff",
	"5f4101420203ff",
	"7fff",
	"7f61616162ff",
	"a161619f5f4101ffff",
	"bf66696d616765739fbf64736c6f740061767f61316130ffffff617300ff",
	"a365696d61676500636c656e190e4f646461746143010203",
};

static void every_shorter_prefix_of_a_sound_body_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sound_bodies) / sizeof(sound_bodies[0]); i++) {
		struct span body = body_of(sound_bodies[i]);

		assert_true(is_sound(body));
		for (size_t len = 0; len < body.len; len++) {
			uint8_t *copy = calloc(1, len + 1);

			assert_non_null(copy);
			memcpy(copy, body.data, len);
			if (is_sound(span_make(copy, len)))
				fail_msg("%zu bytes of %s were let in", len, sound_bodies[i]);
			free(copy);
		}
		body_free(body);
	}
}

static void anything_behind_a_sound_body_is_refused(void **state)
{
	static const uint8_t tails[] = { 0x00, 0xa0, 0xf6, 0xff };

	(void)state;
	for (size_t i = 0; i < sizeof(sound_bodies) / sizeof(sound_bodies[0]); i++) {
		for (size_t t = 0; t < sizeof(tails); t++) {
			uint8_t storage[BODY_SIZE];
			struct buf body = BUF_OVER(storage);
			struct body_value value;
			struct err err;

			assert_true(text_parse_hex(sound_bodies[i], &body));
			buf_append_byte(&body, tails[t]);
			assert_int_equal(
				body_open_any(buf_span(&body), &value, &err), STATUS_PROTOCOL);
			assert_non_null(strstr(err.message, "1 bytes stand behind"));
		}
	}
}

static void nothing_is_no_body(void **state)
{
	struct body_value value;

	(void)state;
	assert_int_equal(body_open_any(span_make(NULL, 0), &value, ERR_IGNORED), STATUS_PROTOCOL);
	assert_int_equal(body_open(span_make(NULL, 0), &value, ERR_IGNORED), STATUS_PROTOCOL);
}

static void counts_and_lengths_that_cannot_be_true_are_refused(void **state)
{
	(void)state;
	/* The five bytes that make libcbor 0.8's tree builder touch 2 GiB. */
	assert_unsound("9a0fffffff");
	assert_unsound("ba0fffffff");
	assert_unsound("9affffffff");
	assert_unsound("9bffffffffffffffff");
	assert_unsound("bbffffffffffffffff");
	assert_unsound("bb8000000000000000"); /* twice this is 0 in 64 bits */
	assert_unsound("bb8000000000000001"
		       "0102");
	assert_unsound("8201");
	assert_unsound("a201020304"
		       "05");
	assert_unsound("a10100"
		       "00");
	assert_unsound("43"
		       "0102");
	assert_unsound("5affffffff"
		       "00");
	assert_unsound("5bffffffffffffffff"
		       "00");
	assert_unsound("7bfffffffffffffff7"
		       "00");
	assert_unsound("7b8000000000000000"
		       "00");
	/* Inside: more than the outer container has left. */
	assert_unsound("82"
		       "8301"
		       "02");
}

static void tags_are_refused(void **state)
{
	(void)state;
	assert_unsound("c000");
	assert_unsound("d9d9f7a0");
	assert_unsound("a16161c11a514b67b0");
	assert_unsound("81d81800");
}

static void reserved_and_misplaced_heads_are_refused(void **state)
{
	static const char *const heads[] = { "1c", "1d", "1e", "1f", "3c", "3f", "5c", "5d", "7e",
		"9c", "bd", "dc", "df", "e0", "f3", "f820", "f8ff", "fc", "fd", "fe", "ff" };

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		assert_unsound(heads[i]);
	assert_unsound("81ff");
	assert_unsound("a1ff");
	assert_unsound("a101ff");
	assert_unsound("81"
		       "9fffff");
}

static void an_indefinite_map_needs_a_value_for_each_key(void **state)
{
	(void)state;
	assert_sound("bf0102ff");
	assert_unsound("bf01ff");
	assert_unsound("bf010203ff");
	assert_unsound("bf01bfffff"
		       "ff");
	assert_sound("bf01bfffff");
	assert_unsound("bfbfffff");
}

static void chunks_are_plain_strings_of_the_same_kind(void **state)
{
	(void)state;
	assert_sound("5f41014102ff");
	assert_unsound("5f6161ff");     /* text among bytes */
	assert_unsound("7f4101ff");     /* bytes among text */
	assert_unsound("5f5f4101ffff"); /* chunks of chunks */
	assert_unsound("5f00ff");
	assert_unsound("5f80ff");
	assert_unsound("5ff6ff");
	assert_unsound("7fa0ff");
}

/* `depth` arrays around a number: definite, or of indefinite length. */
static bool nests(size_t depth, bool indefinite)
{
	uint8_t storage[BODY_SIZE];
	struct buf body = BUF_OVER(storage);

	for (size_t i = 0; i < depth; i++)
		buf_append_byte(&body, indefinite ? 0x9f : 0x81);
	buf_append_byte(&body, 0x00);
	for (size_t i = 0; indefinite && i < depth; i++)
		buf_append_byte(&body, 0xff);
	return is_sound(buf_span(&body));
}

static void nesting_has_a_limit(void **state)
{
	(void)state;
	for (size_t depth = 0; depth < 2 * BODY_DEPTH_MAX; depth++) {
		assert_int_equal(nests(depth, false), depth < BODY_DEPTH_MAX);
		assert_int_equal(nests(depth, true), depth < BODY_DEPTH_MAX);
	}
	assert_false(nests(200, false));
	assert_false(nests(200, true));
}

static void only_a_map_is_a_message(void **state)
{
	static const char *const others[] = { "00", "80", "9fff", "40", "60", "7fff", "f6", "f5" };
	struct body_value value;
	struct err err;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct span body = body_of(others[i]);

		assert_int_equal(body_open(body, &value, &err), STATUS_PROTOCOL);
		assert_non_null(strstr(err.message, "map"));
		body_free(body);
	}
	assert_int_equal(body_open(span_from_text("\xa0"), &value, &err), STATUS_OK);
	assert_int_equal(body_open(span_from_text("\xbf\xff"), &value, &err), STATUS_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scalars_have_a_kind_and_a_number),
		cmocka_unit_test(floats_of_every_width_are_read),
		cmocka_unit_test(strings_are_borrowed_from_the_body),
		cmocka_unit_test(every_shorter_prefix_of_a_sound_body_is_refused),
		cmocka_unit_test(anything_behind_a_sound_body_is_refused),
		cmocka_unit_test(nothing_is_no_body),
		cmocka_unit_test(counts_and_lengths_that_cannot_be_true_are_refused),
		cmocka_unit_test(tags_are_refused),
		cmocka_unit_test(reserved_and_misplaced_heads_are_refused),
		cmocka_unit_test(an_indefinite_map_needs_a_value_for_each_key),
		cmocka_unit_test(chunks_are_plain_strings_of_the_same_kind),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(only_a_map_is_a_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
