/* SPDX-License-Identifier: Apache-2.0 */
/* What image upload shows at its end: one image plainly, those of an archive one after the other. */
#ifndef SRC_COMMANDS_UPLOAD_PRINT_H
#define SRC_COMMANDS_UPLOAD_PRINT_H

#include "src/output.h"
#include "src/upload.h"
#include "src/upload_choice.h"

struct upload_done {
	const struct upload_item *item;
	struct span hash; /* empty: none that could be compared */
	bool was_there;   /* nothing was sent; `result` says where it is */
	struct upload_result result;
};

struct upload_report {
	const char *path;
	bool is_archive;
	struct upload_done images[FIRMWARE_PARTS_MAX];
	size_t count; /* 1 unless is_archive */
};

const struct result_printer *upload_report_printer(void);

#endif
