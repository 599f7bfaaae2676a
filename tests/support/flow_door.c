/* SPDX-License-Identifier: Apache-2.0 */
/* A board that can be away, see flow_door.h. */
#include "tests/support/flow_door.h"

enum status flow_door_open_transport(
	void *ctx, struct transport **ret_transport, struct err *reterr)
{
	struct flow_door *door = ctx;

	if (!fakedev_is_present(door->rig.board, door->rig.clock.now_us))
		return err_set(reterr, STATUS_NO_PORT, "the board is not there");
	door->opens++;
	door->opened_us = door->rig.clock.now_us;
	return flow_rig_open_transport(&door->rig, ret_transport, reterr);
}

unsigned flow_door_boots(const struct flow_door *door)
{
	struct fakedev_counters counters;

	fakedev_get_counters(door->rig.board, &counters);
	return counters.boots;
}

void flow_door_press_reset(void *ctx)
{
	struct flow_door *door = ctx;

	fakedev_press_reset(door->rig.board, door->rig.clock.now_us);
}
