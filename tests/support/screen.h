/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A terminal that a test can look at: what is written to it goes through a pseudo-terminal, and is
 * shown on a screen as a real one would, lines that are too long wrapped, lines above the first row lost. ASCII
 * only, and of the escape sequences those that the program uses.
 */
#ifndef TESTS_SUPPORT_SCREEN_H
#define TESTS_SUPPORT_SCREEN_H

#include <stdio.h>

enum { SCREEN_ROWS_MAX = 50, SCREEN_COLUMNS_MAX = 200 };

struct screen {
	FILE *out; /* to be written to */
	int master;
	size_t rows, columns;
	size_t row, column; /* of the cursor */
	char cells[SCREEN_ROWS_MAX][SCREEN_COLUMNS_MAX];
	char text[SCREEN_ROWS_MAX * (SCREEN_COLUMNS_MAX + 1) + 1];
};

/* Fails the test when there is no pseudo-terminal. */
void screen_open(struct screen *screen, size_t rows, size_t columns);
void screen_close(struct screen *screen);

/* Another size, with everything but what is cut off in its place: no line is wrapped anew. */
void screen_resize(struct screen *screen, size_t rows, size_t columns);

/* What stands there, the last lines without any text left out, and blanks at the ends of lines. */
const char *screen_text(struct screen *screen);

#endif
