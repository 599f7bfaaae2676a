/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that a device has taken or told, kept for this user so that TAB can offer them: a file for each
 * kind in the state folder (state_file.h), a word on each line, the latest first.
 *
 * Nothing depends on them. Where they cannot be kept, there are none.
 */
#ifndef SRC_SEEN_H
#define SRC_SEEN_H

#include <stdbool.h>
#include <stddef.h>

enum seen_kind {
	SEEN_KEY,    /* of a setting */
	SEEN_GROUP,  /* of statistics */
	SEEN_REMOTE, /* a path on the device */
};

enum { SEEN_WORDS_MAX = 200, SEEN_WORD_MAX = 128 }; /* bytes, with the NUL */

struct seen {
	char words[SEEN_WORDS_MAX][SEEN_WORD_MAX];
	size_t count;
};

/* Which kind an argument is, by its placeholder (placeholder.h); false: none of them. */
bool seen_find_kind(const char *placeholder, size_t len, enum seen_kind *ret_kind);

/*
 * Put words in front of those of their kind, the first one foremost; the oldest fall out. A word that is
 * too long, or that could not be typed (control characters, no UTF-8), is left out.
 */
void seen_add(enum seen_kind kind, const char *const *words, size_t count);

void seen_load(enum seen_kind kind, struct seen *ret_seen);

#endif
