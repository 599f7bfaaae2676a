/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The open requests of a session: their lives, their order, and the sequence numbers of their tries.
 * A part of session.c, for nobody else.
 */
#ifndef SMP_REQUESTS_H
#define SMP_REQUESTS_H

#include "smp/session.h"

enum { SMP_SEQUENCES = 256 };

/*
 * The life of a request: QUEUED until the window lets it out, SENDING while its bytes are written,
 * WAITING for the reply; back to QUEUED for another try.
 */
enum smp_request_state {
	SMP_REQUEST_FREE,
	SMP_REQUEST_QUEUED,
	SMP_REQUEST_SENDING,
	SMP_REQUEST_WAITING,
};

struct smp_open_request {
	enum smp_request_state state;
	uint32_t ticket;
	struct smp_header header; /* sequence and version are those of the latest try */
	struct buf packet;        /* header and body; storage is kept for the next request */
	uint32_t timeout_ms;
	uint32_t first_timeout_ms; /* of the first try */
	unsigned tries_left;       /* after the current one */
	unsigned tries_made;
	/* Of the tries made; one more for a change of version. */
	uint8_t sequences[SMP_SESSION_TRIES_MAX + 1];
	uint64_t deadline_ms;   /* WAITING: for the reply. SENDING: for the next byte to be taken */
	uint64_t written_ms;    /* WAITING: when the last byte was written */
	bool needs_line_feed;   /* a repetition: a lone line feed goes first */
	bool is_cancelled;      /* nobody waits, but it is with the device: its place in the window
	                           is free when it is answered or its time is over */
	unsigned refused_tries; /* the first so many were made in a version the device refuses */
	uint8_t refused_version;
};

/* What a sequence number was last used for, to tell a late reply from a stray one. */
struct smp_past_try {
	bool is_known, was_answered;
	uint8_t op, command;
	uint16_t group;
};

struct smp_requests {
	struct smp_open_request table[SMP_SESSION_REQUESTS_MAX];
	struct smp_past_try past[SMP_SEQUENCES];
	uint8_t next_sequence;
	uint32_t next_ticket;
};

/* Empty `buf` and give it room for at least `cap` bytes; false when out of memory. */
bool smp_requests_make_room(struct buf *buf, size_t cap);

void smp_requests_free(struct smp_requests *requests);

/*
 * A queued request with its packet; its `timeout_ms` and tries are still to be set.
 * STATUS_INTERNAL: the table is full, or out of memory.
 */
enum status smp_requests_add(struct smp_requests *requests, const struct smp_request *wanted,
	struct smp_open_request **ret_request, struct err *reterr);

/* Close a request and remember what its sequence numbers stood for. */
void smp_requests_close(
	struct smp_requests *requests, struct smp_open_request *request, bool was_answered);

/* Open ones; cancelled ones are not. */
unsigned smp_requests_count(const struct smp_requests *requests);

/* NULL when there is none, or it is cancelled. */
struct smp_open_request *smp_requests_find(struct smp_requests *requests, uint32_t ticket);

/* The place of the oldest queued request when the window has room for it, else -1. */
int smp_requests_next_to_send(const struct smp_requests *requests, unsigned window);

/* Begin another try, with a sequence number that no other open try has. */
void smp_requests_start_try(
	struct smp_requests *requests, struct smp_open_request *request, uint8_t version);

/* The open request that this reply answers, by the sequence number of any of its tries. */
struct smp_open_request *smp_requests_find_answered(
	struct smp_requests *requests, const struct smp_header *header, unsigned *ret_try);

/* What a reply is that answers no open request. */
enum smp_stray smp_requests_classify_stray(
	const struct smp_requests *requests, const struct smp_header *header);

#endif
