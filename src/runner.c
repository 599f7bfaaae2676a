/* SPDX-License-Identifier: Apache-2.0 */
/* From the words of a line to its exit code, see runner.h. */
#include "src/runner.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "src/command.h"
#include "src/commands/commands.h"
#include "src/help.h"
#include "src/parse.h"
#include "src/placeholder.h"
#include "src/seen.h"
#include "src/settings_copy.h"
#include "src/silence.h"
#include "src/swap_ahead.h"

struct runner {
	FILE *results, *notes;
	struct settings_copy base;
	struct settings_copy replaced; /* the base before: the running line may look at its texts */
	bool expects_lines;
	bool wants_to_leave;
	bool has_taken_input;
	struct link *link;
	struct doc *last;
};

enum status runner_create(
	const struct runner_config *config, struct runner **ret_runner, struct err *reterr)
{
	struct link_config link_config = {
		.output = { .results = config->results, .notes = config->notes },
		.clock = config->clock,
		.open_transport = config->open_transport,
		.open_ctx = config->open_ctx,
	};
	struct runner *runner = calloc(1, sizeof(*runner));
	enum status status;

	if (runner == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	runner->results = config->results;
	runner->notes = config->notes;
	settings_default(&runner->base.settings);
	status = link_create(&link_config, &runner->link, reterr);
	if (status != STATUS_OK) {
		runner_free(runner);
		return status;
	}
	*ret_runner = runner;
	return STATUS_OK;
}

void runner_free(struct runner *runner)
{
	if (runner == NULL)
		return;
	link_free(runner->link);
	settings_copy_clear(&runner->base);
	settings_copy_clear(&runner->replaced);
	doc_free(runner->last);
	free(runner);
}

struct link *runner_link(struct runner *runner)
{
	return runner->link;
}

const struct settings *runner_settings(const struct runner *runner)
{
	return &runner->base.settings;
}

struct doc *runner_last_document(struct runner *runner)
{
	return runner->last;
}

void runner_leave(struct runner *runner)
{
	runner->wants_to_leave = true;
}

bool runner_wants_to_leave(const struct runner *runner)
{
	return runner->wants_to_leave;
}

/* How things are said that no command says. */
static struct output own_output(const struct runner *runner)
{
	const struct settings *settings = &runner->base.settings;

	return (struct output){
		.results = runner->results,
		.notes = runner->notes,
		.json = settings->json,
		.quiet = settings->quiet,
		.verbose = settings->verbose,
		.colours = (enum terminal_colours)settings->colours,
		.port = settings->port,
	};
}

enum status runner_set(struct runner *runner, const struct settings *settings, struct err *reterr)
{
	struct settings_copy copy;
	enum status status = settings_copy_make(settings, &copy, reterr);

	if (status != STATUS_OK)
		return status;
	copy.settings.script = NULL;
	copy.settings.keep_going = false;
	settings_copy_clear(&runner->replaced);
	runner->replaced = runner->base;
	runner->base = copy;
	return STATUS_OK;
}

enum status runner_expect_lines(
	struct runner *runner, const struct settings *settings, struct err *reterr)
{
	enum status status = runner_set(runner, settings, reterr);

	if (status == STATUS_OK && settings->ports.count > 1)
		status =
			err_set(reterr, STATUS_USAGE, "shell and scripts have one device: -p once");
	runner->expects_lines = true;
	link_hold_interrupts(runner->link);
	return status;
}

/* An error in the options must be shown as JSON too when that was asked for anywhere. */
static bool wants_json(const struct runner *runner, int count, char **words)
{
	for (int i = 0; i < count && strcmp(words[i], "--") != 0; i++) {
		if (strcmp(words[i], "--json") == 0)
			return true;
	}
	return runner->base.settings.json;
}

static void set_up_output(const struct invocation *invocation, struct output *output)
{
	output->json = output->json || invocation->settings.json;
	output->quiet = invocation->settings.quiet;
	output->verbose = invocation->settings.verbose;
	output->colours = (enum terminal_colours)invocation->settings.colours;
	output->command = invocation->command != NULL ? invocation->command->path : NULL;
	output->port = invocation->settings.port;
}

/* mcumgr's options that mean nothing here. */
static void note_ignored(const struct invocation *invocation)
{
	for (size_t i = 0; i < invocation->ignored_count; i++)
		output_note(invocation->output, "mcumgr's --%s means nothing here: %s",
			invocation->ignored[i]->name, invocation->ignored[i]->why);
}

/* Complete the settings from environment and connection profile. */
static enum status resolve_connection(struct invocation *invocation, struct err *reterr)
{
	enum status status =
		connection_resolve(&invocation->settings, &invocation->connection, reterr);

	invocation->output->port = invocation->settings.port;
	return status;
}

static enum status open_device(struct link *link, struct invocation *invocation, struct err *reterr)
{
	enum status status = link_open(
		link, &invocation->settings, invocation->output, &invocation->port, reterr);

	if (status == STATUS_OK)
		invocation->client = port_client(invocation->port);
	return status;
}

/* What the command may have changed is as the next lines want it. */
static void go_on(struct runner *runner)
{
	struct output output = own_output(runner);

	link_set_voice(runner->link, &output);
	link_hold_interrupts(runner->link);
}

/*
 * How to wait for the device if this command resets it. What its bootloader will have to do must be asked
 * before, and matters only to the next line.
 */
static struct follow_wish plan_return(const struct invocation *invocation)
{
	const struct settings *settings = &invocation->settings;
	struct follow_wish wish = { 0 };

	if (invocation->runner->expects_lines && invocation->command->run == command_reset &&
		!settings->wait && !settings->bootloader)
		wish = swap_ahead_wish(invocation->client);
	wish.accepts_recovery = wish.wants_recovery = settings->bootloader;
	return wish;
}

/* What the device has taken is offered from now on where the like of it may stand. */
static void remember_arguments(const struct invocation *invocation)
{
	for (size_t i = 0; i < invocation->arg_count; i++) {
		size_t len;
		const char *placeholder = placeholder_find(invocation->command->arguments, i, &len);
		enum seen_kind kind;

		if (placeholder != NULL && seen_find_kind(placeholder, len, &kind))
			seen_add(kind, &invocation->args[i], 1);
	}
}

/* The device is there: run the command, and note what has become of the device. */
static enum status run_on_device(struct invocation *invocation, struct err *reterr)
{
	struct link *link = invocation->runner->link;
	struct follow_wish wish = plan_return(invocation);
	enum status status = invocation->command->run(invocation, reterr);

	if (status == STATUS_OK) {
		link_was_answered(link);
		remember_arguments(invocation);
	}
	if (invocation->was_reset)
		link_was_reset(link);
	if (invocation->is_resetting)
		link_expect_reset(link, &wish);
	return status;
}

/* See to what the command needs, and run it. */
static enum status run_command(struct invocation *invocation, struct err *reterr)
{
	struct link *link = invocation->runner->link;
	unsigned needs = invocation->command->needs;
	enum status status = STATUS_OK;

	if ((needs & (NEEDS_CONNECTION | NEEDS_DEVICE)) != 0)
		status = resolve_connection(invocation, reterr);
	if (status == STATUS_OK && (needs & NEEDS_DEVICE) != 0)
		status = open_device(link, invocation, reterr);
	else if ((needs & NEEDS_CONNECTION) != 0)
		link_release(link); /* it opens the device itself */
	if (status == STATUS_OK)
		status = (needs & NEEDS_DEVICE) != 0 ? run_on_device(invocation, reterr)
						     : invocation->command->run(invocation, reterr);
	if (status != STATUS_OK && invocation->port != NULL && !invocation->settings.wait)
		silence_explain(invocation->port, reterr);
	if (status != STATUS_OK && status != STATUS_USAGE)
		err_wrap(reterr, "%s", invocation->command->path);
	if (invocation->runner->expects_lines)
		go_on(invocation->runner);
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

static enum status check_lines(const struct invocation *invocation, struct err *reterr)
{
	bool is_line = invocation->runner->expects_lines;

	if (invocation->settings.script != NULL)
		return err_set(reterr, STATUS_USAGE,
			is_line ? "--script stands on the command line only"
				: "with --script the commands stand in the file");
	if (is_line || (invocation->command->needs & NEEDS_LINES) == 0)
		return STATUS_OK;
	err_set(reterr, STATUS_USAGE, "\"%s\" is for the interactive shell and for scripts",
		invocation->command->path);
	return err_hint(reterr, "smpctl interactive is the shell, --script FILE runs a script");
}

static enum status run(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer version_printer = { print_version, put_version };
	enum status status;

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
	status = check_lines(invocation, reterr);
	return status == STATUS_OK ? run_command(invocation, reterr) : status;
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

/* For `expect`, which is asked about the command before it, as often as it comes. */
static void keep_document(struct runner *runner, const struct invocation *invocation)
{
	bool counts =
		invocation->command == NULL || (invocation->command->needs & NEEDS_LINES) == 0;
	struct output *output = invocation->output;

	doc_free(output->unfinished);
	if (output->kept != NULL && counts) {
		doc_free(runner->last);
		runner->last = output->kept;
	} else {
		doc_free(output->kept);
	}
}

int runner_run(struct runner *runner, const char *where, int count, char **words)
{
	struct output output = {
		.results = runner->results,
		.notes = runner->notes,
		.json = wants_json(runner, count, words),
		.keeps_document = runner->expects_lines,
	};
	struct invocation invocation = { .output = &output, .runner = runner };
	struct err err = { .status = STATUS_OK };
	enum status status = parse_line(count, words, &runner->base.settings, &invocation, &err);

	set_up_output(&invocation, &output);
	note_ignored(&invocation);
	if (status == STATUS_OK)
		status = run(&invocation, &err);
	if (status == STATUS_OK)
		status = flush_results(&output, &err);
	if (status != STATUS_OK && where != NULL)
		err_wrap(&err, "%s", where);
	if (status != STATUS_OK)
		output_error(&output, &err);
	keep_document(runner, &invocation);
	connection_free(invocation.connection);
	return status_exit_code(status);
}

int runner_fail(struct runner *runner, const char *where, const struct err *err)
{
	struct output output = own_output(runner);
	struct err located = *err;

	if (where != NULL)
		err_wrap(&located, "%s", where);
	output_error(&output, &located);
	return status_exit_code(located.status);
}

void runner_note(struct runner *runner, const char *where, const char *format, ...)
{
	struct output output = own_output(runner);
	char text[ERR_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	output_note(&output, "%s%s%s", where != NULL ? where : "", where != NULL ? ": " : "", text);
}

enum status runner_connect(struct runner *runner, struct err *reterr)
{
	struct output output = own_output(runner);
	struct settings settings = runner->base.settings;
	struct connection *connection = NULL;
	struct port *port;
	enum status status = connection_resolve(&settings, &connection, reterr);

	if (status == STATUS_OK)
		status = link_open(runner->link, &settings, &output, &port, reterr);
	connection_free(connection);
	return status;
}

void runner_take_input(struct runner *runner)
{
	runner->has_taken_input = true;
}

bool runner_has_taken_input(const struct runner *runner)
{
	return runner->has_taken_input;
}
