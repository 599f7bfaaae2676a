/* SPDX-License-Identifier: Apache-2.0 */
/* fs download: a file of the device into one here, or to standard output. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "src/commands/commands.h"
#include "src/commands/fs_print.h"
#include "src/console_filter.h"
#include "src/fs_fetch.h"
#include "src/write_file.h"

enum { SHOWN_AT_ONCE = 64 };

static enum status put_into_file(void *ctx, struct span bytes, struct err *reterr)
{
	return write_file_append(ctx, bytes, reterr);
}

/* Standard output as it is, or a terminal, to which no device may say what it likes. */
struct stream {
	FILE *out;
	bool is_terminal;
	bool is_line_open; /* the terminal's cursor stands behind something */
	struct console_filter filter;
};

static void show(struct stream *stream, struct span bytes)
{
	for (size_t at = 0; at < bytes.len; at += SHOWN_AT_ONCE) {
		uint8_t storage[(SHOWN_AT_ONCE + 1) * CONSOLE_GROWTH_MAX];
		struct buf shown = BUF_OVER(storage);

		console_filter_pass(&stream->filter, span_sub(bytes, at, SHOWN_AT_ONCE), &shown);
		fwrite(shown.data, 1, shown.len, stream->out);
		if (shown.len > 0)
			stream->is_line_open = shown.data[shown.len - 1] != '\n';
	}
}

static enum status put_into_stream(void *ctx, struct span bytes, struct err *reterr)
{
	struct stream *stream = ctx;

	if (stream->is_terminal)
		show(stream, bytes);
	else
		fwrite(bytes.data, 1, bytes.len, stream->out);
	if (fflush(stream->out) != 0)
		return err_set_errno(reterr, STATUS_INTERNAL, errno, "standard output");
	return STATUS_OK;
}

static enum status fetch(struct invocation *invocation, const struct fs_sink *sink,
	struct fs_report *report, struct err *reterr)
{
	const struct fs_options options = fs_options_of(invocation, report->remote);
	struct progress progress;

	fs_progress_init(invocation, &progress);
	/* Both on the same terminal would tear each other. */
	progress.is_terminal = progress.is_terminal && !report->is_bare;
	return fs_fetch(invocation->client, &options, sink, &progress, &report->result, reterr);
}

static enum status fetch_to_output(
	struct invocation *invocation, struct fs_report *report, struct err *reterr)
{
	struct stream stream = {
		.out = invocation->output->results,
		.is_terminal = isatty(fileno(invocation->output->results)) == 1,
	};
	const struct fs_sink sink = { put_into_stream, &stream };
	enum status status;

	report->is_bare = true;
	if (invocation->output->json)
		return err_set(reterr, STATUS_USAGE,
			"the file and the JSON document cannot both go to standard output: name a "
			"file");
	status = fetch(invocation, &sink, report, reterr);
	if (stream.is_line_open)
		fputc('\n', stream.out); /* for what comes below: an error, the prompt */
	return status;
}

static enum status fetch_to_file(
	struct invocation *invocation, struct fs_report *report, struct err *reterr)
{
	struct fs_sink sink = { .put = put_into_file };
	struct write_file *file;
	enum status status =
		write_file_open(report->local, invocation->settings.force, &file, reterr);

	if (status != STATUS_OK)
		return status;
	sink.ctx = file;
	status = fetch(invocation, &sink, report, reterr);
	if (status == STATUS_OK)
		status = write_file_finish(file, reterr);
	write_file_close(file);
	return status;
}

enum status command_fs_download(struct invocation *invocation, struct err *reterr)
{
	struct fs_report report = {
		.remote = invocation->args[0],
		.local = invocation->args[1],
	};
	enum status status = fs_check_path(report.remote, reterr);

	if (status != STATUS_OK)
		return status;
	status = strcmp(report.local, "-") == 0 ? fetch_to_output(invocation, &report, reterr)
						: fetch_to_file(invocation, &report, reterr);
	if (status == STATUS_OK)
		fs_report_show(invocation, &report);
	return status;
}
