/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filter that writes down every byte that passes, as text that a person can read and that a later
 * replay can read too. The format is described in docs/trace.md; in short:
 *
 *   smpctl-trace 1
 *   0.000120 > "\x06\tABMKAAAJAAABAKFhZGVoZWxsb3o2\n"
 *   0.000120 # v2 write os echo, sequence 1: {"d": "hello"}
 *   0.004310 < "\x06\tABQLAAAKAAABAL9hcmVoZWxsb//0JA==\n"
 *
 * Lines with > (to the device) and < (from it) hold the bytes, one wire line each; lines with # are
 * for people and are ignored by a replay. What a line means is said by a describer from above: the
 * transport knows nothing of SMP.
 *
 * Every line is handed to the system when it is complete, so that a killed program loses at most the
 * wire line that was on its way. When the file cannot be written any more (disk full), the trace ends
 * there and the conversation goes on: it is worth more than its record.
 */
#ifndef TRANSPORT_TRACE_H
#define TRANSPORT_TRACE_H

#include "transport/transport.h"

/* Longest text that a describer may say about one run of bytes; more is cut off. */
enum { TRACE_DESCRIPTION_MAX = 16 * 1024 };

struct trace_describer {
	/*
	 * Told every run of bytes, in order, as it is written down: up to a line feed, a change of
	 * direction or 256 bytes. Appends lines of text (without the leading time and #) that
	 * explain what was completed by these bytes. Text must already be harmless.
	 */
	void (*describe)(void *ctx, bool is_to_device, struct span bytes, struct buf *out);
	void (*close)(void *ctx); /* may be NULL */
	void *ctx;
};

/*
 * Wrap `next`, which then belongs to the filter, and so does the describer's ctx, both also on
 * failure. "-" as path is standard error. `describer` may be NULL. With `since_us` 0 the file is
 * created or emptied, and times count from the first time that the filter is told. Else the trace
 * that is there goes on, when a port is opened again, with times that count from `since_us`.
 * Errors: STATUS_USAGE (the file cannot be written).
 */
enum status trace_open(struct transport *next, const char *path, uint64_t since_us,
	const struct trace_describer *describer, struct transport **ret_transport,
	struct err *reterr);

#endif
