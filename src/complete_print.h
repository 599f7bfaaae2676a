/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `smpctl __complete WORDS... WORD`: the candidates for the scripts in completions/, a line each, three
 * fields with tabs between them:
 *
 *     w TEXT HELP         a word
 *     o TEXT HELP         a word that goes on: no blank behind it
 *     f BEFORE SUFFIXES   also files, whose name begins behind BEFORE; with one of these suffixes, which
 *                         stand with blanks between them, or any where there is none
 *     d BEFORE            also folders; the third field is empty
 *
 * WORD is the one at the cursor. smpctl-fakedev speaks the same (fakedev/program/complete.c).
 */
#ifndef SRC_COMPLETE_PRINT_H
#define SRC_COMPLETE_PRINT_H

#include <stdio.h>

void complete_print(int count, char **words, FILE *out);

#endif
