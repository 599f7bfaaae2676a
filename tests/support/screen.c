/* SPDX-License-Identifier: Apache-2.0 */
/* A small terminal, see screen.h. */
#include "tests/support/screen.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 10000, END_MARK = '\x01' };

static void set_size(struct screen *screen, size_t rows, size_t columns)
{
	struct winsize size = {
		.ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)columns,
	};

	assert_true(rows <= SCREEN_ROWS_MAX && columns <= SCREEN_COLUMNS_MAX);
	screen->rows = rows;
	screen->columns = columns;
	assert_int_equal(ioctl(screen->master, TIOCSWINSZ, &size), 0);
}

void screen_open(struct screen *screen, size_t rows, size_t columns)
{
	struct termios settings;
	int fd;

	*screen = (struct screen){ .master = posix_openpt(O_RDWR | O_NOCTTY) };
	assert_true(screen->master >= 0);
	assert_int_equal(grantpt(screen->master), 0);
	assert_int_equal(unlockpt(screen->master), 0);
	fd = open(ptsname(screen->master), O_RDWR | O_NOCTTY);
	assert_true(fd >= 0);
	assert_int_equal(tcgetattr(fd, &settings), 0);
	cfmakeraw(&settings);
	assert_int_equal(tcsetattr(fd, TCSANOW, &settings), 0);
	screen->out = fdopen(fd, "w");
	assert_non_null(screen->out);
	memset(screen->cells, ' ', sizeof(screen->cells));
	set_size(screen, rows, columns);
}

void screen_close(struct screen *screen)
{
	fclose(screen->out);
	close(screen->master);
}

static void line_feed(struct screen *screen)
{
	screen->column = 0;
	if (++screen->row < screen->rows)
		return;
	screen->row = screen->rows - 1;
	memmove(screen->cells[0], screen->cells[1], screen->row * sizeof(screen->cells[0]));
	memset(screen->cells[screen->row], ' ', sizeof(screen->cells[0]));
}

static void put(struct screen *screen, char character)
{
	if (screen->column == screen->columns)
		line_feed(screen);
	screen->cells[screen->row][screen->column++] = character;
}

static void blank(struct screen *screen, size_t row, size_t column)
{
	memset(screen->cells[row] + column, ' ', SCREEN_COLUMNS_MAX - column);
}

/* The cursor upwards, or what is behind it away: to the end of the line, or of the screen. */
static void obey(struct screen *screen, unsigned number, char command)
{
	switch (command) {
	case 'A':
		screen->row -= number < screen->row ? number : screen->row;
		break;
	case 'J':
		for (size_t row = screen->row + 1; row < screen->rows; row++)
			blank(screen, row, 0);
		blank(screen, screen->row, screen->column);
		break;
	case 'K':
		blank(screen, screen->row, screen->column);
		break;
	default:
		fail_msg("the screen does not know ESC [ %u %c", number, command);
	}
}

static char next_byte(const struct screen *screen)
{
	struct pollfd ready = { .fd = screen->master, .events = POLLIN };
	char byte = END_MARK;

	assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
	assert_int_equal(read(screen->master, &byte, 1), 1);
	return byte;
}

static void escape(struct screen *screen)
{
	unsigned number = 0;
	char byte = next_byte(screen);

	assert_int_equal(byte, '[');
	while ((byte = next_byte(screen)) >= '0' && byte <= '9')
		number = number * 10 + (unsigned)(byte - '0');
	obey(screen, number, byte);
}

/* Take in all that was written. */
static void catch_up(struct screen *screen)
{
	char byte;

	fputc(END_MARK, screen->out);
	assert_int_equal(fflush(screen->out), 0);
	while ((byte = next_byte(screen)) != END_MARK) {
		if (byte == '\n')
			line_feed(screen);
		else if (byte == '\r')
			screen->column = 0;
		else if (byte == '\x1b')
			escape(screen);
		else
			put(screen, byte);
	}
}

void screen_resize(struct screen *screen, size_t rows, size_t columns)
{
	catch_up(screen);
	while (screen->row >= rows) {
		memmove(screen->cells[0], screen->cells[1],
			(SCREEN_ROWS_MAX - 1) * sizeof(screen->cells[0]));
		screen->row--;
	}
	set_size(screen, rows, columns);
}

const char *screen_text(struct screen *screen)
{
	size_t len = 0, used = 0;

	catch_up(screen);
	for (size_t row = 0; row < screen->rows; row++) {
		size_t width = screen->columns;

		while (width > 0 && screen->cells[row][width - 1] == ' ')
			width--;
		memcpy(screen->text + len, screen->cells[row], width);
		len += width;
		screen->text[len++] = '\n';
		used = width > 0 ? len : used;
	}
	screen->text[used] = '\0';
	return screen->text;
}
