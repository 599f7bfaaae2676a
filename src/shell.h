/* SPDX-License-Identifier: Apache-2.0 */
/* The interactive shell: commands typed one after another, on a device that stays open. */
#ifndef SRC_SHELL_H
#define SRC_SHELL_H

#include <stdio.h>

#include "src/runner.h"

/* Until the user leaves; `terminal` is where he sees what he types. Returns the exit code. */
int shell_run(struct runner *runner, FILE *terminal);

#endif
