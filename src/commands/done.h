/* SPDX-License-Identifier: Apache-2.0 */
/* The result of commands that have nothing to show but that they are done. */
#ifndef SRC_COMMANDS_DONE_H
#define SRC_COMMANDS_DONE_H

#include "src/output.h"

/* "Done", or an empty result in JSON. */
void print_done(struct output *output);

#endif
