/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ZIP archives for tests, byte by byte and without libzip, so that they can lie: about sizes, about
 * checksums, about passwords.
 */
#ifndef TESTS_SUPPORT_ZIP_MAKER_H
#define TESTS_SUPPORT_ZIP_MAKER_H

#include "base/buf.h"

struct zip_item {
	const char *name;
	struct span bytes;
	bool is_deflated; /* in the form of deflate, though nothing becomes smaller */
	bool is_locked;   /* the flag of encryption is set */
	bool is_crc_wrong;
	uint32_t claimed_size; /* 0: the true one */
};

/* Fails the test when `out` is too small. */
void zip_make(struct buf *out, const struct zip_item *items, size_t count);

#endif
