/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol engine of session.h. */
#include "smp/session.h"

#include <stdlib.h>

enum {
	RX_SIZE = 16384,
	LINE_SIZE = SMP_LINE_LENGTH_MAX,
	TIMEOUT_DEFAULT_MS = 2000,
	TRIES_DEFAULT = 3,
	SEQUENCES = 256,
	RC_TOO_OLD = 12, /* MGMT_ERR_UNSUPPORTED_TOO_OLD: speak v2 */
	RC_TOO_NEW = 13, /* MGMT_ERR_UNSUPPORTED_TOO_NEW: speak v1 */
};

/*
 * The life of a request: QUEUED until the window lets it out, SENDING while its bytes are written,
 * WAITING for the reply; back to QUEUED for another try.
 */
enum request_state { REQUEST_FREE, REQUEST_QUEUED, REQUEST_SENDING, REQUEST_WAITING };

struct request {
	enum request_state state;
	uint32_t ticket;
	struct smp_header header; /* sequence and version are those of the latest try */
	struct buf packet;        /* header and body; storage is kept for the next request */
	uint32_t timeout_ms;
	unsigned tries_left; /* after the current one */
	unsigned tries_made;
	uint8_t sequences[SMP_SESSION_TRIES_MAX + 1]; /* of the tries made; one more for a change
	                                               * of version */
	uint64_t deadline_ms;                         /* WAITING */
	bool needs_line_feed; /* a repetition: a lone line feed goes first */
	bool changed_version;
};

/* What a sequence number was last used for, to tell a late reply from a stray one. */
struct past {
	bool is_known, was_answered;
	uint8_t op, command;
	uint16_t group;
};

struct smp_session {
	struct smp_session_config config;
	uint8_t version;
	uint8_t next_sequence;
	uint32_t next_ticket;
	struct request requests[SMP_SESSION_REQUESTS_MAX];
	struct past past[SEQUENCES];

	struct buf tx;           /* the piece being written */
	size_t tx_at;            /* bytes of it that are written */
	struct request *sending; /* whose bytes they are; NULL: a lone line feed */
	uint64_t pause_until_ms; /* 0: no pause */

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
	if (config->tries > SMP_SESSION_TRIES_MAX)
		config->tries = SMP_SESSION_TRIES_MAX;
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
	session->version = config->version == SMP_FORCE_VERSION_1 ? SMP_VERSION_1 : SMP_VERSION_2;
	session->next_sequence = config->first_sequence;
	session->next_ticket = 1;
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
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++)
		free(session->requests[i].packet.data);
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

/* Empty `buf` and give it room for at least `cap` bytes. */
static bool make_room(struct buf *buf, size_t cap)
{
	uint8_t *data;

	buf_clear(buf);
	if (buf->cap >= cap)
		return true;
	data = realloc(buf->data, cap);
	if (data == NULL)
		return false;
	*buf = buf_over(data, cap);
	return true;
}

static struct request *find_free_request(struct smp_session *session)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		if (session->requests[i].state == REQUEST_FREE)
			return &session->requests[i];
	}
	return NULL;
}

static void append_body(struct buf *packet, struct span body)
{
	/* "No arguments" is an empty map, never an empty payload (protocol.md 1.1). */
	if (body.len == 0)
		body_put_map(packet, 0);
	else
		buf_append_span(packet, body);
}

enum status smp_session_submit(struct smp_session *session, const struct smp_request *wanted,
	uint32_t *ret_ticket, struct err *reterr)
{
	size_t body_len = wanted->body.len > 0 ? wanted->body.len : 1;
	size_t size = SMP_HEADER_SIZE + body_len;
	struct request *request = find_free_request(session);
	unsigned tries = wanted->tries != 0 ? wanted->tries : session->config.tries;

	if (size > session->config.message_max)
		return err_set(reterr, STATUS_USAGE,
			"the request is longer (%zu bytes) than the device takes (%zu)", size,
			session->config.message_max);
	if (request == NULL)
		return err_set(reterr, STATUS_INTERNAL, "more than %d open requests",
			SMP_SESSION_REQUESTS_MAX);
	if (!make_room(&request->packet, size))
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	buf_commit(&request->packet, SMP_HEADER_SIZE);
	append_body(&request->packet, wanted->body);
	request->state = REQUEST_QUEUED;
	request->ticket = session->next_ticket++;
	request->header = (struct smp_header){
		.op = (uint8_t)wanted->op,
		.length = (uint16_t)body_len,
		.group = wanted->group,
		.command = wanted->command,
	};
	request->timeout_ms =
		wanted->timeout_ms != 0 ? wanted->timeout_ms : session->config.timeout_ms;
	request->tries_left = (tries < SMP_SESSION_TRIES_MAX ? tries : SMP_SESSION_TRIES_MAX) - 1;
	request->tries_made = 0;
	request->needs_line_feed = false;
	request->changed_version = false;
	*ret_ticket = request->ticket;
	return STATUS_OK;
}

