/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a server makes packets of raw bytes (protocol.md 2.8). Nothing but the length in its header ends
 * a packet, so after a lost byte all that follows is taken wrongly, until what is there cannot be a
 * request, or the time is up. The servers differ in both:
 *
 *                       Zephyr's application             MCUboot's serial recovery
 *   cannot be           operation > 3, or too long:      operation other than 0 and 2, or too long:
 *                       those bytes are thrown away      all that was read at once is
 *   time is up          3 s from the first byte,         3 s from the last byte
 *                       seen when the next one comes
 *
 * Both can be built without that time, which is Zephyr's default.
 */
#ifndef FAKEDEV_RAW_RECEIVER_H
#define FAKEDEV_RAW_RECEIVER_H

#include "fakedev/receiver.h"

struct raw_receiver_setup {
	size_t packet_max;
	bool is_recovery;
	bool has_timeout;
};

struct raw_receiver {
	struct raw_receiver_setup setup;
	struct buf packet;  /* as far as it is received */
	uint64_t counts_us; /* its time runs from there */
	uint8_t *memory;    /* owned */
	size_t memory_cap;
};

/* `packet_max` bounds all later setups. STATUS_INTERNAL: out of memory. */
enum status raw_receiver_create(
	struct raw_receiver *receiver, size_t packet_max, struct err *reterr);
void raw_receiver_destroy(struct raw_receiver *receiver);

/* Start afresh, as after a boot. */
void raw_receiver_restart(struct raw_receiver *receiver, const struct raw_receiver_setup *setup);

/*
 * Take bytes off the front of *bytes, which were read at once: up to the end of a packet, or to where
 * something is lost.
 */
enum receiver_event raw_receiver_take(struct raw_receiver *receiver, struct span *bytes,
	uint64_t at_us, struct receiver_result *ret_result);

/* Is a packet half received? */
bool raw_receiver_is_busy(const struct raw_receiver *receiver);

/* So many bytes must come before there is anything to do. */
size_t raw_receiver_wanted(const struct raw_receiver *receiver);

#endif
