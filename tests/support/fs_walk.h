/* SPDX-License-Identifier: Apache-2.0 */
/* The upload engine for files, asked and answered by hand (smp/fs_upload.h). */
#ifndef TESTS_SUPPORT_FS_WALK_H
#define TESTS_SUPPORT_FS_WALK_H

#include "smp/fs_upload.h"

enum {
	FS_WALK_FILE_SIZE = 2000,
	FS_WALK_MESSAGE_MAX = 380,
	FS_WALK_NO_CHUNK = SMP_FS_REQUESTS_MAX,
};

/* A file of `len` zeros, FS_WALK_FILE_SIZE at most, to /lfs/a. */
struct smp_fs_upload_config fs_walk_config(size_t len, unsigned window);
void fs_walk_start(struct smp_fs_upload *upload, size_t len, unsigned window);

/* Ask for a request; its place, or FS_WALK_NO_CHUNK when there is none. */
unsigned fs_walk_ask(struct smp_fs_upload *upload, struct smp_request *ret_request);
unsigned fs_walk_ask_next(struct smp_fs_upload *upload);

/* Give it a reply, in the notation of cbor.h; without a version in version 2. */
enum status fs_walk_tell_as(struct smp_fs_upload *upload, unsigned chunk, enum smp_version version,
	const char *notation, struct err *reterr);
enum status fs_walk_tell(struct smp_fs_upload *upload, unsigned chunk, const char *notation);
enum status fs_walk_tell_offset(struct smp_fs_upload *upload, unsigned chunk, uint64_t offset);
/* The chunk is not at the end of the file, which is at `end`. */
enum status fs_walk_tell_refused(struct smp_fs_upload *upload, unsigned chunk, uint64_t end);

uint64_t fs_walk_end_of(const struct smp_fs_upload *upload, unsigned chunk);

/* In DATA, with the second chunk asked for; in LOOK, with the size asked for. Return its place. */
unsigned fs_walk_into_data(struct smp_fs_upload *upload);
unsigned fs_walk_into_look(struct smp_fs_upload *upload);

#endif
