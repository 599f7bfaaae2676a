/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A short diagnosis of a device that has not answered a command's first request: does it answer an
 * echo, in which version of SMP and in which framing, is it the bootloader, does what is sent come back?
 * What came while the request was waited for the error says already (diagnosis.h).
 *
 * A server of raw packets has to rest before it is asked (SMP_RAW_REST_MS), since our console lines are
 * half a packet to it. It does so while the request is waited for, so with the default -t little is
 * left. It is asked only where nothing at all was received, since it answers lines with nothing, and
 * where the rest takes no longer than the tries of the request did.
 */
#ifndef SRC_SILENCE_H
#define SRC_SILENCE_H

#include "smp/header.h"
#include "src/diagnosis.h"
#include "src/port.h"

/* What was found out. */
struct silence {
	bool answers[SMP_VERSION_2 + 1]; /* an echo in this version; with an error counts, too */
	bool is_recovery;                /* MCUboot's serial recovery answers */
	bool comes_back;                 /* our own requests were received */
	enum smp_framing framing;        /* in which the command was sent */
	bool has_heard_before;           /* something came before the echoes */
	bool has_tried_other;            /* the other framing */
	bool answers_other;              /* an echo is answered in that one */
	bool is_jlink;                   /* a J-Link stands between */
	struct diagnosis heard;          /* what else came during the echoes */
};

/*
 * Add the findings to the error of a command that has failed, in words. Does nothing unless the error
 * is a silence. Takes a second at most, and less where -t is less; where raw framing is tried, the rest
 * besides: as much of 3.1 s as -t leaves. When the device has answered before, nothing is asked, and
 * only what is known of its port is added.
 */
void silence_explain(struct port *port, struct err *err);

/* The words for what was found. */
void silence_describe(const struct silence *silence, struct err *err);

/* The same for a device that has answered before. */
void silence_describe_later(const struct silence *silence, struct err *err);

#endif
