/* SPDX-License-Identifier: Apache-2.0 */
/* shell exec: a command in the device's own shell, whose return code decides ours. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "src/commands/commands.h"
#include "src/device_shell.h"
#include "src/shell_text.h"

/* Codes that Zephyr's shell has a meaning for. */
enum {
	UNKNOWN_COMMAND = -8, /* ENOEXEC */
	HELP_PRINTED = 1,
};

struct shell_run {
	const char *output; /* made harmless */
	int64_t code;
};

static void print_run(const void *result, FILE *out)
{
	const struct shell_run *run = result;
	size_t len = strlen(run->output);

	fputs(run->output, out);
	if (len > 0 && run->output[len - 1] != '\n')
		fputc('\n', out);
}

static void put_run(const void *result, struct doc *object)
{
	const struct shell_run *run = result;

	doc_put_text(object, "output", run->output);
	doc_put_int(object, "ret", run->code);
}

static enum status set_failure(int64_t code, struct err *reterr)
{
	const char *name = code < 0 && code > INT64_MIN ? smp_shell_errno_name(-code) : NULL;

	if (name != NULL)
		err_set(reterr, STATUS_DEVICE, "the device's shell returned %" PRId64 " (%s)", code,
			name);
	else
		err_set(reterr, STATUS_DEVICE, "the device's shell returned %" PRId64, code);
	if (code == UNKNOWN_COMMAND)
		err_hint(reterr, "Zephyr's shell returns this where there is no such command");
	if (code == HELP_PRINTED)
		err_hint(reterr, "Zephyr's shell returns this where it has shown help instead");
	return STATUS_DEVICE;
}

static enum status show(
	struct output *output, const struct smp_shell_result *result, struct err *reterr)
{
	static const struct result_printer printer = { print_run, put_run };
	size_t size = result->output.len * SHELL_TEXT_GROWTH_MAX + SHELL_TEXT_END_MAX + 1;
	char *text = malloc(size);
	struct shell_run run = { .code = result->code };
	struct buf out = buf_over(text, size);

	if (text == NULL)
		return err_set(reterr, STATUS_INTERNAL, "out of memory");
	shell_text_append(result->output, output_has_colours(output), &out);
	run.output = buf_text(&out);
	if (result->code == 0)
		output_result(output, &printer, &run);
	else
		output_partial_result(output, &printer, &run);
	free(text);
	return result->code == 0 ? STATUS_OK : set_failure(result->code, reterr);
}

enum status command_shell_exec(struct invocation *invocation, struct err *reterr)
{
	struct smp_shell_result result;
	enum status status = device_shell_exec(
		invocation->client, invocation->args, invocation->arg_count, &result, reterr);

	return status == STATUS_OK ? show(invocation->output, &result, reterr) : status;
}
