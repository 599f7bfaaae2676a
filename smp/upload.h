/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image upload, as an engine: it says which chunk to send next and is told what the device
 * answered. One chunk at a time. It sends nothing itself.
 *
 * The device's answered offset is the truth (protocol.md 3.2.4):
 *
 *   state     reply                            next
 *   CLEAR     any                              START    the device has forgotten an earlier upload
 *   START     0 < off < len                    DATA     resumed when off is behind the chunk's end
 *   START     off = len                        DONE     the device has all of it already
 *   START     off = 0                          START    no progress
 *   DATA      off = end of chunk, below len    DATA
 *   DATA      off = len                        DONE
 *   DATA      other 0 < off < len              DATA     go there, forward or back
 *   DATA      off = 0 to a repeated last chunk DONE     to be looked at: it may be complete
 *   DATA      off = 0 else                     START    the device lost the upload: begin again
 *   START, DATA  off > len                     FAILED   protocol
 *   START, DATA  off not forward for the SMP_UPLOAD_STUCK_MAXth time
 *                since the highest off         FAILED   protocol
 *   START, DATA  an error                      FAILED   the device's error
 *   START, DATA  match: false                  FAILED   the flash does not hold what was sent
 *
 * Ended states (DONE, FAILED) ask for nothing and take nothing more (STATUS_INTERNAL).
 */
#ifndef SMP_UPLOAD_H
#define SMP_UPLOAD_H

#include "smp/message.h"

enum {
	SMP_UPLOAD_FIRST_DATA_MIN = 32, /* a Zephyr server wants the whole image header at once */
	SMP_UPLOAD_STUCK_MAX = 5,
	SMP_UPLOAD_SHA_SIZE = 32,
};

enum smp_upload_state {
	SMP_UPLOAD_CLEAR,
	SMP_UPLOAD_START,
	SMP_UPLOAD_DATA,
	SMP_UPLOAD_DONE,
	SMP_UPLOAD_FAILED,
};

/* What the device said of the result by itself ("match"). */
enum smp_upload_match { SMP_UPLOAD_MATCH_UNKNOWN, SMP_UPLOAD_MATCH_YES, SMP_UPLOAD_MATCH_NO };

struct smp_upload_config {
	struct span file;          /* must stay valid */
	struct span sha;           /* SHA-256 of the whole file; empty: cannot be resumed */
	uint32_t image;            /* what the first chunk's "image" says */
	bool upgrade_only;         /* the device is to refuse what is not newer */
	bool restart;              /* forget a half-done upload of the same file */
	size_t message_max;        /* longest SMP message, header included */
	uint32_t first_timeout_ms; /* the device may erase the whole slot before it answers */
	uint32_t timeout_ms;       /* later chunks; 0: the session's */
};

struct smp_upload {
	struct smp_upload_config config;
	enum smp_upload_state state;
	uint64_t offset;    /* what the device says it has */
	uint64_t chunk_end; /* of the chunk that was asked for last */
	uint64_t highest;   /* offset reached so far */
	unsigned stuck;     /* replies that led not forward, since `highest` was reached */
	bool is_resumed;
	uint64_t resumed_at;    /* bytes the device had already */
	uint64_t bytes_sent;    /* image bytes sent, repetitions by the engine included */
	bool must_be_looked_at; /* DONE, but only the device's slot can tell whether it is complete */
	enum smp_upload_match match;
};

/*
 * STATUS_USAGE: message_max leaves no room for a first chunk, or sha is longer than
 * SMP_UPLOAD_SHA_SIZE. STATUS_BAD_FILE: nothing to send.
 */
enum status smp_upload_init(
	struct smp_upload *upload, const struct smp_upload_config *config, struct err *reterr);

/*
 * The next request, its body written to `body` (give it message_max bytes). False when the upload
 * has ended. To be called once per reply.
 */
bool smp_upload_next_request(
	struct smp_upload *upload, struct buf *body, struct smp_request *ret_request);

/*
 * The reply to that request; `try_number` above 1 says that the request was repeated. Not STATUS_OK:
 * the upload has failed.
 */
enum status smp_upload_take_reply(struct smp_upload *upload, const struct smp_reply *reply,
	unsigned try_number, struct err *reterr);

static inline bool smp_upload_has_ended(const struct smp_upload *upload)
{
	return upload->state == SMP_UPLOAD_DONE || upload->state == SMP_UPLOAD_FAILED;
}

#endif
