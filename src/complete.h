/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What could stand at the cursor of a command line: the one engine behind the shells' completions
 * (`smpctl __complete`) and the TAB key of the interactive shell. Everything comes from the tables of
 * commands and options: what an argument is says its placeholder (FILE, HASH, NAME;
 * complete_value.h), and alternatives in lower case ("bash|zsh|fish") are words to be typed.
 *
 * It never fails, prints nothing and waits for nobody: what cannot be found out is not offered.
 */
#ifndef SRC_COMPLETE_H
#define SRC_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "src/candidates.h"
#include "src/settings.h"

/* What only the device knows. */
enum complete_live { COMPLETE_HASHES, COMPLETE_STAT_GROUPS };

struct complete_query {
	/* Before the cursor, without the program's name and without quotes. */
	const char *const *words;
	size_t count;
	const char *word; /* at the cursor, up to it; "" where a new one begins */
	bool is_shell;    /* of the interactive shell or a script: their own commands too */
	/*
	 * Add what the device holds of that (complete_live.h), quickly or not at all. `settings` are what
	 * `words` say. NULL: no device is asked.
	 */
	void (*find_live)(void *ctx, enum complete_live what, const struct settings *settings,
		struct candidates *candidates);
	void *ctx;
};

/* Everything that begins with query->word. Give the candidates to candidates_free. */
void complete(const struct complete_query *query, struct candidates *ret_candidates);

#endif
