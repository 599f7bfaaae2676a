/* SPDX-License-Identifier: Apache-2.0 */
/* CBOR as JSON and back, see json_cbor.h. */
#include "src/json_cbor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define HEX_KEY "$hex"

/* Containers in containers, as many as the fence lets through (body.c counts one more). */
enum { DEPTH_MAX = BODY_DEPTH_MAX - 1 };

/*
 * No encoded byte becomes more text than this, escaped, in hex or in diagnostic notation: the longest
 * is "undefined, ". A number alone needs no more than TEXT_EXTRA.
 */
enum { TEXT_PER_BYTE = 12, TEXT_EXTRA = 64 };

static enum status put_value(struct doc *json, unsigned depth, struct buf *out, struct err *reterr);

static enum status put_array(struct doc *json, unsigned depth, struct buf *out, struct err *reterr)
{
	size_t count = doc_count(json);
	enum status status = STATUS_OK;

	body_put_array(out, count);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		status = put_value(doc_element(json, i), depth + 1, out, reterr);
	return status;
}

/* {"$hex": "0102"} */
static enum status put_hex(struct span digits, struct buf *out, struct err *reterr)
{
	char *text = calloc(digits.len + 1, 1);
	uint8_t *bytes = calloc(digits.len / 2 + 1, 1);
	struct buf decoded = buf_over(bytes, digits.len / 2);
	enum status status = STATUS_OK;

	if (text == NULL || bytes == NULL) {
		status = err_set(reterr, STATUS_INTERNAL, "out of memory");
	} else {
		if (digits.len > 0)
			memcpy(text, digits.data, digits.len);
		if (digits.len > 0 && !text_parse_hex(text, &decoded))
			status = err_set(reterr, STATUS_USAGE,
				"\"" HEX_KEY "\" takes an even number of hex digits, not \"%s\"",
				text);
		body_put_bytes(out, buf_span(&decoded));
	}
	free(text);
	free(bytes);
	return status;
}

static bool is_hex(struct doc *json, struct span *ret_digits)
{
	struct doc *member = doc_member(json, HEX_KEY, strlen(HEX_KEY));
	struct doc_value value;

	if (member == NULL || doc_count(json) != 1)
		return false;
	value = doc_value(member);
	*ret_digits = value.text;
	return value.kind == DOC_TEXT;
}

static enum status put_object(struct doc *json, unsigned depth, struct buf *out, struct err *reterr)
{
	enum status status = STATUS_OK;
	struct span digits;

	if (is_hex(json, &digits))
		return put_hex(digits, out, reterr);
	body_put_map(out, doc_count(json));
	for (const char *key = NULL;
		status == STATUS_OK && (key = doc_next_key(json, key)) != NULL;) {
		body_put_text(out, key);
		status = put_value(doc_member(json, key, strlen(key)), depth + 1, out, reterr);
	}
	return status;
}

/* `json` NULL: there was no memory for it. */
static enum status put_value(struct doc *json, unsigned depth, struct buf *out, struct err *reterr)
{
	struct doc_value value;

	if (json == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	value = doc_value(json);
	if (depth == DEPTH_MAX && (value.kind == DOC_ARRAY || value.kind == DOC_OBJECT))
		return err_set(
			reterr, STATUS_USAGE, "the JSON is nested deeper than %d", DEPTH_MAX);
	switch (value.kind) {
	case DOC_NULL:
		body_put_null(out);
		break;
	case DOC_BOOL:
		body_put_bool(out, value.integer != 0);
		break;
	case DOC_INTEGER:
		body_put_int(out, value.integer);
		break;
	case DOC_REAL:
		body_put_double(out, value.real);
		break;
	case DOC_TEXT:
		body_put_text_span(out, value.text);
		break;
	case DOC_ARRAY:
		return put_array(json, depth, out, reterr);
	case DOC_OBJECT:
		return put_object(json, depth, out, reterr);
	}
	return STATUS_OK;
}

enum status json_to_cbor(struct doc *json, struct buf *out, struct err *reterr)
{
	return put_value(json, 0, out, reterr);
}

/* Values on their way into JSON. */
struct rendering {
	struct buf joined; /* a string whose chunks came apart */
	struct buf key;    /* of the value that is rendered */
	struct buf text;   /* whatever is made of a value */
};

static void render(struct rendering *rendering, struct doc *parent, const char *key,
	const struct body_value *value);

static struct span whole_string(struct rendering *rendering, const struct body_value *string)
{
	if (!string->indefinite)
		return string->content;
	buf_clear(&rendering->joined);
	body_append_string(string, &rendering->joined);
	return buf_span(&rendering->joined);
}

static void render_text(
	struct rendering *rendering, struct doc *parent, const char *key, struct span text)
{
	if (!text_is_utf8(text)) {
		buf_clear(&rendering->text);
		text_append_escaped(&rendering->text, text);
		text = buf_span(&rendering->text);
	}
	doc_put_text_span(parent, key, text);
}

static void render_bytes(
	struct rendering *rendering, struct doc *parent, const char *key, struct span bytes)
{
	buf_clear(&rendering->text);
	text_append_hex(&rendering->text, bytes);
	doc_put_text_span(doc_put_object(parent, key), HEX_KEY, buf_span(&rendering->text));
}

/* What JSON has no value for, in diagnostic notation. */
static void render_notation(struct rendering *rendering, struct doc *parent, const char *key,
	const struct body_value *value)
{
	buf_clear(&rendering->text);
	body_describe(value, SIZE_MAX, &rendering->text);
	doc_put_text_span(parent, key, buf_span(&rendering->text));
}

static void render_integer(struct rendering *rendering, struct doc *parent, const char *key,
	const struct body_value *value)
{
	int64_t integer;

	if (body_value_int(value, &integer))
		doc_put_int(parent, key, integer);
	else
		render_notation(rendering, parent, key, value);
}

/* A key as it stands in JSON. */
static const char *name_key(
	struct rendering *rendering, const struct body_value *key, struct buf *out)
{
	buf_clear(out);
	if (key->kind == BODY_TEXT)
		text_append_escaped(out, whole_string(rendering, key));
	else
		body_describe(key, SIZE_MAX, out);
	return buf_text(out);
}

static bool repeats_a_key(
	struct rendering *rendering, struct doc *parent, const struct body_value *map)
{
	struct body_iter iter = body_iterate(map);
	struct doc *keys = doc_new();
	struct body_value key, value;
	size_t count = 0;
	bool repeats;

