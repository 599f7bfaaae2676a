/* SPDX-License-Identifier: Apache-2.0 */
/* The upload engine on a session, see upload_link.h. */
#include "smp/upload_link.h"

void smp_upload_link_init(struct smp_upload_link *link, struct smp_upload *upload,
	struct smp_session *session, struct buf body)
{
	*link = (struct smp_upload_link){ .upload = upload, .session = session, .body = body };
	smp_session_set_window(session, upload->config.window);
	smp_session_set_message_max(session, upload->config.message_max);
}

static void cancel_abandoned(struct smp_upload_link *link)
{
	bool is_overtaken;
	unsigned chunk;

	while (smp_upload_next_abandoned(link->upload, &chunk, &is_overtaken)) {
		if (link->is_ours[chunk] && is_overtaken)
			smp_session_forget(link->session, link->tickets[chunk]);
		else if (link->is_ours[chunk])
			smp_session_cancel(link->session, link->tickets[chunk]);
		link->is_ours[chunk] = false;
	}
}

void smp_upload_link_close(struct smp_upload_link *link)
{
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++) {
		if (link->is_ours[i])
			smp_session_cancel(link->session, link->tickets[i]);
		link->is_ours[i] = false;
	}
	smp_session_set_window(link->session, 1);
}

enum status smp_upload_link_submit(struct smp_upload_link *link, struct err *reterr)
{
	struct smp_request request;
	unsigned chunk;

	cancel_abandoned(link);
	while (smp_upload_next_request(link->upload, &link->body, &request, &chunk)) {
		enum status status =
			smp_session_submit(link->session, &request, &link->tickets[chunk], reterr);

		if (status != STATUS_OK)
			return status;
		link->is_ours[chunk] = true;
	}
	return STATUS_OK;
}

static bool find_chunk(const struct smp_upload_link *link, uint32_t ticket, unsigned *ret_chunk)
{
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++) {
		if (!link->is_ours[i] || link->tickets[i] != ticket)
			continue;
		*ret_chunk = i;
		return true;
	}
	return false;
}

enum status smp_upload_link_take_event(struct smp_upload_link *link, const struct smp_event *event,
	uint64_t now_us, struct err *reterr)
{
	enum status status = STATUS_OK;
	unsigned chunk;

	if (!find_chunk(link, event->ticket, &chunk))
		return STATUS_OK;
	switch (event->kind) {
	case SMP_EVENT_REPLY:
		link->is_ours[chunk] = false;
		status = smp_upload_take_reply(link->upload, chunk, &event->reply,
			event->try_number > 1 ? SMP_UPLOAD_REPEATED : event->round_trip_ms * 1000,
			now_us, reterr);
		break;
	case SMP_EVENT_EXPIRED:
		link->is_ours[chunk] = false;
		smp_upload_take_silence(link->upload, chunk);
		status = STATUS_TIMEOUT;
		break;
	case SMP_EVENT_RETRY:
		smp_upload_take_retry(link->upload, chunk);
		break;
	case SMP_EVENT_STRAY:
	case SMP_EVENT_TEXT:
	case SMP_EVENT_DROPPED:
		break;
	}
	cancel_abandoned(link);
	return status;
}
