/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building and reading JSON documents: the only file that knows jansson. Members stay in the order in
 * which they were added. Running out of memory is remembered, and doc_write then says so, so that no call needs
 * a check of its own.
 */
#ifndef SRC_DOC_H
#define SRC_DOC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct doc;

/* A new document, an empty object; free with doc_free. NULL when out of memory. */
struct doc *doc_new(void);
void doc_free(struct doc *doc); /* accepts NULL */

/*
 * Every function accepts NULL for `object`, and does nothing then. It may be an array, too: then `key`
 * is NULL, and the value is put behind the last one. A text that is no UTF-8 (a file's name) is put in
 * escaped. A key is put once.
 */
void doc_put_text(struct doc *object, const char *key, const char *text); /* NULL: null */
void doc_put_uint(struct doc *object, const char *key, uint64_t value);
void doc_put_int(struct doc *object, const char *key, int64_t value);
void doc_put_real(struct doc *object, const char *key, double value); /* six digits of it */
void doc_put_bool(struct doc *object, const char *key, bool value);
void doc_put_hex(struct doc *object, const char *key, struct span bytes); /* empty: null */
/* For values that are not ours: UTF-8 that may hold a NUL; and all digits that JSON is written with. */
void doc_put_text_span(struct doc *object, const char *key, struct span text);
void doc_put_double(struct doc *object, const char *key, double value); /* no NaN, no infinity */

/* Something could not be made for want of memory: doc_write says so. Accepts NULL. */
void doc_fail(struct doc *doc);

/* Does doc_put_text put this text as it is? */
bool doc_is_utf8(const char *text);

/* A child; it belongs to its document and must not be freed. */
struct doc *doc_put_object(struct doc *object, const char *key);
struct doc *doc_put_array(struct doc *object, const char *key);
struct doc *doc_append_object(struct doc *array);

/*
 * The document, or any value in it, on one line with a line feed; control characters are escaped, those
 * of eight bits too. False when the file failed, or when memory ran out now or before; then nothing
 * was written.
 */
bool doc_write(const struct doc *doc, FILE *out);

/* The same on many lines, for people. */
bool doc_write_indented(const struct doc *doc, FILE *out);

/*
 * Read a document, which must be an array or an object; free with doc_free. `name` is the file it
 * came from: STATUS_BAD_FILE says "NAME:LINE: what is wrong". Members that are there twice are wrong.
 */
enum status doc_parse(struct span text, const char *name, struct doc **ret_doc, struct err *reterr);

bool doc_is_array(const struct doc *doc);

/* Elements of an array, members of an object; 0 for anything else. */
size_t doc_count(const struct doc *doc);

enum doc_kind { DOC_NULL, DOC_BOOL, DOC_INTEGER, DOC_REAL, DOC_TEXT, DOC_ARRAY, DOC_OBJECT };

struct doc_value {
	enum doc_kind kind;
	int64_t integer;  /* INTEGER; BOOL: 0 or 1 */
	double real;      /* REAL */
	struct span text; /* TEXT; valid as long as the document stays as it is */
};

struct doc_value doc_value(const struct doc *doc);

/* An element that is an object, a child as above. NULL when it is none, and when memory ran out. */
struct doc *doc_at(struct doc *array, size_t index);
void doc_remove(struct doc *array, size_t index);

/* A member that is a text, valid as long as it stays; NULL when there is none. */
const char *doc_get_text(const struct doc *object, const char *key);

/*
 * Any member or element, a child as above; NULL when there is none. `key` need not end with a NUL.
 */
struct doc *doc_member(struct doc *object, const char *key, size_t len);
struct doc *doc_element(struct doc *array, size_t index);

/* The value as a text: a text as it is, anything else as JSON. */
void doc_append_value(const struct doc *doc, struct buf *out);

/* The member behind `key`, NULL behind the last. NULL asks for the first. */
const char *doc_next_key(const struct doc *object, const char *key);

#endif
