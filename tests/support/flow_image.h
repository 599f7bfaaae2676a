/* SPDX-License-Identifier: Apache-2.0 */
/* A firmware image to update to, made up or read from a file. */
#ifndef TESTS_SUPPORT_FLOW_IMAGE_H
#define TESTS_SUPPORT_FLOW_IMAGE_H

#include "base/span.h"

struct flow_image {
	struct span file; /* owned */
	struct span hash; /* of its hash TLV; points into file */
};

/* An image of exactly `size` bytes with this major version. Its content follows from both. */
void flow_image_make(struct flow_image *image, size_t size, unsigned major);

/* A file of tests/vectors/images. */
void flow_image_load(struct flow_image *image, const char *name);

void flow_image_free(struct flow_image *image);

#endif
