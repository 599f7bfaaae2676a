/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of a script or of the shell as words, in the manner of sh: blanks part them, single quotes
 * keep everything, in double quotes and outside the backslash keeps the next character, "#" at the
 * front of a word begins a comment. ${NAME} is what the environment says, in double quotes and outside,
 * and stays one word. There are no patterns, pipes and redirections: these characters stand for
 * themselves.
 */
#ifndef SRC_WORDS_H
#define SRC_WORDS_H

#include <stddef.h>

#include "base/err.h"

enum { WORDS_MAX_COUNT = 64, WORDS_TEXT_MAX = 16384 };

struct words {
	char *items[WORDS_MAX_COUNT + 1]; /* into `text`; NULL behind the last */
	size_t count;
	char text[WORDS_TEXT_MAX];
};

/*
 * STATUS_USAGE: a quote that does not end, a backslash with nothing behind it, a variable that is not
 * set or whose name is none, more than there is room for.
 */
enum status words_split(const char *line, struct words *ret_words, struct err *reterr);

#endif
