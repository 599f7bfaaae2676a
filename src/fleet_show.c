/* SPDX-License-Identifier: Apache-2.0 */
/* Live lines of a fleet, see fleet_show.h. */
#include "src/fleet_show.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "src/columns.h"
#include "src/update_show.h"

enum {
	REDRAW_US = 100 * 1000,
	ROWS_DEFAULT = 24,
	COLUMNS_DEFAULT = 80,
	LINE_SIZE = 4 * ERR_MESSAGE_MAX, /* a control character is escaped with four */
	NAME_MIN = 8,
	NAME_MAX_WIDTH = 40,
	TENTHS = 10,
};

static const char stopped_text[] =
	"finishing what has begun, and nothing more: Ctrl-C again stops at once";

static size_t find_name_width(const struct fleet_board *boards, size_t count)
{
	size_t widest = NAME_MIN;

	for (size_t i = 0; i < count; i++) {
		char storage[COLUMNS_CELL_MAX];
		struct buf name = BUF_OVER(storage);
		size_t width;

		text_append_escaped(&name, span_from_text(boards[i].name));
		width = columns_width(buf_text(&name));
		widest = width > widest ? width : widest;
	}
	return widest < NAME_MAX_WIDTH ? widest : NAME_MAX_WIDTH;
}

enum status fleet_show_begin(struct fleet_show *show, FILE *out, bool is_quiet,
	const struct fleet_board *boards, size_t count, struct err *reterr)
{
	*show = (struct fleet_show){
		.out = is_quiet ? NULL : out,
		.boards = boards,
		.count = count,
		.clock = clock_monotonic(),
		.name_width = find_name_width(boards, count),
		.widths = calloc(count + 1, sizeof(*show->widths)),
		.tenths = calloc(count, sizeof(*show->tenths)),
	};
	if (show->tenths == NULL || show->widths == NULL) {
		fleet_show_end(show);
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	}
	show->is_terminal = show->out != NULL && isatty(fileno(out)) == 1;
	return STATUS_OK;
}

static void append_progress(const struct fleet_board *board, struct buf *out)
{
	columns_append(out, update_step_name(board->step), strlen("roll-back"));
	if (board->total == 0)
		return;
	buf_format(out, " %3u %%  ", (unsigned)(board->done * 100 / board->total));
	text_append_size(out, board->done);
	buf_append_text(out, " of ");
	text_append_size(out, board->total);
}

static void append_state(const struct fleet_board *board, struct buf *out)
{
	switch (board->state) {
	case FLEET_WAITS:
		buf_append_text(out, "waits");
		return;
	case FLEET_SKIPPED:
		buf_append_text(out, "not started");
		return;
	case FLEET_WORKS:
		append_progress(board, out);
		return;
	case FLEET_ENDED:
		if (board->status == STATUS_OK) {
			update_append_outcome(&board->report, out);
		} else {
			buf_append_text(out, "failed: ");
			text_append_escaped(out, span_from_text(board->err.message));
		}
		return;
	}
}

/* A line of the picture, cut so that it does not wrap. */
static void put_line(struct fleet_show *show, const char *text, size_t columns)
{
	size_t room = columns > 1 ? columns - 1 : 1, width = columns_width(text);

	fprintf(show->out, "\033[K%.*s\n", (int)columns_cut(text, room), text);
	show->widths[show->lines++] = width < room ? width : room;
}

static void put_board(struct fleet_show *show, const struct fleet_board *board, size_t columns)
{
	char storage[LINE_SIZE], name_storage[COLUMNS_CELL_MAX];
	struct buf line = BUF_OVER(storage), name = BUF_OVER(name_storage);
	/* Half of a narrow terminal is for what happens. */
	size_t width = show->name_width < columns / 2 ? show->name_width : columns / 2;

	text_append_escaped(&name, span_from_text(board->name));
	columns_append_end(&line, buf_text(&name), width);
	buf_append_text(&line, " ");
	append_state(board, &line);
	put_line(show, buf_text(&line), columns);
}

static void put_counts(struct fleet_show *show, size_t columns)
{
	char storage[COLUMNS_CELL_MAX];
	struct buf line = BUF_OVER(storage);
	size_t counts[FLEET_SKIPPED + 1] = { 0 }, failed = 0;

	for (size_t i = 0; i < show->count; i++) {
		counts[show->boards[i].state]++;
		failed +=
			show->boards[i].state == FLEET_ENDED && show->boards[i].status != STATUS_OK;
	}
	buf_format(&line, "%zu board%s: %zu done, %zu failed, %zu at work, %zu waiting",
		show->count, show->count == 1 ? "" : "s", counts[FLEET_ENDED] - failed, failed,
		counts[FLEET_WORKS], counts[FLEET_WAITS]);
	if (show->has_stopped)
		buf_format(&line, "; %s", stopped_text);
	put_line(show, buf_text(&line), columns);
}

