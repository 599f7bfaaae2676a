/* SPDX-License-Identifier: Apache-2.0 */
/* What the protocol engine sends and when, see session.h. */
#include "smp/session_parts.h"

enum { REPLY_WIRE_SIZE = 600 }; /* a reply that fills a default buffer, on the wire */

/* Lay the frame of the request's next try out for writing. */
static void start_try(
	struct smp_session *session, struct smp_open_request *request, uint64_t now_ms)
{
	request->deadline_ms = now_ms + request->timeout_ms;
	if (request->tries_made == 0)
		request->written_ms = now_ms;
	smp_requests_start_try(&session->requests, request, session->version);
	/* Cannot fail: tx was made for the longest packet at this line length. */
	smp_framing_encode(session->config.framing, buf_span(&request->packet),
		session->config.line_length, &session->tx);
	session->sending = request;
	session->last_sequence = request->header.sequence;
	session->counters.requests_sent++;
}

/* A half packet there must be forgotten, or a line feed be over, before anything else is sent. */
static uint64_t sends_from_ms(const struct smp_session *session)
{
	uint64_t rested_ms = session->rests ? session->quiet_since_ms + SMP_RAW_REST_MS : 0;

	return rested_ms > session->pause_until_ms ? rested_ms : session->pause_until_ms;
}

/* Lay the next piece out for writing, when there is one that may go now. */
static void start_piece(struct smp_session *session, uint64_t now_ms)
{
	int next = smp_requests_next_to_send(&session->requests, session->config.window);
	struct smp_open_request *request;

	if (next < 0 || now_ms < sends_from_ms(session))
		return;
	session->pause_until_ms = 0;
	session->rests = false;
	request = &session->requests.table[next];
	buf_clear(&session->tx);
	session->tx_at = 0;
	/* A repetition may have been wished for when the framing was another one. */
	session->pauses_behind_tx = session->config.framing == SMP_FRAMING_CONSOLE &&
				    (request->needs_line_feed || session->ends_line_first);
	if (session->pauses_behind_tx)
		buf_append_byte(&session->tx, '\n');
	else
		start_try(session, request, now_ms);
	request->needs_line_feed = false;
	session->ends_line_first = false;
}

size_t smp_session_peek_tx(struct smp_session *session, uint64_t now_ms, const uint8_t **ret_data)
{
	if (session->tx_at == session->tx.len)
		start_piece(session, now_ms);
	*ret_data = session->tx.data + session->tx_at;
	return session->tx.len - session->tx_at;
}

/* The time that the line needs for all that was written and is not answered, and for a reply. */
static uint64_t line_time_ms(const struct smp_session *session)
{
	uint64_t bytes = REPLY_WIRE_SIZE;

	if (session->config.bytes_per_second == 0)
		return 0;
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		const struct smp_open_request *request = &session->requests.table[i];

		if (request->state == SMP_REQUEST_WAITING || request->state == SMP_REQUEST_SENDING)
			bytes += smp_framing_wire_size(session->config.framing, request->packet.len,
				session->config.line_length);
	}
	return bytes * 1000 / session->config.bytes_per_second;
}

/* The line carries what it is given one after the other. */
static void note_sent(struct smp_session *session, size_t len, uint64_t now_ms)
{
	uint32_t rate = session->config.bytes_per_second;

	if (len == 0)
		return;
	if (session->quiet_since_ms < now_ms)
		session->quiet_since_ms = now_ms;
	if (rate > 0)
		session->quiet_since_ms += ((uint64_t)len * 1000 + rate - 1) / rate;
}

/*
 * A first try may be hasty, since it costs little to repeat it. In raw framing it costs a rest, so there
 * is nothing to gain.
 */
static uint32_t try_timeout_ms(
	const struct smp_session *session, const struct smp_open_request *request)
{
	if (request->tries_made > 1 || session->config.framing == SMP_FRAMING_RAW)
		return request->timeout_ms;
	return request->first_timeout_ms;
}

void smp_session_consume_tx(struct smp_session *session, size_t len, uint64_t now_ms)
{
	struct smp_open_request *request = session->sending;

	session->tx_at += len;
	note_sent(session, len, now_ms);
	if (session->tx_at < session->tx.len) {
		if (len > 0 && request != NULL)
			request->deadline_ms = now_ms + request->timeout_ms;
		return;
	}
	if (session->pauses_behind_tx)
		session->pause_until_ms = now_ms + SMP_SESSION_RETRY_PAUSE_MS;
	session->pauses_behind_tx = false;
	if (request == NULL)
		return;
	request->state = SMP_REQUEST_WAITING;
	request->written_ms = now_ms;
	request->deadline_ms = now_ms + line_time_ms(session) + try_timeout_ms(session, request);
	session->sending = NULL;
}

uint64_t smp_session_next_deadline_ms(const struct smp_session *session)
{
	uint64_t next_ms = SMP_NEVER;

	if (session->tx_at == session->tx.len &&
		smp_requests_next_to_send(&session->requests, session->config.window) >= 0)
		next_ms = sends_from_ms(session);
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		const struct smp_open_request *request = &session->requests.table[i];

		if ((request->state == SMP_REQUEST_WAITING ||
			    request->state == SMP_REQUEST_SENDING) &&
			request->deadline_ms < next_ms)
			next_ms = request->deadline_ms;
	}
	return next_ms;
}
