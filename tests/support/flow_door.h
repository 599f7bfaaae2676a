/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board of flow_rig.h behind a port as a real one is: it cannot be opened while the board is away, and
 * the openings are counted.
 */
#ifndef TESTS_SUPPORT_FLOW_DOOR_H
#define TESTS_SUPPORT_FLOW_DOOR_H

#include "tests/support/flow_rig.h"

struct flow_door {
	struct flow_rig rig;
	unsigned opens;     /* that succeeded */
	uint64_t opened_us; /* the latest */
};

/* For struct port_config and the like; `ctx` is the door. STATUS_NO_PORT: the board is away. */
enum status flow_door_open_transport(
	void *ctx, struct transport **ret_transport, struct err *reterr);

unsigned flow_door_boots(const struct flow_door *door);

/* Somebody presses the board's reset button; `ctx` is the door, for fake_clock_at. */
void flow_door_press_reset(void *ctx);

#endif
