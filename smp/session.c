/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol engine of session.h. */
#include "smp/session.h"

#include <stdlib.h>

#include "smp/requests.h"

enum {
	RX_SIZE = 16384,
	LINE_SIZE = SMP_LINE_LENGTH_MAX,
	TIMEOUT_DEFAULT_MS = 2000,
	TRIES_DEFAULT = 3,
	REPLY_WIRE_SIZE = 600, /* a reply that fills a default buffer, on the wire */
	RC_TOO_OLD = 12,       /* MGMT_ERR_UNSUPPORTED_TOO_OLD: speak v2 */
	RC_TOO_NEW = 13,       /* MGMT_ERR_UNSUPPORTED_TOO_NEW: speak v1 */
};

struct smp_session {
	struct smp_session_config config;
	uint8_t version;
	struct smp_requests requests;

	struct buf tx; /* the piece being written; has room for the longest frame */
	size_t tx_at;  /* bytes of it that are written */
	struct smp_open_request *sending; /* whose bytes they are; NULL: nobody waits for them */
	bool pauses_behind_tx;            /* they are a lone line feed */
	uint64_t pause_until_ms;          /* 0: no pause */

	struct smp_frame_decoder decoder;
	struct buf rx;
	struct span rx_left; /* not looked at yet */
	struct smp_session_counters counters;
	uint8_t rx_storage[RX_SIZE];
	uint8_t line_storage[LINE_SIZE];
	uint8_t packet_storage[SMP_PACKET_MAX + SMP_FRAME_OVERHEAD];
};

static void apply_defaults(struct smp_session_config *config)
{
	if (config->message_max == 0)
		config->message_max = SMP_MESSAGE_MAX_DEFAULT;
	if (config->message_max > SMP_PACKET_MAX)
		config->message_max = SMP_PACKET_MAX;
	if (config->line_length == 0)
		config->line_length = SMP_LINE_LENGTH;
	if (config->window == 0)
		config->window = 1;
	if (config->timeout_ms == 0)
		config->timeout_ms = TIMEOUT_DEFAULT_MS;
	if (config->tries == 0)
		config->tries = TRIES_DEFAULT;
}

enum status smp_session_create(const struct smp_session_config *config,
	struct smp_session **ret_session, struct err *reterr)
{
	struct smp_session *session;

