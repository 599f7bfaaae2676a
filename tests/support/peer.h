/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A device of a few lines behind a loopback transport: each test says in a function what it answers.
 * For tests of the client that need a device which does exactly one odd thing; the fake board is for
 * all that a real device does.
 */
#ifndef TESTS_SUPPORT_PEER_H
#define TESTS_SUPPORT_PEER_H

#include "smp/framing.h"
#include "smp/header.h"
#include "transport/transport.h"

enum { PEER_PACKET_MAX = 8192, PEER_OUT_MAX = 32768 };

struct peer {
	/* What the test wants; to be set after peer_open. */
	void (*answer)(struct peer *peer, const struct smp_header *request, struct span body);
	uint64_t delay_us;      /* from a request to what is said to it */
	size_t room;            /* bytes taken per millisecond; 0: all */
	bool is_absent;         /* the port has gone away */
	bool leaves_on_request; /* it goes away as soon as a request has come in */
	void *ctx;              /* for `answer` */

	/* What the test can look at. */
	unsigned requests;   /* that came in whole */
	unsigned line_feeds; /* lone ones, in a write of their own */
	unsigned closed;
	struct smp_header last; /* header of the latest request */

	struct smp_framing_decoder decoder;
	struct buf out;
	uint64_t now_us, out_at_us;
	uint64_t room_at_us; /* more can be taken then; 0: nothing was refused */
	uint8_t line[SMP_LINE_LENGTH_MAX];
	uint8_t packet[PEER_PACKET_MAX + SMP_FRAME_OVERHEAD];
	uint8_t out_bytes[PEER_OUT_MAX];
};

/* `peer` must outlive the transport. It is silent until `answer` is set. */
struct transport *peer_open(struct peer *peer);

/* It speaks console framing, unless told otherwise; to be said after peer_open. */
void peer_speak(struct peer *peer, enum smp_framing framing);

/* Reply to a request with this CBOR body. */
void peer_reply(struct peer *peer, const struct smp_header *request, struct span body);

/* Any bytes, as they are. */
void peer_say(struct peer *peer, struct span bytes);

#endif