/* Close a request and remember what its sequence numbers stood for. */
static void close_request(struct smp_session *session, struct request *request, bool was_answered)
{
	for (unsigned i = 0; i < request->tries_made; i++) {
		session->past[request->sequences[i]] = (struct past){
			.is_known = true,
			.was_answered = was_answered,
			.op = request->header.op,
			.group = request->header.group,
			.command = request->header.command,
		};
	}
	request->state = REQUEST_FREE;
	/* A frame half written is finished, for the device's sake, but nobody waits for it. */
	if (session->sending == request)
		session->sending = NULL;
}

void smp_session_cancel(struct smp_session *session, uint32_t ticket)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		struct request *request = &session->requests[i];

		if (request->state != REQUEST_FREE && request->ticket == ticket)
			close_request(session, request, false);
	}
}

unsigned smp_session_open_requests(const struct smp_session *session)
{
	unsigned open = 0;

	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++)
		open += session->requests[i].state != REQUEST_FREE;
	return open;
}

static bool is_sequence_in_use(const struct smp_session *session, uint8_t sequence)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		const struct request *request = &session->requests[i];

		for (unsigned j = 0; request->state != REQUEST_FREE && j < request->tries_made;
			j++) {
			if (request->sequences[j] == sequence)
				return true;
		}
	}
	return false;
}

static uint8_t take_sequence(struct smp_session *session)
{
	/* There are fewer open tries than numbers, so this ends. */
	while (is_sequence_in_use(session, session->next_sequence))
		session->next_sequence++;
	return session->next_sequence++;
}

/* The oldest queued request, when the window has room for it. */
static struct request *next_to_send(struct smp_session *session)
{
	struct request *oldest = NULL;
	unsigned in_flight = 0;

	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		struct request *request = &session->requests[i];

		if (request->state == REQUEST_WAITING || request->state == REQUEST_SENDING)
			in_flight++;
		else if (request->state == REQUEST_QUEUED &&
			 (oldest == NULL || (int32_t)(request->ticket - oldest->ticket) < 0))
			oldest = request;
	}
	return in_flight < session->config.window ? oldest : NULL;
}

/* Lay the frame of the request's next try out for writing. */
static bool start_try(struct smp_session *session, struct request *request)
{
	size_t wire_size = smp_frame_wire_size(request->packet.len, session->config.line_length);

	if (!make_room(&session->tx, wire_size))
		return false;
	request->header.sequence = take_sequence(session);
	request->header.version = session->version;
	smp_header_encode(&request->header, request->packet.data);
	if (!smp_frame_encode(buf_span(&request->packet), SMP_FRAME_STREAM,
		    session->config.line_length, &session->tx))
		return false;
	request->sequences[request->tries_made++] = request->header.sequence;
	request->state = REQUEST_SENDING;
	session->sending = request;
	session->tx_at = 0;
	session->counters.requests_sent++;
	return true;
}

static bool start_line_feed(struct smp_session *session)
{
	session->sending = NULL;
	session->tx_at = 0;
	return make_room(&session->tx, 1) && buf_append_byte(&session->tx, '\n');
}

size_t smp_session_peek_tx(struct smp_session *session, uint64_t now_ms, const uint8_t **ret_data)
{
	if (session->tx_at == session->tx.len) {
		struct request *request = next_to_send(session);

		if (now_ms >= session->pause_until_ms)
			session->pause_until_ms = 0;
		/* Out of memory looks like a request that waits: it is tried again later. */
		if (request == NULL || session->pause_until_ms != 0)
			return 0;
		if (request->needs_line_feed ? !start_line_feed(session)
					     : !start_try(session, request))
			return 0;
		if (request->needs_line_feed) {
			request->needs_line_feed = false;
			session->pause_until_ms = now_ms + SMP_SESSION_RETRY_PAUSE_MS;
		}
	}
	*ret_data = session->tx.data + session->tx_at;
	return session->tx.len - session->tx_at;
}

void smp_session_consume_tx(struct smp_session *session, size_t len, uint64_t now_ms)
{
	session->tx_at += len;
	if (session->tx_at < session->tx.len || session->sending == NULL)
		return;
	session->sending->state = REQUEST_WAITING;
	session->sending->deadline_ms = now_ms + session->sending->timeout_ms;
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

/* The open request that this reply answers, by the sequence number of any of its tries. */
static struct request *find_answered(
	struct smp_session *session, const struct smp_header *header, unsigned *ret_try)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		struct request *request = &session->requests[i];

		if (request->state == REQUEST_FREE || request->header.op + 1 != header->op ||
			request->header.group != header->group ||
			request->header.command != header->command)
			continue;
		for (unsigned j = 0; j < request->tries_made; j++) {
			if (request->sequences[j] == header->sequence) {
				*ret_try = j + 1;
				return request;
			}
		}
	}
	return NULL;
}

