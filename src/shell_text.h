/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command of the device's shell has printed, as text of ours: lines end with a line feed alone, the
 * empty line that Zephyr's shell begins with is left out, tabs stay. Colours stay or are left out; all
 * else that steers a terminal could do harm and is shown as \xNN.
 */
#ifndef SRC_SHELL_TEXT_H
#define SRC_SHELL_TEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"

enum {
	SHELL_TEXT_GROWTH_MAX = 4, /* a byte of output becomes at most so many */
	SHELL_TEXT_END_MAX = 4,    /* and behind the last there are so many more */
};

void shell_text_append(struct span output, bool keeps_colours, struct buf *out);

#endif
