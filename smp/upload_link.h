/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins the upload engine to a session: turns what the engine wants into requests, and the session's
 * events into what the engine is told.
 */
#ifndef SMP_UPLOAD_LINK_H
#define SMP_UPLOAD_LINK_H

#include "smp/session.h"
#include "smp/upload.h"

struct smp_upload_link {
	struct smp_upload *upload;
	struct smp_session *session;
	struct buf body; /* working memory, at least the upload's message_max bytes */
	uint32_t tickets[SMP_UPLOAD_CHUNKS_MAX];
	bool is_ours[SMP_UPLOAD_CHUNKS_MAX]; /* the ticket is open */
};

/* All three must outlive the link. The session's window is set to the upload's. */
void smp_upload_link_init(struct smp_upload_link *link, struct smp_upload *upload,
	struct smp_session *session, struct buf body);

/* Cancel what is still open; the session goes back to one request at a time. */
void smp_upload_link_close(struct smp_upload_link *link);

/* Submit all that may be sent now, and cancel what no longer matters. Errors: smp_session_submit. */
enum status smp_upload_link_submit(struct smp_upload_link *link, struct err *reterr);

/*
 * Tell the engine of an event; events of other requests are left alone. Errors: those of
 * smp_upload_take_reply; STATUS_TIMEOUT, without words, when the device was silent too often.
 */
enum status smp_upload_link_take_event(struct smp_upload_link *link, const struct smp_event *event,
	uint64_t now_us, struct err *reterr);

#endif
