/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chunks of an upload that are with the device: which still count, and whose replies are old news.
 * A part of the upload engine, as is smp_upload_next_abandoned, which is told of in upload.h.
 */
#ifndef SMP_UPLOAD_FLIGHT_H
#define SMP_UPLOAD_FLIGHT_H

#include "smp/upload.h"

/* Is it with the device, and does somebody wait for its reply? */
bool smp_upload_flight_has(const struct smp_upload_chunk *chunk);

unsigned smp_upload_flight_count(const struct smp_upload *upload);

/* Is a chunk before this offset being repeated? */
bool smp_upload_flight_is_behind_repeated(const struct smp_upload *upload, uint64_t offset);

/* Replies to these will say what is known already. */
void smp_upload_flight_make_stale(struct smp_upload *upload);

/* Replies come in the order of the requests: what was sent before this one will not be answered. */
void smp_upload_flight_abandon_overtaken(struct smp_upload *upload, uint32_t order);

/* Nobody waits for any reply. */
void smp_upload_flight_abandon_all(struct smp_upload *upload);

#endif
