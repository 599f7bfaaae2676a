/* SPDX-License-Identifier: Apache-2.0 */
/* What could stand at the cursor of a command line, as complete() finds it. */
#ifndef SRC_CANDIDATES_H
#define SRC_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

enum { CANDIDATES_MAX = 512 };

struct candidate {
	char *text; /* the whole word, in place of the one at the cursor */
	char *help; /* a few words on it, harmless for a terminal; may be "" */
	bool is_open; /* more of the same word is to follow: no blank behind it ("loopback:", "port=") */
};

/* Files are looked up by whoever asks: every shell does it in its own way. */
enum candidate_files {
	CANDIDATE_NO_FILES,
	CANDIDATE_ANY_FILES,
	CANDIDATE_FIRMWARE, /* folders, and files that end like one of candidates_suffixes */
	CANDIDATE_KEYS,     /* the same */
	CANDIDATE_FOLDERS,
};

/* A zeroed one is empty. Texts are owned; there is none twice. */
struct candidates {
	struct candidate items[CANDIDATES_MAX];
	size_t count;
	enum candidate_files files; /* these besides the items */
	const char *word;           /* the query's, borrowed */
	/* Where in it that begins which is completed, a file's name say: behind "--key=". */
	size_t value_at;
};

void candidates_free(struct candidates *candidates);

/*
 * For who finds some: add a value, which is copied, unless it does not begin as the word does behind
 * value_at, or is there already. `help` may be NULL; it is escaped.
 */
void candidates_add(struct candidates *candidates, const char *value, const char *help);
void candidates_add_open(struct candidates *candidates, const char *value, const char *help);

/* ".bin", ".hex", ".zip", NULL; just NULL where any file will do. */
const char *const *candidates_suffixes(enum candidate_files files);

#endif
