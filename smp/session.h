/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The protocol engine: requests in, bytes out; bytes in, replies out. It has no descriptor, no clock
 * and no thread; whoever drives it moves the bytes and tells the time.
 *
 * Driving it:
 *
 *     smp_session_submit(...)                            any number of requests
 *     loop:
 *       while (smp_session_peek_tx(...))                 write what it gives; each piece in a write of
 *               smp_session_consume_tx(...)              its own
 *       smp_session_feed(...)                            what was read
 *       while (smp_session_next_event(...))              look at what happened
 *       wait until smp_session_next_deadline_ms(...) or bytes
 *
 * What it takes care of (protocol.md 1.3, 2.2, 5.3):
 *   - sequence numbers start where the caller says (at random) and advance with every try, so that a
 *     late answer to an earlier try is recognised; it still completes its request;
 *   - at most `window` requests are with the device, in the order of submission;
 *   - a deadline runs from the last byte written, plus the time that a line of `bytes_per_second`
 *     needs for what was written and for the reply; bytes that nobody takes have one too;
 *   - a try whose deadline passes is repeated, up to `tries` in all, each repetition after a lone
 *     line feed in a write of its own and a short pause (observed.md, shell transport);
 *   - in raw framing nothing ends a half packet but silence (protocol.md 2.8): there a repetition comes
 *     when nothing was sent for SMP_RAW_REST_MS, unless the last request is answered meanwhile;
 *   - replies that belong to no open request are told apart: duplicates, late ones, strays;
 *   - with SMP_CHOOSE_VERSION it speaks v2, and changes the version when the device refuses it (rc 12
 *     or 13): the request is asked again at once, which costs it no try, and at most once.
 *
 * Nothing is allocated per request once the largest one has been seen.
 */
#ifndef SMP_SESSION_H
#define SMP_SESSION_H

#include "base/err.h"
#include "smp/framing.h"
#include "smp/message.h"

enum {
	SMP_SESSION_REQUESTS_MAX = 28, /* open requests, waiting and in flight */
	SMP_SESSION_TRIES_MAX = 8,
	SMP_SESSION_RETRY_PAUSE_MS = 20, /* between the lone line feed and the repetition */
	SMP_MESSAGE_MAX_DEFAULT = 380,   /* a Zephyr server's 384 less framing (protocol.md 5.2) */
};

#define SMP_NEVER UINT64_MAX

enum smp_version_choice { SMP_CHOOSE_VERSION, SMP_FORCE_VERSION_1, SMP_FORCE_VERSION_2 };

struct smp_session_config {
	enum smp_framing framing;
	size_t message_max;  /* longest SMP message to send, header included; 0: the default */
	size_t line_length;  /* bytes per console line, line feed included; 0: 127 */
	unsigned window;     /* most requests in flight; 0: 1 */
	uint32_t timeout_ms; /* for one try; 0: 2000 */
	unsigned tries;      /* 0: 3; at most SMP_SESSION_TRIES_MAX */
	enum smp_version_choice version;
	uint32_t
		bytes_per_second; /* of the line, which deadlines allow for; 0: as fast as it goes */
	uint8_t first_sequence;
};

struct smp_session;

/* STATUS_INTERNAL when out of memory; STATUS_USAGE for a line length that cannot be. */
enum status smp_session_create(const struct smp_session_config *config,
	struct smp_session **ret_session, struct err *reterr);
void smp_session_free(struct smp_session *session); /* accepts NULL */

/* Limits learned from the device while running; open requests are not touched. */
void smp_session_set_message_max(struct smp_session *session, size_t message_max);
void smp_session_set_window(struct smp_session *session, unsigned window);
size_t smp_session_message_max(const struct smp_session *session);

/*
 * Speak in the other framing from now on; nothing may be in flight. What was sent before is given the
 * time to be forgotten, or ended by a line feed.
 */
void smp_session_set_framing(struct smp_session *session, enum smp_framing framing);
enum smp_framing smp_session_framing(const struct smp_session *session);

/* When the line has carried all that was sent until now, 0: nothing was sent. */
uint64_t smp_session_quiet_since_ms(const struct smp_session *session);

