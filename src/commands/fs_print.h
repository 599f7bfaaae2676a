/* SPDX-License-Identifier: Apache-2.0 */
/* What fs upload and fs download have in common: their arguments, their progress, and what they show. */
#ifndef SRC_COMMANDS_FS_PRINT_H
#define SRC_COMMANDS_FS_PRINT_H

#include "src/command.h"
#include "src/fs_transfer.h"
#include "src/progress.h"

struct fs_report {
	const char *local, *remote;
	bool was_sent; /* and not received */
	bool is_bare;  /* standard output has the file: nothing else may come there */
	struct fs_result result;
};

/* A path as every server wants it. STATUS_USAGE: not absolute, or too long. */
enum status fs_check_path(const char *path, struct err *reterr);

struct fs_options fs_options_of(const struct invocation *invocation, const char *path);

void fs_progress_init(const struct invocation *invocation, struct progress *progress);

/* The result, and a remark where nothing but the length was compared. */
void fs_report_show(const struct invocation *invocation, const struct fs_report *report);

#endif
