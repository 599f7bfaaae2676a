/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our client's own request with the arguments of a recorded one. What our client has no word for is
 * left out, so that the two differ.
 */
#ifndef TESTS_SUPPORT_REBUILD_H
#define TESTS_SUPPORT_REBUILD_H

#include "smp/message.h"
#include "smp/upload.h"

enum { REBUILD_BODY_MAX = 2048, REBUILD_FILE_MAX = 200000 };

struct rebuilt {
	struct smp_request request;
	uint8_t body[REBUILD_BODY_MAX];
};

/* Is it one of the commands that our client has requests for? */
bool rebuild_is_ours(const struct smp_header *header);

/* False when our client could not ask for anything like it. */
bool rebuild_request(struct span packet, struct rebuilt *ret_rebuilt);

/*
 * The lines that our client writes for a request, with the version and the sequence number of
 * `header`, through a session; appended to `wire`.
 */
void rebuild_wire(
	const struct smp_request *request, const struct smp_header *header, struct buf *wire);

/*
 * An upload of a file of REBUILD_FILE_MAX blank bytes that has come to `offset` and asked for the
 * next chunk. `file` has room for so many.
 */
void rebuild_upload_at(uint64_t offset, const uint8_t *file, struct smp_upload *ret_upload);

#endif
