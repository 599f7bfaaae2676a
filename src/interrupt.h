/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ctrl-C as a descriptor, so that the poll loop can wait for it like for anything else.
 */
#ifndef SRC_INTERRUPT_H
#define SRC_INTERRUPT_H

#include <stdbool.h>

/*
 * Block SIGINT, SIGTERM and SIGHUP and return a descriptor that becomes readable when one of them
 * comes; -1 when that is not possible (then they end the program as usual).
 */
int interrupt_open(void);
void interrupt_close(int fd);

/* Block them again where another descriptor was closed, so that this one goes on telling of them. */
void interrupt_block(void);

/*
 * Take one interruption from the descriptor; false when there is none. One is one word: the next, if
 * it comes, is another.
 */
bool interrupt_take(int fd);

#endif
