/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The image upload, as an engine: it says which chunk to send next and is told what the device
 * answered. It sends nothing itself; upload_link.h joins it to a session.
 *
 * Several chunks may be in flight, as many as the window allows (window.h). The device carries
 * requests out in the order of their arrival, and a chunk that is not at the offset it expects
 * changes nothing and is answered with success and that offset. So the answered offset is the truth
 * (protocol.md 3.2.4, 5.3):
 *
 *   state     reply to a chunk                 next
 *   CLEAR     any                              START    the device has forgotten an earlier upload
 *   START     0 < off < len                    DATA     resumed when off is behind the chunk's end
 *   START     off = len                        DONE     the device has all of it already
 *   START     off = 0                          START    no progress
 *   DATA      off = end of the chunk           DATA     earlier chunks were taken too, though their
 *                                                       replies may be lost
 *   DATA      off = len                        DONE
 *   DATA      another 0 < off < len            DATA     go there, forward or back: once for all the
 *                                                       chunks that were in flight when it was seen
 *   DATA      off = 0, last chunk sent before  DONE     to be looked at: it may be complete
 *   DATA      off = 0 else                     START    the device lost the upload: begin again
 *   DATA      silence, message_max guessed     DATA     try shorter messages
 *   DATA      silence behind a repeated chunk  DATA     not repeated too: sent anew in its turn
 *   any       silence as often as `tries`      FAILED   timeout
 *   START, DATA  off > len                     FAILED   protocol
 *   START, DATA  off not forward for the SMP_UPLOAD_STUCK_MAXth time
 *                since the highest off         FAILED   protocol
 *   START, DATA  an error                      FAILED   the device's error
 *   START, DATA  match: false                  FAILED   the flash does not hold what was sent
 *
 * Repetitions after silence are the session's: the same bytes again, whose late reply is as good as
 * any. A reply to a chunk that was in flight when the engine went back is only looked at for good news.
 * CLEAR and START send one request at a time, since the device may erase flash before it answers and
 * must not be sent anything meanwhile; where others wait for it, a first chunk is two lines short.
 * Ended states (DONE, FAILED) ask for nothing and take nothing more (STATUS_INTERNAL).
 */
#ifndef SMP_UPLOAD_H
#define SMP_UPLOAD_H

#include "smp/message.h"
#include "smp/window.h"

enum {
	SMP_UPLOAD_FIRST_DATA_MIN = 32, /* a Zephyr server wants the whole image header at once */
	SMP_UPLOAD_STUCK_MAX = 5,
	SMP_UPLOAD_SHA_SIZE = 32,
	SMP_UPLOAD_CHUNKS_MAX = SMP_WINDOW_MAX,
	SMP_UPLOAD_TRIES_DEFAULT = 3,
	SMP_UPLOAD_TIMEOUT_DEFAULT_MS = 2000,
	SMP_UPLOAD_TWO_LINES = 182, /* messages that fill two console lines, and one */
	SMP_UPLOAD_ONE_LINE = 89,
};

#define SMP_UPLOAD_REPEATED UINT64_MAX

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
	struct span file;   /* must stay valid */
	struct span sha;    /* SHA-256 of the whole file; empty: cannot be resumed */
	uint32_t image;     /* what the first chunk's "image" says */
	bool upgrade_only;  /* the device is to refuse what is not newer */
	bool restart;       /* forget a half-done upload of the same file */
	bool is_unchecked;  /* nothing but the body shows that a byte of a message was lost */
	size_t message_max; /* longest SMP message, header included */
	/*
	 * message_max is a guess: begin with a first chunk of two lines, and when the first longer
	 * message meets silence go on with two lines, then one (protocol.md 5.2).
	 */
	bool is_size_guessed;
	unsigned window;           /* most chunks in flight; 0: 1 */
	bool has_fixed_window;     /* always `window`, measured or not */
	uint32_t first_timeout_ms; /* the device may erase the whole slot before it answers */
	uint32_t timeout_ms; /* later chunks; a first try is hastier once round trips are known;
	                              0: 2000 */
	unsigned tries;      /* for each chunk behind the first; 0: 3 */
};

/* A request that is with the device. */
struct smp_upload_chunk {
	bool is_used;
	bool is_stale;     /* sent before the engine went back: its reply is old news */
	bool is_abandoned; /* its reply does not matter any more: to be cancelled */
	bool is_overtaken; /* a later request was answered: this one is not with the device */
	bool was_repeated;
	bool was_alone; /* nothing was in flight when it was sent */
	uint32_t order; /* counts the requests; of the first try: a reply may be to that one */
	uint64_t offset, end;
};

struct smp_upload {
	struct smp_upload_config config;
	enum smp_upload_state state;
	uint64_t offset;     /* what the device says it has */
	uint64_t next;       /* where the next chunk begins */
	uint64_t highest;    /* offset reached so far */
	unsigned stuck;      /* replies that led not forward, since `highest` was reached */
	size_t message_max;  /* now */
	bool has_data_reply; /* a chunk behind the first was answered */
	unsigned last_sends; /* times that the last chunk was sent */
	struct smp_upload_chunk chunks[SMP_UPLOAD_CHUNKS_MAX];
	uint32_t order;
	struct smp_window window;

	bool is_resumed;
	uint64_t resumed_at; /* bytes the device had already */
	uint64_t bytes_sent; /* image bytes sent, repetitions included */
	unsigned most_in_flight;
	bool must_be_looked_at; /* DONE, but only the device's slot can tell whether it is complete */
	enum smp_upload_match match;
};

/*
 * STATUS_USAGE: message_max leaves no room for a first chunk, or sha is longer than
 * SMP_UPLOAD_SHA_SIZE. STATUS_BAD_FILE: nothing to send.
 */
enum status smp_upload_init(struct smp_upload *upload, const struct smp_upload_config *config,
	uint64_t now_us, struct err *reterr);

/*
 * The next request, its body written to `body` (give it message_max bytes); *ret_chunk (below
 * SMP_UPLOAD_CHUNKS_MAX) names it until it is answered, silent or abandoned. False when there is
 * nothing to ask now, or the upload has ended.
 */
bool smp_upload_next_request(struct smp_upload *upload, struct buf *body,
	struct smp_request *ret_request, unsigned *ret_chunk);

/*
 * The reply to that request, `round_trip_us` after its last byte was written; SMP_UPLOAD_REPEATED when
 * it was repeated, and nobody knows which try was answered. Not STATUS_OK: the upload has failed.
 */
enum status smp_upload_take_reply(struct smp_upload *upload, unsigned chunk,
	const struct smp_reply *reply, uint64_t round_trip_us, uint64_t now_us, struct err *reterr);

/* A try of that request met silence, and the session repeats it. */
void smp_upload_take_retry(struct smp_upload *upload, unsigned chunk);

/* The last try met silence: the upload has failed. */
void smp_upload_take_silence(struct smp_upload *upload, unsigned chunk);

/*
 * A chunk whose reply does not matter any more; its name is free again. *ret_is_overtaken: it is not
 * with the device either. False when there is none.
 */
bool smp_upload_next_abandoned(
	struct smp_upload *upload, unsigned *ret_chunk, bool *ret_is_overtaken);

static inline bool smp_upload_has_ended(const struct smp_upload *upload)
{
	return upload->state == SMP_UPLOAD_DONE || upload->state == SMP_UPLOAD_FAILED;
}

#endif
