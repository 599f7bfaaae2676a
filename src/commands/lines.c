/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that mean something between other lines only: those of the shell and of scripts. */
#include <string.h>

#include "base/text.h"
#include "src/commands/commands.h"
#include "src/json_path.h"
#include "src/runner.h"

enum { VALUE_MAX = 2048 };

struct shown_port {
	const char *node; /* "": none is held */
};

static void print_nothing(const void *result, FILE *out)
{
	(void)result;
	(void)out;
}

static void put_nothing(const void *result, struct doc *object)
{
	(void)result;
	(void)object;
}

static const struct result_printer silent_printer = { print_nothing, put_nothing };

static void print_port(const void *result, FILE *out)
{
	fprintf(out, "Connected to %s\n", ((const struct shown_port *)result)->node);
}

static void put_port(const void *result, struct doc *object)
{
	doc_put_text(object, "node", ((const struct shown_port *)result)->node);
}

/* What was said before about where the device is does not count any more. */
static void forget_address(struct settings *settings)
{
	settings->port = NULL;
	settings->conn = NULL;
	settings->connstring = NULL;
	settings->connextra = NULL;
}

enum status command_connect(struct invocation *invocation, struct err *reterr)
{
	static const struct result_printer printer = { print_port, put_port };
	const struct settings *before = runner_settings(invocation->runner);
	struct settings wanted = invocation->settings;
	struct shown_port shown;
	enum status status;

	if (invocation->arg_count > 0) {
		forget_address(&wanted);
		wanted.port = invocation->args[0];
	} else if (wanted.conn != before->conn && wanted.port == before->port) {
		wanted.port = NULL;
	}
	status = runner_set(invocation->runner, &wanted, reterr);
	invocation->output->port = runner_settings(invocation->runner)->port;
	if (status == STATUS_OK)
		status = runner_connect(invocation->runner, reterr);
	if (status != STATUS_OK)
		return status;
	shown.node = port_name(link_port(runner_link(invocation->runner)));
	output_result(invocation->output, &printer, &shown);
	return STATUS_OK;
}

enum status command_disconnect(struct invocation *invocation, struct err *reterr)
{
	(void)reterr;
	link_disconnect(runner_link(invocation->runner));
	output_result(invocation->output, &silent_printer, NULL);
	return STATUS_OK;
}

enum status command_exit(struct invocation *invocation, struct err *reterr)
{
	(void)reterr;
	runner_leave(invocation->runner);
	output_result(invocation->output, &silent_printer, NULL);
	return STATUS_OK;
}

/* The shell is begun in cli.c; here is a line that asks for it. */
enum status command_interactive(struct invocation *invocation, struct err *reterr)
{
	(void)invocation;
	return err_set(reterr, STATUS_USAGE, "there are lines already: no shell within a shell");
}

enum status command_wait(struct invocation *invocation, struct err *reterr)
{
	struct link *link = runner_link(invocation->runner);
	uint64_t until_us, wait_ms;
	enum link_news news;
	enum status status = STATUS_OK;

	if (!text_parse_duration_ms(invocation->args[0], &wait_ms))
		return err_set(reterr, STATUS_USAGE,
			"wait takes a duration such as 2s or 500ms, not \"%s\"",
			invocation->args[0]);
	until_us = link_now_us(link) + wait_ms * 1000;
	while (status == STATUS_OK && link_now_us(link) < until_us) {
		status = link_wait(link, -1, until_us, &news, reterr);
		if (status == STATUS_OK && news == LINK_DEVICE)
			link_attend(link);
	}
	if (status == STATUS_OK)
		output_result(invocation->output, &silent_printer, NULL);
	return status;
}

/* In the result; what is not in there stands beside it: "ok", "error.status". */
static enum status find_value(
	struct doc *document, const char *path, struct buf *ret_value, struct err *reterr)
{
	static const char member[] = "result";
	struct doc *result = doc_member(document, member, strlen(member));
	enum status status;

	if (result == NULL)
		return json_path_look_up(document, path, ret_value, reterr);
	status = json_path_look_up(result, path, ret_value, reterr);
	if (status == STATUS_NOT_UPDATED &&
		json_path_look_up(document, path, ret_value, ERR_IGNORED) == STATUS_OK)
		return STATUS_OK;
	return status;
}

enum status command_expect(struct invocation *invocation, struct err *reterr)
{
	struct doc *document = runner_last_document(invocation->runner);
	const char *path = invocation->args[0], *wanted = invocation->args[1];
	uint8_t storage[VALUE_MAX], shown_storage[ERR_MESSAGE_MAX / 2];
	struct buf value = BUF_OVER(storage), shown = BUF_OVER(shown_storage);
	enum status status;

	if (document == NULL)
		return err_set(reterr, STATUS_USAGE,
			"no command has answered yet that could be looked into");
	status = find_value(document, path, &value, reterr);
	if (status != STATUS_OK)
		return status;
	if (value.overflow || strcmp(buf_text(&value), wanted) != 0) {
		text_append_escaped(&shown, buf_span(&value));
		return err_set(reterr, STATUS_NOT_UPDATED, "%s is \"%s\", not \"%s\"", path,
			buf_text(&shown), wanted);
	}
	output_result(invocation->output, &silent_printer, NULL);
	return STATUS_OK;
}
