/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The body of an upload request: how much of the file fits, and its encoding (protocol.md 3.2.4,
 * 5.2). A part of the upload engine.
 */
#ifndef SMP_UPLOAD_CHUNK_H
#define SMP_UPLOAD_CHUNK_H

#include "base/buf.h"
#include "smp/upload.h"

/* Bytes of the file that a request at `offset` carries in a message of at most `message_max`. */
size_t smp_upload_chunk_size(
	const struct smp_upload_config *config, uint64_t offset, size_t message_max);

/* The fields, and `len` bytes of data. Offset 0 has the fields of a first chunk. */
void smp_upload_put_chunk(
	const struct smp_upload_config *config, uint64_t offset, size_t len, struct buf *body);

#endif
