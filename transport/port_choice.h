/* SPDX-License-Identifier: Apache-2.0 */
/* The one port that an address means, out of those that are there, or why there is none. */
#ifndef TRANSPORT_PORT_CHOICE_H
#define TRANSPORT_PORT_CHOICE_H

#include "base/buf.h"
#include "transport/port_address.h"

/*
 * The one port of the list that matches; it is valid as long as the list.
 * Errors: STATUS_NO_PORT (none; the hint says what is there instead), STATUS_USAGE (several; the
 * hint lists them, each with an address that means it alone).
 *
 * A port that is named by its node may be one that no list shows (a pseudo-terminal): there
 * STATUS_NO_PORT only means that nothing more is known about it. Open it and see.
 */
enum status port_choice_find(const struct port_address *address, const struct port_list *list,
	const struct port_info **ret_info, struct err *reterr);

/*
 * Append the first of these addresses that means this port alone among those of the list: ids, ids
 * and interface, ids and serial number, all of these, place and interface; else the node. Harmless
 * for a terminal.
 */
void port_choice_append(
	struct buf *out, const struct port_info *info, const struct port_list *list);

/* Give the record, already filled, the hint which USB ports are here. Returns its status. */
enum status port_choice_hint(const struct port_list *list, struct err *reterr);

#endif
