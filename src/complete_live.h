/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates that only the moment knows: ports, profiles, and what the device holds (complete.h). */
#ifndef SRC_COMPLETE_LIVE_H
#define SRC_COMPLETE_LIVE_H

#include "smp/image_group.h"
#include "smp/stat_group.h"
#include "src/complete.h"

/*
 * Addresses: the ports of this machine, each by what means it alone, and the schemes. Nodes where the
 * word begins as one does.
 */
void complete_live_ports(struct candidates *candidates);

/* Connection profiles, ours and mcumgr's. */
void complete_live_profiles(struct candidates *candidates);

/* The beginnings of the hashes of an image list, with version and slot. */
void complete_live_add_hashes(struct candidates *candidates, const struct smp_image_state *state);

void complete_live_add_stat_groups(
	struct candidates *candidates, const struct smp_stat_list *groups);

/*
 * complete_query.find_live for a command line: opens the port that the settings (or a profile, or
 * SMPCTL_PORT) name, if it can be had at once, and asks; 300 ms later it has given up. Where no port is
 * named it does nothing.
 */
void complete_live_ask(void *ctx, enum complete_live what, const struct settings *settings,
	struct candidates *candidates);

#endif