static enum smp_stray classify_stray(struct smp_session *session, const struct smp_header *header)
{
	const struct past *past = &session->past[header->sequence];

	if (!past->is_known || past->op + 1 != header->op || past->group != header->group ||
		past->command != header->command) {
		session->counters.strays++;
		return SMP_STRAY_UNKNOWN;
	}
	if (past->was_answered) {
		session->counters.duplicates++;
		return SMP_STRAY_DUPLICATE;
	}
	session->counters.late++;
	return SMP_STRAY_LATE;
}

/* Does the device refuse the version we spoke, and may we change it? Then queue another try. */
static bool change_version(
	struct smp_session *session, struct request *request, const struct smp_reply *reply)
{
	struct body_value map;
	int64_t rc;
	uint8_t other = session->version == SMP_VERSION_2 ? SMP_VERSION_1 : SMP_VERSION_2;
	int64_t refusal = request->header.version == SMP_VERSION_2 ? RC_TOO_NEW : RC_TOO_OLD;

	if (session->config.version != SMP_CHOOSE_VERSION || request->changed_version ||
		body_open(reply->body, &map, NULL) != STATUS_OK ||
		body_get_int(&map, "rc", &rc) != BODY_FOUND || rc != refusal)
		return false;
	if (request->header.version == session->version)
		session->version = other;
	request->changed_version = true;
	request->state = REQUEST_QUEUED;
	return true;
}

/* False when the packet means nothing to the caller. */
static bool take_packet(
	struct smp_session *session, struct span packet, struct smp_event *ret_event)
{
	struct smp_reply reply;
	struct request *request;
	unsigned try_number = 0;

	smp_header_decode(packet, &reply.header);
	reply.body = span_sub(packet, SMP_HEADER_SIZE, packet.len);
	session->counters.frames_received++;
	request = find_answered(session, &reply.header, &try_number);
	if (request == NULL) {
		*ret_event = (struct smp_event){
			.kind = SMP_EVENT_STRAY,
			.reply = reply,
			.stray = classify_stray(session, &reply.header),
		};
		return true;
	}
	if (change_version(session, request, &reply))
		return false;
	*ret_event = (struct smp_event){
		.kind = SMP_EVENT_REPLY,
		.ticket = request->ticket,
		.try_number = try_number,
		.reply = reply,
	};
	close_request(session, request, true);
	return true;
}

static bool next_received(struct smp_session *session, struct smp_event *ret_event)
{
	struct smp_frame_result result;

	for (;;) {
		switch (smp_frame_decode(&session->decoder, &session->rx_left, &result)) {
		case SMP_FRAME_MORE:
			return false;
		case SMP_FRAME_PACKET:
			if (take_packet(session, result.bytes, ret_event))
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

static bool next_overdue(struct smp_session *session, uint64_t now_ms, struct smp_event *ret_event)
{
	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		struct request *request = &session->requests[i];

		if (request->state != REQUEST_WAITING || now_ms < request->deadline_ms)
			continue;
		*ret_event = (struct smp_event){
			.kind = request->tries_left > 0 ? SMP_EVENT_RETRY : SMP_EVENT_EXPIRED,
			.ticket = request->ticket,
			.try_number = request->tries_made,
		};
		if (request->tries_left == 0) {
			close_request(session, request, false);
			return true;
		}
		request->tries_left--;
		request->needs_line_feed = true;
		request->state = REQUEST_QUEUED;
		session->counters.retries++;
		return true;
	}
	return false;
}

bool smp_session_next_event(
	struct smp_session *session, uint64_t now_ms, struct smp_event *ret_event)
{
	/* What has arrived counts before what is overdue: the answer may be among it. */
	return next_received(session, ret_event) || next_overdue(session, now_ms, ret_event);
}

uint64_t smp_session_next_deadline_ms(const struct smp_session *session)
{
	uint64_t next_ms = session->pause_until_ms != 0 ? session->pause_until_ms : SMP_NEVER;

	for (size_t i = 0; i < SMP_SESSION_REQUESTS_MAX; i++) {
		const struct request *request = &session->requests[i];

		if (request->state == REQUEST_WAITING && request->deadline_ms < next_ms)
			next_ms = request->deadline_ms;
	}
	return next_ms;
}

void smp_session_get_counters(
	const struct smp_session *session, struct smp_session_counters *ret_counters)
{
	*ret_counters = session->counters;
}
