/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that take their time, see line.h. */
#include "fakedev/line.h"

#include <string.h>

#include "base/clock.h"

enum { BITS_PER_BYTE = 10, US_PER_SECOND = 1000 * 1000 };

void line_init(struct line *line, struct buf queue, uint32_t baud)
{
	*line = (struct line){ .queue = queue, .baud = baud };
}

/* Rounded up: a byte is there when all of its stop bit is. */
uint64_t line_duration_us(const struct line *line, size_t len)
{
	if (line->baud == 0)
		return 0;
	return ((uint64_t)len * BITS_PER_BYTE * US_PER_SECOND + line->baud - 1) / line->baud;
}

static size_t moving(const struct line *line)
{
	return line->queue.len - line->settled;
}

static void settle(struct line *line, uint64_t now_us)
{
	size_t arrived = moving(line);

	if (line->baud != 0 && arrived > 0) {
		uint64_t elapsed = now_us > line->started_us ? now_us - line->started_us : 0;
		uint64_t carried = elapsed * line->baud / (BITS_PER_BYTE * (uint64_t)US_PER_SECOND);

		carried = carried > line->gone ? carried - line->gone : 0;
		if (carried < arrived)
			arrived = (size_t)carried;
	}
	line->settled += arrived;
	line->gone += arrived;
}

size_t line_put(struct line *line, struct span bytes, uint64_t now_us)
{
	size_t room = line->queue.cap - line->queue.len;
	struct span taken = span_sub(bytes, 0, room);

	settle(line, now_us);
	if (moving(line) == 0) {
		line->started_us = now_us;
		line->gone = 0;
	}
	buf_append_span(&line->queue, taken);
	settle(line, now_us);
	return taken.len;
}

struct span line_arrived(struct line *line, uint64_t now_us)
{
	settle(line, now_us);
	return span_make(line->queue.data, line->settled);
}

void line_take(struct line *line, size_t len)
{
	buf_consume(&line->queue, len);
	line->settled -= len;
}

void line_cut(struct line *line, uint64_t now_us)
{
	settle(line, now_us);
	line->queue.len = line->settled;
}

void line_clear(struct line *line)
{
	buf_clear(&line->queue);
	line->settled = 0;
	line->gone = 0;
}

uint64_t line_next_us(const struct line *line)
{
	const uint8_t *begin = line->queue.data + line->settled;
	size_t len = moving(line);
	const uint8_t *feed = NULL;

	if (line->settled > 0)
		return 0;
	if (len == 0)
		return CLOCK_NEVER;
	if (line->stride > 0)
		len = len < line->stride ? len : line->stride;
	else
		feed = memchr(begin, '\n', len);
	if (feed != NULL)
		len = (size_t)(feed - begin) + 1;
	return line->started_us + line_duration_us(line, line->gone + len);
}

uint64_t line_idle_us(const struct line *line, uint64_t now_us)
{
	size_t len = moving(line);

	if (len == 0)
		return now_us;
	return line->started_us + line_duration_us(line, line->gone + len);
}
