/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a device did not answer: what came instead of the reply, put into words. "Timeout" alone is
 * what users of other tools complain about most.
 */
#ifndef SRC_DIAGNOSIS_H
#define SRC_DIAGNOSIS_H

#include "base/buf.h"
#include "base/err.h"
#include "smp/session.h"

enum { DIAGNOSIS_TEXT_MAX = 60 };

struct diagnosis {
	size_t text_bytes;                /* all that came, line ends included */
	uint8_t text[DIAGNOSIS_TEXT_MAX]; /* the first of it, as far as it is worth showing */
	size_t text_len;
	size_t unreadable_bytes; /* of all that came: what no console writes */
	bool is_cut;             /* there was more */
	bool has_ended_line;     /* more text begins on a new line */
	unsigned dropped[SMP_DROP_COUNT];
	unsigned strays;
};

/* A new request begins. */
void diagnosis_start(struct diagnosis *diagnosis);

void diagnosis_add(struct diagnosis *diagnosis, const struct smp_event *event);

/*
 * The request has expired after `tries` tries of `timeout_ms`. STATUS_TIMEOUT when nothing came,
 * STATUS_PROTOCOL when something came that is no sound answer.
 */
enum status diagnosis_explain(
	const struct diagnosis *diagnosis, uint32_t timeout_ms, unsigned tries, struct err *reterr);

/*
 * What came, "only 27 bytes of text: \"uart:~$ \"", and what that says about the port. Nothing came:
 * appends nothing.
 */
void diagnosis_append(const struct diagnosis *diagnosis, struct buf *out);
const char *diagnosis_hint(const struct diagnosis *diagnosis);

#endif
