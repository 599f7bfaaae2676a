/* SPDX-License-Identifier: Apache-2.0 */
/* Results of a fleet, see fleet_report.h. */
#include "src/fleet_report.h"

#include <string.h>

#include "base/text.h"
#include "src/columns.h"
#include "src/update_show.h"

enum { ESCAPED_MAX = 4 * ERR_MESSAGE_MAX };

enum column {
	COLUMN_BOARD,
	COLUMN_FROM,
	COLUMN_TO,
	COLUMN_SECONDS,
	COLUMN_SPEED,
	COLUMN_OUTCOME,
	COLUMN_COUNT,
};

static const char *outcome_of(const struct fleet_board *board)
{
	if (board->state != FLEET_ENDED)
		return "skipped";
	if (board->status != STATUS_OK && board->report.outcome != UPDATE_OUTCOME_ROLLED_BACK)
		return status_name(board->status);
	return update_outcome_name(board->report.outcome);
}

static void append_cell(const void *ctx, size_t row, size_t column, struct buf *out)
{
	const struct fleet_config *config = ctx;
	const struct fleet_board *board = &config->boards[row];
	const struct update_report *report = &board->report;

	switch ((enum column)column) {
	case COLUMN_BOARD:
		text_append_escaped(out, span_from_text(board->name));
		break;
	case COLUMN_FROM:
		text_append_escaped(out, span_from_text(report->from));
		break;
	case COLUMN_TO:
		buf_append_text(out, report->to);
		break;
	case COLUMN_SECONDS:
		if (board->state == FLEET_ENDED)
			buf_format(out, "%.1f", update_seconds(report));
		break;
	case COLUMN_SPEED:
		if (report->bytes == 0)
			break;
		text_append_size(out, (uint64_t)update_bytes_per_second(report));
		buf_append_text(out, "/s");
		break;
	case COLUMN_OUTCOME:
		buf_append_text(out, outcome_of(board));
		break;
	case COLUMN_COUNT:
		break;
	}
}

static void print_failure(const struct fleet_board *board, FILE *out)
{
	char name_storage[ESCAPED_MAX], storage[ESCAPED_MAX];
	struct buf name = BUF_OVER(name_storage), message = BUF_OVER(storage);

	text_append_escaped(&name, span_from_text(board->name));
	text_append_escaped(&message, span_from_text(board->err.message));
	fprintf(out, "%s: %s\n", buf_text(&name), buf_text(&message));
}

static void print_text(const void *result, FILE *out)
{
	static const char *const titles[COLUMN_COUNT] = { "BOARD", "FROM", "TO", "SECONDS", "SPEED",
		"OUTCOME" };
	const struct fleet_config *config = result;
	struct columns_table table = {
		.titles = titles,
		.column_count = COLUMN_COUNT,
		.row_count = config->count,
		.right = 1 << COLUMN_SECONDS | 1 << COLUMN_SPEED,
		.cell = append_cell,
		.ctx = config,
	};

	columns_print(&table, out);
	for (size_t i = 0; i < config->count; i++) {
		const struct fleet_board *board = &config->boards[i];

		if (board->state == FLEET_ENDED && board->status != STATUS_OK)
			print_failure(board, out);
	}
}

static void put_board(const struct fleet_board *board, struct doc *object)
{
	bool is_ok = board->state == FLEET_ENDED && board->status == STATUS_OK;

	doc_put_text(object, "board", board->name);
	doc_put_text(object, "file", board->file);
	doc_put_bool(object, "ok", is_ok);
	if (board->state != FLEET_ENDED) {
		doc_put_text(object, "outcome", "skipped");
		return;
	}
	update_put_report(&board->report, object);
	if (!is_ok)
		output_put_err(doc_put_object(object, "error"), &board->err);
}

static void put_json(const void *result, struct doc *object)
{
	const struct fleet_config *config = result;
	struct doc *boards = doc_put_array(object, "boards");
	size_t failed = fleet_count_failed(config);

	for (size_t i = 0; i < config->count; i++)
		put_board(&config->boards[i], doc_append_object(boards));
	doc_put_uint(object, "succeeded", fleet_count(config, FLEET_ENDED) - failed);
	doc_put_uint(object, "failed", failed);
	doc_put_uint(object, "skipped", fleet_count(config, FLEET_SKIPPED));
}

const struct result_printer *fleet_report_printer(void)
{
	static const struct result_printer printer = { print_text, put_json };

	return &printer;
}

/* The two code points that are well-formed UTF-8 and that XML cannot hold: U+FFFE and U+FFFF. */
static bool is_no_character(const char *text)
{
	return strncmp(text, "\xef\xbf\xbe", 3) == 0 || strncmp(text, "\xef\xbf\xbf", 3) == 0;
}

/* Escaped twice: what is no printable UTF-8, and what has a meaning in XML. */
static void write_attribute(const char *name, const char *value, FILE *out)
{
	char storage[ESCAPED_MAX];
	struct buf escaped = BUF_OVER(storage);

	text_append_escaped(&escaped, span_from_text(value));
	fprintf(out, " %s=\"", name);
	for (const char *c = buf_text(&escaped); *c != '\0'; c++) {
		if (is_no_character(c)) {
			fputc('?', out);
			c += 2;
		} else if (strchr("<>&\"", *c) != NULL) {
			fprintf(out, "&#%d;", *c);
		} else {
			fputc(*c, out);
		}
	}
	fputc('"', out);
}

static void write_case(const struct fleet_board *board, FILE *out)
{
	fputs("  <testcase classname=\"smpctl.update\"", out);
	write_attribute("name", board->name, out);
	fprintf(out, " time=\"%.3f\">\n", update_seconds(&board->report));
	if (board->state != FLEET_ENDED) {
		fputs("    <skipped message=\"not started\"/>\n", out);
	} else if (board->status != STATUS_OK) {
		fputs("    <failure", out);
		write_attribute("type", status_name(board->status), out);
		write_attribute("message", board->err.message, out);
		fputs("/>\n", out);
	}
	fputs("  </testcase>\n", out);
}

static void write_junit(const struct fleet_config *config, FILE *out)
{
	double seconds = 0;

	for (size_t i = 0; i < config->count; i++)
		seconds += update_seconds(&config->boards[i].report);
	fprintf(out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<testsuite name=\"smpctl update\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
		"skipped=\"%zu\" time=\"%.3f\">\n",
		config->count, fleet_count_failed(config), fleet_count(config, FLEET_SKIPPED),
		seconds);
	for (size_t i = 0; i < config->count; i++)
		write_case(&config->boards[i], out);
	fputs("</testsuite>\n", out);
}

static bool write_json(const struct fleet_config *config, FILE *out)
{
	struct doc *doc = doc_new();
	bool is_written;

	put_json(config, doc);
	is_written = doc_write_indented(doc, out);
	doc_free(doc);
	return is_written;
}

static bool is_xml(const char *path)
{
	size_t len = strlen(path);

	return len >= 4 && strcmp(path + len - 4, ".xml") == 0;
}

bool fleet_report_write(const struct fleet_config *config, const char *path, FILE *file)
{
	if (!is_xml(path))
		return write_json(config, file);
	write_junit(config, file);
	return ferror(file) == 0;
}
