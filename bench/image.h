/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up firmware of any size, in memory or as a file. */
#ifndef BENCH_IMAGE_H
#define BENCH_IMAGE_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct bench_image {
	struct span bytes; /* owned */
	struct span hash;  /* in `bytes` */
};

/* `size` counts header and TLVs. STATUS_INTERNAL: out of memory. */
enum status bench_image_make(
	struct bench_image *ret_image, size_t size, uint32_t seed, struct err *reterr);
void bench_image_free(struct bench_image *image); /* accepts a zeroed one */

/*
 * Write such an image to a file. The work is done in a process of its own: the peak memory of a
 * process is inherited by those that it starts, and would be taken for theirs.
 */
enum status bench_image_write(const char *path, size_t size, uint32_t seed, struct err *reterr);

#endif