	if (config->line_length != 0 && (config->line_length < SMP_LINE_LENGTH_MIN ||
						config->line_length > SMP_LINE_LENGTH_MAX))
		return err_set(reterr, STATUS_USAGE,
			"a line length of %zu is not between %d and %d", config->line_length,
			SMP_LINE_LENGTH_MIN, SMP_LINE_LENGTH_MAX);
	session = calloc(1, sizeof(*session));
	if (session == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	session->config = *config;
	apply_defaults(&session->config);
	if (!smp_requests_make_room(&session->tx,
		    smp_frame_wire_size(SMP_PACKET_MAX, session->config.line_length))) {
		smp_session_free(session);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	session->version = config->version == SMP_FORCE_VERSION_1 ? SMP_VERSION_1 : SMP_VERSION_2;
	session->requests.next_sequence = config->first_sequence;
	session->requests.next_ticket = 1;
	session->rx = BUF_OVER(session->rx_storage);
	smp_frame_decoder_init(&session->decoder, BUF_OVER(session->line_storage),
		BUF_OVER(session->packet_storage));
	*ret_session = session;
	return STATUS_OK;
}

void smp_session_free(struct smp_session *session)
{
	if (session == NULL)
		return;
	smp_requests_free(&session->requests);
	free(session->tx.data);
	free(session);
}

void smp_session_set_message_max(struct smp_session *session, size_t message_max)
{
	session->config.message_max = message_max < SMP_PACKET_MAX ? message_max : SMP_PACKET_MAX;
}

void smp_session_set_window(struct smp_session *session, unsigned window)
{
	session->config.window = window > 0 ? window : 1;
}

size_t smp_session_message_max(const struct smp_session *session)
{
	return session->config.message_max;
}

enum status smp_session_submit(struct smp_session *session, const struct smp_request *wanted,
	uint32_t *ret_ticket, struct err *reterr)
{
	size_t size = SMP_HEADER_SIZE + (wanted->body.len > 0 ? wanted->body.len : 1);
	unsigned tries = wanted->tries != 0 ? wanted->tries : session->config.tries;
	struct smp_open_request *request;
	enum status status;

	if (size > session->config.message_max)
		return err_set(reterr, STATUS_USAGE,
			"the request is longer (%zu bytes) than the device takes (%zu)", size,
			session->config.message_max);
	status = smp_requests_add(&session->requests, wanted, &request, reterr);
	if (status != STATUS_OK)
		return status;
	request->timeout_ms =
		wanted->timeout_ms != 0 ? wanted->timeout_ms : session->config.timeout_ms;
	request->first_timeout_ms =
		wanted->first_timeout_ms != 0 ? wanted->first_timeout_ms : request->timeout_ms;
	request->tries_left = (tries < SMP_SESSION_TRIES_MAX ? tries : SMP_SESSION_TRIES_MAX) - 1;
	*ret_ticket = request->ticket;
	return STATUS_OK;
}

static void close_request(
	struct smp_session *session, struct smp_open_request *request, bool was_answered)
{
	smp_requests_close(&session->requests, request, was_answered);
	/* A frame half written is finished, for the device's sake, but nobody waits for it. */
	if (session->sending == request)
		session->sending = NULL;
}

void smp_session_cancel(struct smp_session *session, uint32_t ticket)
{
	struct smp_open_request *request = smp_requests_find(&session->requests, ticket);

	if (request == NULL)
		return;
	if (request->state == SMP_REQUEST_QUEUED)
		close_request(session, request, false);
	else
		request->is_cancelled = true;
}

void smp_session_forget(struct smp_session *session, uint32_t ticket)
{
	struct smp_open_request *request = smp_requests_find(&session->requests, ticket);

	/* Asked again in another version it is younger than it looks. */
	if (request != NULL && request->refused_tries == 0)
		close_request(session, request, false);
	else
		smp_session_cancel(session, ticket);
}

unsigned smp_session_open_requests(const struct smp_session *session)
{
	return smp_requests_count(&session->requests);
}

unsigned smp_session_in_flight(const struct smp_session *session)
{
	unsigned in_flight = 0;

	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		enum smp_request_state state = session->requests.table[i].state;

		in_flight += state == SMP_REQUEST_WAITING || state == SMP_REQUEST_SENDING;
	}
	return in_flight;
}

/* Lay the frame of the request's next try out for writing. */
static void start_try(
	struct smp_session *session, struct smp_open_request *request, uint64_t now_ms)
{
	request->deadline_ms = now_ms + request->timeout_ms;
	if (request->tries_made == 0)
		request->written_ms = now_ms;
	smp_requests_start_try(&session->requests, request, session->version);
	/* Cannot fail: tx was made for the longest packet at this line length. */
	smp_frame_encode(buf_span(&request->packet), SMP_FRAME_STREAM, session->config.line_length,
		&session->tx);
	session->sending = request;
	session->counters.requests_sent++;
}

/* Lay the next piece out for writing, when there is one that may go now. */
static void start_piece(struct smp_session *session, uint64_t now_ms)
{
	int next = smp_requests_next_to_send(&session->requests, session->config.window);
	struct smp_open_request *request;

	if (now_ms >= session->pause_until_ms)
		session->pause_until_ms = 0;
	if (next < 0 || session->pause_until_ms != 0)
		return;
	request = &session->requests.table[next];
	buf_clear(&session->tx);
	session->tx_at = 0;
	if (request->needs_line_feed)
		buf_append_byte(&session->tx, '\n');
	else
		start_try(session, request, now_ms);
	session->pauses_behind_tx = request->needs_line_feed;
	request->needs_line_feed = false;
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
			bytes += smp_frame_wire_size(
				request->packet.len, session->config.line_length);
	}
	return bytes * 1000 / session->config.bytes_per_second;
}

