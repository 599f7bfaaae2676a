/* SPDX-License-Identifier: Apache-2.0 */
/* update of several boards: find them, update them, report. */
#include "src/commands/update_fleet.h"

#include <errno.h>
#include <sys/resource.h>

#include "src/fleet_list.h"
#include "src/fleet_report.h"
#include "src/fleet_show.h"
#include "src/interrupt.h"

/* Before the first board is touched: what cannot be written must not be found out at the end. */
static enum status open_report(const char *path, FILE **ret_file, struct err *reterr)
{
	*ret_file = NULL;
	if (path == NULL)
		return STATUS_OK;
	*ret_file = fopen(path, "we");
	if (*ret_file == NULL)
		return err_set_errno(
			reterr, STATUS_USAGE, errno, "cannot write the report to %s", path);
	return STATUS_OK;
}

static enum status write_report(
	const struct fleet_config *config, const char *path, FILE *file, struct err *reterr)
{
	bool is_written = file == NULL || fleet_report_write(config, path, file);

	if (file != NULL && fclose(file) != 0)
		is_written = false;
	if (is_written)
		return STATUS_OK;
	return err_set(reterr, STATUS_INTERNAL, "the report could not be written to %s", path);
}

static enum status report(struct invocation *invocation, const struct fleet_config *config,
	FILE *file, enum status status, struct err *reterr)
{
	struct err unwritten = { .status = STATUS_OK };

	if (fleet_count(config, FLEET_WAITS) > 0) {
		/* Nothing was begun. */
		if (file != NULL)
			fclose(file);
		return status;
	}
	if (write_report(config, invocation->settings.report, file, &unwritten) != STATUS_OK &&
		status == STATUS_OK) {
		*reterr = unwritten;
		status = unwritten.status;
		unwritten.status = STATUS_OK;
	}
	if (status == STATUS_OK)
		output_result(invocation->output, fleet_report_printer(), config);
	else
		output_partial_result(invocation->output, fleet_report_printer(), config);
	/* The boards matter more than the file. */
	if (unwritten.status != STATUS_OK)
		output_note(invocation->output, "warning: %s", unwritten.message);
	return status;
}

/* Every board takes some descriptors, and the usual limit is for programs that open a few files. */
static void allow_many_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static enum status run(struct invocation *invocation, const struct fleet_list *list, FILE *file,
	struct err *reterr)
{
	const struct settings *settings = &invocation->settings;
	struct fleet_show show;
	struct fleet_config config = {
		.boards = list->boards,
		.count = list->count,
		.jobs = (unsigned)settings->jobs,
		.canaries = (unsigned)settings->canary,
		.has_max_failures = settings->max_failures != SETTINGS_NO_LIMIT,
		.max_failures = (unsigned)settings->max_failures,
		.log_dir = settings->log_dir,
		.on_change = fleet_show_change,
		.on_stop = fleet_show_stop,
		.ctx = &show,
	};
	enum status status = fleet_show_begin(&show, invocation->output->notes,
		settings->quiet || settings->json, list->boards, list->count, reterr);

	if (status == STATUS_OK) {
		/* Ctrl-C must be seen to be heard, also where the boards' news are in the document. */
		show.stop_out = settings->quiet ? NULL : invocation->output->notes;
		allow_many_descriptors();
		config.interrupt_fd = interrupt_open();
		status = fleet_run(&config, reterr);
		fleet_show_end(&show);
		interrupt_close(config.interrupt_fd);
	}
	return report(invocation, &config, file, status, reterr);
}

static enum status make_list(struct invocation *invocation, const char *path,
	struct fleet_list *ret_list, struct err *reterr)
{
	const struct settings *settings = &invocation->settings;
	struct port_list ports = { 0 };
	enum status status = settings->all ? ports_list(&ports, reterr) : STATUS_OK;

	if (status == STATUS_OK)
		status = fleet_list_make(
			settings, path, &ports, invocation->output, ret_list, reterr);
	ports_free(&ports);
	return status;
}

enum status update_fleet(struct invocation *invocation, const char *path, struct err *reterr)
{
	struct fleet_list list = { 0 };
	FILE *file = NULL;
	enum status status = make_list(invocation, path, &list, reterr);

	if (status == STATUS_OK)
		status = open_report(invocation->settings.report, &file, reterr);
	if (status != STATUS_OK) {
		fleet_list_free(&list);
		return status;
	}
	/* The document is about all of them. */
	if (list.count > 1)
		invocation->output->port = NULL;
	status = run(invocation, &list, file, reterr);
	fleet_list_free(&list);
	return status;
}
