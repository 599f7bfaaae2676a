/* SPDX-License-Identifier: Apache-2.0 */
/* The chunks that are with the device, see upload_flight.h. */
#include "smp/upload_flight.h"

bool smp_upload_flight_has(const struct smp_upload_chunk *chunk)
{
	return chunk->is_used && !chunk->is_abandoned;
}

unsigned smp_upload_flight_count(const struct smp_upload *upload)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++)
		count += smp_upload_flight_has(&upload->chunks[i]);
	return count;
}

bool smp_upload_flight_is_behind_repeated(const struct smp_upload *upload, uint64_t offset)
{
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++) {
		const struct smp_upload_chunk *chunk = &upload->chunks[i];

		if (smp_upload_flight_has(chunk) && chunk->was_repeated && chunk->offset < offset)
			return true;
	}
	return false;
}

void smp_upload_flight_make_stale(struct smp_upload *upload)
{
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++)
		upload->chunks[i].is_stale = true;
}

void smp_upload_flight_abandon_overtaken(struct smp_upload *upload, uint32_t order)
{
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++) {
		struct smp_upload_chunk *chunk = &upload->chunks[i];

		if (chunk->is_used && chunk->order < order)
			chunk->is_abandoned = chunk->is_overtaken = true;
	}
}

void smp_upload_flight_abandon_all(struct smp_upload *upload)
{
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++)
		upload->chunks[i].is_abandoned = true;
}

bool smp_upload_next_abandoned(
	struct smp_upload *upload, unsigned *ret_chunk, bool *ret_is_overtaken)
{
	for (unsigned i = 0; i < SMP_UPLOAD_CHUNKS_MAX; i++) {
		if (!upload->chunks[i].is_used || !upload->chunks[i].is_abandoned)
			continue;
		upload->chunks[i].is_used = false;
		*ret_chunk = i;
		/* Its repetition may have come behind the one that was answered. */
		*ret_is_overtaken =
			upload->chunks[i].is_overtaken && !upload->chunks[i].was_repeated;
		return true;
	}
	return false;
}