/*
 * Take a request; the ticket names it in events. The body is copied.
 * STATUS_USAGE: longer than message_max. STATUS_INTERNAL: SMP_SESSION_REQUESTS_MAX are open, or out
 * of memory.
 */
enum status smp_session_submit(struct smp_session *session, const struct smp_request *wanted,
	uint32_t *ret_ticket, struct err *reterr);

/*
 * Forget a request; what the device still answers to it is then a late reply. Where it is with the
 * device already it keeps its place in the window until that reply comes or its try is over, so that
 * there are never more requests with the device than the window says.
 */
void smp_session_cancel(struct smp_session *session, uint32_t ticket);

/* Requests that are open: queued or with the device. */
unsigned smp_session_open_requests(const struct smp_session *session);

/*
 * Forget a request that cannot be with the device any more, since a later one was answered: its place
 * in the window is free at once.
 */
void smp_session_forget(struct smp_session *session, uint32_t ticket);

/* Requests that are with the device, or being written: also those that were cancelled then. */
unsigned smp_session_in_flight(const struct smp_session *session);

/*
 * Bytes to write now, 0 when there are none; *ret_data stays valid until consume_tx. A caller must
 * not join two pieces into one write.
 */
size_t smp_session_peek_tx(struct smp_session *session, uint64_t now_ms, const uint8_t **ret_data);

/* The first `len` bytes of that piece were written; a request's time runs from its last byte. */
void smp_session_consume_tx(struct smp_session *session, size_t len, uint64_t now_ms);

/* Bytes that were read; returns how many were taken. Look at all events before feeding more. */
size_t smp_session_feed(struct smp_session *session, struct span bytes);

enum smp_event_kind {
	SMP_EVENT_REPLY,   /* the answer to `ticket`, which is closed now */
	SMP_EVENT_EXPIRED, /* no answer to the last try of `ticket`, which is closed now; or its bytes
	                      could not be written (`is_blocked`) */
	SMP_EVENT_RETRY,   /* no answer to a try; the request is sent again */
	SMP_EVENT_STRAY,   /* a reply to no open request */
	SMP_EVENT_TEXT, /* bytes that are no frame: the device's log; a prompt, when a try fails */
	SMP_EVENT_DROPPED, /* a damaged frame */
};

enum smp_stray {
	SMP_STRAY_UNKNOWN,   /* never asked for */
	SMP_STRAY_DUPLICATE, /* answered already */
	SMP_STRAY_LATE,      /* expired or cancelled before */
};

struct smp_event {
	enum smp_event_kind kind;
	uint32_t ticket;        /* REPLY, EXPIRED, RETRY */
	unsigned try_number;    /* REPLY: the try that was answered; EXPIRED, RETRY: that was not */
	bool is_blocked;        /* EXPIRED */
	uint64_t round_trip_ms; /* REPLY: since the last byte of the latest try was written */
	struct smp_reply reply; /* REPLY, STRAY */
	enum smp_stray stray;   /* STRAY */
	struct span text;       /* TEXT; not escaped */
	bool text_ends_line;    /* TEXT */
	enum smp_frame_drop drop; /* DROPPED */
};

/* The next thing that happened; spans are valid until the next call of feed or next_event. */
bool smp_session_next_event(
	struct smp_session *session, uint64_t now_ms, struct smp_event *ret_event);

/*
 * When to call peek_tx and next_event again though nothing was read; a time that has passed when
 * there is something to write now, SMP_NEVER when no need.
 */
uint64_t smp_session_next_deadline_ms(const struct smp_session *session);

/* What has been seen so far: the raw material for saying why a device does not answer. */
struct smp_session_counters {
	uint64_t bytes_received;
	uint64_t text_bytes;
	unsigned frames_received; /* whole and sound */
	unsigned frames_dropped[SMP_DROP_COUNT];
	unsigned requests_sent; /* tries included */
	unsigned retries;
	unsigned strays, duplicates, late;
};

void smp_session_get_counters(
	const struct smp_session *session, struct smp_session_counters *ret_counters);

#endif
