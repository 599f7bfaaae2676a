/* SPDX-License-Identifier: Apache-2.0 */
/* Knowing a port again, see port_identity.h. */
#include "transport/port_identity.h"

#include <string.h>

#include "base/text.h"

/* What a CDC-ACM port takes: one for control, one for data. */
enum { PORT_INTERFACES = 2 };

static bool is_same_place(const struct port_info *a, const struct port_info *b)
{
	return strcmp(a->place, b->place) == 0;
}

/* True when no other board has the port's serial number. */
static bool is_only_one(const struct port_info *info, const struct port_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct port_info *other = &list->ports[i];

		if (other->is_usb && !is_same_place(other, info) &&
			strcmp(other->serial_number, info->serial_number) == 0)
			return false;
	}
	return true;
}

struct port_identity port_identity_of(const struct port_info *info, const struct port_list *list)
{
	struct port_identity identity = {
		.is_usb = info->is_usb,
		.vendor_id = info->vendor_id,
		.interface_number = info->interface_number,
	};

	memcpy(identity.node, info->node, sizeof(identity.node));
	memcpy(identity.place, info->place, sizeof(identity.place));
	if (is_only_one(info, list))
		memcpy(identity.serial_number, info->serial_number, sizeof(identity.serial_number));
	return identity;
}

static bool has_serial_number(const struct port_identity *identity, const struct port_info *info)
{
	return identity->serial_number[0] != '\0' &&
	       strcmp(info->serial_number, identity->serial_number) == 0;
}

/* Is it the right one of its board's ports? `pattern` is the one of the map that fits, or NULL. */
static bool is_right_port(const struct port_identity *identity, const struct port_info *info,
	const struct port_pattern *pattern)
{
	if (pattern != NULL && pattern->interface_number[0] != '\0')
		return true;
	return info->interface_number == identity->interface_number ||
	       (info->interface_count > 0 && info->interface_count <= PORT_INTERFACES);
}

/* False when there is a map and the port is not on it. */
static bool is_allowed(const struct port_info *info, const struct port_address *address,
	const struct port_pattern **ret_pattern)
{
	*ret_pattern = NULL;
	if (address->kind != PORT_ADDRESS_USB || address->pattern_count < 2)
		return true;
	for (size_t i = 0; i < address->pattern_count; i++) {
		if (port_pattern_matches(&address->patterns[i], info)) {
			*ret_pattern = &address->patterns[i];
			return true;
		}
	}
	return false;
}

static bool is_it(const struct port_identity *identity, const struct port_info *info,
	const struct port_address *address, bool may_have_moved)
{
	const struct port_pattern *pattern;

	if (!identity->is_usb)
		return strcmp(info->node, identity->node) == 0;
	if (!info->is_usb || !is_allowed(info, address, &pattern) ||
		!is_right_port(identity, info, pattern))
		return false;
	if (strcmp(info->place, identity->place) == 0)
		return true;
	/* Serial numbers are unique only within a vendor, if at all. */
	return may_have_moved && has_serial_number(identity, info) &&
	       (pattern != NULL || info->vendor_id == identity->vendor_id);
}

const struct port_info *port_identity_find(const struct port_identity *identity,
	const struct port_list *list, const struct port_address *address)
{
	for (int may_have_moved = 0; may_have_moved <= 1; may_have_moved++) {
		for (size_t i = 0; i < list->count; i++) {
			if (is_it(identity, &list->ports[i], address, may_have_moved == 1))
				return &list->ports[i];
		}
	}
	return NULL;
}

void port_identity_append(struct buf *out, const struct port_identity *identity)
{
	buf_append_text(out, identity->node);
	if (!identity->is_usb)
		return;
	buf_format(out, " (USB place %s", identity->place);
	if (identity->serial_number[0] != '\0') {
		buf_append_text(out, ", serial number ");
		text_append_escaped(out, span_from_text(identity->serial_number));
	}
	buf_append_text(out, ")");
}
