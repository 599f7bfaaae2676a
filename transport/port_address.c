/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of serial ports: reading and matching them, see port_address.h. */
#include "transport/port_address.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { ITEM_MAX = PORT_TEXT_MAX + 32, ID_DIGITS = 4, INTERFACE_MAX = 255 };

static const char usb_prefix[] = "usb:";
static const char place_prefix[] = "usb-path:";

static bool begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool port_address_is_usb(const char *text)
{
	return begins_with(text, usb_prefix) || begins_with(text, place_prefix);
}

static bool copy_text(char *to, size_t cap, const char *from, size_t len)
{
	if (len >= cap)
		return false;
	memcpy(to, from, len);
	to[len] = '\0';
	return true;
}

/* Hex digits and wildcards; digits alone are filled up with zeros in front. */
static bool parse_id(const char *text, size_t len, char id[PORT_ID_PATTERN_MAX])
{
	bool has_wildcard = memchr(text, '*', len) != NULL || memchr(text, '?', len) != NULL;
	size_t zeros = !has_wildcard && len > 0 && len < ID_DIGITS ? ID_DIGITS - len : 0;

	if (zeros + len >= PORT_ID_PATTERN_MAX || (!has_wildcard && len > ID_DIGITS))
		return false;
	memset(id, '0', zeros);
	for (size_t i = 0; i < len; i++) {
		if (!isxdigit((unsigned char)text[i]) && text[i] != '*' && text[i] != '?')
			return false;
		id[zeros + i] = (char)tolower((unsigned char)text[i]);
	}
	id[zeros + len] = '\0';
	return true;
}

/* Decimal, zeros in front allowed, or wildcards. */
static bool parse_interface(const char *text, char number[PORT_ID_PATTERN_MAX])
{
	uint64_t value;

	if (text[strspn(text, "0123456789*?")] != '\0' || strlen(text) >= PORT_ID_PATTERN_MAX)
		return false;
	if (strpbrk(text, "*?") != NULL)
		return copy_text(number, PORT_ID_PATTERN_MAX, text, strlen(text));
	if (!text_parse_uint(text, 0, INTERFACE_MAX, &value))
		return false;
	snprintf(number, PORT_ID_PATTERN_MAX, "%u", (unsigned)value);
	return true;
}

/* Cut "/IFACE" off the end of `text`. */
static enum status take_interface(char *text, struct port_pattern *pattern, struct err *reterr)
{
	char *slash = strrchr(text, '/');

	if (slash == NULL)
		return STATUS_OK;
	if (!parse_interface(slash + 1, pattern->interface_number)) {
		err_set(reterr, STATUS_USAGE, "\"%s\" is no interface number", slash + 1);
		return err_hint(reterr, "a slash that belongs to a serial number is written as ?");
	}
	*slash = '\0';
	return STATUS_OK;
}

static enum status parse_pattern(char *item, struct port_pattern *pattern, struct err *reterr)
{
	enum status status = take_interface(item, pattern, reterr);
	size_t vendor_len = strcspn(item, ":");
	const char *product = item[vendor_len] == ':' ? item + vendor_len + 1 : "";
	size_t product_len = strcspn(product, ":");
	const char *serial = product[product_len] == ':' ? product + product_len + 1 : "";

	if (status != STATUS_OK)
		return status;
	if (!parse_id(item, vendor_len, pattern->vendor_id) ||
		!parse_id(product, product_len, pattern->product_id)) {
		err_set(reterr, STATUS_USAGE, "\"%s\" is no VID:PID[:SERIAL]", item);
		return err_hint(reterr, "vendor and product id are hex digits, for example "
					"usb:2fe3:0100, and * stands for any");
	}
	if (!copy_text(pattern->serial_number, PORT_TEXT_MAX, serial, strlen(serial)))
		return err_set(reterr, STATUS_USAGE, "no serial number is that long");
	return STATUS_OK;
}

static enum status parse_usb(const char *text, struct port_address *address, struct err *reterr)
{
	bool is_last = false;

	address->kind = PORT_ADDRESS_USB;
	while (!is_last) {
		/* "usb:A:B,usb:C:D" means the same as "usb:A:B,C:D". */
		const char *start =
			begins_with(text, usb_prefix) ? text + strlen(usb_prefix) : text;
		size_t len = strcspn(start, ",");
		char item[ITEM_MAX];
		enum status status;

		is_last = start[len] == '\0';
		if (len == 0)
			return err_set(reterr, STATUS_USAGE,
				"an address of the form VID:PID[:SERIAL][/IFACE] is missing");
		if (!copy_text(item, sizeof(item), start, len))
			return err_set(reterr, STATUS_USAGE, "the address is too long");
		if (address->pattern_count == PORT_PATTERNS_MAX)
			return err_set(
				reterr, STATUS_USAGE, "more than %d patterns", PORT_PATTERNS_MAX);
		status = parse_pattern(item, &address->patterns[address->pattern_count++], reterr);
		if (status != STATUS_OK)
			return status;
		text = start + len + 1;
	}
	return STATUS_OK;
}