void smp_session_consume_tx(struct smp_session *session, size_t len, uint64_t now_ms)
{
	struct smp_open_request *request = session->sending;

	session->tx_at += len;
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
	request->deadline_ms =
		now_ms + line_time_ms(session) +
		(request->tries_made > 1 ? request->timeout_ms : request->first_timeout_ms);
	session->sending = NULL;
}

size_t smp_session_feed(struct smp_session *session, struct span bytes)
{
	size_t room, taken;

	/* The decoder may still be taking a line apart that lies in the buffer. */
	if (session->rx_left.len == 0 && session->decoder.segments.len == 0)
		buf_clear(&session->rx);
	room = session->rx.cap - session->rx.len;
	taken = bytes.len < room ? bytes.len : room;
	if (session->rx_left.len == 0)
		session->rx_left.data = session->rx.data + session->rx.len;
	buf_append(&session->rx, bytes.data, taken);
	session->rx_left.len += taken;
	session->counters.bytes_received += taken;
	return taken;
}

static enum smp_stray count_stray(struct smp_session *session, const struct smp_header *header)
{
	enum smp_stray stray = smp_requests_classify_stray(&session->requests, header);

	session->counters.strays += stray == SMP_STRAY_UNKNOWN;
	session->counters.duplicates += stray == SMP_STRAY_DUPLICATE;
	session->counters.late += stray == SMP_STRAY_LATE;
	return stray;
}

/* Is the reply nothing but the refusal of this version? */
static bool is_refusal(const struct smp_reply *reply, uint8_t version)
{
	struct body_value map;
	int64_t rc;

	return body_open(reply->body, &map, ERR_IGNORED) == STATUS_OK &&
	       body_get_int(&map, "rc", &rc) == BODY_FOUND &&
	       rc == (version == SMP_VERSION_2 ? RC_TOO_NEW : RC_TOO_OLD);
}

/*
 * Does the device refuse the version that was spoken, and may we change it? Then queue another try.
 * Refusals of the tries before the change say nothing new.
 */
static bool change_version(struct smp_session *session, struct smp_open_request *request,
	const struct smp_reply *reply, unsigned try_number)
{
	uint8_t refused = request->header.version;
	bool has_changed = request->refused_tries > 0;

	if (session->config.version != SMP_CHOOSE_VERSION)
		return false;
	if (has_changed)
		return try_number <= request->refused_tries &&
		       is_refusal(reply, request->refused_version);
	if (!is_refusal(reply, refused))
		return false;
	session->version = refused == SMP_VERSION_2 ? SMP_VERSION_1 : SMP_VERSION_2;
	request->refused_tries = request->tries_made;
	request->refused_version = refused;
	request->state = SMP_REQUEST_QUEUED;
	if (session->sending == request)
		session->sending = NULL;
	return true;
}

/* False when the packet means nothing to the caller. */
static bool take_packet(struct smp_session *session, struct span packet, uint64_t now_ms,
	struct smp_event *ret_event)
{
	struct smp_reply reply;
	struct smp_open_request *request;
	unsigned try_number = 0;

	smp_header_decode(packet, &reply.header);
	reply.body = span_sub(packet, SMP_HEADER_SIZE, packet.len);
	session->counters.frames_received++;
	request = smp_requests_find_answered(&session->requests, &reply.header, &try_number);
	if (request != NULL && request->is_cancelled) {
		close_request(session, request, false);
		request = NULL;
	}
	if (request == NULL) {
		*ret_event = (struct smp_event){
			.kind = SMP_EVENT_STRAY,
			.reply = reply,
			.stray = count_stray(session, &reply.header),
		};
		return true;
	}
	if (change_version(session, request, &reply, try_number))
		return false;
	*ret_event = (struct smp_event){
		.kind = SMP_EVENT_REPLY,
		.ticket = request->ticket,
		.try_number = try_number,
		.round_trip_ms = now_ms - request->written_ms,
		.reply = reply,
	};
	close_request(session, request, true);
	return true;
}