	for (; body_next_pair(&iter, &key, &value); count++)
		doc_put_text(keys, name_key(rendering, &key, &rendering->text), NULL);
	if (keys == NULL)
		doc_fail(parent);
	repeats = keys != NULL && doc_count(keys) < count;
	doc_free(keys);
	return repeats;
}

static void render_map(struct rendering *rendering, struct doc *parent, const char *key,
	const struct body_value *map)
{
	bool is_list = repeats_a_key(rendering, parent, map);
	struct doc *node = is_list ? doc_put_array(parent, key) : doc_put_object(parent, key);
	struct body_iter iter = body_iterate(map);
	struct body_value name, value;

	while (body_next_pair(&iter, &name, &value))
		render(rendering, is_list ? doc_append_object(node) : node,
			name_key(rendering, &name, &rendering->key), &value);
}

static void render_array(struct rendering *rendering, struct doc *parent, const char *key,
	const struct body_value *array)
{
	struct doc *node = doc_put_array(parent, key);
	struct body_iter iter = body_iterate(array);
	struct body_value value;

	while (body_next(&iter, &value))
		render(rendering, node, NULL, &value);
}

static void render(struct rendering *rendering, struct doc *parent, const char *key,
	const struct body_value *value)
{
	switch (value->kind) {
	case BODY_UINT:
	case BODY_NEGATIVE:
		render_integer(rendering, parent, key, value);
		break;
	case BODY_BYTES:
		render_bytes(rendering, parent, key, whole_string(rendering, value));
		break;
	case BODY_TEXT:
		render_text(rendering, parent, key, whole_string(rendering, value));
		break;
	case BODY_ARRAY:
		render_array(rendering, parent, key, value);
		break;
	case BODY_MAP:
		render_map(rendering, parent, key, value);
		break;
	case BODY_BOOL:
		doc_put_bool(parent, key, value->number != 0);
		break;
	case BODY_NULL:
		doc_put_text(parent, key, NULL);
		break;
	case BODY_UNDEFINED:
		render_notation(rendering, parent, key, value);
		break;
	case BODY_FLOAT:
		if (isfinite(value->real))
			doc_put_double(parent, key, value->real);
		else
			render_notation(rendering, parent, key, value);
		break;
	}
}

void json_put_cbor(struct doc *object, const char *key, const struct body_value *value)
{
	size_t size = value->content.len * TEXT_PER_BYTE + TEXT_EXTRA;
	uint8_t *storage = malloc(3 * size);
	struct rendering rendering = { { 0 }, { 0 }, { 0 } };

	if (storage == NULL) {
		doc_fail(object);
		return;
	}
	rendering.joined = buf_over(storage, size);
	rendering.key = buf_over(storage + size, size);
	rendering.text = buf_over(storage + 2 * size, size);
	render(&rendering, object, key, value);
	free(storage);
}

void json_put_bytes(struct doc *object, const char *key, struct span bytes)
{
	const struct body_value string = { .kind = BODY_BYTES, .content = bytes };

	json_put_cbor(object, key, &string);
}
