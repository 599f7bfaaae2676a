/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A span is a borrowed run of bytes: it owns nothing and is valid as long as what it points into.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *data; /* may be NULL when len is 0 */
	size_t len;          /* bytes */
};

static inline struct span span_make(const void *data, size_t len)
{
	return (struct span){ .data = data, .len = len };
}

static inline struct span span_from_text(const char *text)
{
	return span_make(text, strlen(text));
}

static inline bool span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* The part from `at`, at most `len` bytes long; what lies beyond the end is cut off. */
static inline struct span span_sub(struct span s, size_t at, size_t len)
{
	if (at >= s.len)
		return span_make(NULL, 0);
	return span_make(s.data + at, len < s.len - at ? len : s.len - at);
}

/* True if [at, at + len) lies within the span, without overflow. */
static inline bool span_holds(struct span s, size_t at, size_t len)
{
	return at <= s.len && len <= s.len - at;
}

#endif
