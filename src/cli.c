/* SPDX-License-Identifier: Apache-2.0 */
/* One invocation from argv to exit code, see cli.h. */
#include "src/cli.h"

#include <string.h>

#include "src/command.h"
#include "src/help.h"
#include "src/interrupt.h"
#include "src/parse.h"
#include "src/port.h"

/* An error in the options must be shown as JSON too when that was asked for anywhere. */
static bool wants_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--json") == 0)
			return true;
	}
	return false;
}

static void set_up_output(const struct invocation *invocation, struct output *output)
{
	output->json = output->json || invocation->settings.json;
	output->quiet = invocation->settings.quiet;
	output->verbose = invocation->settings.verbose;
	output->command = invocation->command != NULL ? invocation->command->path : NULL;
	output->port = invocation->settings.port;
}

/* Open what the command needs, run it, close again. */
static enum status run_command(struct invocation *invocation, struct err *reterr)
{
	int interrupt_fd = -1;
	enum status status = STATUS_OK;

	if ((invocation->command->needs & NEEDS_DEVICE) != 0) {
		interrupt_fd = interrupt_open();
		status = port_open(&invocation->settings, interrupt_fd, invocation->output,
			&invocation->client, reterr);
	}
	if (status == STATUS_OK)
		status = invocation->command->run(invocation, reterr);
	if (status != STATUS_OK && status != STATUS_USAGE)
		err_wrap(reterr, "%s", invocation->command->path);
	client_close(invocation->client);
	interrupt_close(interrupt_fd);
	return status;
}

static void print_version(const void *result, FILE *out)
{
	fprintf(out, "smpctl %s\n", (const char *)result);
}

static void put_version(const void *result, struct doc *object)
{
	doc_put_text(object, "version", result);
}

static enum status run(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer version_printer = { print_version, put_version };

	if (invocation->settings.version) {
		output_result(invocation->output, &version_printer, SMPCTL_VERSION);
		return STATUS_OK;
	}
	if (invocation->settings.help)
		return help_show(
			invocation->output, invocation->command, invocation->family, reterr);
	if (invocation->command == NULL) {
		err_set(reterr, STATUS_USAGE, "no command was given");
		return err_hint(reterr, "smpctl help lists the commands");
	}
	return run_command(invocation, reterr);
}

/* A full disk or a closed pipe must not look like success. */
static enum status flush_results(struct output *output, struct err *reterr)
{
	if (fflush(output->results) == 0 && !ferror(output->results) && !output->has_failed)
		return STATUS_OK;
	output->has_result = true;
	return err_set(
		reterr, STATUS_INTERNAL, "the result could not be written to standard output");
}

int cli_run(int argc, char **argv, FILE *results, FILE *notes)
{
	struct output output = { .results = results, .notes = notes };
	struct invocation invocation = { .output = &output };
	struct err err = { .status = STATUS_OK };
	enum status status;

	output.json = wants_json(argc, argv);
	status = parse_words(argc > 0 ? argc - 1 : 0, argv + 1, &invocation, &err);
	set_up_output(&invocation, &output);
	if (status == STATUS_OK)
		status = run(&invocation, &err);
	if (status == STATUS_OK)
		status = flush_results(&output, &err);
	if (status != STATUS_OK)
		output_error(&output, &err);
	return status_exit_code(status);
}
