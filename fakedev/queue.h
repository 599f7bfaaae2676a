/* SPDX-License-Identifier: Apache-2.0 */
/* Packets that wait for the server, in the order in which they came. */
#ifndef FAKEDEV_QUEUE_H
#define FAKEDEV_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct queue {
	uint8_t *packets; /* owned: `slots` times `packet_max` bytes */
	size_t *lengths;  /* owned */
	size_t slots;
	size_t packet_max;
	size_t first; /* slot of the oldest one */
	size_t count;
};

/* False when out of memory. */
bool queue_create(struct queue *queue, size_t slots, size_t packet_max);
void queue_destroy(struct queue *queue);

/* Copy a packet to the end. False when there is no room. */
bool queue_push(struct queue *queue, struct span packet);

/* Take the oldest one; it stays where it is until the next push. Empty when none waits. */
struct span queue_pop(struct queue *queue);

void queue_clear(struct queue *queue);

#endif
