/* SPDX-License-Identifier: Apache-2.0 */
/* A reply on its way out: cut into lines, wrapped in log text, and bent by the faults. */
#ifndef FAKEDEV_WIRE_H
#define FAKEDEV_WIRE_H

#include <stdint.h>

#include "base/buf.h"
#include "fakedev/config.h"
#include "smp/frame.h"

struct wire {
	const struct fakedev_config *config;
	enum smp_frame_style style;
	uint64_t random;    /* state of the generator */
	uint64_t booted_us; /* log lines count from there */
	uint8_t *scratch;   /* owned: a packet that is being spoilt */
	size_t scratch_cap;
};

/* Replies are at most `packet_max` bytes. False when out of memory. */
bool wire_create(struct wire *wire, const struct fakedev_config *config, size_t packet_max);
void wire_destroy(struct wire *wire);

/* The most that wire_put_reply appends for one reply, whatever the faults. */
size_t wire_reply_max(size_t packet_max);

/*
 * Append what the line carries for this reply. `request_number` says which faults are on. The
 * caller decides about faults that concern when and whether something is sent.
 */
void wire_put_reply(struct wire *wire, uint32_t request_number, struct span packet, uint64_t now_us,
	struct buf *out);

/* A line that a shell without SMP would answer. */
void wire_put_shell_text(struct buf *out);

#endif
