/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR bodies written down as JSON, and back, for `raw`.
 *
 * JSON                          CBOR
 * object, array, text, bool     map, array, text string, bool
 * null                          null
 * 17, -17                       an integer
 * 1.5                           a double
 * {"$hex": "0102"}              a byte string; alone in its object
 *
 * What CBOR has besides is shown so (it cannot be made):
 *   strings, arrays and maps of indefinite length   as those of a known length
 *   integers that need more than 63 bits            a text with their digits
 *   floats that are no number, undefined            a text: "NaN", "undefined"
 *   a key that is no text                           a text in diagnostic notation: "17", "h'0102'"
 *   a map in which a key repeats                    an array of objects with one member each
 * Characters of a key that steer a terminal are escaped (text.h).
 */
#ifndef SRC_JSON_CBOR_H
#define SRC_JSON_CBOR_H

#include "smp/body.h"
#include "src/doc.h"

/* STATUS_USAGE: nested too deep, or a "$hex" that is none. That `out` was too small it says itself. */
enum status json_to_cbor(struct doc *json, struct buf *out, struct err *reterr);

/* Put the value in as a member. What fails for want of memory, the document remembers. */
void json_put_cbor(struct doc *object, const char *key, const struct body_value *value);

/* Bytes that are no CBOR, in the form of a byte string. */
void json_put_bytes(struct doc *object, const char *key, struct span bytes);

#endif