static enum status parse_place(const char *text, struct port_address *address, struct err *reterr)
{
	char item[ITEM_MAX];
	enum status status;

	address->kind = PORT_ADDRESS_USB_PATH;
	address->pattern_count = 1;
	if (!copy_text(item, sizeof(item), text, strlen(text)))
		return err_set(reterr, STATUS_USAGE, "the address is too long");
	status = take_interface(item, &address->patterns[0], reterr);
	if (status != STATUS_OK)
		return status;
	if (item[0] == '\0' || item[strspn(item, "0123456789-.*?")] != '\0' ||
		!copy_text(address->place, sizeof(address->place), item, strlen(item))) {
		err_set(reterr, STATUS_USAGE, "\"%s\" is no place in the USB tree", item);
		return err_hint(reterr, "a place looks like 1-1.4; `smpctl ports` shows them");
	}
	return STATUS_OK;
}

static enum status parse_node(const char *text, struct port_address *address, struct err *reterr)
{
	int len = snprintf(address->path, sizeof(address->path), "%s%s",
		strchr(text, '/') != NULL ? "" : "/dev/", text);

	address->kind = PORT_ADDRESS_NODE;
	if (text[0] == '\0')
		return err_set(reterr, STATUS_USAGE, "the address of the port is empty");
	if (len < 0 || (size_t)len >= sizeof(address->path))
		return err_set(reterr, STATUS_USAGE, "the address is longer than a path may be");
	return STATUS_OK;
}

enum status port_address_parse(
	const char *text, struct port_address *ret_address, struct err *reterr)
{
	struct port_address address = { .kind = PORT_ADDRESS_ANY_USB, .text = text };
	enum status status = STATUS_OK;

	if (text != NULL && begins_with(text, usb_prefix))
		status = parse_usb(text, &address, reterr);
	else if (text != NULL && begins_with(text, place_prefix))
		status = parse_place(text + strlen(place_prefix), &address, reterr);
	else if (text != NULL)
		status = parse_node(text, &address, reterr);
	if (status != STATUS_OK)
		return text != NULL && text[0] != '\0' ? err_wrap(reterr, "%s", text) : status;
	*ret_address = address;
	return STATUS_OK;
}

/* The usual matching with `*` and `?`: on a mismatch the last `*` takes one character more. */
static bool is_like(const char *text, const char *pattern)
{
	const char *star = NULL, *resume = NULL;

	while (*text != '\0') {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star != NULL) {
			pattern = star + 1;
			text = ++resume;
		} else {
			return false;
		}
	}
	return pattern[strspn(pattern, "*")] == '\0';
}

static bool is_like_or_any(const char *text, const char *pattern)
{
	return pattern[0] == '\0' || is_like(text, pattern);
}

bool port_pattern_matches(const struct port_pattern *pattern, const struct port_info *info)
{
	char vendor_id[8], product_id[8], interface_number[8];

	snprintf(vendor_id, sizeof(vendor_id), "%04x", info->vendor_id);
	snprintf(product_id, sizeof(product_id), "%04x", info->product_id);
	snprintf(interface_number, sizeof(interface_number), "%u", info->interface_number);
	return info->is_usb && is_like_or_any(vendor_id, pattern->vendor_id) &&
	       is_like_or_any(product_id, pattern->product_id) &&
	       is_like_or_any(info->serial_number, pattern->serial_number) &&
	       is_like_or_any(interface_number, pattern->interface_number);
}

static bool matches_any_pattern(const struct port_address *address, const struct port_info *info)
{
	for (size_t i = 0; i < address->pattern_count; i++) {
		if (port_pattern_matches(&address->patterns[i], info))
			return true;
	}
	return false;
}

bool port_address_matches(const struct port_address *address, const struct port_info *info)
{
	switch (address->kind) {
	case PORT_ADDRESS_ANY_USB:
		return info->is_usb;
	case PORT_ADDRESS_USB:
		return matches_any_pattern(address, info);
	case PORT_ADDRESS_USB_PATH:
		return matches_any_pattern(address, info) && is_like(info->place, address->place);
	case PORT_ADDRESS_NODE:
		return ports_is_path_of(info, address->path);
	}
	return false;
}
