/* SPDX-License-Identifier: Apache-2.0 */
/* The bounded buffer of buf.h. */
#include "base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct buf buf_over(void *storage, size_t cap)
{
	return (struct buf){ .data = storage, .cap = cap };
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->overflow = false;
}

uint8_t *buf_reserve(struct buf *buf, size_t len)
{
	if (buf->overflow || len > buf->cap - buf->len) {
		buf->overflow = true;
		return NULL;
	}
	return buf->data + buf->len;
}

void buf_commit(struct buf *buf, size_t len)
{
	assert(len <= buf->cap - buf->len);
	buf->len += len;
}

bool buf_append(struct buf *buf, const void *data, size_t len)
{
	uint8_t *room = buf_reserve(buf, len);

	if (room == NULL)
		return false;
	if (len > 0)
		memcpy(room, data, len);
	buf_commit(buf, len);
	return true;
}

bool buf_append_span(struct buf *buf, struct span span)
{
	return buf_append(buf, span.data, span.len);
}

bool buf_append_byte(struct buf *buf, uint8_t byte)
{
	return buf_append(buf, &byte, 1);
}

bool buf_append_text(struct buf *buf, const char *text)
{
	return buf_append(buf, text, strlen(text));
}

bool buf_format_args(struct buf *buf, const char *format, va_list args)
{
	size_t room = buf->cap - buf->len;
	int wanted;

	if (buf->overflow)
		return false;
	wanted = vsnprintf(room > 0 ? (char *)buf->data + buf->len : NULL, room, format, args);
	if (wanted == 0)
		return true;
	if (wanted < 0 || (size_t)wanted >= room) {
		/* vsnprintf has spent one byte on its NUL. */
		buf->len += room > 0 ? room - 1 : 0;
		buf->overflow = true;
		return false;
	}
	buf->len += (size_t)wanted;
	return true;
}

bool buf_format(struct buf *buf, const char *format, ...)
{
	va_list args;
	bool fits;

	va_start(args, format);
	fits = buf_format_args(buf, format, args);
	va_end(args);
	return fits;
}

void buf_consume(struct buf *buf, size_t len)
{
	assert(len <= buf->len);
	buf->len -= len;
	if (len > 0 && buf->len > 0)
		memmove(buf->data, buf->data + len, buf->len);
}

struct span buf_span(const struct buf *buf)
{
	return span_make(buf->data, buf->len);
}

const char *buf_text(struct buf *buf)
{
	assert(buf->cap > 0);
	if (buf->len == buf->cap)
		buf->len--;
	buf->data[buf->len] = '\0';
	return (const char *)buf->data;
}
