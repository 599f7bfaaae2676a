/* SPDX-License-Identifier: Apache-2.0 */
/* A terminal on the device's console: its text comes out, what is typed goes in. */
#ifndef SRC_CONSOLE_H
#define SRC_CONSOLE_H

#include <stdio.h>

#include "src/link.h"

enum { CONSOLE_END_KEY = 0x1d }; /* Ctrl-] */

/*
 * Until Ctrl-] is typed or standard input ends; in the latter case what the device says within half a
 * second is still shown. A device that goes away is waited for. STATUS_INTERRUPTED where standard input
 * is no terminal: a key like any other where it is one. STATUS_INTERNAL: `out` cannot be written.
 */
enum status console_run(struct link *link, FILE *out, struct err *reterr);

#endif
