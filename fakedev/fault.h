/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Named misbehaviours of the fake board: NAME[=ARG][@WHEN]. WHEN counts the requests that reached the
 * server, from 1: "@3" the third one only, "@3+" from the third on, "@3-5"; without WHEN always. For
 * what goes wrong at a boot it counts the new images that the bootloader was to put in place.
 */
#ifndef FAKEDEV_FAULT_H
#define FAKEDEV_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum fakedev_fault_kind {
	FAULT_SILENT,          /* does not answer */
	FAULT_TEXT_ONLY,       /* answers with a line of text */
	FAULT_DROP_REQUEST,    /* the request is lost before it is carried out */
	FAULT_DROP_REPLY,      /* it is carried out, the reply is lost */
	FAULT_DUPLICATE_REPLY, /* the reply comes twice */
	FAULT_LATE_REPLY,      /* the reply comes ARG ms later (default 3000) */
	FAULT_STALE_REPLY,     /* a reply with the previous sequence number comes first */
	FAULT_BAD_CRC,
	FAULT_BAD_LENGTH,   /* the frame's length field is two too small */
	FAULT_BAD_HEADER,   /* the header's length is not the packet's */
	FAULT_BAD_CBOR,     /* the body announces far more entries than it has */
	FAULT_NO_CBOR,      /* the body is no map */
	FAULT_LOG_INSIDE,   /* log text inside the reply's base64 lines */
	FAULT_ERROR,        /* ARG: "RC" or "GROUP:RC", answered in place of the work */
	FAULT_VANISH,       /* the port goes away and comes back, as on a loose cable */
	FAULT_RESET,        /* the board resets by itself, after carrying out the request */
	FAULT_WRONG_OFFSET, /* an upload reply names an offset beyond the end */
	FAULT_STUCK_OFFSET, /* an upload reply names the offset that was asked for again */
	FAULT_NO_MATCH,     /* an upload ends with match: false */
	FAULT_FLIP_BIT,     /* a bit of the upload's data is flipped on its way to the flash */
	FAULT_REFUSE_SWAP,  /* the bootloader refuses the new image, as if signed by another key */
	FAULT_DEAD_AFTER_SWAP,  /* the new image never answers, until the reset button is pressed */
	FAULT_CRASH_AFTER_SWAP, /* its watchdog resets it before it answers */
};

struct fakedev_fault {
	enum fakedev_fault_kind kind;
	uint32_t arg;
	uint32_t arg_group; /* FAULT_ERROR with a group */
	bool has_group;
	uint32_t first, last; /* requests or new images, both included */
};

/* A row of the list that `--fault help` prints. */
struct fakedev_fault_name {
	const char *name;
	const char *argument; /* NULL: none */
	const char *help;
};

const struct fakedev_fault_name *fakedev_fault_names(size_t *ret_count);

/* STATUS_USAGE with the list of names when the text is none of them. */
enum status fakedev_fault_parse(
	const char *text, struct fakedev_fault *ret_fault, struct err *reterr);

#endif
