/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CBOR bodies for tests, written down as in docs/protocol.md: {_ 'off': 32, 'data': h'3db8'}. Text
 * stands in single quotes, "_" makes a map or an array indefinite. Up to 23 entries each. A slip in
 * the notation aborts the test program.
 */
#ifndef TESTS_SUPPORT_CBOR_H
#define TESTS_SUPPORT_CBOR_H

#include "base/buf.h"

void cbor_append(struct buf *out, const char *notation);

#endif
