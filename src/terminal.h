/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the terminal behind a stream can show: colours, lines drawn over themselves, characters beyond
 * ASCII. Standard output and standard error are asked one by one; a stream that is no terminal, and
 * one whose TERM is "dumb" or not set, gets plain text.
 */
#ifndef SRC_TERMINAL_H
#define SRC_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* In the order of the words of --color. */
enum terminal_colours { TERMINAL_COLOURS_AUTO, TERMINAL_COLOURS_ALWAYS, TERMINAL_COLOURS_NEVER };

/* What a colour is to say. */
enum terminal_tone {
	TERMINAL_PLAIN,
	TERMINAL_ERROR,   /* it failed */
	TERMINAL_CAUTION, /* look at it; what is to come */
	TERMINAL_GOOD,    /* as it should be */
};

/* The cursor can be moved: what was written last can be drawn over. */
bool terminal_is_drawable(FILE *out);

/* With AUTO where it is drawable, and never with NO_COLOR (https://no-color.org). */
bool terminal_has_colours(FILE *out, enum terminal_colours choice);

/* More than ASCII is shown; the locale tells (main.c sets it). */
bool terminal_is_utf8(void);

/* What stands before and behind a text in that tone; both are "" without colours. */
const char *terminal_begin(enum terminal_tone tone, bool has_colours);
const char *terminal_end(enum terminal_tone tone, bool has_colours);

#endif
