/* SPDX-License-Identifier: Apache-2.0 */
/* How fast frames are made and taken apart. */
#ifndef BENCH_CODEC_H
#define BENCH_CODEC_H

#include <stddef.h>

#include "base/err.h"

struct codec_speed {
	size_t message_len;                            /* bytes */
	double encode_bytes_per_s, decode_bytes_per_s; /* of messages, not of their lines */
};

/* message_len of *speed says how long the messages are. STATUS_INTERNAL: what came out is wrong. */
enum status codec_measure(struct codec_speed *speed, struct err *reterr);

#endif
