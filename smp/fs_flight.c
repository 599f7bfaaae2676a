/* SPDX-License-Identifier: Apache-2.0 */
/* The requests that are with the device, see fs_flight.h. */
#include "smp/fs_flight.h"

unsigned smp_fs_flight_add(struct smp_fs_flight *flight, uint64_t offset, uint64_t end)
{
	unsigned count = smp_fs_flight_count(flight) + 1;
	unsigned free = 0;

	while (free + 1 < SMP_FS_REQUESTS_MAX && flight->chunks[free].is_used)
		free++;
	flight->chunks[free] = (struct smp_fs_chunk){
		.is_used = true,
		.was_alone = count == 1,
		.order = flight->order++,
		.offset = offset,
		.end = end,
	};
	if (count > flight->most)
		flight->most = count;
	return free;
}

struct smp_fs_chunk smp_fs_flight_take(struct smp_fs_flight *flight, unsigned chunk)
{
	struct smp_fs_chunk taken = flight->chunks[chunk];

	if (!taken.is_used)
		return taken;
	flight->chunks[chunk].is_used = false;
	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++) {
		struct smp_fs_chunk *earlier = &flight->chunks[i];

		if (earlier->is_used && earlier->order < taken.order)
			earlier->is_abandoned = earlier->is_overtaken = true;
	}
	return taken;
}

unsigned smp_fs_flight_count(const struct smp_fs_flight *flight)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++)
		count += smp_fs_chunk_counts(&flight->chunks[i]);
	return count;
}

unsigned smp_fs_flight_fresh(const struct smp_fs_flight *flight)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++)
		count += smp_fs_chunk_counts(&flight->chunks[i]) && !flight->chunks[i].is_stale;
	return count;
}

bool smp_fs_flight_is_behind_repeated(const struct smp_fs_flight *flight, uint64_t offset)
{
	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++) {
		const struct smp_fs_chunk *chunk = &flight->chunks[i];

		if (smp_fs_chunk_counts(chunk) && chunk->was_repeated && chunk->offset < offset)
			return true;
	}
	return false;
}

void smp_fs_flight_make_stale(struct smp_fs_flight *flight, uint64_t offset)
{
	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++)
		flight->chunks[i].is_stale |= flight->chunks[i].offset >= offset;
}

void smp_fs_flight_abandon_all(struct smp_fs_flight *flight)
{
	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++)
		flight->chunks[i].is_abandoned = true;
}

bool smp_fs_flight_next_abandoned(
	struct smp_fs_flight *flight, unsigned *ret_chunk, bool *ret_is_overtaken)
{
	for (unsigned i = 0; i < SMP_FS_REQUESTS_MAX; i++) {
		struct smp_fs_chunk *chunk = &flight->chunks[i];

		if (!chunk->is_used || !chunk->is_abandoned)
			continue;
		chunk->is_used = false;
		*ret_chunk = i;
		/* Its repetition may have come behind the one that was answered. */
		*ret_is_overtaken = chunk->is_overtaken && !chunk->was_repeated;
		return true;
	}
	return false;
}
