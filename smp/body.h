/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CBOR body of an SMP message, behind a fence: the only file that knows libcbor.
 *
 * Reading never allocates. body_open walks the whole body once, with libcbor's streaming decoder,
 * and accepts it only if every declared length and count fits in the bytes held, nothing is nested
 * deeper than BODY_DEPTH_MAX, and nothing stands behind it; libcbor 0.8 may not be trusted with less
 * (five bytes make its tree builder touch gigabytes). What body_open has accepted can then be read
 * in any order. A body_value borrows from the bytes it was opened over.
 *
 * Servers send maps of indefinite length, in any key order, with keys we do not know; Mynewt even
 * byte strings of indefinite length (protocol.md 1.2). Tags are refused: SMP has none.
 *
 * Writing appends to a bounded buffer, whose overflow flag tells in the end whether all of it fit.
 */
#ifndef SMP_BODY_H
#define SMP_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

enum { BODY_DEPTH_MAX = 16 };

enum body_kind {
	BODY_UINT,
	BODY_NEGATIVE, /* an integer below 0 */
	BODY_BYTES,
	BODY_TEXT,
	BODY_ARRAY,
	BODY_MAP,
	BODY_BOOL,
	BODY_NULL,
	BODY_UNDEFINED,
	BODY_FLOAT,
};

struct body_value {
	enum body_kind kind;
	bool indefinite;     /* string, array or map: its length was not announced */
	uint64_t number;     /* UINT: the value. NEGATIVE: -1 - value. BOOL: 0 or 1.
	                      * ARRAY, MAP: entries, when not indefinite */
	double real;         /* FLOAT */
	struct span content; /* BYTES, TEXT: the string, when not indefinite. ARRAY, MAP and
	                      * indefinite strings: the encoded entries, break included */
};

/* STATUS_PROTOCOL when `bytes` is not exactly one sound CBOR item, or that item is no map. */
enum status body_open(struct span bytes, struct body_value *ret_map, struct err *reterr);

/* As body_open, for an item of any kind. */
enum status body_open_any(struct span bytes, struct body_value *ret_value, struct err *reterr);

struct body_iter {
	struct span rest;
	uint64_t left; /* items still to come, when the container is not indefinite */
	bool indefinite;
};

/* Walk an array or a map (or the chunks of an indefinite string). */
struct body_iter body_iterate(const struct body_value *container);

/* The next item; false at the end. In a map, keys and values take turns. */
bool body_next(struct body_iter *iter, struct body_value *ret_value);

/* The next key and value of a map; false at the end. */
bool body_next_pair(
	struct body_iter *iter, struct body_value *ret_key, struct body_value *ret_value);

/* The value under a text key; the first one when the key is repeated. */
bool body_get(const struct body_value *map, const char *key, struct body_value *ret_value);

/* What a typed look-up found. */
enum body_found { BODY_ABSENT, BODY_WRONG_TYPE, BODY_FOUND };

/* WRONG_TYPE also when the number is above `max`. */
enum body_found body_get_uint(
	const struct body_value *map, const char *key, uint64_t max, uint64_t *ret_value);
enum body_found body_get_int(const struct body_value *map, const char *key, int64_t *ret_value);
enum body_found body_get_bool(const struct body_value *map, const char *key, bool *ret_value);
/* Strings of indefinite length are WRONG_TYPE here: take them with body_append_string. */
enum body_found body_get_bytes(
	const struct body_value *map, const char *key, struct span *ret_bytes);
enum body_found body_get_text(const struct body_value *map, const char *key, struct span *ret_text);

/* True when a UINT or NEGATIVE value fits in 64 bits with sign. */
bool body_value_int(const struct body_value *value, int64_t *ret_value);

/* Append a byte or text string, its chunks joined. */
void body_append_string(const struct body_value *string, struct buf *out);

/*
 * CBOR diagnostic notation on one line, device text escaped: {"off": 0, "data": h'3db8f396...'}.
 * Byte strings longer than `bytes_max` are cut and their length is given instead.
 */
void body_describe(const struct body_value *value, size_t bytes_max, struct buf *out);

void body_put_map(struct buf *out, size_t pairs);
void body_put_array(struct buf *out, size_t items);
void body_put_map_indefinite(struct buf *out);
void body_put_array_indefinite(struct buf *out);
void body_put_break(struct buf *out);
void body_put_uint(struct buf *out, uint64_t value);
void body_put_int(struct buf *out, int64_t value);
void body_put_bool(struct buf *out, bool value);
void body_put_null(struct buf *out);
void body_put_double(struct buf *out, double value);
void body_put_text(struct buf *out, const char *text);
void body_put_text_span(struct buf *out, struct span text);
void body_put_bytes(struct buf *out, struct span bytes);

#endif
