/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The quoted bytes of a trace (docs/trace.md). Stricter than text_append_escaped: pure ASCII, and
 * every run of bytes has exactly one spelling.
 */
#ifndef TRANSPORT_TRACE_TEXT_H
#define TRANSPORT_TRACE_TEXT_H

#include "base/buf.h"
#include "base/span.h"

/* Characters for `len` bytes at most, quotes included. */
#define TRACE_TEXT_MAX(len) (4 * (len) + 2)

/* Append "BYTES", quotes included. */
void trace_text_append(struct buf *out, struct span bytes);

/*
 * Read a quoted text that fills `text` whole, and append its bytes. False when it is malformed or
 * `out` has no room; `out` may then hold a part.
 */
bool trace_text_parse(struct span text, struct buf *out);

#endif
