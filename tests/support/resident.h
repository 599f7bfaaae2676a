/* SPDX-License-Identifier: Apache-2.0 */
/* How much of a mapped file is in memory. */
#ifndef TESTS_SUPPORT_RESIDENT_H
#define TESTS_SUPPORT_RESIDENT_H

#include "base/span.h"

/* Bytes of the mapping that begins there, as /proc/self/smaps says. Fails the test without one. */
size_t resident_bytes(struct span mapping);

#endif
