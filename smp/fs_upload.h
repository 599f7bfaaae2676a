/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The upload of a file into the device's file system, as an engine in the manner of upload.h: it says
 * which chunk to send next and is told what the device answered.
 *
 * The device carries requests out in the order of their arrival. The first chunk creates or empties the
 * file; a later one must be at its end. One that is not changes nothing: it is refused with FS error
 * 11, which tells where the end is, and closes the file, which the next chunk opens again (protocol.md
 * 3.7). So a refusal is as good an answer as a success. In version 1 there is only rc 1, without an
 * offset: then the size of the file is asked for. The servers of mynewt-mcumgr, and Zephyr's before it
 * had errors by group, say rc 3 with the offset in "off".
 *
 *   state     reply                            next
 *   START     off = len of the file            DONE
 *   START     off > 0                          DATA     go there
 *   START     off = 0                          START    no progress
 *   DATA      off = end of the chunk           DATA     earlier chunks were taken too, though their
 *                                                       replies may be lost
 *   DATA      off = len of the file            DONE
 *   DATA      another off > 0                  DATA     go there, forward or back: once for all the
 *                                                       chunks that were in flight when it was seen
 *   DATA      off = 0                          START    the device lost the file: begin again
 *   DATA      error 11, or rc 1 or 3 in        as off
 *             version 1, with an offset
 *   DATA      the same without one             LOOK     ask for the size of the file
 *   LOOK      size = where the refused chunk   FAILED   the device's error: the end was not the matter
 *             begins
 *   LOOK      another size                     as off in DATA
 *   LOOK      an error                         FAILED   the one that the chunk met
 *   any       silence as often as `tries`      FAILED   timeout
 *   any       an offset > len of the file      FAILED   protocol
 *   any       an offset not forward for the SMP_FS_STUCK_MAXth time since the highest
 *                                              FAILED   protocol
 *   START, DATA  another error                 FAILED   the device's error
 *
 * Repetitions after silence are the session's. A reply to a chunk that was in flight when the engine
 * went back is only looked at for good news. In START and LOOK nothing else is sent. A repeated first
 * chunk empties the file again; nothing behind it is lost, since nothing was sent before its answer.
 * Ended states (DONE, FAILED) ask for nothing and take nothing more (STATUS_INTERNAL).
 *
 * How many chunks are in flight, and how long to wait, is window.h's to say: a file system erases flash
 * pages as images do.
 */
#ifndef SMP_FS_UPLOAD_H
#define SMP_FS_UPLOAD_H

#include "smp/fs_flight.h"
#include "smp/fs_group.h"
#include "smp/window.h"

enum {
	SMP_FS_STUCK_MAX = 5,
	SMP_FS_CHUNK_FIELDS_MAX = 128, /* what a first chunk has besides its data, generously */
};

#define SMP_FS_REPEATED UINT64_MAX

enum smp_fs_upload_state {
	SMP_FS_UPLOAD_START,
	SMP_FS_UPLOAD_DATA,
	SMP_FS_UPLOAD_LOOK,
	SMP_FS_UPLOAD_DONE,
	SMP_FS_UPLOAD_FAILED,
};

struct smp_fs_upload_config {
	struct span file; /* must stay valid */
	struct span path; /* on the device; must stay valid */
	size_t message_max;
	unsigned window;           /* most chunks in flight */
	uint32_t first_timeout_ms; /* the device may give back the blocks of an old file first */
	uint32_t timeout_ms;
	unsigned tries;
};

struct smp_fs_upload {
	struct smp_fs_upload_config config;
	enum smp_fs_upload_state state;
	uint64_t offset;  /* the end of the file on the device, as it says */
	uint64_t next;    /* where the next chunk begins */
	uint64_t highest; /* offset reached so far */
	unsigned stuck;   /* replies that led not forward, since `highest` was reached */
	struct smp_fs_flight flight;
	struct smp_window window;
	struct err refusal;      /* LOOK: the error that led there */
	uint64_t refused_offset; /* LOOK: of the chunk that met it */

	uint64_t bytes_sent; /* of the file, repetitions of the engine's included */
};

/* STATUS_USAGE: the path is too long, or message_max leaves no room for data. */
enum status smp_fs_upload_init(struct smp_fs_upload *upload,
	const struct smp_fs_upload_config *config, uint64_t now_us, struct err *reterr);

/* Bytes of data in a message of `message_max` bytes in the midst of the file. */
size_t smp_fs_upload_data_max(const struct smp_fs_upload_config *config);

/*
 * The next request, its body written to `body` (give it message_max bytes); *ret_chunk names it until
 * it is answered, silent or abandoned (smp_fs_flight_next_abandoned). False when there is nothing to ask
 * now, or the upload has ended.
 */
bool smp_fs_upload_next_request(struct smp_fs_upload *upload, struct buf *body,
	struct smp_request *ret_request, unsigned *ret_chunk);

/*
 * The reply to that request, `round_trip_us` after its last byte was written; SMP_FS_REPEATED when it
 * was repeated, and nobody knows which try was answered. Not STATUS_OK: the upload has failed.
 */
enum status smp_fs_upload_take_reply(struct smp_fs_upload *upload, unsigned chunk,
	const struct smp_reply *reply, uint64_t round_trip_us, uint64_t now_us, struct err *reterr);

/* A try of that request met silence, and the session repeats it. */
void smp_fs_upload_take_retry(struct smp_fs_upload *upload, unsigned chunk);

/* The last try met silence: the upload has failed. */
void smp_fs_upload_take_silence(struct smp_fs_upload *upload, unsigned chunk);

static inline bool smp_fs_upload_has_ended(const struct smp_fs_upload *upload)
{
	return upload->state == SMP_FS_UPLOAD_DONE || upload->state == SMP_FS_UPLOAD_FAILED;
}

#endif
