/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vectors of tests/vectors for tests in C: frames made by an independent encoder, and
 * conversations recorded from real servers. Loading aborts the test program when a file is broken.
 */
#ifndef TESTS_SUPPORT_VECTORS_H
#define TESTS_SUPPORT_VECTORS_H

#include <jansson.h>

#include "base/span.h"

/* Parse tests/vectors/NAME; free with json_decref. */
json_t *vectors_load(const char *name);

/*
 * The bytes of a member that holds hex digits; empty when it is missing or null. They are allocated
 * and belong to the caller (free((void *)span.data)).
 */
struct span vectors_bytes(const json_t *object, const char *member);
void vectors_free(struct span bytes);

/* The text of a member, "" when missing. */
const char *vectors_text(const json_t *object, const char *member);

#endif
