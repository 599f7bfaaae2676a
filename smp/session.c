/* SPDX-License-Identifier: Apache-2.0 */
/* The protocol engine: made, told what to ask, freed; see session.h. */
#include "smp/session.h"

#include <stdlib.h>

#include "smp/session_parts.h"

enum { TIMEOUT_DEFAULT_MS = 2000, TRIES_DEFAULT = 3 };

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

static void start_decoder(struct smp_session *session)
{
	smp_framing_init(&session->decoder, session->config.framing,
		BUF_OVER(session->line_storage), BUF_OVER(session->packet_storage));
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
	start_decoder(session);
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

void smp_session_set_framing(struct smp_session *session, enum smp_framing framing)
{
	if (framing == session->config.framing)
		return;
	session->config.framing = framing;
	start_decoder(session);
	session->rx_left = span_make(NULL, 0);
	/* What was sent is half a packet to the one server, and half a line to the other. */
	if (session->counters.requests_sent == 0)
		return;
	session->rests = framing == SMP_FRAMING_RAW;
	session->ends_line_first = framing == SMP_FRAMING_CONSOLE;
}

enum smp_framing smp_session_framing(const struct smp_session *session)
{
	return session->config.framing;
}

uint64_t smp_session_quiet_since_ms(const struct smp_session *session)
{
	return session->quiet_since_ms;
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

void smp_session_close_request(
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
		smp_session_close_request(session, request, false);
	else
		request->is_cancelled = true;
}

void smp_session_forget(struct smp_session *session, uint32_t ticket)
{
	struct smp_open_request *request = smp_requests_find(&session->requests, ticket);

	/* Asked again in another version it is younger than it looks. */
	if (request != NULL && request->refused_tries == 0)
		smp_session_close_request(session, request, false);
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

void smp_session_get_counters(
	const struct smp_session *session, struct smp_session_counters *ret_counters)
{
	*ret_counters = session->counters;
}
