/* SPDX-License-Identifier: Apache-2.0 */
/* Standard input as an argument: "-" in the place of a file's name. */
#ifndef SRC_COMMANDS_STANDARD_INPUT_H
#define SRC_COMMANDS_STANDARD_INPUT_H

#include "base/buf.h"
#include "src/command.h"

/*
 * Read it to its end into a buffer that is made for it; free its data, also when this has failed.
 * Ctrl-C ends the wait. STATUS_USAGE: it is a terminal, or the script. STATUS_BAD_FILE: it has more than `size_max`
 * bytes, or cannot be read.
 */
enum status standard_input_read(const struct invocation *invocation, size_t size_max,
	struct buf *ret_input, struct err *reterr);

#endif
