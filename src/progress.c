/* SPDX-License-Identifier: Apache-2.0 */
/* Progress bar and progress lines, see progress.h. */
#include "src/progress.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"

enum {
	REDRAW_US = 100000,
	WIDTH_DEFAULT = 80,
	WIDTH_MAX = 200,
	NUMBERS_WIDTH = 56, /* what stands beside the bar */
	SHARE_WIDTH = 14,   /* the share of what the line carries */
	BAR_MIN = 8,
	LINE_SIZE = 1024,
	LEFT_SHOWN_MIN_MS = 1000, /* what is over before it is read is not worth a word */
};

void progress_init(struct progress *progress, FILE *out, bool is_quiet)
{
	*progress = (struct progress){ .out = is_quiet ? NULL : out };
	if (progress->out == NULL)
		return;
	progress->is_terminal = isatty(fileno(out)) == 1;
	progress->is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void progress_start(struct progress *progress, uint64_t total, uint64_t start_at, uint64_t now_us)
{
	progress->total = total;
	progress->start_at = start_at;
	progress->start_us = now_us;
	progress->shown_us = 0;
	progress->shown_tenths = total > 0 ? (unsigned)(start_at * 10 / total) : 0;
	progress->has_started = true;
}

static unsigned terminal_width(const struct progress *progress)
{
	struct winsize size;

	if (ioctl(fileno(progress->out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return WIDTH_DEFAULT;
	return size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
}

void progress_say(struct progress *progress, const char *what)
{
	if (progress->out == NULL || !progress->is_terminal)
		return;
	fprintf(progress->out, "\r\033[K%s", what);
	fflush(progress->out);
	progress->has_started = true;
}

static uint64_t bytes_per_second(const struct progress *progress, uint64_t done, uint64_t now_us)
{
	uint64_t elapsed_us = now_us - progress->start_us;

	if (elapsed_us == 0 || done <= progress->start_at)
		return 0;
	return (done - progress->start_at) * 1000000 / elapsed_us;
}

static void append_numbers(
	const struct progress *progress, uint64_t done, uint64_t now_us, struct buf *line)
{
	uint64_t speed = bytes_per_second(progress, done, now_us), left_ms;

	buf_format(line, "%3u %%  ",
		progress->total > 0 ? (unsigned)(done * 100 / progress->total) : 100);
	text_append_size(line, done);
	buf_append_text(line, " of ");
	text_append_size(line, progress->total);
	if (speed == 0)
		return;
	buf_append_text(line, "  ");
	text_append_size(line, speed);
	buf_append_text(line, "/s");
	if (progress->ceiling > 0)
		buf_format(line, "  %u %% of line", (unsigned)(speed * 100 / progress->ceiling));
	left_ms = (progress->total - done) * 1000 / speed;
	if (left_ms >= LEFT_SHOWN_MIN_MS) {
		buf_append_text(line, "  ");
		text_append_duration(line, left_ms);
		buf_append_text(line, " left");
	}
}

static void append_bar(
	const struct progress *progress, uint64_t done, unsigned width, struct buf *line)
{
	unsigned filled = progress->total > 0 ? (unsigned)(done * width / progress->total) : width;

	buf_append_text(line, progress->is_utf8 ? "" : "[");
	for (unsigned i = 0; i < width; i++) {
		if (progress->is_utf8)
			buf_append_text(line, i < filled ? "\u2588" : "\u2591");
		else
			buf_append_text(line, i < filled ? "#" : ".");
	}
	buf_append_text(line, progress->is_utf8 ? "  " : "]  ");
}

static void draw_bar(const struct progress *progress, uint64_t done, uint64_t now_us)
{
	uint8_t storage[LINE_SIZE];
	struct buf line = BUF_OVER(storage);
	unsigned width = terminal_width(progress);
	unsigned numbers_width = NUMBERS_WIDTH + (progress->ceiling > 0 ? SHARE_WIDTH : 0);

	if (width >= numbers_width + BAR_MIN)
		append_bar(progress, done, width - numbers_width, &line);
	append_numbers(progress, done, now_us, &line);
	fprintf(progress->out, "\r\033[K%s", buf_text(&line));
	fflush(progress->out);
}

static void print_line(struct progress *progress, uint64_t done, uint64_t now_us)
{
	uint8_t storage[LINE_SIZE];
	struct buf line = BUF_OVER(storage);
	unsigned tenths = progress->total > 0 ? (unsigned)(done * 10 / progress->total) : 10;

	if (tenths <= progress->shown_tenths)
		return;
	progress->shown_tenths = tenths;
	append_numbers(progress, done, now_us, &line);
	fprintf(progress->out, "%s\n", buf_text(&line));
	fflush(progress->out);
}

void progress_update(struct progress *progress, uint64_t done, uint64_t now_us)
{
	if (progress->out == NULL)
		return;
	if (!progress->is_terminal) {
		print_line(progress, done, now_us);
		return;
	}
	if (done < progress->total && now_us - progress->shown_us < REDRAW_US)
		return;
	progress->shown_us = now_us;
	draw_bar(progress, done, now_us);
}

void progress_end(struct progress *progress)
{
	if (progress->out != NULL && progress->is_terminal && progress->has_started)
		fputc('\n', progress->out);
	progress->has_started = false;
}
