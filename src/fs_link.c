/* SPDX-License-Identifier: Apache-2.0 */
/* The engine of a file's transfer over an open client, see fs_link.h. */
#include "src/fs_link.h"

enum { SETTLE_MS = 1000 }; /* for what is in flight when a transfer ends early */

struct fs_link {
	struct client *client;
	const struct fs_engine *engine;
	struct buf body;
	uint32_t tickets[SMP_FS_REQUESTS_MAX];
	uint32_t timeouts_ms[SMP_FS_REQUESTS_MAX];
	bool is_ours[SMP_FS_REQUESTS_MAX]; /* the ticket is open */
};

static void cancel_abandoned(struct fs_link *link)
{
	struct smp_session *session = client_session(link->client);
	bool is_overtaken;
	unsigned chunk;

	while (smp_fs_flight_next_abandoned(link->engine->flight, &chunk, &is_overtaken)) {
		if (link->is_ours[chunk] && is_overtaken)
			smp_session_forget(session, link->tickets[chunk]);
		else if (link->is_ours[chunk])
			smp_session_cancel(session, link->tickets[chunk]);
		link->is_ours[chunk] = false;
	}
}

/* Submit all that may be sent now, and cancel what no longer matters. */
static enum status submit(struct fs_link *link, struct err *reterr)
{
	const struct fs_engine *engine = link->engine;
	struct smp_request request;
	unsigned chunk;

	cancel_abandoned(link);
	while (engine->next_request(engine->engine, &link->body, &request, &chunk)) {
		enum status status = smp_session_submit(
			client_session(link->client), &request, &link->tickets[chunk], reterr);

		if (status != STATUS_OK)
			return status;
		link->is_ours[chunk] = true;
		link->timeouts_ms[chunk] = request.timeout_ms != 0
						   ? request.timeout_ms
						   : client_timeout_ms(link->client);
	}
	return STATUS_OK;
}

static bool find_chunk(const struct fs_link *link, uint32_t ticket, unsigned *ret_chunk)
{
	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++) {
		if (!link->is_ours[i] || link->tickets[i] != ticket)
			continue;
		*ret_chunk = i;
		return true;
	}
	return false;
}

static enum status take_event(
	struct fs_link *link, const struct smp_event *event, struct err *reterr)
{
	const struct fs_engine *engine = link->engine;
	unsigned chunk;

	if (!find_chunk(link, event->ticket, &chunk))
		return STATUS_OK;
	switch (event->kind) {
	case SMP_EVENT_REPLY:
		link->is_ours[chunk] = false;
		return engine->take_reply(
			engine->engine, chunk, event, client_now_us(link->client), reterr);
	case SMP_EVENT_EXPIRED:
		link->is_ours[chunk] = false;
		engine->take_silence(engine->engine, chunk);
		return client_explain_silence(
			link->client, event, link->timeouts_ms[chunk], event->try_number, reterr);
	case SMP_EVENT_RETRY:
		engine->take_retry(engine->engine, chunk);
		break;
	case SMP_EVENT_STRAY:
	case SMP_EVENT_TEXT:
	case SMP_EVENT_DROPPED:
		break;
	}
	return STATUS_OK;
}

static enum status run(struct fs_link *link, struct err *reterr)
{
	enum status status = STATUS_OK;

	while (status == STATUS_OK && !link->engine->has_ended(link->engine->engine)) {
		struct smp_event event;

		status = submit(link, reterr);
		if (status == STATUS_OK)
			status = client_next_event(link->client, &event, reterr);
		if (status == STATUS_OK)
			status = take_event(link, &event, reterr);
	}
	return status;
}

static void close_link(struct fs_link *link)
{
	struct smp_session *session = client_session(link->client);

	cancel_abandoned(link);
	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++) {
		if (link->is_ours[i])
			smp_session_cancel(session, link->tickets[i]);
	}
	smp_session_set_window(session, 1);
}

enum status fs_link_run(struct client *client, const struct fs_engine *engine, struct buf body,
	size_t message_max, unsigned window, struct err *reterr)
{
	struct fs_link link = { .client = client, .engine = engine, .body = body };
	enum status status;

	smp_session_set_window(client_session(client), window);
	smp_session_set_message_max(client_session(client), message_max);
	status = run(&link, reterr);
	close_link(&link);
	if (status != STATUS_OK)
		client_settle(client, SETTLE_MS);
	return status;
}
