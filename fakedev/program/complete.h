/* SPDX-License-Identifier: Apache-2.0 */
/* `smpctl-fakedev __complete WORDS... WORD`: candidates as `smpctl __complete` prints them. */
#ifndef FAKEDEV_PROGRAM_COMPLETE_H
#define FAKEDEV_PROGRAM_COMPLETE_H

#include <stdio.h>

/* `words` without the program's name and __complete. */
void program_complete(int count, char **words, FILE *out);

#endif
