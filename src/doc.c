/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents over jansson, see doc.h. */
#include "src/doc.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/*
 * Significant digits. Our own measurements have no more than six; with fifteen every decimal number of
 * so many comes out as it went in.
 */
enum { REAL_DIGITS = 6, WRITTEN_DIGITS = 15 };

/* A document, or an object or array inside of one; the document owns them all. */
struct doc {
	json_t *value;
	struct doc *root;     /* itself, for the document */
	struct doc *children; /* of the document: every other node */
	struct doc *next;     /* in that list */
	bool has_failed;      /* of the document: something is missing, memory ran out */
};

void doc_fail(struct doc *doc)
{
	if (doc != NULL)
		doc->root->has_failed = true;
}

/* Add a member or element, which `object` then owns; `value` NULL: it could not be made. */
static bool put(struct doc *object, const char *key, json_t *value)
{
	int result;

	if (object == NULL) {
		json_decref(value);
		return false;
	}
	result = key != NULL ? json_object_set_new(object->value, key, value)
			     : json_array_append_new(object->value, value);
	if (result == 0)
		return true;
	doc_fail(object);
	return false;
}

struct doc *doc_new(void)
{
	struct doc *doc = calloc(1, sizeof(*doc));

	if (doc == NULL)
		return NULL;
	doc->root = doc;
	doc->value = json_object();
	doc->has_failed = doc->value == NULL;
	return doc;
}

void doc_free(struct doc *doc)
{
	if (doc == NULL)
		return;
	while (doc->children != NULL) {
		struct doc *child = doc->children;

		doc->children = child->next;
		free(child);
	}
	json_decref(doc->value);
	free(doc);
}

/* Name a value that its parent has taken; NULL when there is no memory for the name. */
static struct doc *name_child(struct doc *parent, json_t *value)
{
	struct doc *child = calloc(1, sizeof(*child));

	if (child == NULL) {
		doc_fail(parent);
		return NULL;
	}
	*child = (struct doc){
		.value = value,
		.root = parent->root,
		.next = parent->root->children,
	};
	parent->root->children = child;
	return child;
}

bool doc_is_utf8(const char *text)
{
	return text_is_utf8(span_from_text(text));
}

void doc_put_text(struct doc *object, const char *key, const char *text)
{
	uint8_t storage[4096];
	struct buf escaped = BUF_OVER(storage);

	/* Words from a command line may be no UTF-8, which JSON cannot hold: escape them. */
	if (text != NULL && !doc_is_utf8(text)) {
		text_append_escaped(&escaped, span_from_text(text));
		text = buf_text(&escaped);
	}
	put(object, key, text != NULL ? json_string(text) : json_null());
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
	char text[32];

	snprintf(text, sizeof(text), "%.*g", REAL_DIGITS, value);
	doc_put_double(object, key, strtod(text, NULL));
}

void doc_put_double(struct doc *object, const char *key, double value)
{
	put(object, key, json_real(value));
}

