/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents over jansson, see doc.h. */
#include "src/doc.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/text.h"

/* A document and each of its children is a jansson value; struct doc is only its name here. */
static json_t *value_of(struct doc *doc)
{
	return (json_t *)doc;
}

static struct doc *doc_of(json_t *value)
{
	return (struct doc *)value;
}

/*
 * Add a member, which `object` then owns. A member that could not be made (out of memory) becomes
 * null: the reader sees a hole where a value was lost, never a wrong value.
 */
static json_t *put(struct doc *object, const char *key, json_t *value)
{
	if (object == NULL || json_object_set_new(value_of(object), key,
				      value != NULL ? value : json_null()) != 0)
		return NULL;
	return value;
}

struct doc *doc_new(void)
{
	return doc_of(json_object());
}

void doc_free(struct doc *doc)
{
	json_decref(value_of(doc));
}

void doc_put_text(struct doc *object, const char *key, const char *text)
{
	uint8_t storage[2048];
	struct buf escaped = BUF_OVER(storage);
	json_t *value = text != NULL ? json_string(text) : json_null();

	/* Words from a command line may be no UTF-8, which JSON cannot hold: escape them. */
	if (value == NULL && text != NULL) {
		text_append_escaped(&escaped, span_from_text(text));
		value = json_string(buf_text(&escaped));
	}
	put(object, key, value);
}

void doc_put_uint(struct doc *object, const char *key, uint64_t value)
{
	/* JSON has one kind of number; jansson's is signed. Nothing of ours comes near its limit. */
	put(object, key, json_integer(value <= INT64_MAX ? (json_int_t)value : INT64_MAX));
}

void doc_put_int(struct doc *object, const char *key, int64_t value)
{
	put(object, key, json_integer(value));
}

void doc_put_real(struct doc *object, const char *key, double value)
{
	put(object, key, json_real(value));
}

void doc_put_bool(struct doc *object, const char *key, bool value)
{
	put(object, key, json_boolean(value));
}

void doc_put_hex(struct doc *object, const char *key, struct span bytes)
{
	uint8_t storage[256];
	struct buf hex = BUF_OVER(storage);

	text_append_hex(&hex, bytes);
	doc_put_text(object, key, bytes.len > 0 ? buf_text(&hex) : NULL);
}

struct doc *doc_put_object(struct doc *object, const char *key)
{
	return doc_of(put(object, key, json_object()));
}

struct doc *doc_put_array(struct doc *object, const char *key)
{
	return doc_of(put(object, key, json_array()));
}

struct doc *doc_append_object(struct doc *array)
{
	json_t *object = json_object();

	if (array == NULL || json_array_append_new(value_of(array), object) != 0)
		return NULL;
	return doc_of(object);
}

bool doc_write(const struct doc *doc, FILE *out)
{
	if (doc == NULL || json_dumpf((const json_t *)doc, out, JSON_REAL_PRECISION(6)) != 0)
		return false;
	return fputc('\n', out) != EOF && fflush(out) == 0;
}