static bool next_received(struct smp_session *session, uint64_t now_ms, struct smp_event *ret_event)
{
	struct smp_frame_result result;

	for (;;) {
		switch (smp_frame_decode(&session->decoder, &session->rx_left, &result)) {
		case SMP_FRAME_MORE:
			return false;
		case SMP_FRAME_PACKET:
			if (take_packet(session, result.bytes, now_ms, ret_event))
				return true;
			break;
		case SMP_FRAME_TEXT:
			session->counters.text_bytes += result.bytes.len;
			*ret_event = (struct smp_event){
				.kind = SMP_EVENT_TEXT,
				.text = result.bytes,
				.text_ends_line = result.ends_line,
			};
			return true;
		case SMP_FRAME_DROPPED:
			session->counters.frames_dropped[result.drop]++;
			*ret_event = (struct smp_event){
				.kind = SMP_EVENT_DROPPED,
				.drop = result.drop,
			};
			return true;
		}
	}
}

static bool is_overdue(const struct smp_open_request *request, uint64_t now_ms)
{
	return (request->state == SMP_REQUEST_WAITING || request->state == SMP_REQUEST_SENDING) &&
	       now_ms >= request->deadline_ms;
}

/* The device may have said why in a line that it has not ended, such as a prompt. */
static bool take_partial_text(struct smp_session *session, struct smp_event *ret_event)
{
	struct span text = smp_frame_decoder_take_partial_text(&session->decoder);

	session->counters.text_bytes += text.len;
	*ret_event = (struct smp_event){ .kind = SMP_EVENT_TEXT, .text = text };
	return text.len > 0;
}

static void end_try(
	struct smp_session *session, struct smp_open_request *request, struct smp_event *ret_event)
{
	/* Where bytes are not taken there is no use in trying again. */
	bool is_blocked = request->state == SMP_REQUEST_SENDING;
	bool is_last = is_blocked || request->tries_left == 0;

	*ret_event = (struct smp_event){
		.kind = is_last ? SMP_EVENT_EXPIRED : SMP_EVENT_RETRY,
		.ticket = request->ticket,
		.try_number = request->tries_made,
		.is_blocked = is_blocked,
	};
	/* What is left of the frame would only block the next request. */
	if (is_blocked)
		session->tx_at = session->tx.len;
	if (is_last) {
		close_request(session, request, false);
		return;
	}
	request->tries_left--;
	request->needs_line_feed = true;
	request->state = SMP_REQUEST_QUEUED;
	session->counters.retries++;
}

static bool next_overdue(struct smp_session *session, uint64_t now_ms, struct smp_event *ret_event)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		struct smp_open_request *request = &session->requests.table[i];

		if (!is_overdue(request, now_ms))
			continue;
		if (request->is_cancelled) {
			close_request(session, request, false);
			continue;
		}
		if (!take_partial_text(session, ret_event))
			end_try(session, request, ret_event);
		return true;
	}
	return false;
}

bool smp_session_next_event(
	struct smp_session *session, uint64_t now_ms, struct smp_event *ret_event)
{
	/* What has arrived counts before what is overdue: the answer may be among it. */
	return next_received(session, now_ms, ret_event) ||
	       next_overdue(session, now_ms, ret_event);
}

uint64_t smp_session_next_deadline_ms(const struct smp_session *session)
{
	uint64_t next_ms = SMP_NEVER;

	if (session->tx_at == session->tx.len &&
		smp_requests_next_to_send(&session->requests, session->config.window) >= 0)
		next_ms = session->pause_until_ms;
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		const struct smp_open_request *request = &session->requests.table[i];

		if ((request->state == SMP_REQUEST_WAITING ||
			    request->state == SMP_REQUEST_SENDING) &&
			request->deadline_ms < next_ms)
			next_ms = request->deadline_ms;
	}
	return next_ms;
}

void smp_session_get_counters(
	const struct smp_session *session, struct smp_session_counters *ret_counters)
{
	*ret_counters = session->counters;
}
