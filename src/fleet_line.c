/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a list of boards, see fleet_line.h. */
#include "src/fleet_line.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { NAME_SHOWN_MAX = 128 };

/* The other options are the whole command's. */
static const char *const names[] = { "baud", "flow", "dtr", "rts", "framing", "mtu", "line-length",
	"window", "timeout", "tries", "smp-version", "wait-port", "trace", "image", "key",
	"check-version", NULL };

static bool is_blank(uint8_t byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Take the next word off the line; false when there is none. */
static bool next_word(struct span *line, struct span *ret_word)
{
	size_t start = 0, end;

	while (start < line->len && is_blank(line->data[start]))
		start++;
	/* Within a word it is a part of the word, of an address say. */
	if (start == line->len || line->data[start] == '#')
		return false;
	for (end = start; end < line->len && !is_blank(line->data[end]);)
		end++;
	*ret_word = span_sub(*line, start, end - start);
	*line = span_sub(*line, end, line->len);
	return true;
}

static const struct option_spec *find_option(struct span name)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		if (span_equal(span_from_text(names[i]), name))
			return option_find_name(names[i], name.len);
	}
	return NULL;
}

static enum status refuse_option(struct span name, struct err *reterr)
{
	uint8_t storage[NAME_SHOWN_MAX], list_storage[ERR_HINT_MAX];
	struct buf shown = BUF_OVER(storage), list = BUF_OVER(list_storage);

	text_append_escaped(&shown, name);
	for (size_t i = 0; names[i] != NULL; i++)
		buf_format(&list, "%s%s", i > 0 ? ", " : "", names[i]);
	err_set(reterr, STATUS_USAGE, "a board has no setting \"%s\"", buf_text(&shown));
	return err_hint(reterr, "settings are %s", buf_text(&list));
}

static enum status take_option(
	struct fleet_line *line, struct span word, size_t name_len, struct err *reterr)
{
	struct span name = span_sub(word, 0, name_len);
	struct fleet_line_option *option = &line->options[line->option_count];

	if (line->option_count == FLEET_LINE_OPTIONS_MAX)
		return err_set(reterr, STATUS_USAGE, "more than %d settings for one board",
			FLEET_LINE_OPTIONS_MAX);
	option->option = find_option(name);
	if (option->option == NULL)
		return refuse_option(name, reterr);
	option->value = span_sub(word, name_len + 1, word.len);
	line->option_count++;
	return STATUS_OK;
}

static enum status take_word(struct fleet_line *line, struct span word, struct err *reterr)
{
	const uint8_t *equals = memchr(word.data, '=', word.len);

	if (line->address.len == 0) {
		line->address = word;
		return STATUS_OK;
	}
	if (equals != NULL)
		return take_option(line, word, (size_t)(equals - word.data), reterr);
	if (line->firmware.len > 0)
		return err_set(reterr, STATUS_USAGE, "one board takes one firmware file");
	line->firmware = word;
	return STATUS_OK;
}

enum status fleet_line_parse(struct span line, struct fleet_line *ret_line, struct err *reterr)
{
	enum status status = STATUS_OK;
	struct span word;

	*ret_line = (struct fleet_line){ .option_count = 0 };
	if (line.len > 0 && memchr(line.data, '\0', line.len) != NULL)
		return err_set(reterr, STATUS_USAGE, "this is no text");
	while (status == STATUS_OK && next_word(&line, &word))
		status = take_word(ret_line, word, reterr);
	return status;
}
