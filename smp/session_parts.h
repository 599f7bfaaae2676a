/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inside of a session, shared by session.c, session_send.c and session_receive.c and by nobody
 * else.
 */
#ifndef SMP_SESSION_PARTS_H
#define SMP_SESSION_PARTS_H

#include "smp/requests.h"
#include "smp/session.h"

enum { SMP_SESSION_RX_SIZE = 16384 };

struct smp_session {
	struct smp_session_config config;
	uint8_t version;
	struct smp_requests requests;

	struct buf tx; /* the piece being written; has room for the longest frame */
	size_t tx_at;  /* bytes of it that are written */
	struct smp_open_request *sending; /* whose bytes they are; NULL: nobody waits for them */
	bool pauses_behind_tx;            /* they are a lone line feed */
	bool ends_line_first;             /* before the next request, whichever it is */
	uint64_t pause_until_ms;          /* 0: no pause */
	uint64_t quiet_since_ms;          /* when the line has carried our last byte */
	bool rests; /* in raw framing: nothing is sent until SMP_RAW_REST_MS behind that */
	uint8_t last_sequence; /* of what was sent last */

	struct smp_framing_decoder decoder;
	struct buf rx;
	struct span rx_left; /* not looked at yet */
	uint64_t heard_ms;   /* when there was something to look at last */
	struct smp_session_counters counters;
	uint8_t rx_storage[SMP_SESSION_RX_SIZE];
	uint8_t line_storage[SMP_LINE_LENGTH_MAX];
	uint8_t packet_storage[SMP_PACKET_MAX + SMP_FRAME_OVERHEAD];
};

void smp_session_close_request(
	struct smp_session *session, struct smp_open_request *request, bool was_answered);

#endif
