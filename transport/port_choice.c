/* SPDX-License-Identifier: Apache-2.0 */
/* The one port that is meant, see port_choice.h. */
#include "transport/port_choice.h"

#include <string.h>

enum { ADDRESS_MAX = PORT_TEXT_MAX + 64, LISTED_MAX = 400 };

static size_t count_matches(const struct port_address *address, const struct port_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->count; i++)
		count += port_address_matches(address, &list->ports[i]) ? 1 : 0;
	return count;
}

/* As it may stand in an address: `?` for what has a meaning there or to a terminal or shell. */
static void append_serial_number(struct buf *out, const char *serial_number)
{
	for (const char *c = serial_number; *c != '\0'; c++) {
		bool is_plain = (*c >= '0' && *c <= '9') || (*c >= 'A' && *c <= 'Z') ||
				(*c >= 'a' && *c <= 'z') || strchr("-._+:", *c) != NULL;

		buf_append_byte(out, is_plain ? (uint8_t)*c : '?');
	}
}

static void append_ids(struct buf *out, const struct port_info *info, bool has_serial_number)
{
	buf_format(out, "usb:%04x:%04x", info->vendor_id, info->product_id);
	if (has_serial_number) {
		buf_append_text(out, ":");
		append_serial_number(out, info->serial_number);
	}
}

/* True when the address fits into its storage and means one port. */
static bool means_one(struct buf *text, const struct port_list *list)
{
	struct port_address address;

	return !text->overflow &&
	       port_address_parse(buf_text(text), &address, ERR_IGNORED) == STATUS_OK &&
	       count_matches(&address, list) == 1;
}

/* Write down address number `form` of the port; false when there is no such form. */
static bool write_form(struct buf *out, const struct port_info *info, unsigned form)
{
	/* Forms 0 to 3: ids, with the interface in the odd ones and the serial number above. */
	buf_clear(out);
	if (form < 4)
		append_ids(out, info, form >= 2);
	else if (form == 4)
		buf_format(out, "usb-path:%s", info->place);
	else
		return false;
	if (form == 1 || form >= 3)
		buf_format(out, "/%u", info->interface_number);
	return true;
}

void port_choice_append(struct buf *out, const struct port_info *info, const struct port_list *list)
{
	uint8_t storage[ADDRESS_MAX];
	struct buf text = BUF_OVER(storage);

	for (unsigned form = 0; info->is_usb && write_form(&text, info, form); form++) {
		if (means_one(&text, list)) {
			buf_append_span(out, buf_span(&text));
			return;
		}
	}
	buf_append_text(out, info->node);
}

/* One of a list; false when it does not fit, and the dots that say so are there instead. */
static bool append_to_list(
	struct buf *out, bool is_first, const struct port_info *info, const struct port_list *list)
{
	static const char more[] = ", ...";
	uint8_t storage[ADDRESS_MAX + PORT_NODE_MAX + 8];
	struct buf port = BUF_OVER(storage);

	buf_format(&port, "%s%s", is_first ? "" : ", ", info->node);
	if (info->is_usb) {
		buf_append_text(&port, " (");
		port_choice_append(&port, info, list);
		buf_append_text(&port, ")");
	}
	if (port.len + strlen(more) >= out->cap - out->len) {
		buf_append_text(out, is_first ? more + 2 : more);
		return false;
	}
	return buf_append_span(out, buf_span(&port));
}

/* "/dev/ttyACM0 (usb:2fe3:0100), ..." of those that match, as many as fit. */
static void append_matches(
	struct buf *out, const struct port_address *address, const struct port_list *list)
{
	bool is_first = true;

	for (size_t i = 0; i < list->count; i++) {
		if (!port_address_matches(address, &list->ports[i]))
			continue;
		if (!append_to_list(out, is_first, &list->ports[i], list))
			return;
		is_first = false;
	}
}

enum status port_choice_hint(const struct port_list *list, struct err *reterr)
{
	static const struct port_address any = { .kind = PORT_ADDRESS_ANY_USB };
	uint8_t storage[LISTED_MAX];
	struct buf there = BUF_OVER(storage);

	append_matches(&there, &any, list);
	if (there.len == 0)
		return err_hint(reterr, "no USB serial port is here: is the board plugged in?");
	return err_hint(reterr, "these ports are here: %s", buf_text(&there));
}

static enum status refuse_none(
	const struct port_address *address, const struct port_list *list, struct err *reterr)
{
	if (address->kind == PORT_ADDRESS_ANY_USB) {
		err_set(reterr, STATUS_NO_PORT, "no USB serial port is here");
		return err_hint(reterr, "is the board plugged in? Another port is named with -p, "
					"for example -p /dev/ttyS0; -p loopback is a fake board to "
					"try things on");
	}
	err_set(reterr, STATUS_NO_PORT, "no serial port matches %s", address->text);
	return port_choice_hint(list, reterr);
}

static enum status refuse_several(const struct port_address *address, const struct port_list *list,
	size_t count, struct err *reterr)
{
	uint8_t storage[LISTED_MAX];
	struct buf which = BUF_OVER(storage);

	append_matches(&which, address, list);
	if (address->kind == PORT_ADDRESS_ANY_USB)
		err_set(reterr, STATUS_USAGE, "%zu USB serial ports are here", count);
	else
		err_set(reterr, STATUS_USAGE, "%zu ports match %s", count, address->text);
	return err_hint(reterr, "say which one with -p: %s", buf_text(&which));
}

enum status port_choice_find(const struct port_address *address, const struct port_list *list,
	const struct port_info **ret_info, struct err *reterr)
{
	size_t count = count_matches(address, list);

	if (count == 0)
		return refuse_none(address, list, reterr);
	if (count > 1)
		return refuse_several(address, list, count, reterr);
	for (size_t i = 0; i < list->count; i++) {
		if (port_address_matches(address, &list->ports[i]))
			*ret_info = &list->ports[i];
	}
	return STATUS_OK;
}
