/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes with a time, see outbox.h. */
#include "fakedev/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

bool outbox_post(struct outbox *outbox, struct span bytes, uint64_t due_us)
{
	size_t at = outbox->count;
	uint8_t *copy;

	if (bytes.len == 0)
		return true;
	copy = outbox->count < OUTBOX_MAX ? malloc(bytes.len) : NULL;
	if (copy == NULL)
		return false;
	memcpy(copy, bytes.data, bytes.len);
	for (; at > 0 && outbox->entries[at - 1].due_us > due_us; at--)
		outbox->entries[at] = outbox->entries[at - 1];
	outbox->entries[at] = (struct outbox_entry){ due_us, copy, bytes.len };
	outbox->count++;
	return true;
}

uint64_t outbox_next_us(const struct outbox *outbox)
{
	return outbox->count > 0 ? outbox->entries[0].due_us : CLOCK_NEVER;
}

struct span outbox_first(const struct outbox *outbox)
{
	if (outbox->count == 0)
		return span_make(NULL, 0);
	return span_make(outbox->entries[0].bytes, outbox->entries[0].len);
}

void outbox_drop_first(struct outbox *outbox)
{
	if (outbox->count == 0)
		return;
	free(outbox->entries[0].bytes);
	outbox->count--;
	memmove(&outbox->entries[0], &outbox->entries[1],
		outbox->count * sizeof(outbox->entries[0]));
}

void outbox_clear(struct outbox *outbox)
{
	while (outbox->count > 0)
		outbox_drop_first(outbox);
}
