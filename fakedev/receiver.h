/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a server makes packets of the lines of its UART: far stricter than a client has to be
 * (protocol.md 2.4, observed.md "Framing"). The marker must begin the line, and what is damaged
 * vanishes without an answer.
 */
#ifndef FAKEDEV_RECEIVER_H
#define FAKEDEV_RECEIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "smp/frame.h"

struct receiver_setup {
	size_t line_length; /* longest line, line feed included */
	size_t packet_max;  /* longest packet */
	bool refuses_cr;    /* MCUboot: a CR before the line feed breaks the line */
};

enum receiver_event {
	RECEIVER_MORE, /* nothing yet */
	RECEIVER_PACKET,
	RECEIVER_LOST, /* a request, or a part of one, is lost */
};

struct receiver_result {
	struct span packet;  /* valid until the next call */
	char complaint[128]; /* why it was lost */
};

struct receiver {
	struct receiver_setup setup;
	struct smp_frame_decoder decoder;
	uint8_t *memory; /* owned: of the decoder's line and its packet */
	size_t line_cap;
	size_t packet_cap;
};

/* `line_max` and `packet_max` bound all later setups. STATUS_INTERNAL: out of memory. */
enum status receiver_create(
	struct receiver *receiver, size_t line_max, size_t packet_max, struct err *reterr);
void receiver_destroy(struct receiver *receiver);

/* Start afresh, as after a boot. */
void receiver_restart(struct receiver *receiver, const struct receiver_setup *setup);

/* Take a whole line, its line feed included. */
enum receiver_event receiver_take(
	struct receiver *receiver, struct span line, struct receiver_result *ret_result);

/* Is a packet half received? */
bool receiver_is_busy(const struct receiver *receiver);

/* Forget what is half received: a part of it is missing. */
void receiver_interrupt(struct receiver *receiver);

/* Do these bytes begin as the first line of a frame does, or as a further one? */
bool receiver_is_start(struct span bytes);
bool receiver_is_continuation(struct span bytes);

/* True when a request begins somewhere in these bytes. */
bool receiver_has_marker(struct span bytes);

#endif
