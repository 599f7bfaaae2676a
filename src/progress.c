/* SPDX-License-Identifier: Apache-2.0 */
/* Progress bar and progress lines, see progress.h. */
#include "src/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "src/columns.h"
#include "src/terminal.h"

enum {
	REDRAW_US = 100000,
	WIDTH_DEFAULT = 80,
	WIDTH_MAX = 200,
	BAR_MIN = 8,
	GAP = 2,
	LINE_SIZE = 1024,
	PIECE_SIZE = 64,
};

/* What stands beside the bar, in this order; each has its fixed place, so that nothing dances. */
enum piece { PIECE_PERCENT, PIECE_SIZES, PIECE_SPEED, PIECE_SHARE, PIECE_LEFT };
enum { PIECE_COUNT = PIECE_LEFT + 1 };

struct layout {
	unsigned widths[PIECE_COUNT]; /* 0: no room */
	unsigned bar;                 /* cells; 0: no room */
};

void progress_init(struct progress *progress, FILE *out, bool is_quiet)
{
	*progress = (struct progress){ .out = is_quiet ? NULL : out };
	if (progress->out == NULL)
		return;
	progress->is_terminal = terminal_is_drawable(out);
	progress->is_utf8 = terminal_is_utf8();
}

static void take_sample(struct progress *progress, uint64_t done, uint64_t now_us)
{
	struct progress_sample *sample =
		&progress->samples[progress->sample_count % PROGRESS_SAMPLES];

	*sample = (struct progress_sample){ .at_us = now_us, .done = done };
	progress->sample_count++;
}

void progress_start(struct progress *progress, uint64_t total, uint64_t start_at, uint64_t now_us)
{
	progress->total = total;
	progress->sample_count = 0;
	take_sample(progress, start_at, now_us);
	progress->shown_us = 0;
	progress->shown_tenths = total > 0 ? (unsigned)(start_at * 10 / total) : 0;
	progress->has_started = true;
}

static unsigned terminal_width(const struct progress *progress)
{
	size_t rows, columns;

	if (!columns_of_terminal(progress->out, &rows, &columns))
		return WIDTH_DEFAULT;
	return columns < WIDTH_MAX ? (unsigned)columns : WIDTH_MAX;
}

/*
 * Draw over what is there. A terminal that became narrower has wrapped the line, and some leave the
 * cursor in the first of its rows, some in the last: so clear what is below, and nothing above, which
 * may not be ours.
 */
static void draw_line(struct progress *progress, const char *line, size_t width)
{
	bool is_wrapped = progress->shown_width > terminal_width(progress);

	fprintf(progress->out, "\r\033[%s%s", is_wrapped ? "J" : "K", line);
	fflush(progress->out);
	progress->shown_width = width;
	progress->has_started = true;
}

void progress_say(struct progress *progress, const char *what)
{
	if (progress->out == NULL)
		return;
	if (progress->is_terminal)
		draw_line(progress, what, columns_width(what));
	else
		fprintf(progress->out, "%s\n", what);
	fflush(progress->out);
}

static const struct progress_sample *oldest_sample(const struct progress *progress)
{
	size_t count = progress->sample_count;

	return &progress->samples[count > PROGRESS_SAMPLES ? count % PROGRESS_SAMPLES : 0];
}

static void note_move(struct progress *progress, uint64_t done, uint64_t now_us)
{
	const struct progress_sample *latest =
		&progress->samples[(progress->sample_count - 1) % PROGRESS_SAMPLES];

	if (now_us - latest->at_us >= PROGRESS_SAMPLE_US)
		take_sample(progress, done, now_us);
}

static uint64_t bytes_per_second(const struct progress *progress, uint64_t done, uint64_t now_us)
{
	const struct progress_sample *oldest = oldest_sample(progress);
	uint64_t elapsed_us = now_us - oldest->at_us;

	if (elapsed_us == 0 || done <= oldest->done)
		return 0;
	return (done - oldest->done) * 1000000 / elapsed_us;
}

/* "0:18 left"; what is over before it is read is not worth a word. */
static void append_left(uint64_t bytes, uint64_t speed, struct buf *out)
{
	uint64_t seconds = (bytes + speed - 1) / speed;

	if (bytes > 0)
		buf_format(out, "%u:%02u left", (unsigned)(seconds / 60), (unsigned)(seconds % 60));
}

/* Stays empty where nothing is known yet. */
static void append_piece(const struct progress *progress, enum piece piece, uint64_t done,
	uint64_t speed, struct buf *out)
{
	switch (piece) {
	case PIECE_PERCENT:
		buf_format(out, "%3u %%",
			progress->total > 0 ? (unsigned)(done * 100 / progress->total) : 100);
		return;
	case PIECE_SIZES:
		text_append_size(out, done);
		buf_append_text(out, " of ");
		text_append_size(out, progress->total);
		return;
	case PIECE_SPEED:
		if (speed == 0)
			return;
		text_append_size(out, speed);
		buf_append_text(out, "/s");
		return;
	case PIECE_SHARE:
		if (speed > 0 && progress->ceiling > 0)
			buf_format(
				out, "%u %% of line", (unsigned)(speed * 100 / progress->ceiling));
		return;
	case PIECE_LEFT:
		if (speed > 0)
			append_left(progress->total - done, speed, out);
		return;
	}
}

/* "252.0 KiB of 450.0 KiB" at its widest. */
static unsigned sizes_width(uint64_t total)
{
	char storage[PIECE_SIZE];
	struct buf text = BUF_OVER(storage);
	unsigned width, done_width;

	text_append_size(&text, total);
	width = (unsigned)text.len;
	done_width = (unsigned)strlen(total >= 1024 * 1024 ? "1023.9 KiB" : "1023 B");
	return (done_width > width ? done_width : width) + (unsigned)strlen(" of ") + width;
}

