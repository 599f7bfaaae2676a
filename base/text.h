/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in: numbers, durations and hex digits from command lines and files, parsed strictly.
 * Text out: device text made harmless for a terminal, numbers made pleasant for a person.
 *
 * The parsers accept the whole text or nothing; they return false and leave the output alone when
 * the text is empty, has anything behind the value, or is out of range.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* Decimal, or hexadecimal behind 0x; no sign, no blanks. */
bool text_parse_uint(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value);

/* "2s", "500ms", "1.5s", "2m"; a bare number is seconds (cli.md). At most a day. */
bool text_parse_duration_ms(const char *text, uint64_t *ret_ms);

/* Hex digits, an even number of them, upper or lower case. */
bool text_parse_hex(const char *text, struct buf *out);

/* Lower-case hex digits of `bytes`. */
void text_append_hex(struct buf *out, struct span bytes);

/*
 * Bytes from a device or a file as one harmless line: printable ASCII and well-formed UTF-8 stay,
 * control characters (C0, C1, DEL), bad UTF-8 and the backslash become \n, \r, \t, \\ or \xNN.
 */
void text_append_escaped(struct buf *out, struct span bytes);

/* "1.5 MiB", "380 B" */
void text_append_size(struct buf *out, uint64_t bytes);

/* "2.0 s", "350 ms", "2 min 5 s" */
void text_append_duration(struct buf *out, uint64_t ms);

/* True when the two words are at most two slips of the finger apart: for "did you mean". */
bool text_is_similar(const char *a, const char *b);

/* Length of the well-formed UTF-8 sequence at the front of `bytes`, 0 when there is none. */
size_t text_utf8_length(struct span bytes);

/* Are all of them? No bytes are. */
bool text_is_utf8(struct span bytes);

#endif
