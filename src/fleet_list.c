/* SPDX-License-Identifier: Apache-2.0 */
/* The boards of a fleet, see fleet_list.h. */
#include "src/fleet_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "src/fleet_line.h"
#include "transport/port_choice.h"

enum { LIST_SIZE_MAX = 1024 * 1024, ADDRESS_MAX = PORT_TEXT_MAX + 64 };

/* Without -p a board is sought as any command does it: there must be one only. */
static const char any_address[] = "usb:*:*";

struct maker {
	const struct settings *settings;
	const char *path;
	struct output *output;
	struct fleet_list list;
};

bool fleet_is_wanted(const struct settings *settings)
{
	return settings->ports.count > 1 || settings->all || settings->from != NULL ||
	       settings->log_dir != NULL || settings->report != NULL;
}

static enum status out_of_memory(struct err *reterr)
{
	return err_set(reterr, STATUS_INTERNAL, "out of memory");
}

/* A copy that lives as long as the list; NULL when out of memory. */
static const char *keep(struct maker *maker, struct span text)
{
	struct fleet_list *list = &maker->list;
	char **texts = realloc(list->texts, (list->text_count + 1) * sizeof(*texts));
	char *copy = malloc(text.len + 1);

	if (texts != NULL)
		list->texts = texts;
	if (texts == NULL || copy == NULL) {
		free(copy);
		return NULL;
	}
	if (text.len > 0)
		memcpy(copy, text.data, text.len);
	copy[text.len] = '\0';
	list->texts[list->text_count++] = copy;
	return copy;
}

static bool is_same_text(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

/* The same file may be asked for with another key or image number by another board. */
static bool is_same_wish(const struct fleet_board *a, const struct fleet_board *b)
{
	return strcmp(a->file, b->file) == 0 && is_same_text(a->settings.key, b->settings.key) &&
	       a->settings.image == b->settings.image;
}

static enum status open_file(struct maker *maker, const struct fleet_board *board,
	struct fleet_file *file, struct err *reterr)
{
	enum status status = file_rules_load(&board->settings, &file->rules, reterr);

	file->path = board->file;
	if (status == STATUS_OK)
		status = file_open(file->path, &file->firmware, reterr);
	if (status != STATUS_OK)
		return status;
	file->parts = file_parts_of(file->firmware, file->path, board->settings.image);
	return file_check(&file->parts, &file->rules, maker->output, reterr);
}

/* All files stand in one array, which must not move once boards point into it. */
static enum status open_files(struct maker *maker, struct err *reterr)
{
	struct fleet_list *list = &maker->list;

	list->files = calloc(list->count, sizeof(*list->files));
	if (list->files == NULL)
		return out_of_memory(reterr);
	for (size_t i = 0; i < list->count; i++) {
		struct fleet_board *board = &list->boards[i];
		struct fleet_file *file = NULL;

		for (size_t j = 0; j < i && file == NULL; j++) {
			if (is_same_wish(&list->boards[j], board)) {
				board->firmware = list->boards[j].firmware;
				board->parts = list->boards[j].parts;
			}
		}
		if (board->firmware != NULL)
			continue;
		file = &list->files[list->file_count++];
		if (open_file(maker, board, file, reterr) != STATUS_OK)
			return reterr->status;
		board->firmware = file->firmware;
		board->parts = &file->parts;
	}
	return STATUS_OK;
}

static enum status add_board(struct maker *maker, const char *name, const char *address,
	struct fleet_board **ret_board, struct err *reterr)
{
	struct fleet_list *list = &maker->list;
	struct port_address parsed;
	struct fleet_board *boards;

	if (list->count == FLEET_BOARDS_MAX)
		return err_set(
			reterr, STATUS_USAGE, "more than %d boards at once", FLEET_BOARDS_MAX);
	if (name == NULL || address == NULL)
		return out_of_memory(reterr);
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->boards[i].name, name) == 0)
			return err_set(reterr, STATUS_USAGE, "%s is named twice", name);
	}
	/* A slip is found before the first board is touched. */
	if (port_address_is_usb(address) &&
		port_address_parse(address, &parsed, reterr) != STATUS_OK)
		return reterr->status;
	boards = realloc(list->boards, (list->count + 1) * sizeof(*boards));
	if (boards == NULL)
		return out_of_memory(reterr);
	list->boards = boards;
	*ret_board = &list->boards[list->count++];
	**ret_board = (struct fleet_board){
		.name = name,
		.settings = *maker->settings,
		.file = maker->path,
	};
	(*ret_board)->settings.port = address;
	return STATUS_OK;
}

static enum status add_named(struct maker *maker, struct err *reterr)
{
	const struct text_list *ports = &maker->settings->ports;
	struct fleet_board *board;
	enum status status = STATUS_OK;

	if (ports->count == 0)
		return add_board(maker, any_address, any_address, &board, reterr);
	for (size_t i = 0; status == STATUS_OK && i < ports->count; i++)
		status = add_board(maker, ports->items[i], ports->items[i], &board, reterr);
	return status;
}

/*
 * It is known by its ids, and opened by its place: once others have come back as another product, the ids
 * may not mean it alone any more.
 */