/* Give room to what matters most, then to the next, and what is left to the bar. */
static struct layout make_layout(const struct progress *progress, unsigned columns)
{
	static const enum piece order[] = { PIECE_LEFT, PIECE_SPEED, PIECE_SIZES, PIECE_SHARE };
	const unsigned widths[PIECE_COUNT] = {
		[PIECE_PERCENT] = (unsigned)strlen("100 %"),
		[PIECE_SIZES] = sizes_width(progress->total),
		[PIECE_SPEED] = (unsigned)strlen("999.9 KiB/s"),
		[PIECE_SHARE] = progress->ceiling > 0 ? (unsigned)strlen("100 % of line") : 0,
		[PIECE_LEFT] = (unsigned)strlen("59:59 left"),
	};
	struct layout layout = { .widths[PIECE_PERCENT] = widths[PIECE_PERCENT] };
	unsigned brackets = progress->is_utf8 ? 0 : 2;
	/* In the last column some terminals wrap already. */
	unsigned room = columns - 1, taken = widths[PIECE_PERCENT] + GAP + BAR_MIN + brackets;

	if (taken > room)
		return layout;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		unsigned width = widths[order[i]];

		if (width == 0 || taken + GAP + width > room)
			break;
		layout.widths[order[i]] = width;
		taken += GAP + width;
	}
	layout.bar = BAR_MIN + room - taken;
	return layout;
}

static void append_bar(
	const struct progress *progress, uint64_t done, unsigned width, struct buf *line)
{
	unsigned filled = progress->total > 0 ? (unsigned)(done * width / progress->total) : width;

	buf_append_text(line, progress->is_utf8 ? "" : "[");
	buf_append_text(line, terminal_begin(TERMINAL_GOOD, progress->has_colours));
	for (unsigned i = 0; i < width; i++) {
		if (i == filled)
			buf_append_text(line, terminal_end(TERMINAL_GOOD, progress->has_colours));
		if (progress->is_utf8)
			buf_append_text(line, i < filled ? "\u2588" : "\u2591");
		else
			buf_append_text(line, i < filled ? "#" : ".");
	}
	if (filled >= width)
		buf_append_text(line, terminal_end(TERMINAL_GOOD, progress->has_colours));
	buf_append_text(line, progress->is_utf8 ? "" : "]");
}

/* A piece at the right of its place; a number that needs more gets it where there is any. */
static size_t append_placed(
	const char *piece, size_t place, size_t taken, size_t columns, struct buf *line)
{
	size_t len = strlen(piece), gap = taken > 0 ? GAP : 0;
	size_t width = gap + (len > place ? len : place);

	if (taken > 0 && taken + width >= columns)
		return 0;
	buf_format(line, "%*s", (int)width, piece);
	return width;
}

static void draw_bar(struct progress *progress, uint64_t done, uint64_t now_us)
{
	unsigned columns = terminal_width(progress);
	struct layout layout = make_layout(progress, columns);
	uint64_t speed = bytes_per_second(progress, done, now_us);
	uint8_t storage[LINE_SIZE];
	struct buf line = BUF_OVER(storage);
	size_t width = 0;

	if (layout.bar > 0) {
		append_bar(progress, done, layout.bar, &line);
		width = layout.bar + (progress->is_utf8 ? 0 : 2);
	}
	for (int i = 0; i < PIECE_COUNT; i++) {
		char piece_storage[PIECE_SIZE];
		struct buf piece = BUF_OVER(piece_storage);

		if (layout.widths[i] == 0)
			continue;
		append_piece(progress, (enum piece)i, done, speed, &piece);
		width += append_placed(buf_text(&piece), layout.widths[i], width, columns, &line);
	}
	draw_line(progress, buf_text(&line), width);
}

static void print_line(struct progress *progress, uint64_t done, uint64_t now_us)
{
	unsigned tenths = progress->total > 0 ? (unsigned)(done * 10 / progress->total) : 10;
	uint64_t speed = bytes_per_second(progress, done, now_us);
	uint8_t storage[LINE_SIZE];
	struct buf line = BUF_OVER(storage);

	if (tenths <= progress->shown_tenths)
		return;
	progress->shown_tenths = tenths;
	for (int i = 0; i < PIECE_COUNT; i++) {
		char piece_storage[PIECE_SIZE];
		struct buf piece = BUF_OVER(piece_storage);

		append_piece(progress, (enum piece)i, done, speed, &piece);
		if (piece.len > 0)
			buf_format(&line, "%s%s", line.len > 0 ? "  " : "", buf_text(&piece));
	}
	fprintf(progress->out, "%s\n", buf_text(&line));
	fflush(progress->out);
}

void progress_update(struct progress *progress, uint64_t done, uint64_t now_us)
{
	note_move(progress, done, now_us);
	if (progress->out != NULL && !progress->is_terminal)
		print_line(progress, done, now_us);
	if (done < progress->total && now_us - progress->shown_us < REDRAW_US)
		return;
	progress->shown_us = now_us;
	if (progress->on_move != NULL)
		progress->on_move(progress->ctx, done, progress->total);
	if (progress->out != NULL && progress->is_terminal)
		draw_bar(progress, done, now_us);
}

void progress_end(struct progress *progress)
{
	if (progress->out != NULL && progress->is_terminal && progress->has_started)
		fputc('\n', progress->out);
	progress->has_started = false;
	progress->shown_width = 0;
	progress->total = 0;
}
