/* SPDX-License-Identifier: Apache-2.0 */
/* smpctl: everything is in cli.c, so that tests can link it. */
#include "src/cli.h"

int main(int argc, char **argv)
{
	return cli_main(argc, argv);
}
