/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bounded buffer over storage that somebody else owns. Appending beyond its capacity changes
 * nothing but the `overflow` flag, which stays set until buf_clear: so a whole message can be built
 * without a check per field, and asked once at the end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct buf {
	uint8_t *data;
	size_t len; /* bytes used */
	size_t cap; /* bytes there are */
	bool overflow;
};

/* A buffer over an array in scope. */
#define BUF_OVER(array) buf_over((array), sizeof(array))

struct buf buf_over(void *storage, size_t cap);
void buf_clear(struct buf *buf);

bool buf_append(struct buf *buf, const void *data, size_t len);
bool buf_append_span(struct buf *buf, struct span span);
bool buf_append_byte(struct buf *buf, uint8_t byte);
bool buf_append_text(struct buf *buf, const char *text);

/* printf at the end of the buffer. What does not fit is cut off and sets `overflow`. */
bool buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool buf_format_args(struct buf *buf, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Room at the end to write into; call buf_commit with what was written. NULL when len won't fit. */
uint8_t *buf_reserve(struct buf *buf, size_t len);
void buf_commit(struct buf *buf, size_t len);

/* Drop `len` bytes at the front. */
void buf_consume(struct buf *buf, size_t len);

struct span buf_span(const struct buf *buf);

/*
 * The content as a C string: ends it with a NUL, which is not counted in len. When the buffer is
 * full the last byte is overwritten. The buffer must have room for at least one byte.
 */
const char *buf_text(struct buf *buf);

#endif
