/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates for one value, by its placeholder in the tables: the part of complete.c that knows what
 * FILE and HASH stand for. */
#ifndef SRC_COMPLETE_VALUE_H
#define SRC_COMPLETE_VALUE_H

#include "src/complete.h"

/* A completion on its way. */
struct completion {
	const struct complete_query *query;
	struct settings settings; /* what the words before the cursor say */
	const char *const *words; /* those of them that are the command and its arguments */
	size_t word_count;
	size_t command_words; /* how many are the command's name */
	struct candidates *out;
};

/* The same placeholder may be something else in the other table: a command's FILE is firmware. */
enum value_owner { VALUE_OF_COMMAND, VALUE_OF_OPTION };

/* `placeholder` as in the tables, without brackets and dots: "FILE", "HASH|FILE", "bash|zsh|fish". */
void complete_value(
	struct completion *completion, enum value_owner owner, const char *placeholder, size_t len);

/* The argument of an option. */
void complete_option_value(struct completion *completion, const struct option_spec *option);

/* Names of commands behind these words. */
void complete_command_words(
	struct completion *completion, const char *const *words, size_t word_count);

/* Is it known what each alternative of the placeholder stands for? */
bool complete_value_is_known(enum value_owner owner, const char *placeholder, size_t len);

#endif
