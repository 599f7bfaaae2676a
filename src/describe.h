/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What passes on the wire, in words: the describer that a trace asks (transport/trace.h). It follows
 * both directions with frame decoders of its own.
 */
#ifndef SRC_DESCRIBE_H
#define SRC_DESCRIBE_H

#include "transport/trace.h"

/*
 * Of a line with console framing, with raw framing, or where it may be either. The describer frees
 * itself when the trace is closed. STATUS_INTERNAL: out of memory.
 */
enum status describe_open(bool may_be_console, bool may_be_raw,
	struct trace_describer *ret_describer, struct err *reterr);

/* One packet: "v2 write os echo, sequence 1: {"d": "hello"}". */
void describe_packet(struct span packet, struct buf *out);

#endif
