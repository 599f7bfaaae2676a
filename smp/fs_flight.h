/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests of a file's transfer that are with the device: which still count, and whose replies are
 * old news. Used by the engines of fs_upload.h and fs_download.h, which name a request by its place
 * here.
 */
#ifndef SMP_FS_FLIGHT_H
#define SMP_FS_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

enum { SMP_FS_REQUESTS_MAX = 16 };

struct smp_fs_chunk {
	bool is_used;
	bool is_stale;     /* sent before the engine went elsewhere: its reply is old news */
	bool is_abandoned; /* its reply does not matter any more: to be cancelled */
	bool is_overtaken; /* a later request was answered: this one is not with the device */
	bool was_repeated;
	bool was_alone; /* nothing was in flight when it was sent */
	uint32_t order; /* counts the requests */
	uint64_t offset, end;
};

struct smp_fs_flight {
	struct smp_fs_chunk chunks[SMP_FS_REQUESTS_MAX];
	uint32_t order; /* of the next request */
	unsigned most;  /* most requests that were in flight at a time */
};

/* Does somebody wait for its reply? */
static inline bool smp_fs_chunk_counts(const struct smp_fs_chunk *chunk)
{
	return chunk->is_used && !chunk->is_abandoned;
}

/* A request for the bytes [offset, end); there must be room. Returns its place. */
unsigned smp_fs_flight_add(struct smp_fs_flight *flight, uint64_t offset, uint64_t end);

/*
 * It was answered: its place is free, and what was sent before it will not be answered any more, since
 * replies come in the order of the requests. Returns what it was; `is_used` is false when nobody
 * waited for it.
 */
struct smp_fs_chunk smp_fs_flight_take(struct smp_fs_flight *flight, unsigned chunk);

/* How many count; and how many of those are no old news. */
unsigned smp_fs_flight_count(const struct smp_fs_flight *flight);
unsigned smp_fs_flight_fresh(const struct smp_fs_flight *flight);

/* Is one before this offset being repeated? */
bool smp_fs_flight_is_behind_repeated(const struct smp_fs_flight *flight, uint64_t offset);

/* Replies to those at this offset and behind will say what is known already; 0: all of them. */
void smp_fs_flight_make_stale(struct smp_fs_flight *flight, uint64_t offset);

/* Nobody waits for any reply. */
void smp_fs_flight_abandon_all(struct smp_fs_flight *flight);

/*
 * One whose reply does not matter any more; its place is free again. *ret_is_overtaken: it is not with
 * the device either. False when there is none.
 */
bool smp_fs_flight_next_abandoned(
	struct smp_fs_flight *flight, unsigned *ret_chunk, bool *ret_is_overtaken);

#endif
