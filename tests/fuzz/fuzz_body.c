/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arbitrary bytes as a CBOR body. What is let in must be readable in every way without leaving the
 * bytes it was opened over, and must not be sound already when its end is cut off.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "smp/body.h"

enum { PREFIX_SIZE_MAX = 256, TEXT_SIZE = 4096, KEY_SIZE = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool condition)
{
	if (!condition)
		abort();
}

static bool lies_within(struct span part, struct span whole)
{
	return part.len == 0 || (part.data >= whole.data && part.len <= whole.len &&
					(size_t)(part.data - whole.data) <= whole.len - part.len);
}

/* All typed look-ups of one key, none of which may disagree with the plain one. */
static void look_up(const struct body_value *map, const char *key)
{
	struct body_value value;
	struct span string;
	uint64_t number;
	int64_t integer;
	bool word, is_there = body_get(map, key, &value);

	check((body_get_uint(map, key, UINT64_MAX, &number) == BODY_ABSENT) == !is_there);
	check((body_get_int(map, key, &integer) == BODY_ABSENT) == !is_there);
	check((body_get_bool(map, key, &word) == BODY_ABSENT) == !is_there);
	if (body_get_bytes(map, key, &string) == BODY_FOUND)
		check(value.kind == BODY_BYTES && span_equal(string, value.content));
	if (body_get_text(map, key, &string) == BODY_FOUND)
		check(value.kind == BODY_TEXT && span_equal(string, value.content));
	if (is_there && body_value_int(&value, &integer))
		check(body_get_int(map, key, &integer) == BODY_FOUND);
}

static void look_up_own_key(const struct body_value *map, const struct body_value *key)
{
	char text[KEY_SIZE + 1];
	struct body_value value;

	if (key->kind != BODY_TEXT || key->indefinite || key->content.len > KEY_SIZE)
		return;
	if (key->content.len > 0)
		memcpy(text, key->content.data, key->content.len);
	text[key->content.len] = '\0';
	if (strlen(text) == key->content.len)
		check(body_get(map, text, &value));
	look_up(map, text);
}

static void visit_string(const struct body_value *value, struct span body)
{
	uint8_t storage[TEXT_SIZE];
	struct buf joined = BUF_OVER(storage);

	body_append_string(value, &joined);
	check(joined.len <= body.len);
	if (!value->indefinite)
		check(joined.overflow || span_equal(buf_span(&joined), value->content));
}

/* Returns how many items there are, itself included. */
static size_t visit(const struct body_value *value, struct span body, int depth)
{
	struct body_iter iter = body_iterate(value);
	struct body_value key, item;
	size_t entries = 0, items = 1;

	check(depth <= BODY_DEPTH_MAX);
	check(lies_within(value->content, body));
	if (value->kind == BODY_BYTES || value->kind == BODY_TEXT)
		visit_string(value, body);
	if (value->kind == BODY_MAP) {
		while (body_next_pair(&iter, &key, &item)) {
			look_up_own_key(value, &key);
			items += visit(&key, body, depth + 1) + visit(&item, body, depth + 1);
			entries++;
		}
	} else {
		while (body_next(&iter, &item)) {
			items += visit(&item, body, depth + 1);
			entries++;
		}
	}
	if ((value->kind == BODY_MAP || value->kind == BODY_ARRAY) && !value->indefinite)
		check(entries == value->number);
	check(!body_next(&iter, &item));
	return items;
}

static void refuse_every_prefix(struct span body)
{
	struct body_value value;

	for (size_t len = 0; len < body.len && body.len <= PREFIX_SIZE_MAX; len++)
		check(body_open_any(span_sub(body, 0, len), &value, ERR_IGNORED) != STATUS_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span body = span_make(data, size);
	uint8_t storage[TEXT_SIZE];
	struct buf text = BUF_OVER(storage);
	struct body_value value, map;
	struct err err;

	if (body_open_any(body, &value, &err) != STATUS_OK) {
		check(err.status == STATUS_PROTOCOL && err.message[0] != '\0');
		return 0;
	}
	check((body_open(body, &map, ERR_IGNORED) == STATUS_OK) == (value.kind == BODY_MAP));
	check(visit(&value, body, 0) <= size);
	body_describe(&value, size % 32, &text);
	check(text.len > 0);
	look_up(&value, "rc");
	look_up(&value, "off");
	refuse_every_prefix(body);
	return 0;
}
