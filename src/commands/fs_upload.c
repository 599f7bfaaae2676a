/* SPDX-License-Identifier: Apache-2.0 */
/* fs upload: a file, or standard input, into the device's file system. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "src/commands/commands.h"
#include "src/commands/fs_print.h"
#include "src/commands/standard_input.h"
#include "src/fs_send.h"

enum { INPUT_MAX = 16 * 1024 * 1024 };

/* What is to be sent: a file, or what was read of standard input. */
struct source {
	struct span bytes;
	struct file_map map;
	struct buf input; /* owned */
};

static enum status open_source(
	struct invocation *invocation, struct source *source, struct err *reterr)
{
	const char *local = invocation->args[0];
	enum status status;

	if (strcmp(local, "-") == 0) {
		/* The first chunk says how long all of it is: it must be here before the first byte is sent. */
		status = standard_input_read(invocation, INPUT_MAX, &source->input, reterr);
		source->bytes = buf_span(&source->input);
		return status;
	}
	status = file_map(local, UINT32_MAX, &source->map, reterr);
	source->bytes = source->map.bytes;
	return status;
}

static void close_source(struct source *source)
{
	file_unmap(&source->map);
	free(source->input.data);
}

enum status command_fs_upload(struct invocation *invocation, struct err *reterr)
{
	struct fs_report report = {
		.local = invocation->args[0],
		.remote = invocation->args[1],
		.was_sent = true,
	};
	const struct fs_options options = fs_options_of(invocation, report.remote);
	struct source source = { .bytes = { 0 } };
	struct progress progress;
	enum status status = fs_check_path(report.remote, reterr);

	if (status == STATUS_OK)
		status = open_source(invocation, &source, reterr);
	if (status == STATUS_OK) {
		fs_progress_init(invocation, &progress);
		status = fs_send(invocation->client, &options, source.bytes,
			source.map.is_mapped ? file_forget : NULL, &progress, &report.result,
			reterr);
	}
	close_source(&source);
	if (status == STATUS_OK)
		fs_report_show(invocation, &report);
	return status;
}
