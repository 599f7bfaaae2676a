/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl; everything is in cli.c, so that tests can link it. */
#include <locale.h>

#include "src/cli.h"

int main(int argc, char **argv)
{
	/* For the progress bar's characters only; numbers stay as they are. */
	setlocale(LC_CTYPE, "");
	return cli_run(argc, argv, stdout, stderr);
}
