/* SPDX-License-Identifier: Apache-2.0 */
/* What will be written to the line later: replies of work in progress, and those that come late. */
#ifndef FAKEDEV_OUTBOX_H
#define FAKEDEV_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { OUTBOX_MAX = 64 };

struct outbox_entry {
	uint64_t due_us;
	uint8_t *bytes; /* owned */
	size_t len;
};

struct outbox {
	struct outbox_entry entries[OUTBOX_MAX]; /* in the order of their times */
	size_t count;
};

/* Copy the bytes. False when there is no room or no memory: they are lost. */
bool outbox_post(struct outbox *outbox, struct span bytes, uint64_t due_us);

/* CLOCK_NEVER when it is empty. */
uint64_t outbox_next_us(const struct outbox *outbox);

/* The bytes that are due first; valid until outbox_drop_first. */
struct span outbox_first(const struct outbox *outbox);
void outbox_drop_first(struct outbox *outbox);

void outbox_clear(struct outbox *outbox);

#endif
