/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl; everything is in cli.c, so that tests can link it. */
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "src/cli.h"
#include "src/complete_print.h"

/*
 * A program may be started with its standard streams closed. Then the next file to be opened, the
 * port say, would get the number of standard output, and results would be written into it. Fill the
 * gaps with something that cannot be written to, so that losing a result is noticed; and the gap of
 * standard input with something that cannot be read, for an empty file is something else than none.
 */
static bool fill_standard_streams(void)
{
	int fd;

	if (fcntl(STDIN_FILENO, F_GETFD) < 0 && open("/dev/null", O_WRONLY) < 0)
		return false;
	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/*
 * A large file is mapped (base/file.h), and a build that writes it anew takes its end away while it is
 * sent. What is missing then cannot be made up for, but it can be said.
 */
static void end_for_lost_bytes(int signal_number)
{
	static const char message[] =
		"\nsmpctl: a file became shorter while it was read\n"
		"hint: is a build writing it? run the command again when the file is complete\n";

	(void)signal_number;
	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(status_exit_code(STATUS_BAD_FILE));
}

/* The write that is too much then fails like one to a full disk: told, and nothing half is left. */
static void let_the_write_fail(int signal_number)
{
	(void)signal_number;
}

int main(int argc, char **argv)
{
	const struct sigaction on_lost_bytes = { .sa_handler = end_for_lost_bytes };
	/* Not SIG_IGN, which the commands that are run here would inherit. */
	const struct sigaction on_size_limit = { .sa_handler = let_the_write_fail };

	if (!fill_standard_streams())
		return status_exit_code(STATUS_INTERNAL);
	sigaction(SIGBUS, &on_lost_bytes, NULL);
	sigaction(SIGXFSZ, &on_size_limit, NULL);
	/* For the progress bar's characters only; numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	/* Words of an unfinished command line, which are not for the parser. */
	if (argc > 1 && strcmp(argv[1], "__complete") == 0) {
		complete_print(argc - 2, argv + 2, stdout);
		return EXIT_SUCCESS;
	}
	return cli_run(argc, argv, stdout, stderr);
}
