/* SPDX-License-Identifier: Apache-2.0 */
/* placeholder */
#include "src/cli.h"
int cli_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return 1;
}
