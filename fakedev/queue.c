/* SPDX-License-Identifier: Apache-2.0 */
/* A ring of packets, see queue.h. */
#include "fakedev/queue.h"

#include <stdlib.h>
#include <string.h>

bool queue_create(struct queue *queue, size_t slots, size_t packet_max)
{
	*queue = (struct queue){
		.packets = malloc(slots * packet_max),
		.lengths = calloc(slots, sizeof(*queue->lengths)),
		.slots = slots,
		.packet_max = packet_max,
	};
	return queue->packets != NULL && queue->lengths != NULL;
}

void queue_destroy(struct queue *queue)
{
	free(queue->packets);
	free(queue->lengths);
	*queue = (struct queue){ 0 };
}

bool queue_push(struct queue *queue, struct span packet)
{
	size_t slot = (queue->first + queue->count) % queue->slots;

	if (queue->count == queue->slots || packet.len > queue->packet_max)
		return false;
	memcpy(queue->packets + slot * queue->packet_max, packet.data, packet.len);
	queue->lengths[slot] = packet.len;
	queue->count++;
	return true;
}

struct span queue_pop(struct queue *queue)
{
	size_t slot = queue->first;

	if (queue->count == 0)
		return span_make(NULL, 0);
	queue->first = (slot + 1) % queue->slots;
	queue->count--;
	return span_make(queue->packets + slot * queue->packet_max, queue->lengths[slot]);
}

void queue_clear(struct queue *queue)
{
	queue->count = 0;
}
