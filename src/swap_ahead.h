/* SPDX-License-Identifier: Apache-2.0 */
/* What a bootloader has to do at the next reset. */
#ifndef SRC_SWAP_AHEAD_H
#define SRC_SWAP_AHEAD_H

#include "src/follow.h"

/*
 * How to wait for a device that will swap at a reset those slots whose image is pending; it is asked for
 * two or three things now, since nobody may ask while it swaps. One that does not tell is waited for as if
 * it had nothing to do.
 */
struct follow_wish swap_ahead_wish(struct client *client);

#endif