static enum status add_port(struct maker *maker, const struct port_info *port,
	const struct port_list *ports, struct err *reterr)
{
	char name_storage[ADDRESS_MAX], storage[ADDRESS_MAX];
	struct buf name = BUF_OVER(name_storage), address = BUF_OVER(storage);
	struct fleet_board *board;

	port_choice_append(&name, port, ports);
	if (port->is_usb && port->place[0] != '\0')
		buf_format(&address, "usb-path:%s/%u", port->place, port->interface_number);
	else
		buf_append_text(&address, port->node);
	return add_board(maker, keep(maker, buf_span(&name)), keep(maker, buf_span(&address)),
		&board, reterr);
}

static enum status add_matching(
	struct maker *maker, const struct port_list *ports, struct err *reterr)
{
	const char *pattern = maker->settings->port;
	struct port_address address;
	enum status status = port_address_parse(pattern, &address, reterr);

	for (size_t i = 0; status == STATUS_OK && i < ports->count; i++) {
		if (port_address_matches(&address, &ports->ports[i]))
			status = add_port(maker, &ports->ports[i], ports, reterr);
	}
	if (status != STATUS_OK || maker->list.count > 0)
		return status;
	err_set(reterr, STATUS_NO_PORT, "no serial port matches %s",
		pattern != NULL ? pattern : any_address);
	return port_choice_hint(ports, reterr);
}

static enum status set_options(struct maker *maker, const struct fleet_line *line,
	struct fleet_board *board, struct err *reterr)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < line->option_count; i++) {
		const char *value = keep(maker, line->options[i].value);

		if (value == NULL)
			return out_of_memory(reterr);
		status = option_set(line->options[i].option, value, &board->settings, reterr);
	}
	return status;
}

static enum status read_line(struct maker *maker, struct span text, struct err *reterr)
{
	struct fleet_line line;
	struct fleet_board *board;
	const char *address;
	enum status status = fleet_line_parse(text, &line, reterr);

	if (status != STATUS_OK || line.address.len == 0)
		return status;
	address = keep(maker, line.address);
	status = add_board(maker, address, address, &board, reterr);
	if (status == STATUS_OK)
		status = set_options(maker, &line, board, reterr);
	if (status != STATUS_OK)
		return status;
	if (line.firmware.len > 0) {
		board->file = keep(maker, line.firmware);
		return board->file != NULL ? STATUS_OK : out_of_memory(reterr);
	}
	if (board->file == NULL)
		return err_set(reterr, STATUS_USAGE,
			"no firmware file, neither here nor on the command line");
	return STATUS_OK;
}

static enum status read_lines(struct maker *maker, struct span text, struct err *reterr)
{
	const char *from = maker->settings->from;
	size_t number = 1;

	for (size_t at = 0; at < text.len; number++) {
		const uint8_t *end = memchr(text.data + at, '\n', text.len - at);
		size_t len = end != NULL ? (size_t)(end - text.data) - at : text.len - at;

		if (read_line(maker, span_sub(text, at, len), reterr) != STATUS_OK)
			return err_wrap(reterr, "%s:%zu", from, number);
		at += len + 1;
	}
	if (maker->list.count == 0)
		return err_set(reterr, STATUS_USAGE, "%s names no board", from);
	return STATUS_OK;
}

static enum status add_from(struct maker *maker, struct err *reterr)
{
	struct file_map map = { 0 };
	enum status status = file_map(maker->settings->from, LIST_SIZE_MAX, &map, reterr);

	/* What is unfit is no firmware file. */
	if (status == STATUS_BAD_FILE)
		reterr->status = status = STATUS_USAGE;
	if (status == STATUS_OK)
		status = read_lines(maker, map.bytes, reterr);
	file_unmap(&map);
	return status;
}

static enum status find_boards(
	struct maker *maker, const struct port_list *ports, struct err *reterr)
{
	if (maker->settings->from != NULL)
		return add_from(maker, reterr);
	if (maker->path == NULL)
		return err_set(reterr, STATUS_USAGE, "no firmware file was named");
	return maker->settings->all ? add_matching(maker, ports, reterr) : add_named(maker, reterr);
}

/* One trace of two boards would be neither's. */
static enum status check_traces(const struct fleet_list *list, struct err *reterr)
{
	for (size_t i = 0; i < list->count; i++) {
		const char *trace = list->boards[i].settings.trace;

		for (size_t j = 0; trace != NULL && j < i; j++) {
			if (!is_same_text(list->boards[j].settings.trace, trace))
				continue;
			err_set(reterr, STATUS_USAGE, "one trace, %s, for several boards", trace);
			return err_hint(reterr, "name one for each in the lines of --from FILE: "
						"trace=...");
		}
	}
	return STATUS_OK;
}

enum status fleet_list_make(const struct settings *settings, const char *path,
	const struct port_list *ports, struct output *output, struct fleet_list *ret_list,
	struct err *reterr)
{
	struct maker maker = { .settings = settings, .path = path, .output = output };
	enum status status = find_boards(&maker, ports, reterr);

	if (status == STATUS_OK)
		status = check_traces(&maker.list, reterr);
	if (status == STATUS_OK)
		status = open_files(&maker, reterr);
	if (status != STATUS_OK) {
		fleet_list_free(&maker.list);
		return status;
	}
	*ret_list = maker.list;
	return STATUS_OK;
}

void fleet_list_free(struct fleet_list *list)
{
	for (size_t i = 0; i < list->file_count; i++) {
		firmware_close(list->files[i].firmware);
		file_rules_clear(&list->files[i].rules);
	}
	for (size_t i = 0; i < list->text_count; i++)
		free(list->texts[i]);
	free(list->files);
	free(list->texts);
	free(list->boards);
}