/* To where the picture begins; a terminal that became narrower since has wrapped its lines. */
static void go_back(const struct fleet_show *show, size_t columns)
{
	size_t rows = 0;

	for (size_t i = 0; i < show->lines; i++)
		rows += show->widths[i] > columns ? (show->widths[i] + columns - 1) / columns : 1;
	if (rows > 0)
		fprintf(show->out, "\033[%zuA\r", rows);
}

/* All boards when there is room, else those at work; below them a line that counts them. */
static void draw(struct fleet_show *show)
{
	size_t rows = ROWS_DEFAULT, columns = COLUMNS_DEFAULT;
	bool has_room;

	(void)columns_of_terminal(show->out, &rows, &columns);
	has_room = show->count + 2 <= rows;
	go_back(show, columns);
	show->lines = 0;
	for (size_t i = 0; i < show->count; i++) {
		const struct fleet_board *board = &show->boards[i];

		/* The last row stays free for the cursor. */
		if (has_room || (board->state == FLEET_WORKS && show->lines + 2 < rows))
			put_board(show, board, columns);
	}
	put_counts(show, columns);
	/* What was longer before. */
	fputs("\033[J", show->out);
	fflush(show->out);
}

static const char *event_name(const struct fleet_board *board)
{
	if (board->state == FLEET_ENDED)
		return "ended";
	if (board->state != FLEET_WORKS)
		return "skipped";
	if (board->step == UPDATE_INSPECT)
		return "started";
	return board->total > 0 ? "progress" : "step";
}

static void write_line(const struct fleet_show *show, const struct fleet_board *board)
{
	struct doc *line = doc_new();

	doc_put_text(line, "board", board->name);
	doc_put_text(line, "event", event_name(board));
	if (board->state == FLEET_WORKS && board->step != UPDATE_INSPECT)
		doc_put_text(line, "step", update_step_name(board->step));
	if (board->state == FLEET_WORKS && board->total > 0) {
		doc_put_uint(line, "done", board->done);
		doc_put_uint(line, "total", board->total);
	}
	if (board->state == FLEET_ENDED) {
		doc_put_bool(line, "ok", board->status == STATUS_OK);
		update_put_report(&board->report, line);
		if (board->status != STATUS_OK)
			output_put_err(doc_put_object(line, "error"), &board->err);
	}
	doc_write(line, show->out);
	fflush(show->out);
	doc_free(line);
}

/* Progress in tenths is enough for a log. */
static bool is_worth_a_line(struct fleet_show *show, const struct fleet_board *board)
{
	unsigned *told = &show->tenths[board - show->boards];
	unsigned tenths = board->total > 0 ? (unsigned)(board->done * TENTHS / board->total) : 0;
	bool is_worth = board->total == 0 || tenths > *told;

	*told = tenths;
	return is_worth;
}

void fleet_show_change(void *ctx, const struct fleet_board *board)
{
	struct fleet_show *show = ctx;
	uint64_t now_us = clock_now_us(&show->clock);

	if (show->out == NULL)
		return;
	if (!show->is_terminal) {
		if (is_worth_a_line(show, board))
			write_line(show, board);
		return;
	}
	/* Uploads move all the time; a step may be the last news for a while. */
	if (board->total > 0 && board->state == FLEET_WORKS && now_us - show->shown_us < REDRAW_US)
		return;
	show->shown_us = now_us;
	draw(show);
}

void fleet_show_stop(void *ctx)
{
	struct fleet_show *show = ctx;

	show->has_stopped = true;
	if (show->out == NULL) {
		if (show->stop_out != NULL)
			fprintf(show->stop_out, "%s\n", stopped_text);
		return;
	}
	if (show->is_terminal) {
		draw(show);
		return;
	}
	fputs("{\"event\": \"stopping\"}\n", show->out);
	fflush(show->out);
}

void fleet_show_end(struct fleet_show *show)
{
	/* Nothing is waited for any more. */
	show->has_stopped = false;
	if (show->out != NULL && show->is_terminal)
		draw(show);
	free(show->tenths);
	free(show->widths);
}
