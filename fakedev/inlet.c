/* SPDX-License-Identifier: Apache-2.0 */
/* Line buffers, see inlet.h. */
#include "fakedev/inlet.h"

#include <string.h>

void inlet_init(struct inlet *inlet, uint8_t *memory, size_t buffers, size_t line_length)
{
	*inlet = (struct inlet){
		.memory = memory,
		.line_length = line_length,
		.buffers = buffers < INLET_BUFFERS_MAX ? buffers : INLET_BUFFERS_MAX,
	};
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void begin_line(struct inlet *inlet)
{
	memset(inlet->front, 0, sizeof(inlet->front));
	inlet->len = 0;
	inlet->is_open = true;
	inlet->is_damaged = false;
	inlet->has_buffer = inlet->waiting < inlet->buffers;
}

/* The buffer behind those that wait. */
static size_t filling(const struct inlet *inlet)
{
	return (inlet->first + inlet->waiting) % inlet->buffers;
}

static void append(struct inlet *inlet, struct span part)
{
	size_t front = inlet->len < INLET_FRONT_SIZE ? INLET_FRONT_SIZE - inlet->len : 0;
	size_t room = inlet->len < inlet->line_length ? inlet->line_length - inlet->len : 0;

	memcpy(inlet->front + INLET_FRONT_SIZE - front, part.data, smaller(front, part.len));
	if (inlet->has_buffer && room > 0)
		memcpy(inlet->memory + filling(inlet) * inlet->line_length + inlet->len, part.data,
			smaller(room, part.len));
	inlet->len += part.len;
}

static enum inlet_event end_line(struct inlet *inlet)
{
	inlet->is_open = false;
	if (inlet->is_damaged || !inlet->has_buffer) {
		inlet->has_gap = true;
		return INLET_LOST;
	}
	if (inlet->len > inlet->line_length) {
		inlet->has_gap = true;
		return INLET_TOO_LONG;
	}
	inlet->lines[filling(inlet)] =
		(struct inlet_buffer){ .len = inlet->len, .follows_loss = inlet->has_gap };
	inlet->waiting++;
	inlet->has_gap = false;
	return INLET_WAITING;
}

enum inlet_event inlet_put(struct inlet *inlet, struct span *input)
{
	const uint8_t *feed;
	struct span part;

	if (input->len == 0)
		return INLET_MORE;
	feed = memchr(input->data, '\n', input->len);
	part = span_make(input->data, feed != NULL ? (size_t)(feed - input->data) + 1 : input->len);
	if (!inlet->is_open)
		begin_line(inlet);
	append(inlet, part);
	*input = span_sub(*input, part.len, input->len);
	return feed != NULL ? end_line(inlet) : INLET_MORE;
}

void inlet_lose(struct inlet *inlet, bool ends_line)
{
	if (!inlet->is_open && !ends_line)
		begin_line(inlet);
	/* Whole lines that are missing damage none. */
	if (inlet->is_open)
		inlet->is_damaged = true;
	else
		inlet->has_gap = true;
}

bool inlet_next(struct inlet *inlet, struct inlet_line *ret_line)
{
	const struct inlet_buffer *line = &inlet->lines[inlet->first];

	if (inlet->waiting == 0)
		return false;
	*ret_line = (struct inlet_line){
		.bytes = span_make(inlet->memory + inlet->first * inlet->line_length, line->len),
		.follows_loss = line->follows_loss,
	};
	inlet->first = (inlet->first + 1) % inlet->buffers;
	inlet->waiting--;
	return true;
}