void doc_put_text_span(struct doc *object, const char *key, struct span text)
{
	put(object, key, json_stringn(text.len > 0 ? (const char *)text.data : "", text.len));
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

static struct doc *put_child(struct doc *object, const char *key, json_t *value)
{
	return put(object, key, value) ? name_child(object, value) : NULL;
}

struct doc *doc_put_object(struct doc *object, const char *key)
{
	return put_child(object, key, json_object());
}

struct doc *doc_put_array(struct doc *object, const char *key)
{
	return put_child(object, key, json_array());
}

struct doc *doc_append_object(struct doc *array)
{
	return doc_put_object(array, NULL);
}

/* The length of a control character that jansson lets pass, though a terminal obeys it; else 0. */
static size_t control_length(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;

	if (bytes[0] == 0x7f)
		return 1;
	return bytes[0] == 0xc2 && bytes[1] >= 0x80 && bytes[1] < 0xa0 ? 2 : 0;
}

/* In JSON such characters stand in strings only, where they have another spelling. */
static bool write_harmless(const char *text, FILE *out)
{
	while (*text != '\0') {
		const char *start = text;
		size_t len = 0;

		while (*text != '\0' && (len = control_length(text)) == 0)
			text++;
		if (fwrite(start, 1, (size_t)(text - start), out) != (size_t)(text - start))
			return false;
		if (len > 0 && fprintf(out, "\\u00%02X", (unsigned char)text[len - 1]) < 0)
			return false;
		text += len;
	}
	return fputc('\n', out) != EOF;
}

static bool write_as(const struct doc *doc, size_t flags, FILE *out)
{
	char *text;
	bool is_written;

	if (doc == NULL || doc->root->has_failed)
		return false;
	/* jansson allocates while it writes: half a document must not get out. */
	text = json_dumps(
		doc->value, flags | JSON_ENCODE_ANY | JSON_REAL_PRECISION(WRITTEN_DIGITS));
	is_written = text != NULL && write_harmless(text, out) && fflush(out) == 0;
	free(text);
	return is_written;
}

bool doc_write(const struct doc *doc, FILE *out)
{
	return write_as(doc, 0, out);
}

bool doc_write_indented(const struct doc *doc, FILE *out)
{
	return write_as(doc, JSON_INDENT(4), out);
}

enum status doc_parse(struct span text, const char *name, struct doc **ret_doc, struct err *reterr)
{
	struct doc *doc = calloc(1, sizeof(*doc));
	const char *data = text.len > 0 ? (const char *)text.data : "";
	json_error_t error;

	if (doc == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	doc->root = doc;
	doc->value = json_loadb(data, text.len, JSON_REJECT_DUPLICATES, &error);
	if (doc->value == NULL) {
		free(doc);
		if (json_error_code(&error) == json_error_out_of_memory)
			return err_set(reterr, STATUS_INTERNAL, "out of memory");
		return err_set(reterr, STATUS_BAD_FILE, "%s:%d: no sound JSON: %s", name,
			error.line, error.text);
	}
	*ret_doc = doc;
	return STATUS_OK;
}

bool doc_is_array(const struct doc *doc)
{
	return json_is_array(doc->value);
}

size_t doc_count(const struct doc *doc)
{
	return json_is_array(doc->value) ? json_array_size(doc->value)
					 : json_object_size(doc->value);
}

struct doc_value doc_value(const struct doc *doc)
{
	const json_t *value = doc->value;
	struct doc_value result = { .kind = DOC_NULL };

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		result.kind = DOC_OBJECT;
		break;
	case JSON_ARRAY:
		result.kind = DOC_ARRAY;
		break;
	case JSON_STRING:
		result.kind = DOC_TEXT;
		result.text = span_make(json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		result.kind = DOC_INTEGER;
		result.integer = json_integer_value(value);
		break;
	case JSON_REAL:
		result.kind = DOC_REAL;
		result.real = json_real_value(value);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		result.kind = DOC_BOOL;
		result.integer = json_is_true(value);
		break;
	case JSON_NULL:
		break;
	}
	return result;
}

struct doc *doc_at(struct doc *array, size_t index)
{
	json_t *value = json_array_get(array->value, index);

	return json_is_object(value) ? name_child(array, value) : NULL;
}

void doc_remove(struct doc *array, size_t index)
{
	json_array_remove(array->value, index);
}

const char *doc_get_text(const struct doc *object, const char *key)
{
	return json_string_value(json_object_get(object->value, key));
}

struct doc *doc_member(struct doc *object, const char *key, size_t len)
{
	json_t *value = json_object_getn(object->value, key, len);

	return value != NULL ? name_child(object, value) : NULL;
}

struct doc *doc_element(struct doc *array, size_t index)
{
	json_t *value = json_array_get(array->value, index);

	return value != NULL ? name_child(array, value) : NULL;
}

void doc_append_value(const struct doc *doc, struct buf *out)
{
	char *text;

	if (json_is_string(doc->value)) {
		buf_append_text(out, json_string_value(doc->value));
		return;
	}
	text = json_dumps(doc->value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(WRITTEN_DIGITS));
	if (text != NULL)
		buf_append_text(out, text);
	free(text);
}

const char *doc_next_key(const struct doc *object, const char *key)
{
	json_t *value = object->value;
	void *place = json_object_iter(value);

	if (key != NULL)
		place = json_object_iter_next(value, json_object_iter_at(value, key));
	return json_object_iter_key(place);
}
