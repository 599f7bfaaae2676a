/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Uploads of a small file with one chunk in flight, taken step by step into a situation. What is not
 * as expected fails the test.
 */
#ifndef TESTS_SUPPORT_UPLOAD_WALK_H
#define TESTS_SUPPORT_UPLOAD_WALK_H

#include "smp/upload.h"

enum {
	UPLOAD_WALK_FILE_SIZE = 2000,
	UPLOAD_WALK_MESSAGE_MAX = 380,
	/* Where chunks end in messages of that size (protocol.md 5.2). */
	UPLOAD_WALK_FIRST_END = 306,
	UPLOAD_WALK_NEXT_SIZE = 356,
};

/* The state of the upload, and in DATA whether the chunk that is asked for is the last. */
enum upload_walk_situation {
	UPLOAD_WALK_CLEAR,
	UPLOAD_WALK_START,
	UPLOAD_WALK_DATA,
	UPLOAD_WALK_LAST,
};

#define UPLOAD_WALK_SITUATIONS (UPLOAD_WALK_LAST + 1)

/* The file is blank but for an image header's magic number. */
struct smp_upload_config upload_walk_config(void);

void upload_walk_start(struct smp_upload *upload, const struct smp_upload_config *config);
/* Begin an upload and go into the situation, its request asked for. */
void upload_walk_into(struct smp_upload *upload, enum upload_walk_situation situation);

/* Ask for the next request. */
void upload_walk_ask(struct smp_upload *upload);

/* Where the chunk that was asked for last ends. */
uint64_t upload_walk_end(const struct smp_upload *upload);

/*
 * Answer it with {"off": offset}, or with a body; `try_number` above 1: after its first tries had met
 * silence.
 */
enum status upload_walk_answer(struct smp_upload *upload, uint64_t offset, unsigned try_number);
enum status upload_walk_answer_body(
	struct smp_upload *upload, struct span body, unsigned try_number, struct err *reterr);

#endif
