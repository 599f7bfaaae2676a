/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in columns. A character counts for one column: what stands in the names of boards and makers
 * hardly ever takes two. Texts are harmless for a terminal already.
 */
#ifndef SRC_COLUMNS_H
#define SRC_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"

enum { COLUMNS_TABLE_MAX = 12, COLUMNS_CELL_MAX = 512 };

/* How wide the text is. */
size_t columns_width(const char *text);

/* Bytes at the front of the text that are at most `width` columns. */
size_t columns_cut(const char *text, size_t width);

/* The text and blanks up to `width`; one that is wider stays as it is. */
void columns_append(struct buf *out, const char *text, size_t width);

/* The same, cut off at its front where it is wider: addresses differ at their ends. */
void columns_append_end(struct buf *out, const char *text, size_t width);

/* The size of the terminal that is written to; false, and nothing told, where it is none. */
bool columns_of_terminal(FILE *out, size_t *ret_rows, size_t *ret_columns);

struct columns_table {
	const char *const *titles;
	size_t column_count; /* at most COLUMNS_TABLE_MAX */
	size_t row_count;
	unsigned elastic; /* bit N: column N is cut off where a terminal is too narrow */
	unsigned right;   /* bit N: column N stands at the right */
	/* Append the text of a cell; one that stays empty is shown as "-". */
	void (*cell)(const void *ctx, size_t row, size_t column, struct buf *out);
	const void *ctx;
};

/* A line of titles and a line for each row, every column as wide as it needs to be. */
void columns_print(const struct columns_table *table, FILE *out);

#endif
