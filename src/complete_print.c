/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates as lines, see complete_print.h. */
#include "src/complete_print.h"

#include "src/complete.h"
#include "src/complete_live.h"

static void print_files(const struct candidates *candidates, FILE *out)
{
	const char *const *suffix = candidates_suffixes(candidates->files);

	fprintf(out, "%c\t%.*s\t", candidates->files == CANDIDATE_FOLDERS ? 'd' : 'f',
		(int)candidates->value_at, candidates->word);
	for (const char *blank = ""; *suffix != NULL; blank = " ")
		fprintf(out, "%s%s", blank, *suffix++);
	fputc('\n', out);
}

void complete_print(int count, char **words, FILE *out)
{
	struct complete_query query = {
		.words = (const char *const *)words,
		.count = count > 0 ? (size_t)count - 1 : 0,
		.word = count > 0 ? words[count - 1] : "",
		.find_live = complete_live_ask,
	};
	struct candidates candidates;

	complete(&query, &candidates);
	for (size_t i = 0; i < candidates.count; i++)
		fprintf(out, "%c\t%s\t%s\n", candidates.items[i].is_open ? 'o' : 'w',
			candidates.items[i].text, candidates.items[i].help);
	if (candidates.files != CANDIDATE_NO_FILES)
		print_files(&candidates, out);
	candidates_free(&candidates);
}
