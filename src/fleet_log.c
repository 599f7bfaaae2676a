/* SPDX-License-Identifier: Apache-2.0 */
/* Log files of a fleet, see fleet_log.h. */
#include "src/fleet_log.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "src/update_show.h"

enum { NAME_PART_MAX = 80, OUTCOME_MAX = 256 };

enum status fleet_log_make_folder(const char *log_dir, struct err *reterr)
{
	struct stat found;

	if (mkdir(log_dir, 0777) == 0 ||
		(errno == EEXIST && stat(log_dir, &found) == 0 && S_ISDIR(found.st_mode)))
		return STATUS_OK;
	return err_set_errno(reterr, STATUS_USAGE, errno, "cannot make the folder %s", log_dir);
}

/* What may not stand in a file's name becomes a line. */
static void append_name(struct buf *out, const char *name)
{
	for (size_t i = 0; name[i] != '\0' && i < NAME_PART_MAX; i++) {
		bool is_plain = isalnum((unsigned char)name[i]) || name[i] == '-' || name[i] == '.';

		buf_append_byte(out, is_plain ? (uint8_t)name[i] : '_');
	}
}

enum status fleet_log_open(const char *log_dir, size_t index, const char *name,
	struct output *ret_output, struct err *reterr)
{
	char storage[PATH_MAX];
	struct buf path = BUF_OVER(storage);

	*ret_output = (struct output){ .verbose = log_dir != NULL, .quiet = log_dir == NULL };
	if (log_dir == NULL) {
		buf_append_text(&path, "/dev/null");
	} else {
		buf_format(&path, "%s/%02zu-", log_dir, index);
		append_name(&path, name);
		buf_append_text(&path, ".log");
	}
	ret_output->notes = fopen(buf_text(&path), "we");
	if (ret_output->notes == NULL)
		return err_set_errno(
			reterr, STATUS_USAGE, errno, "cannot write the log %s", buf_text(&path));
	ret_output->results = ret_output->notes;
	setvbuf(ret_output->notes, NULL, _IOLBF, 0);
	return STATUS_OK;
}

void fleet_log_end(struct output *output, enum status status, const struct update_report *report,
	const struct err *err)
{
	char storage[OUTCOME_MAX];
	struct buf outcome = BUF_OVER(storage);

	if (status == STATUS_OK) {
		update_append_outcome(report, &outcome);
		output_note(output, "%s", buf_text(&outcome));
	} else {
		output_error(output, err);
	}
	fclose(output->notes);
	output->notes = output->results = NULL;
}
