/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl; everything is in cli.c, so that tests can link it. */
#include <fcntl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "src/cli.h"
#include "src/complete_print.h"

/*
 * A program may be started with its standard streams closed. Then the next file to be opened, the
 * port say, would get the number of standard output, and results would be written into it. Fill the
 * gaps with something that cannot be written to, so that losing a result is noticed.
 */
static bool fill_standard_streams(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

int main(int argc, char **argv)
{
	if (!fill_standard_streams())
		return status_exit_code(STATUS_INTERNAL);
	/* For the progress bar's characters only; numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	/* Words of an unfinished command line, which are not for the parser. */
	if (argc > 1 && strcmp(argv[1], "__complete") == 0) {
		complete_print(argc - 2, argv + 2, stdout);
		return EXIT_SUCCESS;
	}
	return cli_run(argc, argv, stdout, stderr);
}
