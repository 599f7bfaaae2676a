/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The far end of a session's wire, by hand: takes pieces off as a port would, answers as a server
 * would, in the session's framing, and holds the fake time. What is not as expected fails the test.
 */
#ifndef TESTS_SUPPORT_FAR_END_H
#define TESTS_SUPPORT_FAR_END_H

#include "smp/session.h"

enum { FAR_END_PACKET_MAX = 4096, FAR_END_WIRE_MAX = 8192 };

struct far_end {
	struct smp_session *session;
	uint64_t now_ms;
	struct smp_event event; /* the one taken last */
};

/* A request as it came over the wire. */
struct far_end_packet {
	struct smp_header header;
	size_t len;
	uint8_t bytes[FAR_END_PACKET_MAX];
};

void far_end_open(struct far_end *far, const struct smp_session_config *config);
void far_end_close(struct far_end *far);

/* Submit an OS echo of `text`; returns the ticket. */
uint32_t far_end_submit(struct far_end *far, const char *text);
uint32_t far_end_submit_request(struct far_end *far, const struct smp_request *request);

/* Write the next piece as a whole; it must be one frame. */
void far_end_take_frame(struct far_end *far, struct far_end_packet *ret_packet);
/* The same, when only the header matters. */
struct smp_header far_end_take_header(struct far_end *far);
/* The same, of an echo request with this text. */
struct smp_header far_end_take_echo(struct far_end *far, const char *text);
/* Write the next piece, which must be a lone line feed. */
void far_end_take_line_feed(struct far_end *far);
/* There must be nothing to write. */
void far_end_take_nothing(struct far_end *far);
/* Write at most `len` bytes of the next piece and append them to `out`. */
void far_end_write(struct far_end *far, size_t len, struct buf *out);

/* Take console lines apart that hold exactly one frame. */
void far_end_decode(struct span wire, struct far_end_packet *ret_packet);
struct span far_end_body(const struct far_end_packet *packet);

/* The console lines of a reply to a request with this header. */
void far_end_append_reply(struct buf *wire, const struct smp_header *request, struct span body);
void far_end_append_rc(struct buf *wire, const struct smp_header *request, int64_t rc);

/* Feed bytes, all of which must be taken. */
void far_end_feed(struct far_end *far, struct span bytes);
void far_end_feed_text(struct far_end *far, const char *text);
/* Feed the reply {"r": text}, or {"rc": rc}. */
void far_end_answer(struct far_end *far, const struct smp_header *request, const char *text);
void far_end_answer_rc(struct far_end *far, const struct smp_header *request, int64_t rc);

/* Take the next event, which must be of this kind; see far->event. */
void far_end_expect(struct far_end *far, enum smp_event_kind kind);
/* The next event must be the reply, the expiry or the repetition of `ticket`. */
void far_end_expect_of(
	struct far_end *far, enum smp_event_kind kind, uint32_t ticket, unsigned try_number);
/* There must be no event. */
void far_end_expect_nothing(struct far_end *far);

/* Let time pass until the session wants to be called again. */
void far_end_wait(struct far_end *far);

struct smp_session_counters far_end_counters(const struct far_end *far);

#endif
