/* SPDX-License-Identifier: Apache-2.0 */
/* One command line, a script or the shell, see cli.h. */
#include "src/cli.h"

#include <string.h>
#include <unistd.h>

#include "src/command.h"
#include "src/commands/commands.h"
#include "src/parse.h"
#include "src/runner.h"
#include "src/script.h"
#include "src/shell.h"

/* A person sits there; results may go to a file all the same. */
static bool is_for_a_person(FILE *results, FILE *notes)
{
	return isatty(STDIN_FILENO) == 1 &&
	       (isatty(fileno(results)) == 1 || isatty(fileno(notes)) == 1);
}

/* Lines are to be read, in place of a command that stands on the command line. */
static bool wants_lines(const struct invocation *invocation)
{
	if (invocation->settings.version || invocation->settings.help)
		return false;
	return invocation->command == NULL || invocation->command->run == command_interactive;
}

static int run_lines(
	struct runner *runner, const struct invocation *invocation, FILE *results, FILE *notes)
{
	const char *path = invocation->settings.script;
	struct script script = {
		.path = path != NULL && strcmp(path, "-") != 0 ? path : NULL,
		.keeps_going = invocation->settings.keep_going,
		.must_speak = path == NULL,
	};
	struct err err = { .status = STATUS_OK };

	runner_expect_lines(runner, &invocation->settings, &err);
	if (err.status == STATUS_OK && path != NULL && invocation->command != NULL)
		err_set(&err, STATUS_USAGE, "with --script the commands stand in the file");
	if (err.status != STATUS_OK)
		return runner_fail(runner, NULL, &err);
	for (size_t i = 0; i < invocation->ignored_count; i++)
		runner_note(runner, NULL, "mcumgr's --%s means nothing here: %s",
			invocation->ignored[i]->name, invocation->ignored[i]->why);
	if (path == NULL && is_for_a_person(results, notes))
		return shell_run(runner, isatty(fileno(results)) == 1 ? results : notes);
	return script_run(&script, runner);
}

int cli_run(int argc, char **argv, FILE *results, FILE *notes)
{
	struct runner_config config = { results, notes, .clock = clock_monotonic() };
	struct invocation invocation = { .command = NULL };
	struct runner *runner = NULL;
	struct err err = { .status = STATUS_OK };
	int count = argc > 0 ? argc - 1 : 0, code;
	enum status status = parse_words(count, argv + 1, &invocation, &err);
	bool has_lines = status == STATUS_OK && wants_lines(&invocation);

	/* Out of memory already. */
	if (runner_create(&config, &runner, &err) != STATUS_OK) {
		fprintf(notes, "smpctl: %s\n", err.message);
		return status_exit_code(STATUS_INTERNAL);
	}
	code = has_lines ? run_lines(runner, &invocation, results, notes)
			 : runner_run(runner, NULL, count, argv + 1);
	runner_free(runner);
	return code;
}
