/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request on its way down to the session and a reply on its way up, and what is common to reading
 * every reply.
 */
#ifndef SMP_MESSAGE_H
#define SMP_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "smp/body.h"
#include "smp/header.h"

/* What a client asks for. The body is copied by whoever takes the request. */
struct smp_request {
	enum smp_op op; /* SMP_OP_READ or SMP_OP_WRITE */
	uint16_t group;
	uint8_t command;
	struct span body;    /* a CBOR map; empty stands for the empty map */
	uint32_t timeout_ms; /* for one try; 0: the session's default */
	unsigned tries;      /* 0: the session's default */
	uint32_t
		first_timeout_ms; /* for the first try, where that may be hasty; 0: as timeout_ms */
};

struct smp_reply {
	struct smp_header header;
	struct span body; /* borrowed from the session until its next call */
};

/*
 * Open a reply's body and look for an error in any of its forms, whatever version was asked with
 * (protocol.md 1.4): "err" (or Zephyr 3.4's "ret") as a map with its own group, or plain "rc".
 * STATUS_PROTOCOL: the body is not sound. STATUS_DEVICE, STATUS_UNSUPPORTED: the device says no.
 */
enum status smp_reply_open(
	const struct smp_reply *reply, struct body_value *ret_map, struct err *reterr);

/*
 * What became of a look-up in a reply: a missing required or a wrongly typed field is
 * STATUS_PROTOCOL with the field's name.
 */
enum status smp_field_required(enum body_found found, const char *field, struct err *reterr);
enum status smp_field_optional(enum body_found found, const char *field, struct err *reterr);

/* The array or map (`kind`) that must be there. Errors as smp_field_required. */
enum status smp_field_container(const struct body_value *map, const char *field,
	enum body_kind kind, struct body_value *ret_container, struct err *reterr);

#endif
