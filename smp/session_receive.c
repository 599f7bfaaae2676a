/* SPDX-License-Identifier: Apache-2.0 */
/* What the protocol engine hears, and what silence means, see session.h. */
#include "smp/session_parts.h"

enum {
	RC_TOO_OLD = 12, /* MGMT_ERR_UNSUPPORTED_TOO_OLD: speak v2 */
	RC_TOO_NEW = 13, /* MGMT_ERR_UNSUPPORTED_TOO_NEW: speak v1 */
	CUT_MS = 250,    /* no gap within a packet lasts that long */
};

size_t smp_session_feed(struct smp_session *session, struct span bytes)
{
	size_t room, taken;

	/* The decoder may still be taking a line apart that lies in the buffer. */
	if (session->rx_left.len == 0 && !smp_framing_borrows(&session->decoder))
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
	/* Then nothing is half received there. */
	if (reply.header.sequence == session->last_sequence)
		session->rests = false;
	request = smp_requests_find_answered(&session->requests, &reply.header, &try_number);
	if (request != NULL && request->is_cancelled) {
		smp_session_close_request(session, request, false);
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
	smp_session_close_request(session, request, true);
	return true;
}

/* False when that is nothing to tell. */
static bool take_frame_event(struct smp_session *session, enum smp_frame_event event,
	const struct smp_frame_result *result, uint64_t now_ms, struct smp_event *ret_event)
{
	switch (event) {
	case SMP_FRAME_MORE:
		break;
	case SMP_FRAME_PACKET:
		return take_packet(session, result->bytes, now_ms, ret_event);
	case SMP_FRAME_TEXT:
		session->counters.text_bytes += result->bytes.len;
		*ret_event = (struct smp_event){
			.kind = SMP_EVENT_TEXT,
			.text = result->bytes,
			.text_ends_line = result->ends_line,
		};
		return true;
	case SMP_FRAME_DROPPED:
		session->counters.frames_dropped[result->drop]++;
		*ret_event = (struct smp_event){
			.kind = SMP_EVENT_DROPPED,
			.drop = result->drop,
		};
		return true;
	}
	return false;
}

static bool next_received(struct smp_session *session, uint64_t now_ms, struct smp_event *ret_event)
{
	struct smp_frame_result result;
	enum smp_frame_event event;

	if (session->rx_left.len > 0)
		session->heard_ms = now_ms;
	do {
		event = smp_framing_decode(&session->decoder, &session->rx_left, &result);
		if (take_frame_event(session, event, &result, now_ms, ret_event))
			return true;
	} while (event != SMP_FRAME_MORE);
	return false;
}

static bool is_overdue(const struct smp_open_request *request, uint64_t now_ms)
{
	return (request->state == SMP_REQUEST_WAITING || request->state == SMP_REQUEST_SENDING) &&
	       now_ms >= request->deadline_ms;
}

/*
 * The device may have said why in a line that it has not ended, such as a prompt. In raw framing half a
 * packet may keep the next one from being seen.
 */
static bool give_up_rest(struct smp_session *session, uint64_t now_ms, struct smp_event *ret_event)
{
	struct smp_frame_result result;
	enum smp_frame_event event;

	if (session->config.framing == SMP_FRAMING_RAW && now_ms < session->heard_ms + CUT_MS)
		return false;
	event = smp_framing_give_up(&session->decoder, &result);
	return take_frame_event(session, event, &result, now_ms, ret_event);
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
	if (session->config.framing == SMP_FRAMING_RAW && (is_blocked || !is_last))
		session->rests = true;
	if (is_last) {
		smp_session_close_request(session, request, false);
		return;
	}
	request->tries_left--;
	request->needs_line_feed = session->config.framing == SMP_FRAMING_CONSOLE;
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
			smp_session_close_request(session, request, false);
			continue;
		}
		if (!give_up_rest(session, now_ms, ret_event))
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
