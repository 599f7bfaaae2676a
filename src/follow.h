/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Following a device through a reset. The port is closed first, since holding it makes the kernel give
 * it another name when it comes back; then it is waited for, opened, and asked who answers.
 *
 * A device that is asked too early stays in its bootloader: any request in MCUboot's wait window
 * keeps it there (observed.md). So nothing is sent at first:
 *
 *   seen                                          then
 *   the port leaves the bus and comes back        ask it at once
 *   ... as another product                        that is the bootloader: ask it only when it stays,
 *                                                 for longer than its work may take; at once where
 *                                                 it is wanted
 *   the port does not leave (a UART's adapter)    wait `quiet_ms` before the first question
 *   recovery answers, the application is wanted   reset once more, and be quiet for five times as long,
 *                                                 now also where the port leaves and comes back
 */
#ifndef SRC_FOLLOW_H
#define SRC_FOLLOW_H

#include "src/port.h"

enum { FOLLOW_QUIET_MS = 1500, FOLLOW_PATIENCE_MS = 60000 };

struct follow_wish {
	bool accepts_recovery; /* do not reset once more when serial recovery answers */
	bool wants_recovery;   /* and ask the bootloader as soon as it is there: that keeps it */
	/* It was trapped before: be quiet for longer, and also where the port leaves the bus. */
	bool is_wary;
	/*
	 * How long the bootloader may be at work and listen, where nothing tells when it is done: a
	 * swap takes its time. 0: FOLLOW_QUIET_MS.
	 */
	uint32_t quiet_ms;
	/* Until it must have answered, from the end of the quiet time; 0: FOLLOW_PATIENCE_MS. */
	uint32_t patience_ms;
};

/*
 * What suits a reset at which the bootloader swaps images of that many bytes: no less than the time that
 * fast flash takes, and patience for slow flash (protocol.md 5.5).
 */
struct follow_wish follow_wish_for_swap(uint64_t bytes);

struct follow_result {
	bool is_recovery; /* serial recovery answered in the end */
	bool was_trapped; /* it did before, and the device was reset once more */
	uint64_t duration_us;
};

/*
 * The device was just told to reset: wait until it answers. The port is open then.
 * Errors: STATUS_NO_PORT (it did not come back), STATUS_TIMEOUT (it did not answer),
 * STATUS_INTERRUPTED, and those of port_reopen.
 */
enum status follow_reset(struct port *port, const struct follow_wish *wish,
	struct follow_result *ret_result, struct err *reterr);

/*
 * The device was just told to reset: ask from the first moment on, so that a bootloader that listens
 * for a while after each reset stays. *ret_is_recovery: it did; else the application answers. Errors
 * as follow_reset.
 */
enum status follow_into_recovery(
	struct port *port, uint32_t patience_ms, bool *ret_is_recovery, struct err *reterr);

#endif
