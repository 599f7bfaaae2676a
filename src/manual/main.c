/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a manual page, for tools/generate: smpctl-manual smpctl|smpctl-fakedev. Not installed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "src/manual/pages.h"

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "smpctl") == 0) {
		page_smpctl(stdout);
	} else if (argc == 2 && strcmp(argv[1], "smpctl-fakedev") == 0) {
		page_fakedev(stdout);
	} else {
		fputs("usage: smpctl-manual smpctl|smpctl-fakedev\n", stderr);
		return EXIT_FAILURE;
	}
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
