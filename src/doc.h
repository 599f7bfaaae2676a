/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Building JSON documents: the only file that knows jansson. Members stay in the order in which they
 * were added. Running out of memory is remembered, and doc_write then says so, so that no call needs
 * a check of its own.
 */
#ifndef SRC_DOC_H
#define SRC_DOC_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/span.h"

struct doc;

/* A new document, an empty object; free with doc_free. NULL when out of memory. */
struct doc *doc_new(void);
void doc_free(struct doc *doc); /* accepts NULL */

/*
 * Every function accepts NULL for `object`, and does nothing then. A text that is no UTF-8 (a file's
 * name) is put in escaped. A key is put once.
 */
void doc_put_text(struct doc *object, const char *key, const char *text); /* NULL: null */
void doc_put_uint(struct doc *object, const char *key, uint64_t value);
void doc_put_int(struct doc *object, const char *key, int64_t value);
void doc_put_real(struct doc *object, const char *key, double value);
void doc_put_bool(struct doc *object, const char *key, bool value);
void doc_put_hex(struct doc *object, const char *key, struct span bytes); /* empty: null */

/* A child; it belongs to its document and must not be freed. */
struct doc *doc_put_object(struct doc *object, const char *key);
struct doc *doc_put_array(struct doc *object, const char *key);
struct doc *doc_append_object(struct doc *array);

/*
 * The document on one line, with a line feed. False when the file failed, or when memory ran out now
 * or before; then nothing was written.
 */
bool doc_write(const struct doc *doc, FILE *out);

#endif
