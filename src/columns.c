/* SPDX-License-Identifier: Apache-2.0 */
/* Tables and the widths of texts, see columns.h. */
#include "src/columns.h"

#include <string.h>
#include <sys/ioctl.h>

#include "base/text.h"

enum { GAP = 2, ELASTIC_MIN = 8, LINE_SIZE = COLUMNS_TABLE_MAX * COLUMNS_CELL_MAX };

static const char cut_mark[] = "..";

/* Bytes of the character at the front, which is taken as one byte where it is no UTF-8. */
static size_t character_length(const char *text)
{
	size_t len = text_utf8_length(span_from_text(text));

	return len > 0 ? len : 1;
}

size_t columns_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text += character_length(text))
		width++;
	return width;
}

size_t columns_cut(const char *text, size_t width)
{
	size_t len = 0;

	for (; text[len] != '\0' && width > 0; width--)
		len += character_length(text + len);
	return len;
}

static void append_blanks(struct buf *out, size_t count)
{
	for (; count > 0; count--)
		buf_append_byte(out, ' ');
}

void columns_append(struct buf *out, const char *text, size_t width)
{
	size_t taken = columns_width(text);

	buf_append_text(out, text);
	append_blanks(out, taken < width ? width - taken : 0);
}

void columns_append_end(struct buf *out, const char *text, size_t width)
{
	size_t taken = columns_width(text);

	if (taken > width && width > strlen(cut_mark)) {
		text += columns_cut(text, taken - width + strlen(cut_mark));
		buf_append_text(out, cut_mark);
		width -= strlen(cut_mark);
	}
	columns_append(out, text, width);
}

bool columns_of_terminal(FILE *out, size_t *ret_rows, size_t *ret_columns)
{
	struct winsize size = { 0 };

	if (ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
		return false;
	*ret_rows = size.ws_row;
	*ret_columns = size.ws_col;
	return true;
}

static const char *cell(
	const struct columns_table *table, size_t row, size_t column, struct buf *out)
{
	buf_clear(out);
	table->cell(table->ctx, row, column, out);
	if (out->len == 0)
		buf_append_text(out, "-");
	return buf_text(out);
}

static size_t width_of(const struct columns_table *table, size_t column)
{
	char storage[COLUMNS_CELL_MAX];
	struct buf text = BUF_OVER(storage);
	size_t widest = columns_width(table->titles[column]);

	for (size_t row = 0; row < table->row_count; row++) {
		size_t width = columns_width(cell(table, row, column, &text));

		widest = width > widest ? width : widest;
	}
	return widest;
}

static bool has(unsigned columns, size_t column)
{
	return (columns >> column & 1) != 0;
}

/* The elastic column that has most to give; NULL when none can be narrower. */
static size_t *find_widest(const struct columns_table *table, size_t widths[COLUMNS_TABLE_MAX])
{
	size_t *widest = NULL;

	for (size_t i = 0; i < table->column_count; i++) {
		if (has(table->elastic, i) && widths[i] > ELASTIC_MIN &&
			(widest == NULL || widths[i] > *widest))
			widest = &widths[i];
	}
	return widest;
}

/* Take what the terminal lacks from the elastic columns. */
static void fit(const struct columns_table *table, size_t widths[COLUMNS_TABLE_MAX], FILE *out)
{
	size_t rows, columns, total = 0, *widest;

	if (!columns_of_terminal(out, &rows, &columns))
		return;
	for (size_t i = 0; i < table->column_count; i++)
		total += widths[i] + (i > 0 ? GAP : 0);
	for (; total > columns && (widest = find_widest(table, widths)) != NULL; total--)
		--*widest;
}

static void append_cell(const struct columns_table *table, size_t column, const char *text,
	size_t width, struct buf *line)
{
	size_t taken = columns_width(text);
	bool is_last = column + 1 == table->column_count;

	if (has(table->right, column))
		append_blanks(line, taken < width ? width - taken : 0);
	if (taken > width) {
		buf_append(line, text, columns_cut(text, width - strlen(cut_mark)));
		buf_append_text(line, cut_mark);
	} else {
		columns_append(line, text, is_last || has(table->right, column) ? 0 : width);
	}
	append_blanks(line, is_last ? 0 : GAP);
}

static void print_line(const struct columns_table *table, bool is_head, size_t row,
	const size_t widths[COLUMNS_TABLE_MAX], FILE *out)
{
	char storage[COLUMNS_CELL_MAX], line_storage[LINE_SIZE];
	struct buf text = BUF_OVER(storage), line = BUF_OVER(line_storage);

	for (size_t column = 0; column < table->column_count; column++)
		append_cell(table, column,
			is_head ? table->titles[column] : cell(table, row, column, &text),
			widths[column], &line);
	fprintf(out, "%s\n", buf_text(&line));
}

void columns_print(const struct columns_table *table, FILE *out)
{
	size_t widths[COLUMNS_TABLE_MAX] = { 0 };

	for (size_t column = 0; column < table->column_count; column++)
		widths[column] = width_of(table, column);
	fit(table, widths, out);
	print_line(table, true, 0, widths, out);
	for (size_t row = 0; row < table->row_count; row++)
		print_line(table, false, row, widths, out);
}
