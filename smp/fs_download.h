/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The download of a file from the device, as an engine: it says what to ask next, and hands the file
 * over piece by piece, in order.
 *
 * The device chooses how much it sends at a time, and says how long the file is with the first piece
 * only (protocol.md 3.7). Behind that one a second request is in flight, so that the line back is never
 * idle; more gain nothing. Reading changes nothing, so what is lost is asked for again.
 *
 *   state     reply                             next
 *   START     off 0, a len above 0, data        DATA
 *   START     off 0, len 0, no data             DONE     an empty file
 *   DATA      off as asked, data behind what    DATA     to be handed over
 *             has been handed over
 *   DATA      the same, and it is the last      DONE
 *   DATA      off as asked, but an earlier      DATA     that one was lost: from there again, once for
 *             piece is missing                           all requests in flight when it was seen;
 *                                                       for the second time in a row: and nothing
 *                                                       behind it until it has come, or is silence
 *   any       silence as often as `tries`       FAILED   timeout
 *   any       another off than asked, no data   FAILED   protocol
 *             before the end, data behind it,
 *             no len in START
 *   any       an error                          FAILED   the device's error
 *
 * Replies to what was asked before the engine went back are not looked at. Ended states (DONE, FAILED)
 * ask for nothing and take nothing more (STATUS_INTERNAL).
 */
#ifndef SMP_FS_DOWNLOAD_H
#define SMP_FS_DOWNLOAD_H

#include "smp/fs_flight.h"
#include "smp/fs_group.h"

enum { SMP_FS_DOWNLOAD_WINDOW = 2 };

enum smp_fs_download_state {
	SMP_FS_DOWNLOAD_START,
	SMP_FS_DOWNLOAD_DATA,
	SMP_FS_DOWNLOAD_DONE,
	SMP_FS_DOWNLOAD_FAILED,
};

struct smp_fs_download {
	struct span path; /* borrowed */
	unsigned window;
	enum smp_fs_download_state state;
	uint64_t len;    /* of the file; known behind START */
	uint64_t offset; /* bytes that were handed over */
	uint64_t next;   /* where the next request begins */
	size_t step;     /* bytes that the device sends at a time */
	unsigned losses; /* of what comes next, each seen by an answer to what is behind it */
	struct smp_fs_flight flight;
};

/*
 * A window of 0 is 1; one above SMP_FS_DOWNLOAD_WINDOW is that. STATUS_USAGE: the path is too long.
 */
enum status smp_fs_download_init(
	struct smp_fs_download *download, struct span path, unsigned window, struct err *reterr);

/*
 * The next request, its body written to `body` (SMP_FS_BODY_MAX); *ret_chunk names it until it is
 * answered, silent or abandoned. False when there is nothing to ask now, or the download has ended.
 */
bool smp_fs_download_next_request(struct smp_fs_download *download, struct buf *body,
	struct smp_request *ret_request, unsigned *ret_chunk);

/*
 * The reply to that request. *ret_data is what comes next in the file, borrowed from the reply; it may
 * be empty. Not STATUS_OK: the download has failed.
 */
enum status smp_fs_download_take_reply(struct smp_fs_download *download, unsigned chunk,
	const struct smp_reply *reply, struct span *ret_data, struct err *reterr);

/* A try of that request met silence, and the session repeats it. */
void smp_fs_download_take_retry(struct smp_fs_download *download, unsigned chunk);

/* The last try met silence: the download has failed. */
void smp_fs_download_take_silence(struct smp_fs_download *download, unsigned chunk);

static inline bool smp_fs_download_has_ended(const struct smp_fs_download *download)
{
	return download->state == SMP_FS_DOWNLOAD_DONE || download->state == SMP_FS_DOWNLOAD_FAILED;
}

#endif
