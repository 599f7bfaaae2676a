/* SPDX-License-Identifier: Apache-2.0 */
/* JSON documents over jansson, see doc.h. */
#include "src/doc.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/text.h"

/* A document, or an object or array inside of one; the document owns them all. */
struct doc {
	json_t *value;
	struct doc *root;     /* itself, for the document */
	struct doc *children; /* of the document: every other node */
	struct doc *next;     /* in that list */
	bool has_failed;      /* of the document: something is missing, memory ran out */
};

/* Add a member, which `object` then owns; `value` NULL: it could not be made. */
static bool put(struct doc *object, const char *key, json_t *value)
{
	if (object == NULL) {
		json_decref(value);
		return false;
	}
	if (json_object_set_new(object->value, key, value) == 0)
		return true;
	object->root->has_failed = true;
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
		parent->root->has_failed = true;
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
	struct span bytes = span_from_text(text);
	size_t at = 0, len = 1;

	for (; at < bytes.len && len > 0; at += len)
		len = text_utf8_length(span_sub(bytes, at, bytes.len));
	return len > 0;
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
	json_t *object;

	if (array == NULL)
		return NULL;
	object = json_object();
	if (json_array_append_new(array->value, object) != 0) {
		array->root->has_failed = true;
		return NULL;
	}
	return name_child(array, object);
}

static bool write_as(const struct doc *doc, size_t flags, FILE *out)
{
	char *text;
	bool is_written;

	if (doc == NULL || doc->has_failed)
		return false;
	/* jansson allocates while it writes: half a document must not get out. */
	text = json_dumps(doc->value, flags);
	is_written = text != NULL && fprintf(out, "%s\n", text) >= 0 && fflush(out) == 0;
	free(text);
	return is_written;
}

bool doc_write(const struct doc *doc, FILE *out)
{
	return write_as(doc, JSON_REAL_PRECISION(6), out);
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

size_t doc_count(const struct doc *array)
{
	return json_array_size(array->value);
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
	text = json_dumps(doc->value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));
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
