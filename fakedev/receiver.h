/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a server takes packets off its UART: far stricter than a client has to be (protocol.md 2.4,
 * observed.md "Framing"). The marker must begin the line, a line that is too long is lost, and what
 * is damaged vanishes without an answer.
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
	RECEIVER_MORE, /* all input is used up */
	RECEIVER_PACKET,
	RECEIVER_LOST, /* a request, or a part of one, is lost */
};

struct receiver_result {
	struct span packet;  /* valid until the next call */
	size_t lines;        /* that the packet came in */
	char complaint[128]; /* why it was lost */
};

struct receiver {
	struct receiver_setup setup;
	struct buf line; /* the line so far */
	size_t skipped;  /* bytes of a line that did not fit; 0 when it does */
	size_t lines;    /* of the packet in assembly */
	struct smp_frame_decoder decoder;
	uint8_t *memory; /* owned: of `line`, the decoder's line and its packet */
	size_t line_cap;
	size_t packet_cap;
};

/* `line_max` and `packet_max` bound all later setups. STATUS_INTERNAL: out of memory. */
enum status receiver_create(
	struct receiver *receiver, size_t line_max, size_t packet_max, struct err *reterr);
void receiver_destroy(struct receiver *receiver);

/* Start afresh, as after a boot. */
void receiver_restart(struct receiver *receiver, const struct receiver_setup *setup);

/* Take bytes from the front of *input until something happens. */
enum receiver_event receiver_take(
	struct receiver *receiver, struct span *input, struct receiver_result *ret_result);

/* True when a request begins somewhere in these bytes. */
bool receiver_has_marker(struct span bytes);

#endif
