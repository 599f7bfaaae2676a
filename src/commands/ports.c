/* SPDX-License-Identifier: Apache-2.0 */
/* ports: the serial ports of this machine, what they are, and who holds one open. */
#include "src/commands/commands.h"

#include <stdlib.h>

#include "base/text.h"
#include "src/columns.h"
#include "transport/port_choice.h"
#include "transport/ports.h"
#include "transport/serial_holder.h"

enum column {
	COLUMN_NODE,
	COLUMN_ADDRESS,
	COLUMN_PRODUCT,
	COLUMN_SERIAL,
	COLUMN_PLACE,
	COLUMN_DRIVER,
	COLUMN_HOLDER,
	/* Only with --verbose: most addresses hold the ids, and the other is long. */
	COLUMN_ID,
	COLUMN_BY_ID,
	COLUMN_COUNT
};

struct shown_port {
	const struct port_info *info;
	char address[COLUMNS_CELL_MAX];
	bool is_held;
	struct serial_holder holder;
};

struct shown_ports {
	const struct port_list *list;
	struct shown_port *ports;
	bool is_verbose;
};

static void append_escaped(struct buf *out, const char *text)
{
	text_append_escaped(out, span_from_text(text));
}

static void append_product(struct buf *out, const struct port_info *info)
{
	append_escaped(out, info->maker);
	if (info->maker[0] != '\0' && info->product[0] != '\0')
		buf_append_text(out, " ");
	append_escaped(out, info->product);
}

static void append_cell(const void *ctx, size_t row, size_t column, struct buf *out)
{
	const struct shown_ports *shown = ctx;
	const struct shown_port *port = &shown->ports[row];
	const struct port_info *info = port->info;

	switch ((enum column)column) {
	case COLUMN_NODE:
		append_escaped(out, info->node);
		break;
	case COLUMN_ADDRESS:
		buf_append_text(out, info->is_usb ? port->address : "");
		break;
	case COLUMN_ID:
		if (info->is_usb)
			buf_format(out, "%04x:%04x", info->vendor_id, info->product_id);
		break;
	case COLUMN_PRODUCT:
		append_product(out, info);
		break;
	case COLUMN_SERIAL:
		append_escaped(out, info->serial_number);
		break;
	case COLUMN_PLACE:
		append_escaped(out, info->is_usb ? info->place : info->bus);
		if (info->is_usb)
			buf_format(out, "/%u", info->interface_number);
		break;
	case COLUMN_DRIVER:
		append_escaped(out, info->driver);
		break;
	case COLUMN_HOLDER:
		if (port->is_held)
			buf_format(out, "%s (%ld)", port->holder.program, (long)port->holder.pid);
		break;
	case COLUMN_BY_ID:
		append_escaped(out, info->by_id);
		break;
	case COLUMN_COUNT:
		break;
	}
}

static void print_text(const void *result, FILE *out)
{
	static const char *const titles[COLUMN_COUNT] = { "PORT", "ADDRESS", "PRODUCT",
		"SERIAL NUMBER", "PLACE", "DRIVER", "HELD BY", "USB ID", "BY-ID NAME" };
	const struct shown_ports *shown = result;
	struct columns_table table = {
		.titles = titles,
		.column_count = shown->is_verbose ? COLUMN_COUNT : COLUMN_ID,
		.row_count = shown->list->count,
		.elastic = 1 << COLUMN_PRODUCT | 1 << COLUMN_SERIAL,
		.cell = append_cell,
		.ctx = shown,
	};

	if (shown->list->count > 0)
		columns_print(&table, out);
}

/* "2fe3", as people write USB ids. */
static void put_id(struct doc *object, const char *key, uint16_t id)
{
	char text[8];

	snprintf(text, sizeof(text), "%04x", id);
	doc_put_text(object, key, text);
}

static void put_optional(struct doc *object, const char *key, const char *text)
{
	doc_put_text(object, key, text[0] != '\0' ? text : NULL);
}

static void put_usb(struct doc *object, const struct port_info *info)
{
	put_id(object, "vendor_id", info->vendor_id);
	put_id(object, "product_id", info->product_id);
	put_optional(object, "maker", info->maker);
	put_optional(object, "product", info->product);
	put_optional(object, "serial_number", info->serial_number);
	doc_put_uint(object, "interface", info->interface_number);
	put_optional(object, "place", info->place);
}

static void put_port(struct doc *object, const struct shown_port *port)
{
	doc_put_text(object, "node", port->info->node);
	put_optional(object, "address", port->info->is_usb ? port->address : "");
	put_optional(object, "by_id", port->info->by_id);
	put_optional(object, "driver", port->info->driver);
	put_optional(object, "bus", port->info->bus);
	if (port->info->is_usb)
		put_usb(object, port->info);
	if (port->is_held) {
		struct doc *holder = doc_put_object(object, "held_by");

		doc_put_text(holder, "program", port->holder.program);
		doc_put_int(holder, "pid", port->holder.pid);
	} else {
		doc_put_text(object, "held_by", NULL);
	}
}

static void put_json(const void *result, struct doc *object)
{
	const struct shown_ports *shown = result;
	struct doc *ports = doc_put_array(object, "ports");

	for (size_t i = 0; i < shown->list->count; i++)
		put_port(doc_append_object(ports), &shown->ports[i]);
	doc_put_bool(object, "without_udev", shown->list->is_without_udev);
}

static void look_at(
	const struct port_list *list, const struct port_info *info, struct shown_port *ret_port)
{
	struct buf address = BUF_OVER(ret_port->address);

	ret_port->info = info;
	port_choice_append(&address, info, list);
	buf_text(&address);
	ret_port->is_held = serial_holder_of(info->node, &ret_port->holder);
}

static enum status show(struct output *output, const struct port_list *list, struct err *reterr)
{
	static const struct result_printer printer = { print_text, put_json };
	struct shown_ports shown = { list, calloc(list->count + 1, sizeof(*shown.ports)),
		output->verbose };

	if (shown.ports == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	for (size_t i = 0; i < list->count; i++)
		look_at(list, &list->ports[i], &shown.ports[i]);
	if (list->count == 0)
		output_note(output, "no serial port is here");
	if (list->is_without_udev)
		output_note(output, "udev does not run here: the ports were read from /sys, and "
				    "by-id names may be missing");
	output_result(output, &printer, &shown);
	free(shown.ports);
	return STATUS_OK;
}

enum status command_ports(struct invocation *invocation, struct err *reterr)
{
	struct port_list list = { 0 };
	enum status status = ports_list(&list, reterr);

	if (status == STATUS_OK)
		status = show(invocation->output, &list, reterr);
	ports_free(&list);
	return status;
}
